"""Which cells of the table of an alignment are looked at. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from bookbuild.book.pairs.aligner.beads import Segment
from bookbuild.book.pairs.aligner.diff import rising

Integers = NDArray[np.int64]
_FEWEST = 8
"""Landmarks that make a line."""
Points = Sequence[tuple[int, int]]
"""Boundaries, as numbers of segments before them in either text, rising."""


class Band:
    """For each diagonal k = i + j the boundaries i that are looked at: low[k] to high[k], never none."""

    def __init__(self, size: tuple[int, int], guide: Points, width: int, through: Points = ()) -> None:
        """Make the band of all that lies `width` segments beside the line through `guide`.

        Paths go `through` some points, so that between two of them only the box of which they are corners is left.
        """
        n, m = size
        k = np.arange(n + m + 1)
        corners = np.array(sorted({(0, 0), *through, (n, m)}), np.int64)
        sums = corners.sum(1)
        last = np.searchsorted(sums, k, side="left").clip(1, len(sums) - 1)  # the corner that ends k's box
        start, end = corners[last - 1], corners[last]
        self.start: Integers = sums[last - 1]
        self.start[0] = 0
        """Of each diagonal: the one of the corner before it, over which no bead leads."""
        self.pinned = np.isin(self.start, [i + j for i, j in through])
        """Whether that corner was given: both texts go on there."""
        self.floor: Integers = np.maximum(start[:, 0], k - end[:, 1])
        self.ceiling: Integers = np.minimum(end[:, 0], k - start[:, 1])
        line = np.array(sorted({(0, 0), *guide, (n, m)}), float)
        middle = np.interp(k, line.sum(1), line[:, 0])
        self.low: Integers = np.clip(np.floor(middle - width).astype(np.int64), self.floor, self.ceiling)
        self.high: Integers = np.clip(np.ceil(middle + width).astype(np.int64), self.floor, self.ceiling)
        self.whole = bool((self.low == self.floor).all() and (self.high == self.ceiling).all())
        self.margin = min(6, width // 4)

    def inside(self, path: Points) -> bool:
        """Tell whether a path keeps away from edges that are not those of the texts or of a box."""
        i = np.array([p[0] for p in path])
        k = i + np.array([p[1] for p in path])
        low, high = self.low[k], self.high[k]
        touches = ((low > self.floor[k]) & (i - low < self.margin)) | (
            (high < self.ceiling[k]) & (high - i < self.margin)
        )
        return not bool(touches.any())


def landmarks(first: Sequence[Collection[str]], second: Sequence[Collection[str]]) -> Points:
    """Give the points where tokens stand that either text has but once, as far as they are in the same order.

    `first` and `second` are the tokens of each segment. Too few points are none.
    """
    places = []
    for side in (first, second):
        found: dict[str, int] = {}
        for n, tokens in enumerate(side):
            for token in tokens:
                found[token] = -1 if token in found else n
        places.append({token: n for token, n in found.items() if n >= 0})
    pairs = sorted((n, places[1][token]) for token, n in places[0].items() if token in places[1])
    chosen = rising(pairs)
    return chosen if len(chosen) >= _FEWEST and len(chosen) * 2 > len(pairs) else []


def diagonal(first: Sequence[Segment], second: Sequence[Segment]) -> Points:
    """Give the line that a path keeps to where nothing is known: half by shares of characters, half by counts."""
    n, m = len(first), len(second)
    left = np.concatenate([[0], np.cumsum([len(s.text) + 1 for s in first])])
    right = np.concatenate([[0], np.cumsum([len(s.text) + 1 for s in second])])
    by_length = np.interp(left / left[-1], right / right[-1], np.arange(m + 1))
    j = (by_length + np.arange(n + 1) * (m / n)) / 2
    return [(i, round(float(j[i]))) for i in range(n + 1)]
