"""Page make-up: which rows stand badly at a page's foot."""

from __future__ import annotations

import re
from collections.abc import Callable

import pypdfium2
import pytest
from conftest import Built
from glyph_positions import drawn

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.document.document import Document
from bookbuild.document.editions import find_named_editions
from bookbuild.document.rows import build_document
from bookbuild.model.project import Project
from bookbuild.pdf.boxes import find_torn_units
from bookbuild.pdf.engine.pages import BreakRequest
from bookbuild.pdf.lines import Line
from bookbuild.pdf.page_breaks import SHORT_FOOT, PageReview

BOOK = {"ar.txt": "نص أول.\nنص ثان.\n", "id.txt": "Teks satu.\nTeks dua.\n"}


@pytest.fixture
def laid_out(project: Callable[..., Project]) -> Document:
    made = project(BOOK)
    return build_document(load_book(made, open_book(made, "book")).book, find_named_editions("handout")[0], {})


def lines(**pages: dict[int, int]) -> tuple[Line, ...]:
    """Lines of the first unit: side=page to number of lines."""
    return tuple(
        Line(f"u1-{side}", page, "x", "", 0.0) for side, at in pages.items() for page, n in at.items() for _ in range(n)
    )


@pytest.mark.parametrize(
    ("sides", "is_torn"),
    [
        ({"ar": {1: 4}, "id": {1: 6}}, False),
        ({"ar": {1: 2, 2: 3}, "id": {1: 3, 2: 4}}, False),
        # the foot shows one side only
        ({"ar": {2: 3}, "id": {1: 2, 2: 3}}, True),
        ({"ar": {1: 2, 3: 2}, "id": {1: 2, 2: 40, 3: 1}}, True),
        # one side has ended, the other goes on alone
        ({"ar": {1: 4}, "id": {1: 5, 2: 2}}, False),
    ],
)
def test_torn_rows_are_seen(laid_out: Document, sides: dict[str, dict[int, int]], is_torn: bool) -> None:
    assert find_torn_units(laid_out, lines(**sides)) == ({"u1"} if is_torn else set())


@pytest.mark.parametrize(
    ("page", "wished"),
    [
        # both sides go on, or both have ended
        ([("u1-ar", "أول"), ("u1-id", "satu dua")], BreakRequest()),
        ([("u1-ar", "أول ثان"), ("u1-id", "satu dua tiga")], BreakRequest()),
        # one side has not begun
        ([("u1-id", "satu dua")], BreakRequest(keep=frozenset({"u1"}))),
        ([("u1-id", "satu dua tiga")], BreakRequest(keep=frozenset({"u1"}))),
        # one has ended, and little of the other stands here: it can go with it
        ([("u1-ar", "أول ثان"), ("u1-id", "satu dua")], BreakRequest(keep=frozenset({"u1"}))),
        ([("u1-ar", "أول ثان"), *[("u1-id", c) for c in "satudua"]], BreakRequest()),
        # a word is divided over the page
        ([("u1-ar", "أول"), ("u1-id", "satu du‐")], BreakRequest(words=frozenset({"satu du"}))),
        # a heading is the last on the page
        ([("u1-ar", "أول ثان"), ("u1-id", "satu dua tiga"), ("h1-id", "Judul"), ("h1-ar", "عنوان")], BreakRequest(push=frozenset({"h1"}))),
    ],
)  # fmt: skip
def test_a_page_says_how_it_should_have_ended(
    page: list[tuple[str, str]], wished: BreakRequest, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = project({"ar.md": "أول ثان\n\n# عنوان\n\nثالث", "id.md": "satu dua tiga\n\n# Judul\n\nempat"})
    laid_out = build_document(load_book(made, open_book(made, "book")).book, find_named_editions("handout")[0], {})
    shown = [Line(i, 1, text, "‐", 0.0, n, n + 1, text) for n, (i, text) in enumerate(page)]
    monkeypatch.setattr("bookbuild.pdf.page_breaks.find_page_lines", lambda *_: iter(shown))
    assert SHORT_FOOT == 3
    assert PageReview(laid_out, rows=True)(object(), 1) == wished


@pytest.mark.slow
def test_no_number_stands_alone_at_a_pages_foot(built: Callable[..., Built]) -> None:
    """Rows of several heights, so that pages have room for a number at their foot and for no line."""
    for lines in range(3, 9):
        ar, idn = (
            "كان المعسكر الاشتراكي يقترب منه جدا. " * lines,
            "Kubu sosialis saat itu mendekati kubu lain. " * lines,
        )
        book = built(
            {"ar.txt": (ar + "\n") * 60, "id.txt": (idn + "\n") * 60, "book.toml": 'headings = "none"'},
            formats=("pdf",),
        )
        every = list(drawn(book.pdf))
        for page in {d.page for d in every}:
            text = [d for d in every if d.page == page and not d.artifact and not d.char.isspace()]
            lowest = max(d.y for d in text)
            foot = "".join(d.char for d in text if d.y > lowest - 4)
            assert not re.fullmatch(r"\d+", foot), f"{lines} lines, page {page}"


def test_a_side_that_ended_on_an_earlier_page_is_not_missed(
    project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = project({"ar.txt": "أول ثان", "id.txt": "satu dua tiga empat lima enam tujuh"})
    laid_out = build_document(load_book(made, open_book(made, "book")).book, find_named_editions("handout")[0], {})
    pages = [
        [("u1-ar", "أول ثان"), *[("u1-id", word) for word in ["satu", "dua", "tiga", "empat", "lima", "enam"]]],
        [("u1-id", "tujuh")],
    ]
    watch = PageReview(laid_out, rows=True)
    for number, page in enumerate(pages, 1):
        shown = [Line(i, number, text, "‐", 0.0, n, n + 1, text) for n, (i, text) in enumerate(page)]
        monkeypatch.setattr("bookbuild.pdf.page_breaks.find_page_lines", lambda *_, shown=shown: iter(shown))
        assert watch(object(), number) == BreakRequest()


def test_first_lines_of_a_row_stand_on_one_line_on_every_page(built: Callable[..., Built]) -> None:
    ar = "كان المعسكر الاشتراكي يقترب من المعسكر الرأسمالي في ذلك الوقت. "
    files = {"ar.txt": ar * 90, "id.txt": "Kubu sosialis saat itu mendekati kubu kapitalis. " * 120}
    book = built({**files, "book.toml": 'headings = "none"\n[print]\ncolumn_heads = false'}, formats=("pdf",))
    opened = pypdfium2.PdfDocument(book.pdf)
    assert len(opened) > 2
    for page in list(opened)[1:2]:
        text = page.get_textpage()
        tops: dict[str, list[float]] = {"ar": [], "id": []}
        for index, char in enumerate(text.get_text_range()):
            language = "ar" if char == "ا" else "id" if char in "imn" else ""
            bottom = text.get_charbox(index)[1]
            if language and 70 < bottom < 775:  # between page number and running head
                tops[language].append(bottom)
        # these letters stand on the base line
        first = {language: max(values) for language, values in tops.items()}
        assert abs(first["ar"] - first["id"]) < 1, first


@pytest.mark.parametrize("divide", [True, False])
def test_paragraphs_stay_whole_where_that_is_asked_for(built: Callable[..., Built], *, divide: bool) -> None:
    words = "beberapa kata dalam paragraf yang agak panjang "
    texts = {
        "ar.txt": "\n".join("كلمات قليلة في فقرة طويلة بعض الشيء " * (6 + n % 5) for n in range(30)),
        "id.txt": "\n".join("Awal " + words * (6 + n % 5) for n in range(30)),
    }
    config = f"[print]\ndivide = {str(divide).lower()}\ncolophon = false\ncolumn_heads = false\n"
    book = built({**texts, "book.toml": config}, formats=("pdf",))
    firsts: dict[int, list[tuple[float, float, str]]] = {}
    for one in drawn(book.pdf):
        if one.x < 280 and not one.artifact and one.char.isalpha():
            firsts.setdefault(one.page, []).append((round(one.y), one.x, one.char))
    begun = [
        "".join(char for _, _, char in sorted(page)[:4]) == "Awal" for number, page in firsts.items() if number > 1
    ]
    assert len(begun) > 3
    assert all(begun) is not divide
