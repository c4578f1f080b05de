"""Lines that are chosen all at once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import inf

import pytest
from conftest import Built, command
from engine_alone import document
from glyph_positions import drawn
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.model.project import Project
from bookbuild.pdf.engine.breaking import LineBreaks, fix_lines
from bookbuild.pdf.engine.paragraphs import fit_paragraphs
from bookbuild.pdf.line_fit import Measure, Piece, fit_lines, rate_lines

WIDTHS = st.floats(1, 60)
WORDS = st.builds(Piece, WIDTHS, st.just(3.0), st.just(0.0), st.integers(1, 12), st.just(1))
PARTS = st.builds(Piece, WIDTHS, st.just(0.0), st.just(2.0), st.integers(1, 6), st.just(0), st.just(True))
PIECES = st.lists(st.one_of(WORDS, PARTS), min_size=1, max_size=40)
MEASURES = st.builds(Measure, st.floats(70, 200), st.floats(70, 200), st.sampled_from([0.0, 12.0]))


def fill_lines(pieces: list[Piece], measure: Measure) -> list[int]:
    """Return the ends of lines as they are where each takes as much as it can."""
    ends: list[int] = []
    while not ends or ends[-1] < len(pieces):
        start = ends[-1] if ends else 0
        fitting = [end for end in range(start + 1, len(pieces) + 1) if rate_line(pieces, measure, start, end) < inf]
        if not fitting:
            return []
        ends.append(fitting[-1])
    return ends


def rate_line(pieces: list[Piece], measure: Measure, start: int, end: int) -> float:
    """Return the cost of a line as if text went on before and after it, where it does."""
    room = Measure(measure.find_room(start), measure.other, measure.em)
    alone = pieces[start:end] if end == len(pieces) else [*pieces[start:end], Piece(1.0, letters=9)]
    return rate_lines(alone, room, sorted({end - start, len(alone)}))


@given(PIECES, MEASURES)
def test_lines_hold_all_pieces_and_are_not_too_wide(pieces: list[Piece], measure: Measure) -> None:
    ends = fit_lines(pieces, measure)
    if ends is None:
        return
    assert ends[-1] == len(pieces)
    assert ends == sorted(set(ends))
    assert rate_lines(pieces, measure, ends) < inf


@given(PIECES, MEASURES)
def test_lines_cost_no_more_than_those_that_are_filled_one_by_one(pieces: list[Piece], measure: Measure) -> None:
    filled = fill_lines(pieces, measure)
    cost = rate_lines(pieces, measure, filled) if filled else inf
    if cost == inf:
        return
    ends = fit_lines(pieces, measure)
    assert ends is not None
    shares = [sum(p.width + p.space for p in pieces[a:b]) / measure.find_room(a) for a, b in pairwise([0, *filled])]
    if all(share > 0.6 for share in shares[:-1]):  # lines that are all but empty are not looked at
        assert rate_lines(pieces, measure, ends) <= cost * 1.0001


def test_a_barred_line_is_not_taken() -> None:
    pieces = [Piece(20.0, 3.0, letters=5, gaps=1)] * 12
    measure = Measure(100.0, 100.0)
    ends = fit_lines(pieces, measure)
    assert ends == [4, 8, 12]
    assert (fit_lines(pieces, measure, {(0, 4)}) or [])[0] != 4


def test_a_short_word_does_not_stand_alone_on_the_last_line() -> None:
    words = [Piece(20.0, 3.0, letters=5, gaps=1)] * 4
    assert fit_lines([*words, Piece(8.0, letters=2)], Measure(90.0, 90.0)) == [3, 5]


def test_not_more_than_two_hyphens_stand_under_each_other() -> None:
    part = Piece(90.0, 0.0, 4.0, letters=9, divided=True)
    assert fit_lines([part, part, Piece(90.0, letters=9)], Measure(100.0, 100.0)) == [1, 2, 3]
    assert fit_lines([part, part, part, Piece(90.0, letters=9)], Measure(100.0, 100.0)) is None


PROSE = "Di sini perwakilan meyakinkan hadirin bahwa organisasi itu defensif dan melihat mitra masa depan. " * 4
CSS = "p { font-size: 16px; width: 240px } i { color: #777 }"


def read_lines(html: str, css: str = CSS) -> list[str]:
    boxes = document(html, css).pages[0]._page_box.descendants()
    return [
        "".join(box.text for box in line.descendants() if type(box).__name__ == "TextBox")
        for line in boxes
        if type(line).__name__ == "LineBox"
    ]


@pytest.mark.parametrize("text", [PROSE, PROSE.replace("hadirin", "<i>hadirin</i>").replace("itu ", "<b>itu </b>")])
def test_paragraphs_lose_nothing_and_are_broken_otherwise(text: str) -> None:
    html = f'<html lang="id"><p class="paragraph">{text}</p></html>'
    alone = read_lines(html)
    breaks = LineBreaks()
    with fix_lines(breaks), fit_paragraphs(breaks):
        fitted = read_lines(html)
    assert fitted != alone, "WeasyPrint chooses the lines of a paragraph together: this is no longer needed"
    shown = [
        " ".join("".join(f"{line} " for line in lines).replace("\u2010 ", "").split()) for lines in (alone, fitted)
    ]
    assert shown[0] == shown[1]


def test_lines_before_the_last_are_not_short(built: Callable[..., Built]) -> None:
    texts = ["\n\n".join(f"{text} Dan {'lagi ' * n}selesai." for n in range(12)) for text in (PROSE, PROSE)]
    files = {"id.txt": texts[0], "en.txt": texts[1], "book.toml": "[print]\ncolophon = false\nname_line = false\n"}
    book = built(files, formats=("pdf",))
    widths: dict[tuple[int, int], list[float]] = {}
    for char in drawn(book.pdf):
        if char.x < 290 and not char.artifact:
            widths.setdefault((char.page, round(char.y)), []).append(char.x)
    ends = sorted(max(places) for places in widths.values())
    full = ends[-1] - min(min(places) for places in widths.values())
    short = [end for end in ends if ends[-1] - end > 0.25 * full]
    assert len(ends) > 90
    assert len(short) <= 12, "only last lines are"


def test_a_language_whose_lines_stay_short_is_reported(project: Callable[..., Project]) -> None:
    text = "\n".join(" ".join(["mwanamapinduzikipindupindu"] * 9) + "." for _ in range(12))
    config = "[print]\ncolumns = [3, 2]\ncolophon = false\n"
    here = project({"sw.txt": text, "ar.txt": "\n".join(["كلمة."] * 12), "book.toml": config})
    done = command("build", "--root", str(here.root), "--format", "pdf")
    assert "of the lines of sw leave more than a fifth of their column empty" in done.err
    assert "[O009]" in done.err
    lines = Built(here, "book").report["outputs"][0]["make_up"]["lines"]
    assert lines["sw"]["short"] > 15
    assert lines["ar"]["short"] == 0
