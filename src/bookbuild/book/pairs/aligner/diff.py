"""Two versions of a text in, the stretches that are the same out. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

_GRAM = 4
"""Words that, taken together, stand but once in a text, more often than one word does."""


def matches(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """Give stretches (start in old, start in new, length) that are the same, rising in both.

    Time grows with the length of the texts, not with its square: only groups of words that stand once in either text
    are sought (as in the patience difference of Bram Cohen), and grow to both sides as far as they go.
    """
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    if head == len(old) == len(new):
        return [(0, 0, head)] if head else []
    most = shorter - head
    tail = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    found = [(0, 0, head)] if head else []
    found += _inner(old, new, (head, len(old) - tail), (head, len(new) - tail))
    if tail:
        found.append((len(old) - tail, len(new) - tail, tail))
    return found


def _inner(
    old: Sequence[str], new: Sequence[str], ours: tuple[int, int], theirs: tuple[int, int]
) -> list[tuple[int, int, int]]:
    here, there = _unique(old, *ours), _unique(new, *theirs)
    pairs = sorted((at, there[gram]) for gram, at in here.items() if gram in there)
    found: list[tuple[int, int, int]] = []
    old_end, new_end = ours[0], theirs[0]
    for x, y in rising(pairs):
        if x < old_end or y < new_end:
            continue
        start = 0
        while x - start > old_end and y - start > new_end and old[x - start - 1] == new[y - start - 1]:
            start += 1
        end = 0
        while x + end < ours[1] and y + end < theirs[1] and old[x + end] == new[y + end]:
            end += 1
        found.append((x - start, y - start, start + end))
        old_end, new_end = x + end, y + end
    return found


def _unique(words: Sequence[str], start: int, end: int) -> dict[tuple[str, ...], int]:
    grams = [tuple(words[n : n + _GRAM]) for n in range(start, max(start, end - _GRAM + 1))]
    counts = Counter(grams)
    return {gram: start + n for n, gram in enumerate(grams) if counts[gram] == 1}


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the longest part of pairs whose second numbers rise (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for n, (_, y) in enumerate(pairs):
        pile = bisect_left(tops, y)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(y)
            piles.append(n)
        else:
            tops[pile], piles[pile] = y, n
    found = []
    at = piles[-1] if piles else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]
