"""E-books that several test files look into: built once a run, and what is in their files."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
import samples
from conftest import NATO, build_once, write
from lxml import etree

from bookbuild.book.folder import open_book
from bookbuild.book.images import read_pictures
from bookbuild.book.load import load_book
from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.document import rows
from bookbuild.document.document import Document
from bookbuild.document.editions import find_named_editions
from bookbuild.document.outputs import BuildContext
from bookbuild.model.project import open_project
from bookbuild.work.workers import Workers

EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"


def made(root: Path, files: dict[str, str | bytes] | None, editions: tuple[str, ...] = ("all",)) -> list[Path]:
    """Build the e-books of a book, with the handout that they take page numbers from."""
    if files is None:
        shutil.copytree(NATO, root / "source" / "nato-1954")
    else:
        write(root / "source" / "book", files)
    for wanted in (BuildRequest(editions=("handout",)), BuildRequest(editions=editions, formats=("epub",))):
        result = build(open_project(root), wanted)
        assert [str(f) for outcome in result.outcomes for f in outcome.findings if f.severity == "error"] == []
    return sorted((root / "dist").glob("*.epub"))


@pytest.fixture(scope="session")
def first_ebooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = build_once(tmp_path_factory, "first-ebooks", lambda folder: made(folder, None))
    return sorted((root / "dist").glob("*.epub"))


@pytest.fixture(scope="session")
def rich_ebooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    files = samples.files(("ar", "id", "en"))
    root = build_once(tmp_path_factory, "rich-ebooks", lambda folder: made(folder, files))
    return sorted((root / "dist").glob("*.epub"))


@pytest.fixture(scope="session")
def long_ebooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """20 chapters with every construct, without a handout: it would take minutes."""

    def make(folder: Path) -> None:
        write(folder / "source" / "book", samples.files(("ar", "id", "en"), chapters=20, brief=True))
        result = build(open_project(folder), BuildRequest(editions=("all",), formats=("epub",)))
        assert [str(f) for outcome in result.outcomes for f in outcome.findings] == []

    root = build_once(tmp_path_factory, "long-ebooks", make)
    return sorted((root / "dist").glob("*.epub"))


def part(path: Path, name: str) -> Any:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(f"EPUB/{name}"))


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def document(path: Path) -> Document:
    """What the e-book must show, as the program knows it."""
    project = open_project(path.parents[1])
    slug = next((project.root / "source").iterdir()).name
    source = open_book(project, slug)
    book = load_book(project, source).book
    name = path.stem.removeprefix(slug).removeprefix("-") or "bilingual"
    edition = next(one for one in find_named_editions(name) if one.format == "epub")
    context = BuildContext(
        project=project,
        source=source,
        book=book,
        images=read_pictures(project, book),
        moment=None,
        workers=Workers(),
    )
    return rows.build_document(context.show(edition).book, edition, context.images)
