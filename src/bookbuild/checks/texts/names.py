"""Names that a text and its translation otherwise share, and that one pair has on one side only. Pure.

A name is a word with a capital letter inside a sentence. How it sounds tells its partner in other letters. It is known
when most of the pairs that have it have its partner too; it is missed where the partner is not there.
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
"""Pairs that have a name, at least, and the share of them whose other side has it too."""


def check(rows: Rows) -> Iterator[Question]:
    """Compare the first language with each other one, whichever of the two has capitals."""
    first = rows.languages[0]
    for side, language in list(rows.sides())[1:]:
        if language.script in _CASED:
            yield from _missed(rows, side, 0, first)
        elif first.script in _CASED:
            yield from _missed(rows, 0, side, language)


def _missed(rows: Rows, named: int, other: int, language: Language) -> Iterator[Question]:
    where: dict[str, dict[int, str]] = defaultdict(dict)
    heard: dict[int, frozenset[str]] = {}
    for number, row in enumerate(rows.rows):
        if not row[named].content or not row[other].content:
            continue
        for match in _NAME.finditer(row[named].text):
            if match[0][0].isupper() and (heard_in := sorted(consonant_skeletons(match[0]))):
                where[heard_in[0]].setdefault(number, match[0])
    if not any(len(found) >= _PAIRS for found in where.values()):
        return
    for sound, found in sorted(where.items()):
        if len(found) < _PAIRS:
            continue
        for number in found:
            heard.setdefault(number, consonant_skeletons(rows.rows[number][other].text))
        lacking = [number for number in found if sound not in heard[number]]
        if not lacking or len(lacking) > (1 - _SHARE) * len(found):
            continue
        for number in lacking:
            if number not in rows.checked:
                here, there = rows.rows[number][named], rows.rows[number][other]
                message = f"the name {found[number]} is not heard in {language.tag} ({there.place}), as it is elsewhere"
                advice = "see whether it was left out, or is written in another way"
                yield Question(number, Finding("Q004", here.place, message, advice))
