"""Rows in, questions about empty, equal and repeated sides out (Q006, Q007, Q009). Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from bookbuild.checks.texts import Question, Rows, excerpt
from bookbuild.languages.words import remove_addresses
from bookbuild.model.book import Block, Kind
from bookbuild.model.findings import Finding
from bookbuild.model.inline import Image

_SAME = 15
"""Letters that two languages have in common only if the text was not translated, or copied by mistake."""
_NO_LETTERS = re.compile(r"[\W_]+")
_REPEATED = 40
"""Letters of a paragraph that does not occur twice by chance."""


def check(rows: Rows) -> Iterator[Question]:
    """Yield questions about empty, equal and repeated sides."""
    for number, row in enumerate(rows.rows):
        if number not in rows.checked:
            yield from _check_empty(number, row, rows)
        yield from _check_equal(number, row, rows)
    for side in range(len(rows.languages)):
        yield from _check_repeated(side, rows)


def _check_empty(number: int, row: tuple[Block, ...], rows: Rows) -> Iterator[Question]:
    for block, language in zip(row, rows.languages, strict=True):
        if block.content or block.kind is Kind.BREAK:
            continue
        other = next(b for b in row if b.content)
        message = f"{excerpt(other.text)} has no translation in {language.tag}"
        advice = "translate it, or mark it as intended in the table of pairs (column checked)"
        yield Question(number, Finding("Q006", other.place, message, advice))


def _check_equal(number: int, row: tuple[Block, ...], rows: Rows) -> Iterator[Question]:
    if row[0].kind in {Kind.CODE, Kind.BREAK, Kind.FIGURE}:
        return
    seen: dict[str, int] = {}
    for side, block in enumerate(row):
        key = _NO_LETTERS.sub("", remove_addresses(block.text).casefold())
        if sum(map(str.isalpha, key)) < _SAME or any(isinstance(i, Image) for i in block.content):
            continue
        if key in seen:
            here, there = rows.languages[side].tag, rows.languages[seen[key]].tag
            message = f"{here} says the same as {there}: {excerpt(block.text)}"
            yield Question(number, Finding("Q007", block.place, message, "translate it"))
        seen.setdefault(key, side)


def _check_repeated(side: int, rows: Rows) -> Iterator[Question]:
    """Yield questions about paragraphs that recur while their partners do not; refrains recur in all languages."""
    places: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows.rows):
        if len(key := _letters_key(row[side])) >= _REPEATED:
            places[key].append(number)
    for numbers in places.values():
        for before, number in pairwise(numbers):
            here, there = rows.rows[number], rows.rows[before]
            apart = number - before > 1 and len(here) > 1
            if apart and all(_letters_key(a) == _letters_key(b) for a, b in zip(here, there, strict=True)):
                continue
            message = f"this paragraph is already at {there[side].place}: {excerpt(here[side].text)}"
            advice = "delete one of them if it was pasted twice"
            yield Question(number, Finding("Q009", here[side].place, message, advice))


def _letters_key(block: Block) -> str:
    return _NO_LETTERS.sub("", block.text.casefold())
