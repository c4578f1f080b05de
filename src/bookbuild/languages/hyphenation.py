"""Where words may be divided: a word and its language in, places in it out. Pure.

Patterns are pyphen's; languages whose syllables follow from their letters have rules (data/hyphenation.toml).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import pyphen

_MOST = 100_000
"""Words whose places are remembered."""


@lru_cache(_MOST)
def find_divisions(word: str, tag: str, left: int, right: int) -> tuple[int, ...]:
    """Return the places at which a word of a language may be divided, in order.

    At least `left` letters stand before each of them, and `right` after it.
    """
    rules = _find_rules(tag.split("-", maxsplit=1)[0].lower())
    if rules:
        places = _divide_by_rules(word.lower(), rules)
        return tuple(place for place in places if left <= place <= len(word) - right)
    patterns = _load_patterns(tag, left, right)
    return tuple(int(place) for place in patterns.positions(word)) if patterns else ()


@cache
def _find_rules(language: str) -> Mapping[str, Any]:
    table = tomllib.loads((files("bookbuild.languages") / "data" / "hyphenation.toml").read_text("utf-8"))
    row: Mapping[str, Any] = table.get(language, {})
    return table[row["like"]] if "like" in row else row


@cache
def _load_patterns(tag: str, left: int, right: int) -> pyphen.Pyphen | None:
    known = pyphen.language_fallback(tag)
    return pyphen.Pyphen(lang=known, left=left, right=right) if known else None


def _divide_by_rules(word: str, rules: Mapping[str, Any]) -> list[int]:
    """Return the places between a word's syllables, and after its prefixes, but not where the rules say so."""
    vowels = rules["vowels"]
    units = re.findall("|".join([*map(re.escape, rules.get("together", ())), "."]), word, re.DOTALL)
    places: set[int] = set()
    at, since = 0, -1
    for number, unit in enumerate(units):
        if any(char in vowels for char in unit):
            if since >= 0:  # the consonants between this vowel and the one before
                between = units[since + 1 : number]
                kept = 1 if rules.get("first") else len(between) - 1
                ends = between[:kept] if len(between) > 1 else ()
                places.add(at - sum(map(len, between)) + sum(map(len, ends)))
            since = number
        at += len(unit)
    for pattern in rules.get("after", ()):
        if match := re.match(pattern, word):
            places = {place for place in places if place >= match.end()} | {match.end()}
    barred = {match.end() for pattern in rules.get("not_after", ()) if (match := re.match(pattern, word))}
    barred |= {match.start(1) for pattern in rules.get("not_before", ()) if (match := re.search(pattern, word))}
    return sorted(places - barred)
