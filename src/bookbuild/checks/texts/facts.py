"""Rows in, questions about numbers, dates, addresses and Latin names on one side only out (Q002 to Q005). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from bookbuild.checks.texts import Question, Rows, list_words
from bookbuild.languages.tables import month_numbers
from bookbuild.languages.words import addresses, remove_addresses
from bookbuild.model.book import Block, Language
from bookbuild.model.findings import Finding

_DIGITS = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}(?!\d)|\d+(?:[.,٬\u00a0\u202f’']\d{3})*(?!\d)|\d+")
"""Grouped by hundreds of thousands, as in India, or by thousands."""
_ANY_DIGIT = re.compile(r"\d")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_SEPARATORS = re.compile(r"\D")
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,4})[/.\-–](\d{1,2})[/.\-–](\d{1,4})(?!\d)")
_LATIN_NAME = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z’'.-]*[A-Za-z](?![A-Za-z])")
_LEAST = 10
"""Smaller numbers are often written as words."""
_SERIES = 3
"""Paragraphs from which on those that differ in their number alone are a series: Article 10, Article 11, Article 12."""


def check(rows: Rows) -> Iterator[Question]:
    """Yield questions about each language's facts against the first one's; checked rows are skipped."""
    for side, language in list(enumerate(rows.languages))[1:]:
        pairs = [
            (number, row[0], row[side])
            for number, row in enumerate(rows.rows)
            if number not in rows.checked and row[0].content and row[side].content
        ]
        series = _find_worded_series([(left.text, right.text) for _, left, right in pairs])
        for number, left, right in pairs:
            yield from _compare_pair(number, left, right, rows.languages[0], language, series)


def _find_worded_series(pairs: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Return the series whose numbers the other language writes in another way: מאה, מ״א, the hundredth.

    They are those of which no number is on the other side.
    """
    found, missed = Counter[str](), Counter[str]()
    for pair in pairs:
        numbers = [_count_numbers(text) for text in pair]
        for text, mine, yours in zip(pair, numbers, reversed(numbers), strict=True):
            if mine:
                found[_mask_numbers(text)] += 1
                missed[_mask_numbers(text)] += not mine & yours
    return frozenset(name for name, count in missed.items() if count == found[name] >= _SERIES)


def _mask_numbers(text: str) -> str:
    return re.sub(r"\d+", "0", text)


def _compare_pair(
    row: int, left: Block, right: Block, first: Language, second: Language, series: frozenset[str]
) -> Iterator[Question]:
    texts, sides = (left.text, right.text), ((left, first), (right, second))
    numbers = [Counter[str]() if _mask_numbers(text) in series else _count_numbers(text) for text in texts]
    for code, what, advice, facts in (
        ("Q002", "the number", "correct the one that is wrong", numbers),
        ("Q005", "the address", "write it in both languages, or in neither", [Counter(addresses(t)) for t in texts]),
    ):
        for mine, yours in ((0, 1), (1, 0)):
            (block, language), (other, lacking) = sides[mine], sides[yours]
            if unmatched := [fact for fact in facts[mine] if fact not in facts[yours]]:
                where = f"is in {language.tag}, but not in {lacking.tag} ({other.place})"
                yield Question(row, Finding(code, block.place, f"{what} {list_words(unmatched)} {where}", advice))
    dates = (_find_months(left.text, first), _find_months(right.text, second))
    if all(dates) and not dates[0] & dates[1]:
        here, there = (list_words([str(month) for month in sorted(months)]) for months in dates)
        message = f"{second.tag} names month {there} where {first.tag} names {here} ({left.place})"
        yield Question(row, Finding("Q003", right.place, message, "correct the date that is wrong"))
    for (block, language), (other, lacking) in (sides, sides[::-1]):
        if language.script == "Latn" or lacking.script != "Latn":
            continue
        if missing := [name for name in _find_latin_names(block) if name.lower() not in other.text.lower()]:
            message = f"the name {list_words(missing)} is not in {lacking.tag} ({other.place})"
            advice = "write it there too, or in the letters of both languages"
            yield Question(row, Finding("Q004", block.place, message, advice))


def _count_numbers(text: str) -> Counter[str]:
    """Count the numbers of a text from 10 on, in ASCII digits, without thousands separators."""
    if not _ANY_DIGIT.search(text):
        return Counter()
    plain = _write_in_ascii(remove_addresses(text))
    numbers = (_SEPARATORS.sub("", m[0]).lstrip("0") for m in _DIGITS.finditer(plain))
    return Counter(n for n in numbers if n and int(n[:20]) >= _LEAST)


def _write_in_ascii(text: str) -> str:
    return _OTHER_DIGIT.sub(lambda m: str(unicodedata.decimal(m[0])), text)


def _find_months(text: str, language: Language) -> frozenset[int]:
    """Return the months (1 to 12) of a text's dates: those named beside a number, and those of dates in digits."""
    if not _ANY_DIGIT.search(text):
        return frozenset()
    plain = _write_in_ascii(text)
    low = plain.lower()
    months = set()
    for a, b, c in _NUMERIC_DATE.findall(plain):
        if 1 <= int(b) <= 12 and (len(a) == 4 or len(c) == 4):
            months.add(int(b))
    for name, month in month_numbers(language):
        word = rf"(?<!\w){re.escape(name)}(?!\w)"
        beside = rf"{word}[\s,]{{0,2}}\d|\d[\s.]{{0,3}}(?:de\s)?{word}"
        if name.lower() in low and re.search(beside, plain, re.IGNORECASE):
            months.add(month)
    return frozenset(months)


def _find_latin_names(block: Block) -> list[str]:
    """Return the Latin names in a text of another script; none where most of the text is Latin."""
    text = block.text
    names = _LATIN_NAME.findall(remove_addresses(text))
    if 3 * sum(map(len, names)) > len(text):
        return []
    return list(dict.fromkeys(name for name in names if len(name) > 2))
