"""Rows in, questions about unbalanced brackets and quotation marks out (Q014, Q015). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bookbuild.checks.texts import Question, Rows, excerpt
from bookbuild.model.book import Block, Kind
from bookbuild.model.findings import Finding

_BRACKETS = {")": "(", "]": "[", "}": "{", "）": "（", "］": "［", "】": "【", "〕": "〔", "﴿": "﴾"}
_QUOTES = {"»": "«", "”": "“", "」": "「", "』": "『", "〉": "〈", "》": "《"}
_SIGNS = re.compile("[" + re.escape("".join((*_BRACKETS, *_BRACKETS.values(), *_QUOTES, *_QUOTES.values()))) + "]")
_ITEM = re.compile(r"(?:^|\s)(?:\d{1,3}|[^\W\d_]{1,2})\)$")
"""1) and a), which number the parts of a sentence and need no opening bracket."""


Odd = tuple[str, int]
"""A sign without a partner, and its offset in the text."""
_ORNATE = re.compile("﴿[^﴿﴾]*﴾|﴾[^﴿﴾]*﴿")
"""Ornate brackets, which are printed in either order."""


def check(rows: Rows) -> Iterator[Question]:
    """Yield a question per block with an unbalanced bracket, and one per block with an unbalanced quotation mark.

    What is opened in one block may be closed in a later one; each block between may open it again.
    """
    for side in range(len(rows.languages)):
        blocks = [row[side] for row in rows.rows]
        for code, what, find in (
            ("Q014", "bracket", lambda text: find_unpaired_signs(_ORNATE.sub(_write_blanks, text), _BRACKETS)),
            ("Q015", "quotation mark", _find_odd_quotes),
        ):
            odd = [find(block.text) if block.kind is not Kind.CODE else [] for block in blocks]
            for number, sign in sorted(_find_unpaired_by_block(blocks, odd).items()):
                message = f"the {what} {sign[0]} has no partner: {_excerpt_around(blocks[number], sign)}"
                yield Question(number, Finding(code, blocks[number].place, message, "close it, or delete it"))


def _write_blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _find_unpaired_by_block(blocks: Sequence[Block], odd: Sequence[Sequence[Odd]]) -> dict[int, Odd]:
    """Return the first sign of each block whose partner is in no other block either, by the block's index."""
    waiting: list[tuple[int, Odd]] = []
    left: dict[int, Odd] = {}
    for number, signs in enumerate(odd):
        for sign in signs:
            char, offset = sign
            opener = waiting[-1][1][0] if waiting else ""
            if waiting and number - waiting[-1][0] > _FARTHEST:
                for earlier, opened in waiting:
                    left.setdefault(earlier, opened)
                waiting, opener = [], ""
            closes = char in _PARTNERS or (char == '"' and not _is_opening(blocks[number].text, offset))
            if opener and closes and opener == _PARTNERS.get(char, char):
                waiting.pop()
            elif opener == char and not blocks[number].text[:offset].strip():
                waiting[-1] = (number, sign)  # opened again
            elif closes:
                left.setdefault(number, sign)
            else:
                waiting.append((number, sign))
        is_next = waiting and number == waiting[-1][0] + 1
        if is_next and not signs and blocks[number].text.lstrip().startswith(waiting[-1][1][0]):
            waiting.pop()  # its last paragraph is whole by itself
    for number, sign in waiting:
        left.setdefault(number, sign)
    return left


_PARTNERS = {**_BRACKETS, **_QUOTES}
_FARTHEST = 40
"""Blocks over which a quotation may run."""


def _is_opening(text: str, offset: int) -> bool:
    return not text[offset - 1 : offset].strip() and bool(text[offset + 1 : offset + 2].strip())


def find_unpaired_signs(text: str, pairs: dict[str, str]) -> list[Odd]:
    """Return the signs without a partner; `pairs` maps closing signs to opening ones."""
    openers = set(pairs.values())
    waiting: list[Odd] = []
    odd: list[Odd] = []
    for match in _SIGNS.finditer(text):
        char, offset = match[0], match.start()
        if char in openers:
            waiting.append((char, offset))
        elif char in pairs:
            if not waiting and char == ")" and _ITEM.search(text[max(0, offset - 4) : offset + 1]):
                continue
            if waiting and waiting[-1][0] == pairs[char]:
                waiting.pop()
            else:
                odd.append((char, offset))
    return sorted((*odd, *waiting), key=lambda sign: sign[1])


def _find_odd_quotes(text: str) -> list[Odd]:
    """Return the quotation marks without a partner.

    „…“, ”…”, »…« and ”…“ are allowed besides «…» and “…”; CLDR has ”…“ for Arabic.
    """
    if text.count('"') % 2:
        return [('"', text.rindex('"'))]
    curly = [c for c in text if c in "“”"]
    if "„" not in text and curly == ["”", "“"] * (len(curly) // 2):
        text = text.translate({ord("“"): "”", ord("”"): "“"})
    elif "“" not in curly and len(curly) % 2 == 0:
        text = text.replace("”", "'")
    if any(c in text for c in "„‚") or re.search(r"»[^«]*«", text) or text.count("«") == text.count("»") == 0:
        pairs = {k: v for k, v in _QUOTES.items() if k not in "»”" or ("„" not in text and k == "”")}
    else:
        pairs = _QUOTES
    return find_unpaired_signs(text, pairs)


def _excerpt_around(block: Block, odd: Odd) -> str:
    start = block.text.find(odd[0], max(0, odd[1] - 1))
    return excerpt(block.text[max(0, start - 20) : start + 20])
