"""Chapters that are laid out apart: joined they make the same pages as the book in one piece."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest
import samples
from PIL import ImageChops

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.model.project import Project
from bookbuild.pdf import chapters, pieces

pytestmark = pytest.mark.slow

BOOKS = {
    "ar id": samples.files(("ar", "id"), chapters=2),
    "id ar": samples.files(("id", "ar"), chapters=3, config='[print]\nduplex = true\narchive = "a-2a"'),
    "ar id en": samples.files(("ar", "id", "en"), chapters=2),
    "a title in the text": {
        "ar/1.md": "# كتاب\n\n## باب\n\n" + "كلام طويل هنا. " * 60,
        "id/1.md": "# Buku\n\n## Bab\n\n" + "Kata yang panjang di sini. " * 60,
        "ar/2.md": "## باب ثان[^1]\n\nكلام.\n\n[^1]: حاشية",
        "id/2.md": "## Bab dua[^1]\n\nKata.\n\n[^1]: catatan",
        "book.toml": '[print]\nchapters = "page"\nalign = "kashida"',
    },
}
FOOT = 62
"""pt from the lower edge of a page, below which only its number stands."""
EDGE = 24
"""Shades of grey, of 255."""
EDITIONS = ("handout", "stacked", "reader-id", "study")


def made(project: Project, editions: tuple[str, ...] = EDITIONS) -> dict[str, bytes]:
    result = build(project, BuildRequest(editions=editions, formats=("pdf",), again=True, cached=False, jobs=1))
    assert not result.failed, result.outcomes[0].findings
    return {o["file"]: (project.dist / o["file"]).read_bytes() for o in result.outcomes[0].outputs}


def structure(data: bytes) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """Where names and the outline lead to: numbers of pages, and places on them to the tenth of a point; where links lie."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        numbers = {page.objgen: n for n, page in enumerate(pdf.pages, 1)}
        tree = pikepdf.NameTree(pdf.Root.Names.Dests)
        names = {str(k): (numbers[v[0].objgen], round(float(v[2]), 1), round(float(v[3]), 1)) for k, v in tree.items()}

        def entries(items: list[Any]) -> list[Any]:
            return [(i.title, numbers[i.destination[0].objgen], entries(i.children)) for i in items]

        with pdf.open_outline() as outline:
            links = [[round(float(x)) for x in note.Rect] for page in pdf.pages for note in page.get("/Annots", [])]
            return names, entries(outline.root), links


@pytest.mark.parametrize("name", BOOKS)
def test_joined_chapters_are_the_pages_of_the_book_in_one_piece(
    name: str, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = project(BOOKS[name])
    editions = EDITIONS if name == "id ar" else EDITIONS[::3]
    joined = made(book, editions)
    monkeypatch.setattr(chapters, "plan_chapters", lambda _: None)
    monkeypatch.setattr(pieces, "list_fits", lambda *_: ())  # what is of one piece is fitted to its sheets
    whole = made(book, editions)
    assert set(joined) == set(whole)
    for file, data in joined.items():
        assert data != whole[file]  # they were really made in two ways
        assert structure(data) == structure(whole[file]), file
        one, other = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument(whole[file])
        assert len(one) == len(other)
        for n in range(len(one)):
            looks = [pdf[n].render(scale=4).to_pil().convert("L").reduce(4) for pdf in (one, other)]
            # what is moved where margins are mirrored is rounded to other parts of pixels: edges may be lighter or darker
            assert ImageChops.difference(*looks).getextrema()[1] <= EDGE, f"{file}, page {n + 1}"
            pages = [pdf[n].get_textpage() for pdf in (one, other)]
            texts = [page.get_text_bounded(bottom=FOOT).split() for page in pages]
            assert texts[0] == texts[1], f"{file}, page {n + 1}"
            # PDFium may cut a line of page numbers elsewhere where these are pieces of their own
            words = [sorted(page.get_text_range().split()) for page in pages]
            assert words[0] == words[1], f"{file}, page {n + 1}"


def test_joined_chapters_share_their_typefaces(project: Callable[..., Project]) -> None:
    book = project(BOOKS["ar id"])
    with pikepdf.open(io.BytesIO(made(book, ("handout",))["book.pdf"])) as pdf:
        names = [str(o.FontName) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile2" in o]
        files = {o.FontFile2.objgen for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile2" in o}
        assert len(names) > len(files)
        assert len(files) == len(set(names))


def test_chapters_run_on_where_they_are_short_or_shall(project: Callable[..., Project]) -> None:
    short = {f"{tag}/{n}.txt": "x.\ny." for tag in ("ar", "id") for n in (1, 2, 3)}
    pages = {}
    for wanted in ("auto", "page", "run-on"):
        book = project({**short, "book.toml": f'headings = "none"\n[print]\nchapters = "{wanted}"'})
        data = made(book, ("handout",))["book.pdf"]
        pages[wanted] = len(pypdfium2.PdfDocument(data))
    assert pages == {"auto": 1, "page": 3, "run-on": 1}


@pytest.mark.parametrize(
    "own",
    [
        {"book.css": "@page :first { margin-top: 60mm }"},
        {"book.css": "p { counter-increment: mine }"},
        {"book.toml": '[print]\ncolumns = "measured"'},
        {"book.toml": "[print]\nduplex = true\ncrop_marks = true"},
        {"book.toml": '[print]\nchapters = "run-on"'},
    ],
)
def test_books_are_made_in_one_piece_where_parts_would_not_be_the_same(
    own: dict[str, str], project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = []
    plan = chapters.plan_chapters
    monkeypatch.setattr(chapters, "plan_chapters", lambda job: planned.append(plan(job)) or planned[-1])
    book = project({**samples.files(("ar", "id"), chapters=2), **own})
    assert not build(book, BuildRequest(editions=("handout",), formats=("pdf",))).failed
    assert planned == [None]
