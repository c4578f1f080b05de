"""Two versions of a text in, equal stretches out. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

_GRAM_WORDS = 4
"""Words per group: groups are unique in a text more often than single words."""


def find_matches(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return equal stretches (start in old, start in new, length), rising in both.

    Time is linear in the length of the texts: only groups of words that occur once in each text are matched (as in
    Bram Cohen's patience diff), then extended in both directions.
    """
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    if head == len(old) == len(new):
        return [(0, 0, head)] if head else []
    most = shorter - head
    tail = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    stretches = [(0, 0, head)] if head else []
    stretches += _find_inner_matches(old, new, (head, len(old) - tail), (head, len(new) - tail))
    if tail:
        stretches.append((len(old) - tail, len(new) - tail, tail))
    return stretches


def _find_inner_matches(
    old: Sequence[str], new: Sequence[str], old_range: tuple[int, int], new_range: tuple[int, int]
) -> list[tuple[int, int, int]]:
    here, there = _find_unique_grams(old, *old_range), _find_unique_grams(new, *new_range)
    pairs = sorted((position, there[gram]) for gram, position in here.items() if gram in there)
    stretches: list[tuple[int, int, int]] = []
    old_end, new_end = old_range[0], new_range[0]
    for x, y in find_longest_rising(pairs):
        if x < old_end or y < new_end:
            continue
        start = 0
        while x - start > old_end and y - start > new_end and old[x - start - 1] == new[y - start - 1]:
            start += 1
        end = 0
        while x + end < old_range[1] and y + end < new_range[1] and old[x + end] == new[y + end]:
            end += 1
        stretches.append((x - start, y - start, start + end))
        old_end, new_end = x + end, y + end
    return stretches


def _find_unique_grams(words: Sequence[str], start: int, end: int) -> dict[tuple[str, ...], int]:
    grams = [tuple(words[n : n + _GRAM_WORDS]) for n in range(start, max(start, end - _GRAM_WORDS + 1))]
    counts = Counter(grams)
    return {gram: start + n for n, gram in enumerate(grams) if counts[gram] == 1}


def find_longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence of pairs whose second numbers rise (patience sorting)."""
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
    chain = []
    index = piles[-1] if piles else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]
