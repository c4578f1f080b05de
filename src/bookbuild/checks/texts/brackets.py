"""Rows in, questions about unbalanced brackets and quotation marks out (Q014, Q015). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookbuild.checks.texts import Question, Rows, excerpt
from bookbuild.model.book import Block, Kind
from bookbuild.model.findings import Finding

_BRACKETS = {")": "(", "]": "[", "}": "{", "）": "（", "］": "［", "】": "【", "〕": "〔", "﴿": "﴾"}
_QUOTES = {"»": "«", "”": "“", "」": "「", "』": "『", "〉": "〈", "》": "《"}
_SIGNS = re.compile("[" + re.escape("".join((*_BRACKETS, *_BRACKETS.values(), *_QUOTES, *_QUOTES.values()))) + "]")
_ITEM = re.compile(r"(?:^|\s)(?:\d{1,3}|[^\W\d_]{1,2})\)$")
"""1) and a), which number the parts of a sentence and need no opening bracket."""


def check(rows: Rows) -> Iterator[Question]:
    """Yield a question per block with an unbalanced bracket, and one per block with an unbalanced quotation mark."""
    for number, row in enumerate(rows.rows):
        for block in row:
            if block.kind is Kind.CODE:
                continue
            if odd := find_unbalanced(block.text, _BRACKETS):
                message = f"the bracket {odd[0]} has no partner: {_excerpt_around(block, odd)}"
                yield Question(number, Finding("Q014", block.place, message, "close it, or delete it"))
            if odd := _find_odd_quote(block.text):
                message = f"the quotation mark {odd[0]} has no partner: {_excerpt_around(block, odd)}"
                yield Question(number, Finding("Q015", block.place, message, "close it, or delete it"))


def find_unbalanced(text: str, pairs: dict[str, str]) -> tuple[str, int] | None:
    """Return the first sign without a partner and its offset, or None; `pairs` maps closing signs to opening ones."""
    openers = set(pairs.values())
    waiting: list[tuple[str, int]] = []
    for match in _SIGNS.finditer(text):
        char, offset = match[0], match.start()
        if char in openers:
            waiting.append((char, offset))
        elif char in pairs:
            if not waiting and char == ")" and _ITEM.search(text[max(0, offset - 4) : offset + 1]):
                continue
            if not waiting or waiting[-1][0] != pairs[char]:
                return char, offset
            waiting.pop()
    return waiting[0] if waiting else None


def _find_odd_quote(text: str) -> tuple[str, int] | None:
    """Return an unbalanced quotation mark and its offset, or None.

    „…“, ”…”, »…« and ”…“ are allowed besides «…» and “…”; CLDR has ”…“ for Arabic.
    """
    if text.count('"') % 2:
        return '"', text.rindex('"')
    curly = [c for c in text if c in "“”"]
    if "„" not in text and curly == ["”", "“"] * (len(curly) // 2):
        text = text.translate({ord("“"): "”", ord("”"): "“"})
    elif "“" not in curly and len(curly) % 2 == 0:
        text = text.replace("”", "'")
    if any(c in text for c in "„‚") or re.search(r"»[^«]*«", text) or text.count("«") == text.count("»") == 0:
        pairs = {k: v for k, v in _QUOTES.items() if k not in "»”" or ("„" not in text and k == "”")}
    else:
        pairs = _QUOTES
    return find_unbalanced(text, pairs)


def _excerpt_around(block: Block, odd: tuple[str, int]) -> str:
    start = block.text.find(odd[0], max(0, odd[1] - 1))
    return excerpt(block.text[max(0, start - 20) : start + 20])
