"""All that an output depends on in, its fingerprint out, and whether it is up to date. Imports nothing heavy."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bookbuild import __version__
from bookbuild.model.project import Project
from bookbuild.work.stamps import Stamps

_ENGINE_PARTS = ("pydyf", "pyphen")
"""Packages that show in outputs, but that others than this program require."""
_DIST_INFO = re.compile(r"([\w.]+)-([^-]+)\.dist-info")
_REQUIREMENT = re.compile(r"^Requires-Dist: ([\w.-]+)", re.MULTILINE)
_program: dict[str, str] = {}
_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def versions() -> dict[str, str]:
    """Return the versions of this program and of all packages that it requires, by name; empty if not installed.

    They are read from the names of the folders that installers leave, since importlib.metadata takes longer than
    an idle build. All installed packages count where the program itself is not installed.
    """
    installed = {_normalize_name(name): (version, path) for name, version, path in _list_packages()}
    names = set(installed)
    if "bookbuild" in installed:
        metadata = (installed["bookbuild"][1] / "METADATA").read_text("utf-8")
        names = {_normalize_name(name) for name in (*_REQUIREMENT.findall(metadata), *_ENGINE_PARTS)}
    by_name = {name: installed[name][0] if name in installed else "" for name in sorted(names)}
    return {**by_name, "bookbuild": __version__}


def _normalize_name(name: str) -> str:
    """Return a package's name as indexes compare it (packaging.python.org, name normalization)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _list_packages() -> Iterator[tuple[str, str, Path]]:
    """Yield name, version and folder of all installed packages; those that Python finds first come last."""
    for folder in reversed(sys.path):
        with contextlib.suppress(OSError):
            for entry in os.listdir(folder or "."):  # noqa: PTH208 - only names are needed
                if match := _DIST_INFO.fullmatch(entry):
                    yield match[1], match[2], Path(folder, entry)


def toolchain() -> tuple[object, ...]:
    """Return what all results depend on besides their sources: the program and its packages."""
    return hash_program(), *sorted(versions().items())


def hash_program(stamps: Stamps | None = None) -> str:
    """Return the digests of the program and of the stylesheets that come with it."""
    if "" not in _program:
        known = stamps or Stamps()
        folders = (_PACKAGE, styles_folder())
        _program[""] = " ".join(_hash_tree(folder, folder, known, besides=".pyc") for folder in folders)
    return _program[""]


def styles_folder() -> Path:
    """Return the folder of the stylesheets that come with the program: in a checkout, that of the project itself."""
    installed = _PACKAGE / "styles"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "styles"


def _hash_tree(root: Path, folder: Path, stamps: Stamps, besides: str = "/") -> str:
    """Return the SHA-256 of a folder's files and their paths below `root`, without those that end in `besides`."""
    digest = hashlib.sha256()
    start = len(os.fspath(root)) + 1
    for path in sorted(walk_files(root, folder)):
        if not path.endswith(besides):  # strings: pathlib would take half of an idle build's time
            digest.update(path[start:].replace(os.sep, "/").encode("utf-8", "surrogateescape") + b"\0")
            digest.update(bytes.fromhex(stamps.digest(path)))
    return digest.hexdigest()


def walk_files(root: Path, folder: Path) -> Iterator[str]:
    """Yield all files of a folder, also through links, but nothing outside `root`, which must not be a link itself."""
    if not folder.is_dir():
        return
    seen: set[Path] = set()
    waiting = [os.fspath(folder)]
    while waiting:
        here = waiting.pop()
        resolved = Path(here).resolve()
        if resolved in seen or not resolved.is_relative_to(root):
            continue
        seen.add(resolved)
        with os.scandir(here) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(entry.path)
                elif entry.is_file() and (not entry.is_symlink() or Path(entry.path).resolve().is_relative_to(root)):
                    yield entry.path


def hash_sources(project: Project, slug: str, stamps: Stamps) -> str:
    """Return the SHA-256 of all that a book's outputs depend on: texts, configuration, styles, program, packages, date.

    Returns "" if a file cannot be read; the build reports it.
    """
    digest = hashlib.sha256()
    for part in (hash_program(stamps), repr(sorted(versions().items())), slug, os.environ.get("SOURCE_DATE_EPOCH", "")):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    try:
        for folder in (project.source / slug, project.styles):
            digest.update(_hash_tree(project.root, folder, stamps).encode())
    except (OSError, RuntimeError):
        return ""
    return digest.hexdigest()


def fingerprint(sources: str, edition: str, form: str) -> str:
    """Return the fingerprint of one output of a book; "" without one of its sources."""
    return (
        hashlib.sha256(f"{sources} {edition} {form}".encode("utf-8", "surrogateescape")).hexdigest() if sources else ""
    )


def add_pages(fingerprint: str, edition: str, printed: Mapping[str, str]) -> str:
    """Return the fingerprint of an e-book with the pages of a printed edition, if it has any.

    `printed` has the fingerprints of the printed editions that exist.
    """
    if not fingerprint or not edition:
        return fingerprint
    return hashlib.sha256(f"{fingerprint} {edition} {printed.get(edition, '')}".encode()).hexdigest()


def is_fresh(project: Project, entry: dict[str, Any] | None, wanted: str, stamps: Stamps) -> bool:
    """Return whether an output in the report has this fingerprint, and its file is unchanged since it was written."""
    if not entry or not wanted or entry.get("fingerprint") != wanted:
        return False
    path = project.dist / str(entry.get("file", ""))
    try:
        return stamps.digest(path) == entry.get("sha256")
    except OSError:
        return False
