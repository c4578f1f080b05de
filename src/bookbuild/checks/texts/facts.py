"""Numbers, dates, addresses and Latin names that only one side of a pair has. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bookbuild.checks.texts import Question, Rows, listed
from bookbuild.languages.tables import NUMBERING_SYSTEMS, month_numbers
from bookbuild.languages.words import addresses, remove_addresses
from bookbuild.model.book import Block, Language
from bookbuild.model.findings import Finding

_DIGITS = re.compile(r"\d+(?:[.,٬\u00a0\u202f’']\d{3})*(?!\d)|\d+")
_ANY_DIGIT = re.compile(r"\d")
_ASCII = {ord(digit): str(n) for digits in NUMBERING_SYSTEMS.values() for n, digit in enumerate(digits)}
_SEPARATORS = re.compile(r"\D")
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,4})[/.\-–](\d{1,2})[/.\-–](\d{1,4})(?!\d)")
_LATIN_NAME = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z’'.-]*[A-Za-z](?![A-Za-z])")
_LEAST = 10
"""Smaller numbers are written as words as often as not."""


def check(rows: Rows) -> Iterator[Question]:
    """Compare each pair's facts; rows that somebody has looked at are left alone."""
    for number, row in enumerate(rows.rows):
        if number in rows.checked or not row[0].content:
            continue
        for side, language in list(rows.sides())[1:]:
            if row[side].content:
                yield from _compared(number, row[0], row[side], rows.languages[0], language)


def _compared(row: int, left: Block, right: Block, first: Language, second: Language) -> Iterator[Question]:
    texts = (left.text, right.text)
    for code, what, advice, found in (
        ("Q002", "the number", "correct the one that is wrong", [_numbers(t) for t in texts]),
        ("Q005", "the address", "write it in both languages, or in neither", [Counter(addresses(t)) for t in texts]),
    ):
        for mine, yours, here, there in (
            (0, 1, (left, first), (right, second)),
            (1, 0, (right, second), (left, first)),
        ):
            more = [one for one in found[mine] if one not in found[yours]]
            if more:
                message = f"{what} {listed(more)} stands in {here[1].tag}, but not in {there[1].tag} ({there[0].place})"
                yield Question(row, Finding(code, here[0].place, message, advice))
    dates = (_months(left.text, first), _months(right.text, second))
    if all(dates) and not dates[0] & dates[1]:
        message = (
            f"{second.tag} names month {listed([str(m) for m in sorted(dates[1])])} where {first.tag} names "
            f"{listed([str(m) for m in sorted(dates[0])])} ({left.place})"
        )
        yield Question(row, Finding("Q003", right.place, message, "correct the date that is wrong"))
    for block, other, own, their in ((left, right, first, second), (right, left, second, first)):
        if own.script == "Latn" or their.script != "Latn":
            continue
        missing = [name for name in _foreign_names(block) if name.lower() not in other.text.lower()]
        if missing:
            message = f"the name {listed(missing)} does not stand in {their.tag} ({other.place})"
            advice = "write it there too, or in the letters of both languages"
            yield Question(row, Finding("Q004", block.place, message, advice))


def _numbers(text: str) -> Counter[str]:
    """Give the numbers of a text from ten on, in ASCII digits, without separators of thousands."""
    if not _ANY_DIGIT.search(text):
        return Counter()
    plain = remove_addresses(text).translate(_ASCII)
    found = (_SEPARATORS.sub("", m[0]).lstrip("0") for m in _DIGITS.finditer(plain))
    return Counter(n for n in found if n and int(n[:20]) >= _LEAST)


def _months(text: str, language: Language) -> frozenset[int]:
    """Give the months of a text's dates: those that are named beside a number, and those of dates in digits."""
    if not _ANY_DIGIT.search(text):
        return frozenset()
    plain = text.translate(_ASCII)
    low = plain.lower()
    found = set()
    for a, b, c in _NUMERIC_DATE.findall(plain):
        if 1 <= int(b) <= 12 and (len(a) == 4 or len(c) == 4):
            found.add(int(b))
    for name, month in month_numbers(language):
        own = rf"(?<!\w){re.escape(name)}(?!\w)"
        beside = rf"{own}[\s,]{{0,2}}\d|\d[\s.]{{0,3}}(?:de\s)?{own}"
        if name.lower() in low and re.search(beside, plain, re.IGNORECASE):
            found.add(month)
    return frozenset(found)


def _foreign_names(block: Block) -> list[str]:
    """Give the Latin names in a text of another script; none where it is Latin words for the most part."""
    text = block.text
    found = _LATIN_NAME.findall(remove_addresses(text))
    if 3 * sum(map(len, found)) > len(text):
        return []
    return list(dict.fromkeys(name for name in found if len(name) > 2))
