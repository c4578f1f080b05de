"""Whether an output is up to date: a fingerprint of all that it depends on. Imports nothing heavy."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bookbuild import __version__
from bookbuild.project import Project

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
    "fontpkg-amiri",
    "fontpkg-crimson-text",
    "fontpkg-pt-serif",
    "fontpkg-frank-ruhl-libre",
    "noto-cjk-sans-jp-regular",
)
"""Packages that show in outputs; their versions are part of every fingerprint and of the report."""


@cache
def versions() -> dict[str, str]:
    """Give the versions of this program and of the packages that show in outputs."""
    found = {"bookbuild": __version__}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


@cache
def program() -> str:
    """Hash the program itself and the stylesheets that come with it."""
    package = Path(__file__).parent
    beside = package / "styles"
    styles = beside if beside.is_dir() else package.parents[1] / "styles"
    return _tree(p for folder in (package, styles) for p in folder.rglob("*") if p.suffix != ".pyc")


def _tree(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file():
            digest.update(f"{path.name}\0{path.parent.name}\0".encode("utf-8", "surrogateescape"))
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def inside(project: Project, folder: Path) -> Iterator[Path]:
    """Give all files of a folder, also over links, but nothing that lies outside the project."""
    seen: set[Path] = set()
    for name, folders, files in os.walk(folder, followlinks=True):
        here = Path(name).resolve()
        if here in seen or not here.is_relative_to(project.root):
            folders.clear()
            continue
        seen.add(here)
        for file in files:
            path = Path(name) / file
            if not path.is_symlink() or path.resolve().is_relative_to(project.root):
                yield path


def sources(project: Project, slug: str) -> str:
    """Hash all that a book's outputs depend on: texts, configuration, styles, layouts, program, packages, date.

    A file that cannot be read makes no fingerprint; the build will say what is wrong with it.
    """
    digest = hashlib.sha256()
    for part in (program(), repr(sorted(versions().items())), slug, os.environ.get("SOURCE_DATE_EPOCH", "")):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    try:
        for folder in (project.source / slug, project.styles):
            digest.update(_tree(inside(project, folder)).encode())
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


def is_fresh(project: Project, entry: dict[str, Any] | None, wanted: str) -> bool:
    """Tell whether an output that the report names was made of just this, and still stands as it was written."""
    if not entry or not wanted or entry.get("fingerprint") != wanted:
        return False
    path = project.dist / str(entry.get("file", ""))
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == entry.get("sha256")
    except OSError:
        return False
