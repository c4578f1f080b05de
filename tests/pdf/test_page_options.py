"""What book.toml says of a page: sizes, margins, page numbers, the line to fill in, the table of contents."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest
from glyph_positions import drawn
from printed import MM, first_book

from bookbuild.document.paper import PAPERS

TEXTS = {"ar.txt": "كلمة " * 60, "id.txt": "kata panjang " * 40}
HEADINGS = {
    tag: "\n\n".join(f"{'#' * level} {word} {n}\n\n{word}" for n, level in enumerate((1, 2, 3, 1, 2, 3), 1))
    for tag, word in (("ar.md", "باب"), ("id.md", "Bab"))
}


def write_toml(rules: str) -> dict[str, str]:
    return {"book.toml": f'languages = ["ar", "id"]\ntitle = "Judul"\n[print]\n{rules}'}


def find_letters(path: Path) -> list[tuple[float, float, float]]:
    """Return place and width of every Latin k of the first page's text, in points."""
    return [(one.x, one.y, one.width) for one in drawn(path) if one.page == 1 and not one.artifact and one.char == "k"]


def measure_type(path: Path) -> float:
    """Return the width of a k of the text, which is in proportion to its size."""
    return max(width for _, _, width in find_letters(path))


def find_folio(path: Path, page: int) -> list[tuple[str, float]]:
    """Return what stands below the text of a page, character by character, with its place in points."""
    foot = PAPERS["A4"][1] / MM - 65
    shown = [one for one in drawn(path) if one.page == page and one.y > foot]
    return [(one.char, one.x) for one in shown if one.char.strip()]


@pytest.mark.parametrize(("rules", "factor"), [("text_size = 130", 1.3), ("text_size = 80", 0.8)])
def test_type_is_as_large_as_asked_for(rules: str, factor: float, edition: Callable[..., Path]) -> None:
    usual = measure_type(edition("stacked", {**TEXTS, **write_toml("")}))
    asked = measure_type(edition("stacked", {**TEXTS, **write_toml(rules)}))
    assert asked / usual == pytest.approx(factor, abs=0.01)


def test_lines_are_as_far_apart_as_asked_for(edition: Callable[..., Path]) -> None:
    heights = []
    for rules in ("", "leading = 150"):
        rows = sorted({round(y, 1) for _, y, _ in find_letters(edition("stacked", {**TEXTS, **write_toml(rules)}))})
        heights.append(min(b - a for a, b in pairwise(rows) if b - a > 5))
    assert heights[1] / heights[0] == pytest.approx(1.5, abs=0.02)


def test_margins_are_as_wide_as_asked_for(edition: Callable[..., Path]) -> None:
    asked = ('margins = "narrow"', "", 'margins = "wide"', "margins = [30, 30, 45, 50]")
    pages = [find_letters(edition("stacked", {**TEXTS, **write_toml(rules)})) for rules in asked]
    lefts = [min(x for x, _, _ in letters) * MM for letters in pages]
    assert lefts[0] < lefts[1] < lefts[2]
    assert lefts[3] == pytest.approx(50, abs=0.5)  # the outer side of a right-to-left book is the left one


def test_columns_of_small_paper_have_smaller_type(edition: Callable[..., Path]) -> None:
    sizes = {
        paper: measure_type(edition("handout", {**TEXTS, **write_toml(f'paper = "{paper}"')}))
        for paper in ("A4", "F4", "A5")
    }
    assert sizes["A4"] == sizes["F4"]
    assert 0.85 * sizes["A4"] <= sizes["A5"] < 0.9 * sizes["A4"]


@pytest.mark.parametrize("name", ["handout", "stacked"])
def test_plain_page_numbers_stand_once_in_the_middle(name: str, edition: Callable[..., Path]) -> None:
    path = edition(name, {**HEADINGS, **write_toml('page_numbers = "plain"\nchapters = "page"\nfit = "none"')})
    width = PAPERS["A4"][0] / MM
    for page in range(1, len(pypdf.PdfReader(path).pages) + 1):
        ((digit, x),) = find_folio(path, page)
        assert int(digit) == page
        assert x == pytest.approx(width / 2, abs=5)


def test_plain_page_numbers_in_two_kinds_of_digits_stand_on_two_sides(edition: Callable[..., Path]) -> None:
    toml = {"book.toml": 'languages = ["ar", "id"]\ntitle = "Judul"\ndigits = {ar = "arab"}\n'}
    digits = dict(find_folio(edition("stacked", {**TEXTS, **toml}), 1))
    assert sorted(digits) == ["1", "١"]
    assert digits["١"] - digits["1"] > 300


def test_pages_can_do_without_numbers(edition: Callable[..., Path]) -> None:
    assert not find_folio(edition("handout", {**TEXTS, **write_toml('page_numbers = "none"')}), 1)


def test_three_columns_have_three_heads_and_page_numbers(edition: Callable[..., Path]) -> None:
    words = {tag: word * 900 for tag, word in (("ar.txt", "كلمة "), ("id.txt", "kata "), ("en.txt", "word "))}
    toml = '[title]\nar = "كتاب"\nid = "Buku"\nen = "Book"\n'
    page = pypdf.PdfReader(edition("handout", {**words, "book.toml": 'languages = ["ar", "id", "en"]\n' + toml})).pages[
        1
    ]
    text = page.extract_text()
    for wanted in ("Buku", "Book", "كتاب", "Halaman 2 dari", "Page 2 of", "صفحة"):
        assert wanted in text, wanted


def test_the_line_to_fill_in_has_the_fields_that_were_asked_for(edition: Callable[..., Path]) -> None:
    rules = 'name_line = ["name", "date", "Sekolah", "المدرسة"]'
    text = pypdf.PdfReader(edition("handout", {**first_book(), **write_toml(rules)})).pages[0].extract_text()
    for wanted in ("Nama", "الاسم", "Tanggal", "التاريخ", "Sekolah", "المدرسة"):
        assert wanted in text, wanted
    assert "Kelas" not in text


@pytest.mark.parametrize(("depth", "listed"), [(1, 2), (2, 4), (3, 6)])
def test_contents_are_as_deep_as_asked_for(depth: int, listed: int, edition: Callable[..., Path]) -> None:
    path = edition("handout", {**HEADINGS, **write_toml(f"contents = true\ncontents_depth = {depth}")})
    assert len(pypdf.PdfReader(path).pages[0]["/Annots"]) == listed * 2  # a link in each language
