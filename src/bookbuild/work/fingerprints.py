"""Whether an output is up to date: a fingerprint of all that it depends on. Imports nothing heavy."""

from __future__ import annotations

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

PACKAGES = (
    "weasyprint",
    "ebooklib",
    "jinja2",
    "markdown-it-py",
    "mdit-py-plugins",
    "babel",
    "fonttools",
    "pydyf",
    "pyphen",
    "uharfbuzz",
    "pillow",
    "pypdfium2",
    "pikepdf",
    "tinytag",
    "numpy",
    "anyascii",
    "sentencex",
    "openpyxl",
    "fontpkg-amiri",
    "fontpkg-crimson-text",
    "fontpkg-pt-serif",
    "fontpkg-frank-ruhl-libre",
    "noto-cjk-sans-jp-regular",
)
"""Packages that show in outputs; their versions are part of every fingerprint and of the report."""

_DIST_INFO = re.compile(r"([\w.]+)-([^-]+)\.dist-info")
_program: dict[str, str] = {}
_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def versions() -> dict[str, str]:
    """Give the versions of this program and of the packages that show in outputs."""
    installed = _installed()
    return {"bookbuild": __version__} | {name: installed.get(name) or _looked_up(name) for name in PACKAGES}


def _installed() -> dict[str, str]:
    """Read versions off the names of the folders that installers leave: metadata is slow to look up."""
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - names alone
        except OSError:
            continue
        for name in names:
            if match := _DIST_INFO.fullmatch(name):
                found.setdefault(re.sub(r"[-_.]+", "-", match[1]).lower(), match[2])
    return found


def _looked_up(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def maker() -> tuple[object, ...]:
    """Give all that results depend on beside what they are made of: the program and its packages."""
    return program(), *sorted(versions().items())


def program(stamps: Stamps | None = None) -> str:
    """Hash the program itself and the stylesheets that come with it."""
    if "" not in _program:
        known = stamps or Stamps()
        folders = (_PACKAGE, styles_folder())
        _program[""] = " ".join(_tree(folder, folder, known, besides=".pyc") for folder in folders)
    return _program[""]


def styles_folder() -> Path:
    """Return the folder of the stylesheets that come with the program: in a checkout, that of the project itself."""
    installed = _PACKAGE / "styles"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "styles"


def _tree(root: Path, folder: Path, stamps: Stamps, besides: str = "/") -> str:
    """Hash the files of a folder and their paths from `root` on, but for those of one ending."""
    digest = hashlib.sha256()
    start = len(os.fspath(root)) + 1
    for path in sorted(inside(root, folder)):
        if not path.endswith(besides):  # texts, not paths: pathlib would take half of an idle build's time
            digest.update(path[start:].replace(os.sep, "/").encode("utf-8", "surrogateescape") + b"\0")
            digest.update(bytes.fromhex(stamps.digest(path)))
    return digest.hexdigest()


def inside(root: Path, folder: Path) -> Iterator[str]:
    """Give all files of a folder, also over links, but nothing that lies outside `root`, which is no link itself."""
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


def sources(project: Project, slug: str, stamps: Stamps) -> str:
    """Hash all that a book's outputs depend on: texts, configuration, styles, layouts, program, packages, date.

    A file that cannot be read makes no fingerprint; the build will say what is wrong with it.
    """
    digest = hashlib.sha256()
    for part in (program(stamps), repr(sorted(versions().items())), slug, os.environ.get("SOURCE_DATE_EPOCH", "")):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    try:
        for folder in (project.source / slug, project.styles):
            digest.update(_tree(project.root, folder, stamps).encode())
    except (OSError, RuntimeError):
        return ""
    return digest.hexdigest()


def fingerprint(made_of: str, edition: str, form: str) -> str:
    """Give the fingerprint of one output of a book."""
    return (
        hashlib.sha256(f"{made_of} {edition} {form}".encode("utf-8", "surrogateescape")).hexdigest() if made_of else ""
    )


def with_pages(own: str, edition: str, printed: Mapping[str, str]) -> str:
    """Give the fingerprint of an e-book that refers to the pages of a printed edition, if there is such a one.

    `printed` gives the fingerprints of those that are there.
    """
    if not own or not edition:
        return own
    return hashlib.sha256(f"{own} {edition} {printed.get(edition, '')}".encode()).hexdigest()


def is_fresh(project: Project, entry: dict[str, Any] | None, wanted: str, stamps: Stamps) -> bool:
    """Tell whether an output that the report names was made of just this, and still stands as it was written."""
    if not entry or not wanted or entry.get("fingerprint") != wanted:
        return False
    path = project.dist / str(entry.get("file", ""))
    try:
        return stamps.digest(path) == entry.get("sha256")
    except OSError:
        return False
