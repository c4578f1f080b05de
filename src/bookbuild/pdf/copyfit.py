"""Copyfitting: by how little a short handout has to shrink to fill its sheets of paper. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MOST_PAGES = 8
"""Pages that an edition has at most to be fitted."""
_FEW = 1 / 3
"""Share of a page's height that a last page fills at least, where it is not to go."""
_MOST_SHRUNK = 0.2
"""Share of the text that stands on a last page at most, so that it is tried to do without that page."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How pages differ from those that their edition has by itself."""

    leading: float = 1.0
    """Factor of the distance between base lines."""
    size: float = 1.0
    """Factor of the type's size."""
    margins: float = 0.0
    """mm that each margin is smaller by."""

    def __bool__(self) -> bool:
        """Return whether anything differs."""
        return self != Fit()


_STEPS = (
    Fit(0.97),
    Fit(0.94),
    Fit(0.94, margins=2.0),
    Fit(0.94, 0.97, 2.0),
    Fit(0.92, 0.97, 2.0),
    Fit(0.92, 0.95, 2.0),
)
"""From what is hardly seen to the most that is done."""


def list_fits(pages: int, filled: float, share: float) -> Iterator[Fit]:
    """Return what to try for an edition with a number of pages, one after the other, until there are fewer.

    `filled` says how much of the last page's height is taken, `share` how much of all text stands there.
    """
    is_over = 1 < pages <= MOST_PAGES and (pages % 2 == 1 or filled < _FEW)
    if is_over and share <= _MOST_SHRUNK:
        yield from _STEPS
