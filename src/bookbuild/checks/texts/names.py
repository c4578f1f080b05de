"""Rows in, questions about names that texts usually share and that one pair has on one side only out (Q004). Pure.

A name is a word with a capital letter inside a sentence. It is matched by sound across scripts. It is known if most of
the pairs that have it also have its partner, and missed where the partner is absent.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from bookbuild.checks.texts import Question, Rows
from bookbuild.languages.words import consonant_skeletons
from bookbuild.model.book import Language
from bookbuild.model.findings import Finding

_CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
_NAME = re.compile(r"(?<=[^\s.!?…:“\"«(\[—–-] )[^\W\d_a-z][^\W\d_]{3,}")
"""A word with a capital that does not begin a sentence."""
_PAIRS, _SHARE = 4, 0.75
"""The least number of pairs that have a name, and the least share of them whose other side has it too."""


def check(rows: Rows) -> Iterator[Question]:
    """Yield questions about names of the first language and each other one, taken from the one that has capitals."""
    first = rows.languages[0]
    for side, language in list(enumerate(rows.languages))[1:]:
        if language.script in _CASED:
            yield from _find_missed(rows, side, 0, first)
        elif first.script in _CASED:
            yield from _find_missed(rows, 0, side, language)


def _find_missed(rows: Rows, named: int, other: int, language: Language) -> Iterator[Question]:
    where: dict[str, dict[int, str]] = defaultdict(dict)
    heard: dict[int, frozenset[str]] = {}
    for number, row in enumerate(rows.rows):
        if not row[named].content or not row[other].content:
            continue
        for match in _NAME.finditer(row[named].text):
            if match[0][0].isupper() and (name_sounds := sorted(consonant_skeletons(match[0]))):
                where[name_sounds[0]].setdefault(number, match[0])
    if not any(len(names) >= _PAIRS for names in where.values()):
        return
    for sound, names in sorted(where.items()):
        if len(names) < _PAIRS:
            continue
        for number in names:
            heard.setdefault(number, consonant_skeletons(rows.rows[number][other].text))
        lacking = [number for number in names if sound not in heard[number]]
        if not lacking or len(lacking) > (1 - _SHARE) * len(names):
            continue
        for number in lacking:
            if number not in rows.checked:
                here, there = rows.rows[number][named], rows.rows[number][other]
                message = f"the name {names[number]} is not in {language.tag} ({there.place}), although it is elsewhere"
                advice = "check whether it was left out or is spelled differently"
                yield Question(number, Finding("Q004", here.place, message, advice))
