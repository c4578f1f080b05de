"""The order of pages on sheets: takes a number of pages, returns the slots of each side. Pure.

Printers' terms: a sheet is folded once and gives two leaves; sheets folded into each other are a signature.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class PageSlot:
    """One page on a side of a sheet."""

    page: int | None
    """Counted from 0; None for a blank page."""
    column: int
    """From the left, counted from 0."""
    row: int
    """From the top, counted from 0."""
    shift: float = 0.0
    """mm by which the page is moved to the right, against creep."""


Side = tuple[PageSlot, ...]
"""One side of a sheet."""


def arrange_folds(pages: int, direction: str, *, signature: int = 0, thickness: float = 0.0) -> tuple[Side, ...]:
    """Return the sides of sheets that are folded once: front and back of each, outermost first.

    `signature` is the number of sheets that are folded into each other, 0 for all. `direction`, "ltr" or "rtl", is
    that in which pages turn. Backs are printed flipped on the short edge. Inner sheets stand out by the `thickness`
    of those around them (mm); their pages are moved towards the fold by as much.
    """
    sheets = max(1, ceil(pages / 4))
    sides: list[Side] = []
    first = 0
    while sheets:
        count = min(sheets, signature or sheets)
        sheets -= count
        sides += _arrange_signature(first, count, pages, direction, thickness)
        first += 4 * count
    return tuple(sides)


def _arrange_signature(first: int, sheets: int, pages: int, direction: str, thickness: float) -> Iterator[Side]:
    last = first + 4 * sheets - 1
    for number in range(sheets):
        creep = number * thickness
        outer, inner = (last - 2 * number, first + 2 * number), (first + 2 * number + 1, last - 2 * number - 1)
        for left, right in (outer, inner):
            # a right-to-left book has its first page on the left half
            halves = (left, right) if direction == "ltr" else (right, left)
            yield tuple(
                PageSlot(page if page < pages else None, column, 0, creep if column == 0 else -creep)
                for column, page in enumerate(halves)
            )


GRIDS = {2: (2, 1), 4: (2, 2), 6: (3, 2), 8: (4, 2), 9: (3, 3), 16: (4, 4)}
"""Columns and rows, by the number of pages per side."""


def grid_shape(up: int, *, wide: bool) -> tuple[int, int]:
    """Return columns and rows of pages per side; `wide` pages (wider than high) have more rows than columns."""
    columns, rows = GRIDS[up]
    return (rows, columns) if wide else (columns, rows)


def arrange_grid(pages: int, direction: str, up: int, *, wide: bool = False) -> tuple[Side, ...]:
    """Return sides with `up` pages each, in reading order from the corner where reading begins."""
    columns, rows = grid_shape(up, wide=wide)
    return tuple(
        tuple(
            PageSlot(start + n, n % columns if direction == "ltr" else columns - 1 - n % columns, n // columns)
            for n in range(min(columns * rows, pages - start))
        )
        for start in range(0, pages, columns * rows)
    )
