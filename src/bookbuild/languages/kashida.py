"""Kashida: Arabic lines are filled by stretching the joins between letters. Words and slack in, places out. Pure.

The order of places follows what calligraphers and the makers of typesetting programs agree on (W3C, Arabic layout
requirements, 4.3; Elyaakoubi and Lazrek, Justify just or just justify, 2010; Microsoft's rules for Arabic): after the
teeth of seen and sad first, then before a final letter that begins with a stretch, at most one place per word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from bookbuild.languages.bidi import are_joined

INSERTED_TATWEEL = "\u0640\u200d"
"""A tatweel inserted by justification: the joiner after it distinguishes it from a typed one."""

MOST_UNITS = 3
"""Units of kashida at one place: more would look like a filled gap."""
MOST_PLACES = 3
"""Places in a line."""
STRETCH = 0.3
"""Share by which spaces are widened before any word is stretched."""
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

    `slack` is in pt; `width` returns the width of a shaped word in pt. Spaces are stretched a little first, and take up
    the rest; few words are, and no two that stand beside each other.
    """
    words = text.split(" ")
    places: list[tuple[int, int, int, float]] = []
    """Rank, number of the word, offset in the line, pt per unit."""
    start = 0
    for number, word in enumerate(words):
        best = find_place(word)
        if best is not None:
            rank, offset = best
            unit = width(word[:offset] + INSERTED_TATWEEL + word[offset:]) - width(word)
            if unit > 0:
                places.append((rank, number, start + offset, unit))
        start += len(word) + 1
    remaining = slack - RESERVE - STRETCH * width(" ") * (len(words) - 1)
    chosen: list[tuple[int, float]] = []
    taken: set[int] = set()
    for _, number, offset, unit in sorted(places, key=lambda place: (place[0], -place[1])):
        if len(chosen) < MOST_PLACES and unit <= remaining and taken.isdisjoint((number - 1, number + 1)):
            chosen.append((offset, unit))
            taken.add(number)
            remaining -= unit
    units = dict.fromkeys((offset for offset, _ in chosen), 1)
    for count in range(2, MOST_UNITS + 1):
        for offset, unit in chosen:
            if units[offset] == count - 1 and unit <= remaining:
                units[offset] = count
                remaining -= unit
    return units
