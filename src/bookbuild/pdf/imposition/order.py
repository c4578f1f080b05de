"""Which page goes where on which side of which sheet: page counts in, places out. Pure.

Terms as printers use them: a sheet is folded once and gives two leaves; sheets folded into each other are a signature.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Place:
    """One page on a side of a sheet."""

    page: int | None
    """Counted from 0; None for a blank one."""
    column: int
    """From the left, counted from 0."""
    row: int
    """From the top, counted from 0."""
    shift: float = 0.0
    """mm to the right that the page is moved by, against creep."""


Side = tuple[Place, ...]
"""One side of a sheet."""


def folded(pages: int, direction: str, *, signature: int = 0, thickness: float = 0.0) -> tuple[Side, ...]:
    """Give the sides of sheets that are folded once: front and back of each, outermost first.

    `signature` is the number of sheets that are folded into each other, 0 for all. `direction` is that in which
    pages turn. Backs are printed flipped on the short edge. Inner sheets stand out by the `thickness` of those
    around them (mm); their pages are moved towards the fold by as much.
    """
    sheets = max(1, ceil(pages / 4))
    found: list[Side] = []
    first = 0
    while sheets:
        count = min(sheets, signature or sheets)
        sheets -= count
        found += _signature(first, count, pages, direction, thickness)
        first += 4 * count
    return tuple(found)


def _signature(first: int, sheets: int, pages: int, direction: str, thickness: float) -> Iterator[Side]:
    last = first + 4 * sheets - 1
    for number in range(sheets):
        creep = number * thickness
        outer, inner = (last - 2 * number, first + 2 * number), (first + 2 * number + 1, last - 2 * number - 1)
        for left, right in (outer, inner):
            # a book that turns to the right has its first page on the left half
            halves = (left, right) if direction == "ltr" else (right, left)
            yield tuple(
                Place(page if page < pages else None, column, 0, creep if column == 0 else -creep)
                for column, page in enumerate(halves)
            )


GRIDS = {2: (2, 1), 4: (2, 2), 6: (3, 2), 8: (4, 2), 9: (3, 3), 16: (4, 4)}
"""Pages on a side to columns and rows."""


def shape(up: int, *, wide: bool) -> tuple[int, int]:
    """Give columns and rows of pages on a side; pages that are `wide` rather than high stand below each other first."""
    columns, rows = GRIDS[up]
    return (rows, columns) if wide else (columns, rows)


def grid(pages: int, direction: str, up: int, *, wide: bool = False) -> tuple[Side, ...]:
    """Give sides with several pages each, in reading order from the corner where reading begins."""
    columns, rows = shape(up, wide=wide)
    return tuple(
        tuple(
            Place(start + n, n % columns if direction == "ltr" else columns - 1 - n % columns, n // columns)
            for n in range(min(columns * rows, pages - start))
        )
        for start in range(0, pages, columns * rows)
    )
