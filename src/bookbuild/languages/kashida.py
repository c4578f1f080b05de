"""Kashida: lines of Arabic script filled by stretching the joins of letters. Words and slack in, places out. Pure.

The order of places follows what calligraphers and the makers of typesetting programs agree on (W3C, Arabic layout
requirements, 4.3; Elyaakoubi and Lazrek, Justify just or just justify, 2010; Microsoft's rules for Arabic): after the
teeth of seen and sad first, then before a final letter that begins with a stretch, at most one place a word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from bookbuild.languages.bidi import joined

INSERTED = "\u0640\u200d"
"""A tatweel that justification put in: with a joiner after it, so that it can be told from one that was typed."""

LONGEST = 3
"""Units of kashida at one place: more looks like a gap that was filled."""
RESERVE = 1.0
"""pt of a line that stay free, so that rounding never pushes its last word out."""
SHORTEST = 3
"""Letters of a word that is stretched."""

_TEETH = "سشصض"
_ROUND = "ةهد" + "ذ"
_TALL = "اأإآٱطظلكگک"
_BEH = "بتثنيپ"
_AFTER_BEH = "رزيىی"
_BOWL = "وعغقف"
_ALEF = "اأإآٱ"
_WHOLE = {"الله", "لله", "بالله", "والله", "تالله", "فالله"}
"""Words that fonts draw as one sign."""


def place(word: str) -> tuple[int, int] | None:
    """Give the best place of a word: its rank, 1 being best, and the offset before which the kashida stands.

    None where nothing can be stretched.
    """
    letters = [n for n, c in enumerate(word) if unicodedata.category(c) in {"Lo", "Lm"}]
    bare = "".join(word[n] for n in letters)
    if len(letters) < SHORTEST or bare in _WHOLE or "ـ" in bare:
        return None
    best: tuple[int, int] | None = None
    for index in range(len(letters) - 1):
        this, following = bare[index], bare[index + 1]
        if not joined(this, following) or (this == "ل" and following in _ALEF):
            continue
        rank = _rank(this, following, bare[index + 2 :])
        # of two places of one rank the later one: strokes grow towards a word's end
        if best is None or rank <= best[0]:
            best = (rank, letters[index + 1])
    return best


def _rank(this: str, following: str, rest: str) -> int:
    if this in _TEETH:
        return 1
    if not rest or not joined(following, rest):  # its final form, at a word's end or before it
        for rank, group in ((2, _ROUND), (3, _TALL), (5, _BOWL)):
            if following in group:
                return rank
        return 6
    return 4 if following in _BEH and rest[0] in _AFTER_BEH else 7


def fill(text: str, slack: float, width: Callable[[str], float]) -> dict[int, int]:
    """Give how many units stand before which offsets of a line's text, so that it takes up its slack.

    `slack` and `width` are in pt; `width` measures a word as it is shaped. What is left is for the spaces.
    """
    words: list[tuple[int, int, int, float]] = []
    """Rank, offset in the line, units, pt a unit."""
    start = 0
    for word in text.split(" "):
        found = place(word)
        if found is not None:
            rank, at = found
            unit = width(word[:at] + INSERTED + word[at:]) - width(word)
            if unit > 0:
                words.append((rank, start + at, 0, unit))
        start += len(word) + 1
    left = slack - RESERVE
    for units in range(1, LONGEST + 1):
        for n in _order(words):
            rank, at, used, unit = words[n]
            if used == units - 1 and unit <= left:
                words[n] = (rank, at, units, unit)
                left -= unit
    return {at: used for _, at, used, _ in words if used}


def _order(words: Sequence[tuple[int, int, int, float]]) -> list[int]:
    """Give the words in the order in which they are stretched: by rank, and among equals spread over the line."""
    found: list[int] = []
    for rank in sorted({word[0] for word in words}):
        equal = [n for n, word in enumerate(words) if word[0] == rank]
        # from the end of the line, every other one first: neighbours are stretched last
        backwards = equal[::-1]
        found += [*backwards[::2], *backwards[1::2]]
    return found
