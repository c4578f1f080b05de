"""Kashida: Arabic lines are filled by stretching the joins between letters. Words and slack in, places out. Pure.

The order of places follows what calligraphers and the makers of typesetting programs agree on (W3C, Arabic layout
requirements, 4.3; Elyaakoubi and Lazrek, Justify just or just justify, 2010; Microsoft's rules for Arabic): after the
teeth of seen and sad first, then before a final letter that begins with a stretch, at most one place per word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

from bookbuild.languages.bidi import are_joined

INSERTED_TATWEEL = "\u0640\u200d"
"""A tatweel inserted by justification: the joiner after it distinguishes it from a typed one."""

MOST_UNITS = 3
"""Units of kashida at one place: more would look like a filled gap."""
RESERVE = 1.0
"""pt of slack left in a line, so that rounding never pushes its last word out."""
FEWEST_LETTERS = 3
"""Letters that a word needs to be stretched."""

_TEETH = "سشصض"
_ROUND = "ةهد" + "ذ"
_TALL = "اأإآٱطظلكگک"
_BEH = "بتثنيپ"
_AFTER_BEH = "رزيىی"
_BOWL = "وعغقف"
_ALEF = "اأإآٱ"
_WHOLE = {"الله", "لله", "بالله", "والله", "تالله", "فالله"}
"""Words that fonts draw as one ligature."""


def find_place(word: str) -> tuple[int, int] | None:
    """Return the best place in a word: its rank, 1 being best, and the offset that the kashida is inserted before.

    None if the word cannot be stretched.
    """
    letters = [n for n, c in enumerate(word) if unicodedata.category(c) in {"Lo", "Lm"}]
    bare = "".join(word[n] for n in letters)
    if len(letters) < FEWEST_LETTERS or bare in _WHOLE or "ـ" in bare:
        return None
    best: tuple[int, int] | None = None
    for index in range(len(letters) - 1):
        this, following = bare[index], bare[index + 1]
        if not are_joined(this, following) or (this == "ل" and following in _ALEF):
            continue
        rank = _rank_place(this, following, bare[index + 2 :])
        # of two places of the same rank, the later: strokes grow towards the end of a word
        if best is None or rank <= best[0]:
            best = (rank, letters[index + 1])
    return best


def list_forms(word: str) -> Iterator[str]:
    """Yield a word with each number of kashidas that it may get."""
    place = find_place(word)
    if place is not None:
        _, offset = place
        for units in range(1, MOST_UNITS + 1):
            yield word[:offset] + INSERTED_TATWEEL * units + word[offset:]


def _rank_place(this: str, following: str, rest: str) -> int:
    if this in _TEETH:
        return 1
    if not rest or not are_joined(following, rest):  # its final form, at the end of a word or before a break
        for rank, group in ((2, _ROUND), (3, _TALL), (5, _BOWL)):
            if following in group:
                return rank
        return 6
    return 4 if following in _BEH and rest[0] in _AFTER_BEH else 7


def fill_line(text: str, slack: float, width: Callable[[str], float]) -> dict[int, int]:
    """Return the units of kashida to insert into a line, by offset in its text, so that they take up its slack.

    `slack` is in pt; `width` returns the width of a shaped word in pt. The spaces take up the rest.
    """
    words: list[tuple[int, int, int, float]] = []
    """Rank, offset in the line, units, pt per unit."""
    start = 0
    for word in text.split(" "):
        best = find_place(word)
        if best is not None:
            rank, offset = best
            unit = width(word[:offset] + INSERTED_TATWEEL + word[offset:]) - width(word)
            if unit > 0:
                words.append((rank, start + offset, 0, unit))
        start += len(word) + 1
    remaining = slack - RESERVE
    for units in range(1, MOST_UNITS + 1):
        for n in _order_by_rank(words):
            rank, offset, used, unit = words[n]
            if used == units - 1 and unit <= remaining:
                words[n] = (rank, offset, units, unit)
                remaining -= unit
    return {offset: used for _, offset, used, _ in words if used}


def _order_by_rank(words: Sequence[tuple[int, int, int, float]]) -> list[int]:
    """Return the indices of words in stretching order: by rank, and within a rank spread over the line."""
    order: list[int] = []
    for rank in sorted({word[0] for word in words}):
        equal = [n for n, word in enumerate(words) if word[0] == rank]
        # every other word first, from the end of the line: neighbours are stretched last
        backwards = equal[::-1]
        order += [*backwards[::2], *backwards[1::2]]
    return order
