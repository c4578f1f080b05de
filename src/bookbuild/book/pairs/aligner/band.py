"""The band of an alignment matrix that is searched: sizes and guide points in, bounds per diagonal out. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from bookbuild.book.pairs.aligner.beads import Segment
from bookbuild.book.pairs.aligner.diff import find_longest_rising

Integers = NDArray[np.int64]
_FEWEST_LANDMARKS = 8
"""Landmarks needed to guide a band."""
Points = Sequence[tuple[int, int]]
"""Boundaries, each as the numbers of segments before it in the two texts, rising."""


class Band:
    """For each diagonal k = i + j, the boundaries i to search: low[k] to high[k], at least one."""

    def __init__(self, size: tuple[int, int], guide: Points, width: int, through: Points = ()) -> None:
        """Build the band of all cells within `width` segments of the line through `guide`.

        Paths must pass `through` some points: between two of them, only the box with these corners is searched.
        """
        self.size = n, m = size
        k = np.arange(n + m + 1)
        corners = np.array(sorted({(0, 0), *through, (n, m)}), np.int64)
        sums = corners.sum(1)
        last = np.searchsorted(sums, k, side="left").clip(1, len(sums) - 1)  # the corner at the end of k's box
        start, end = corners[last - 1], corners[last]
        self.start: Integers = sums[last - 1]
        self.start[0] = 0
        """Per diagonal: the diagonal of the corner before it, which no bead may cross."""
        self.pinned = np.isin(self.start, [i + j for i, j in through])
        """Per diagonal: whether that corner is one of `through`, after which no bead may be one-sided."""
        self.floor: Integers = np.maximum(start[:, 0], k - end[:, 1])
        self.ceiling: Integers = np.minimum(end[:, 0], k - start[:, 1])
        line = np.array(sorted({(0, 0), *guide, (n, m)}), float)
        middle = np.interp(k, line.sum(1), line[:, 0])
        self.low: Integers = np.clip(np.floor(middle - width).astype(np.int64), self.floor, self.ceiling)
        self.high: Integers = np.clip(np.ceil(middle + width).astype(np.int64), self.floor, self.ceiling)
        self.whole = bool((self.low == self.floor).all() and (self.high == self.ceiling).all())
        self.margin = min(6, width // 4)

    def is_clear_of_edges(self, path: Points) -> bool:
        """Return whether a path keeps away from edges of the band that are not edges of the texts or of a box."""
        i = np.array([p[0] for p in path])
        k = i + np.array([p[1] for p in path])
        low, high = self.low[k], self.high[k]
        touches = ((low > self.floor[k]) & (i - low < self.margin)) | (
            (high < self.ceiling[k]) & (high - i < self.margin)
        )
        return not bool(touches.any())


def find_landmarks(first: Sequence[Collection[str]], second: Sequence[Collection[str]]) -> Points:
    """Return the points of tokens that occur in one segment of each text, as far as they are in the same order.

    `first` and `second` are the tokens per segment. Returns none if there are too few.
    """
    places = []
    for side in (first, second):
        segment_numbers: dict[str, int] = {}
        for n, tokens in enumerate(side):
            for token in tokens:
                segment_numbers[token] = -1 if token in segment_numbers else n
        places.append({token: n for token, n in segment_numbers.items() if n >= 0})
    pairs = sorted((n, places[1][token]) for token, n in places[0].items() if token in places[1])
    chosen = find_longest_rising(pairs)
    return chosen if len(chosen) >= _FEWEST_LANDMARKS and len(chosen) * 2 > len(pairs) else []


def estimate_line(first: Sequence[Segment], second: Sequence[Segment]) -> Points:
    """Return the expected path without landmarks: the mean of shares of characters and of segments."""
    n, m = len(first), len(second)
    left = np.concatenate([[0], np.cumsum([len(s.text) + 1 for s in first])])
    right = np.concatenate([[0], np.cumsum([len(s.text) + 1 for s in second])])
    by_length = np.interp(left / left[-1], right / right[-1], np.arange(m + 1))
    j = (by_length + np.arange(n + 1) * (m / n)) / 2
    return [(i, round(float(j[i]))) for i in range(n + 1)]
