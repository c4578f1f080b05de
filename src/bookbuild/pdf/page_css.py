"""The page of a printed edition: its size, margins, columns, running heads and page numbers, as CSS. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

from bookbuild.book.config.print import PrintTable
from bookbuild.document.editions import Arrangement, Edition
from bookbuild.document.paper import Margins, Page, fit_margins, measure_page
from bookbuild.model.book import Book
from bookbuild.pdf.copyfit import Fit

_GUTTER, GAP = 10.0, 7.0
"""mm between the first two columns, which bears the numbers, and between others."""
_WIDE_GUTTER = 12.0
"""The same where a number stands there in two kinds of digits."""
_HALF = 0.75
"""Margins of half a sheet, as a share of a whole one's."""
_MARGINS = {"narrow": 0.7, "normal": 1.0, "wide": 1.3}
"""Factors of an edition's own margins."""
_OPPOSITE = {"left": "right", "right": "left"}
"""The other side."""
_PLACES = ("left", "center", "right")
_NO_HEADS = " ".join(f"@top-{place} {{ content: none }}" for place in _PLACES)
BARE = f"@page {{ {_NO_HEADS} {' '.join(f'@bottom-{place} {{ content: none }}' for place in _PLACES)} }}"
"""Of title pages and closing pages: no head and no number."""
_UNFITTED = Fit()


def plan_page(edition: Edition, options: PrintTable, languages: int, *, own_paper: bool, fit: Fit = _UNFITTED) -> Page:
    """Return the page of an edition; `own_paper` says that book.toml names a paper for this edition alone."""
    half = edition.half and not own_paper
    wide = edition.arrangement is Arrangement.ROWS and languages > 2
    landscape = options.orientation == "landscape" or (options.orientation == "auto" and wide)
    width, height = measure_page(options.paper, half=half, landscape=landscape)
    base = edition.margins
    if half or options.paper in {"A5", "B5"}:
        base = Margins(*(round(side * _HALF, 1) for side in (base.top, base.bottom, base.inner, base.outer)))
    if isinstance(options.margins, str):
        factor = _MARGINS[options.margins]
        margins = Margins(*(round(side * factor - fit.margins, 1) for side in astuple(base)))
        margins = fit_margins(margins, options.binding)
    else:
        margins = Margins(*options.margins)
    mirrored = options.duplex or edition.half
    return Page(width, height, margins, mirrored, options.bleed, options.crop_marks)


def find_gutter(book: Book) -> float:
    """Return the mm between the first two columns, which bear the numbers."""
    return _GUTTER if len({book.digits.get(one.tag, "latn") for one in book.languages[:2]}) == 1 else _WIDE_GUTTER


def write_page_rules(page: Page, direction: str, hand: str = "") -> str:
    """Write the page: size, margins, bleed and marks.

    `hand` is left or right where all pages are of one hand, as in a part of facing pages.
    """
    sides = page.margins
    written = [f"@page {{ size: {page.width}mm {page.height}mm; margin: {sides.top}mm 0 {sides.bottom}mm }}"]
    if page.bleed or page.marks:
        marks = "; marks: crop" if page.marks else ""
        written.append(f"@page {{ bleed: {max(page.bleed, 5.0 if page.marks else 0.0)}mm{marks} }}")
    if page.mirrored and not hand:
        # the spine is on the other side of every other page, whichever way they turn
        for side, inner in _OPPOSITE.items():
            written.append(f"@page :{side} {{ margin-{inner}: {sides.inner}mm; margin-{side}: {sides.outer}mm }}")
    else:
        outer = hand or ("left" if direction == "rtl" else "right")
        written.append(f"@page {{ margin-{_OPPOSITE[outer]}: {sides.inner}mm; margin-{outer}: {sides.outer}mm }}")
    return "\n".join(written)


def write_furniture_rules(
    direction: str, languages: int, *, middle: bool, front: bool = True, mirrored: bool = False, hand: str = ""
) -> str:
    """Put running heads and page numbers on their sides of the page; no head over a title.

    Two languages have a side each, the first one where it begins to be read, and one between them the middle where
    it may have it. One language alone has the outer side, where pages are `mirrored`; all of them lie on one `hand`
    in a part of facing pages.
    """
    first = "right" if direction == "rtl" else "left"
    second = _OPPOSITE[first]
    written = [f".name-line .label-1 {{ float: {first} }}", f".name-line .label-2 {{ float: {second} }}"]
    for number, side in ((1, hand or first), (2, second), (3, "center")):
        written.append(f".run-{number} {{ position: running(run-{side}); text-align: {side} }}")
        written.append(f".folio-{number} {{ position: running(folio-{side}); text-align: {side} }}")
    if languages > 2 and middle:  # where there is no such box, the others have all of the width
        box = "content: element(run-center); vertical-align: bottom; padding-bottom: 6mm"
        written.append(f"@page {{ @top-center {{ {box} }} }}")
    if languages == 1 and mirrored and not hand:
        for one, other in _OPPOSITE.items():
            boxes = (
                f"@top-{one} {{ content: element(run-{first}); text-align: {one} }}",
                f"@top-{other} {{ content: none }}",
                f"@bottom-{one} {{ content: element(folio-{first}) }} @bottom-{other} {{ content: none }}",
            )
            written.append(f"@page :{one} {{ {' '.join(boxes)} }}")
        written.append(".run-1, .folio-1 { text-align: inherit }")
    if front:
        written.append(f"@page :first {{ {_NO_HEADS} }}")
    return "\n".join(written)


def write_numbering(first: int, *, outlined: bool) -> str:
    """Write page numbers that begin at `first` and leave out every other one; `outlined` keeps the outline."""
    outline = "" if outlined else " .unit { bookmark-level: none !important }"
    return f"@page {{ counter-increment: page 2 }} @page :first {{ counter-reset: page {first - 2} }}{outline}"


def write_undivided_units() -> str:
    """Keep units whole that a page has room for."""
    return ".unit { break-inside: avoid }"


def write_chapter_breaks(*, contents: bool) -> str:
    """Let chapters begin pages, and the first one too where a table of contents stands before it."""
    rules = ["tbody + tbody > .unit.first, .chapter + .chapter { break-before: page }"]
    if contents:
        rules.append(".contents + .pairs, .contents + .chapter { break-before: page }")
    return " ".join(rules)


def continue_pages(first: int, direction: str) -> str:
    """Let pages be counted from `first`, and lie on the side of the book where that one lies."""
    side = "right" if (first % 2 == 1) == (direction == "ltr") else "left"
    return f"html {{ break-before: {side} }} @page :first {{ counter-reset: page {first} }}"


def measure_room(page: Page, languages: int, gutter: float = _GUTTER) -> float:
    """Return the mm that the columns of a page share: its width without margins and what is between columns."""
    return page.width - page.margins.inner - page.margins.outer - gutter - GAP * max(0, languages - 2)


def measure_columns(page: Page, shares: Sequence[float], gutter: float) -> tuple[float, ...]:
    """Return the columns' widths in mm, from their shares of what the gutters leave; none where all are the same."""
    if len(set(shares)) == 1:
        return ()
    room = measure_room(page, len(shares), gutter)
    return tuple(round(room * share / 100, 3) for share in shares)


def share_columns(options: PrintTable, measured: Sequence[float]) -> tuple[float, ...]:
    """Return the columns' widths in per cent of what they share.

    `measured` are the areas that the texts take, empty before the first layout.
    """
    count = len(measured)
    if isinstance(options.columns, tuple) and len(options.columns) == count:
        total = sum(options.columns)
        return tuple(round(100 * share / total, 2) for share in options.columns)
    if options.columns == "measured" and any(measured):
        # a column must stay one: no narrower than two thirds of its even share
        even = 1 / count
        shares = [min(max(area / sum(measured), even * 0.7), even * 1.3) for area in measured]
        return tuple(round(100 * share / sum(shares), 2) for share in shares)
    return tuple(round(100 / count, 2) for _ in measured)
