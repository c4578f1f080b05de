"""Page make-up: which rows stand badly at a page's foot."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2
import pytest
from conftest import Built

from bookbuild.document import Document
from bookbuild.editions import find
from bookbuild.layout import document
from bookbuild.load import load
from bookbuild.makeup import SHORT_FOOT, Line, lonely, torn
from bookbuild.project import Project, open_book

BOOK = {"ar.txt": "نص أول.\nنص ثان.\n", "id.txt": "Teks satu.\nTeks dua.\n"}


@pytest.fixture
def laid_out(project: Callable[..., Project]) -> Document:
    made = project(BOOK)
    return document(load(made, open_book(made, "book")).book, find("handout")[0], {})


def lines(**pages: dict[int, int]) -> tuple[Line, ...]:
    """Lines of the first unit: side=page to number of lines."""
    return tuple(
        Line(f"u1-{side}", page, "x", "", 0.0) for side, at in pages.items() for page, n in at.items() for _ in range(n)
    )


@pytest.mark.parametrize(
    ("sides", "is_torn", "is_lonely"),
    [
        ({"ar": {1: 4}, "id": {1: 6}}, False, False),
        ({"ar": {1: 2, 2: 3}, "id": {1: 3, 2: 4}}, False, False),
        # the foot shows one side only
        ({"ar": {2: 3}, "id": {1: 2, 2: 3}}, True, False),
        ({"ar": {1: 2, 3: 2}, "id": {1: 2, 2: 40, 3: 1}}, True, False),
        # one side has ended, the other goes on alone
        ({"ar": {1: 4}, "id": {1: 5, 2: 2}}, False, True),
        ({"ar": {1: 9}, "id": {1: 11, 2: 2}}, False, False),
    ],
)
def test_rows_that_stand_badly_are_seen(
    laid_out: Document, sides: dict[str, dict[int, int]], is_torn: bool, is_lonely: bool
) -> None:
    assert SHORT_FOOT == 5
    found = lines(**sides)
    assert torn(laid_out, found) == ({"u1"} if is_torn else set())
    assert lonely(laid_out, found) == ({"u1"} if is_lonely else set())


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
