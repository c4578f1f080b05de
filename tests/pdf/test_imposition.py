"""Sheets: that they fold into a book whose pages follow each other, read off the paper itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import samples
from conftest import Built, command
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.model.project import Project
from bookbuild.pdf.imposition.order import GRIDS, arrange_folds, arrange_grid

MM = 25.4 / 72


def bind(sides: Sequence[Sequence[object]], direction: str, signature: int) -> list[object]:
    """Fold paper: what one reads leaf by leaf, of sides as pairs (left half, right half), fronts and backs in turn.

    Backs lie behind fronts as a sheet is turned on its short edge: the back's left half is behind the front's right.
    """
    sheets = [(sides[n], sides[n + 1]) for n in range(0, len(sides), 2)]
    size = signature or len(sheets)
    read: list[object] = []
    for start in range(0, len(sheets), size):
        book = sheets[start : start + size]
        left, right = (0, 1) if direction == "ltr" else (1, 0)
        for front, back in book:  # first halves, from the outermost sheet inwards
            read += [front[right], back[left]]
        for front, back in reversed(book):
            read += [back[right], front[left]]
    return read


@given(st.integers(1, 90), st.sampled_from(["ltr", "rtl"]), st.integers(0, 6))
def test_folded_sheets_give_all_pages_in_order(pages: int, direction: str, signature: int) -> None:
    sides = arrange_folds(pages, direction, signature=signature, thickness=0.1)
    read = bind([[place.page for place in side] for side in sides], direction, signature)
    assert read[:pages] == list(range(pages))
    assert set(read[pages:]) <= {None}
    assert len(sides) == 2 * ceil(pages / 4)


@given(st.integers(1, 90), st.sampled_from(["ltr", "rtl"]), st.sampled_from(sorted(GRIDS)))
def test_pages_beside_each_other_are_read_in_order(pages: int, direction: str, up: int) -> None:
    read = []
    for side in arrange_grid(pages, direction, up):
        sign = 1 if direction == "ltr" else -1
        read += [p.page for p in sorted(side, key=lambda p: (p.row, sign * p.column))]
    assert read == list(range(pages))


def test_inner_sheets_are_moved_towards_the_fold() -> None:
    sides = arrange_folds(16, "ltr", thickness=0.2)
    assert [place.shift for place in sides[0]] == [0.0, 0.0]
    assert [round(place.shift, 2) for place in sides[6]] == [0.6, -0.6]  # the innermost of four


def numbers(path: Path) -> list[list[tuple[float, float, int]]]:
    """The page numbers printed on each side: distance from the left and from the top in mm, and number."""
    found = []
    opened = pypdfium2.PdfDocument(path)
    for page in opened:
        text = page.get_textpage()
        whole = text.get_text_range()
        here = []
        for match in re.finditer(r"Halaman (\d+) dari|(\d+) Halaman", whole):
            left, bottom, _, _ = text.get_charbox(match.start())
            here.append((left * MM, (page.get_height() - bottom) * MM, int(match[1] or match[2])))
        found.append(here)
    opened.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("languages", "direction"), [(("ar", "id"), "rtl"), (("id", "ar"), "ltr")])
@pytest.mark.parametrize("signature", [0, 1])
def test_a_booklet_folds_right(
    languages: tuple[str, str], direction: str, signature: int, project: Callable[..., Project]
) -> None:
    config = f'[booklet]\nedition = "handout"\nsheet = "F4"\nsignature = {signature}'
    made = project(samples.files(languages, config=config))
    result = build(made, BuildRequest(editions=("booklet",)))
    assert not result.failed
    path = made.dist / "book-booklet.pdf"
    sides = []
    for side in numbers(path):
        halves = [next((n for x, _, n in side if (x > 165) == half), None) for half in (False, True)]
        sides.append(halves)
    read = bind(sides, direction, signature)
    pages = max(n for n in read if n is not None)
    assert pages > 6
    assert read[:pages] == list(range(1, pages + 1))
    with pikepdf.open(path) as pdf:
        assert [round(float(n) * MM) for n in pdf.pages[0].mediabox] == [0, 0, 330, 215]
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipShortEdge"


@pytest.mark.slow
def test_several_pages_on_a_side_stand_in_reading_order(project: Callable[..., Project]) -> None:
    made = project(samples.files(config='[sheets]\nedition = "handout"\nup = 4'))
    assert not build(made, BuildRequest(editions=("sheets",))).failed
    read = []
    for side in numbers(made.dist / "book-sheets.pdf"):
        rows = sorted(side, key=lambda place: (place[1] > 148, -place[0]))
        read += [n for _, _, n in rows]
    assert len(read) > 6
    assert read == list(range(1, len(read) + 1))


@pytest.mark.slow
def test_text_links_tags_and_outline_are_kept_on_sheets(project: Callable[..., Project]) -> None:
    made = project(samples.files())
    build(made, BuildRequest(editions=("facing", "booklet"), formats=("pdf",)))
    with pikepdf.open(made.dist / "book-facing.pdf") as pages, pikepdf.open(made.dist / "book-booklet.pdf") as sheets:
        before = [a for page in pages.pages for a in page.get("/Annots", [])]
        after = [a for page in sheets.pages for a in page.get("/Annots", [])]
        assert len(before) == len(after) > 8
        for page in sheets.pages:
            for annotation in page.get("/Annots", []):
                left, bottom, right, top = (float(n) for n in annotation.Rect)
                assert 0 <= min(left, right) <= max(left, right) <= float(page.mediabox[2])
                assert 0 <= min(bottom, top) <= max(bottom, top) <= float(page.mediabox[3])
        kept = {page.obj.objgen for page in sheets.pages}
        names = sheets.Root.Names.Dests
        targets = list(names.Names)[1::2]
        assert targets
        assert all(target[0].objgen in kept for target in targets)
        assert sheets.Root.Outlines.Count == pages.Root.Outlines.Count


def test_a_booklet_of_what_is_no_edition_is_refused(project: Callable[..., Project]) -> None:
    made = project({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": '[booklet]\nedition = "facin"'})
    done = command("build", "--edition", "booklet", "--root", str(made.root))
    assert done.status == 1
    assert "booklet.edition is 'facin', which is no printed edition of this book: did you mean 'facing'?" in done.err


def test_the_report_says_how_many_sides_and_blank_pages(
    built: Callable[..., Built], project: Callable[..., Project]
) -> None:
    made = project({"ar.txt": "نص.", "id.txt": "Teks."})
    build(made, BuildRequest(editions=("booklet",)))
    facts = Built(made, "book").report["outputs"][0]
    assert facts["make_up"]["edition"] == "facing"
    assert facts["pages"] == facts["make_up"]["sides"] == 2
    assert facts["make_up"]["blank_pages"] == 0
