"""Total fit: the lines of a paragraph chosen all at once (Knuth and Plass, Software: Practice and Experience 11, 1981).

Pieces of text with their widths in, the places where lines end out. Pure; widths are in any unit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf

_STEP = 0.1
"""Share of the measure by which a ragged line may be short at a cost of 1; twice as much costs 8 times that."""
_GAP = 0.25
"""Gap between words, in em, that justified text should have; twice that costs 1, three times that costs 8."""
_SQUEEZE = 0.05
"""em by which a gap of justified text may be narrower than a space, at a cost of 1."""
_LINE = 0.4
"""Cost of a line, so that a paragraph is not longer than it must be."""
_HYPHEN = 4.0
"""Cost of a hyphen."""
_HYPHEN_ABOVE = 3.0
"""Cost of a hyphen right under another one."""
_HYPHEN_LAST = 6.0
"""Cost of a word of which a part stands on the last line."""
_MOST_HYPHENS = 2
"""Hyphens under each other."""
_RUNT, _SHORTEST = 0.25, 5
"""Share of the measure and number of letters that a last line has at least."""
_RUNT_COST = 16.0
"""Cost of a last line that is shorter: up to this for its measure, and as much for its letters."""
_EMPTY = 0.45
"""Share of the measure that a line fills in any case, unless there is no other way."""
_SLACK = 1e-6
"""By how much a line may be wider than its measure, as a share: what is lost in sums."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text up to the next place where a line may end."""

    width: float
    space: float = 0.0
    """Of the white after it, which a line's end swallows."""
    hyphen: float = 0.0
    """Of the hyphen that a line's end here brings."""
    letters: int = 0
    gaps: int = 0
    """Spaces in it and after it, which justification widens."""
    divided: bool = False
    """Whether a line that ends here ends with a hyphen, of the text or not."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How wide lines are, and how they are to be filled."""

    first: float
    """Of the first line."""
    other: float
    em: float = 0.0
    """Of justified text; 0 for ragged text."""

    def find_room(self, start: int) -> float:
        """Return how wide the line is that begins after a number of pieces."""
        return self.other if start else self.first

    def find_limit(self, start: int, gaps: int) -> float:
        """Return how wide the text of a line may be before it is filled; `gaps` are 0 for a last line."""
        return self.find_room(start) * (1 + _SLACK) + gaps * self.em * _SQUEEZE


def fit_lines(pieces: Sequence[Piece], measure: Measure, barred: Collection[tuple[int, int]] = ()) -> list[int] | None:
    """Return the number of pieces before the end of each line, the last one's included.

    `barred` are lines that are not to be, as numbers of pieces before their start and their end. None where a piece
    is too wide, or lines would have to end with too many hyphens under each other.
    """
    return _fit(pieces, measure, barred, _EMPTY) or _fit(pieces, measure, barred, 0.0)


def _fit(
    pieces: Sequence[Piece], measure: Measure, barred: Collection[tuple[int, int]], least: float
) -> list[int] | None:
    """Return the best ends of lines that fill at least a share of the measure."""
    count = len(pieces)
    starts = list(accumulate((piece.width + piece.space for piece in pieces), initial=0.0))
    gaps = list(accumulate((piece.gaps for piece in pieces), initial=0))
    tails = _count_tails(pieces)
    # the cheapest way to each place, by the number of hyphens that stand under each other before it
    costs: list[list[float]] = [[inf] * (_MOST_HYPHENS + 1) for _ in range(count + 1)]
    origins: list[list[tuple[int, int]]] = [[(0, 0)] * (_MOST_HYPHENS + 1) for _ in range(count + 1)]
    costs[0][0] = 0.0
    squeeze = measure.em * _SQUEEZE
    for start in range(count):
        here = costs[start]
        if min(here) == inf:
            continue
        room, widest = measure.find_room(start), measure.find_limit(start, 0)
        at = starts[start]
        filled = bisect_left(starts, at + room * least) - 1
        for end in range(max(start, min(filled, count - 1)), count):
            piece = pieces[end]
            width = starts[end + 1] - at - piece.space
            spaces = gaps[end + 1] - gaps[start] - (piece.space > 0)
            limit = widest + spaces * squeeze
            if width > limit:
                break
            last = end == count - 1
            if (last and width > widest) or (barred and (start, end + 1) in barred):
                continue
            if not last and (width := width + piece.hyphen) > limit:
                continue
            cost = _rate_line(width, room, spaces, measure.em, tails[start] if last else None)
            divided = piece.divided and not last
            for hyphens, before in enumerate(here):
                under = hyphens + 1 if divided else 0
                if before == inf or under > _MOST_HYPHENS:
                    continue
                total = before + cost
                if divided:
                    total += _HYPHEN + (_HYPHEN_ABOVE if hyphens else 0.0)
                elif last and hyphens:
                    total += _HYPHEN_LAST
                if total < costs[end + 1][under]:
                    costs[end + 1][under] = total
                    origins[end + 1][under] = start, hyphens
    hyphens = min(range(_MOST_HYPHENS + 1), key=costs[count].__getitem__)
    if costs[count][hyphens] == inf:
        return None
    ends = [count]
    while (origin := origins[ends[-1]][hyphens])[0]:
        ends.append(origin[0])
        hyphens = origin[1]
    return ends[::-1]


def _count_tails(pieces: Sequence[Piece]) -> list[int]:
    """Return the letters from each piece to the end."""
    return list(accumulate((piece.letters for piece in reversed(pieces)), initial=0))[::-1]


def _rate_line(width: float, room: float, gaps: int, em: float, letters: int | None) -> float:
    """Return the cost of a line with a number of gaps; `letters` are those of a last line, None of another one."""
    if letters is not None:
        cost = _LINE
        if width < _RUNT * room:
            cost += _RUNT_COST * (1 - width / room / _RUNT)
        if letters < _SHORTEST:
            cost += _RUNT_COST * (1 - letters / _SHORTEST)
        return cost
    if not em:
        short = (room - width) / room / _STEP
    elif gaps:
        short = (room - width) / gaps / em
        short /= _GAP if short > 0 else -_SQUEEZE
    else:
        short = (room - width) / room / _STEP * 3
    return _LINE + short * short * short if short > 0 else _LINE


def rate_lines(pieces: Sequence[Piece], measure: Measure, ends: Sequence[int]) -> float:
    """Return the cost of lines with these ends; infinite where one is too wide."""
    tails = _count_tails(pieces)
    total, hyphens = 0.0, 0
    for start, end in _pair_ends(ends):
        line, last = pieces[start:end], end == len(pieces)
        room = measure.find_room(start)
        divided = line[-1].divided and not last
        width = sum(piece.width + piece.space for piece in line) - line[-1].space
        width += line[-1].hyphen if divided else 0.0
        hyphens, above = (hyphens + 1 if divided else 0), hyphens
        spaces = sum(piece.gaps for piece in line) - (line[-1].space > 0)
        if width > measure.find_limit(start, 0 if last else spaces) + room * _SLACK or hyphens > _MOST_HYPHENS:
            return inf
        total += _rate_line(width, room, spaces, measure.em, tails[start] if last else None)
        if divided:
            total += _HYPHEN + (_HYPHEN_ABOVE if above else 0.0)
        elif last and above:
            total += _HYPHEN_LAST
    return total


def _pair_ends(ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    yield from zip([0, *ends], ends, strict=False)
