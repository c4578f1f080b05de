"""What the tokens of segments say about the segments of another text, computed for parts of the matrix. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text, per segment."""

    held: list[set[str]]
    sought: list[dict[str, float]]
    """Tokens of the other text that add to the score of a partner that holds them, and what they add."""
    absent: list[float]
    """What a partner adds that holds none of them."""
    repeated: list[float]
    """The part of `absent` that is due to tokens that the segment before holds, too."""


@dataclass(frozen=True, slots=True)
class Products:
    """A part of the matrix of segments of the first text, in rows, and of the second, in columns."""

    gain: Floats
    """What the tokens add that are there."""
    again: tuple[Floats, Floats]
    """What of that is not added if the segment of the first, or second, text is joined with the one before it."""
    hits: tuple[Floats, Floats]
    """How many tokens the segments of the first and of the second text find in the other."""


class Evidence:
    """All that the tokens of two texts say."""

    def __init__(self, first: Tokens, second: Tokens) -> None:
        self.absent = tuple(np.array(p.absent, float) for p in (first, second))
        """Per segment, what is added if none of its tokens has a translation in the partner."""
        self.repeated = tuple(np.array(p.repeated, float) for p in (first, second))
        names = sorted({t for p in (first, second) for row in p.sought for t in row})
        places = {t: n for n, t in enumerate(names)}
        self.sought = [_Sought(p.sought, places) for p in (first, second)]
        self.held = [_Held(p.held, places) for p in (first, second)]

    def multiply(self, rows: tuple[int, int], columns: tuple[int, int]) -> Products:
        """Return the part of the matrix from a first row and column up to, without, a last one.

        The first may be less than 0: rows and columns without a segment are 0.
        """
        shape = (rows[1] - rows[0], columns[1] - columns[0])
        ones, others = self._find_hits(0, rows, columns), self._find_hits(1, columns, rows)
        places = (ones.own * shape[1] + ones.other, others.other * shape[1] + others.own)

        def add_up(first: Floats | None, second: Floats | None) -> Floats:
            parts = [
                np.bincount(at, weights, minlength=shape[0] * shape[1])
                for at, weights in zip(places, (first, second), strict=True)
                if weights is not None
            ]
            total: Floats = np.sum(parts, 0).reshape(shape)
            return total

        return Products(
            add_up(ones.gains, others.gains),
            (
                add_up(ones.gains * ones.own_again, others.gains * others.other_again),
                add_up(ones.gains * ones.other_again, others.gains * others.own_again),
            ),
            (add_up(np.ones(len(ones.own)), None), add_up(None, np.ones(len(others.own)))),
        )

    def _find_hits(self, side: int, own: tuple[int, int], other: tuple[int, int]) -> _Hits:
        """Return what tokens of a text's segments find in segments of the other, from the start of both ranges."""
        sought, held = self.sought[side], self.held[1 - side]
        start, end = sought.starts[max(0, own[0])], sought.starts[own[1]]
        tokens = sought.tokens[start:end]
        first = np.searchsorted(held.keys, tokens * held.size + max(0, other[0]))
        counts = np.searchsorted(held.keys, tokens * held.size + other[1]) - first
        at = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
        return _Hits(
            np.repeat(sought.segments[start:end], counts) - own[0],
            held.keys[at] % held.size - other[0],
            np.repeat(sought.gains[start:end], counts),
            np.repeat(sought.again[start:end], counts),
            held.again[at],
        )


@dataclass(frozen=True, slots=True)
class _Hits:
    """Tokens found: the segments that seek and hold them, and what is added."""

    own: _Integers
    other: _Integers
    gains: Floats
    own_again: NDArray[np.bool_]
    """Whether the segment before seeks the same token."""
    other_again: NDArray[np.bool_]
    """Whether the segment before holds it, too."""


class _Sought:
    """What the segments of a text look for in the other: tokens and gains, by segment."""

    def __init__(self, rows: Sequence[Mapping[str, float]], places: Mapping[str, int]) -> None:
        lengths = [len(row) for row in rows]
        self.starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        self.segments = np.repeat(np.arange(len(rows)), lengths)
        self.tokens = np.array([places[t] for row in rows for t in row], np.int64)
        self.gains = np.array([gain for row in rows for gain in row.values()], float)
        self.again = np.array([n > 0 and t in rows[n - 1] for n, row in enumerate(rows) for t in row], bool)


class _Held:
    """Which segments of a text hold a token: token × segments + segment, in order."""

    def __init__(self, held: Sequence[set[str]], places: Mapping[str, int]) -> None:
        self.size = max(1, len(held))
        keys = [places[t] * self.size + n for n, tokens in enumerate(held) for t in tokens if t in places]
        self.keys = np.array(sorted(keys), np.int64)
        self.again = np.zeros(len(keys), bool)
        self.again[1:] = (np.diff(self.keys) == 1) & (self.keys[1:] % self.size > 0)
