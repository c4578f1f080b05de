"""Texts as streams of words, which tables of pairs part anywhere: blocks in, tokens; boundaries in, blocks. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bookbuild.model.book import Block, Kind
from bookbuild.model.inline import Image, Inline, LineBreak, ParagraphEnd
from bookbuild.model.inlines import portion

_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
    r"|[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+"
)
"""A word with its punctuation, or one character of a script that puts no spaces between words."""
DIVISIBLE = frozenset({Kind.PARAGRAPH, Kind.VERSE, Kind.HEADING})
"""Blocks that can be parted and joined."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, and where it stands."""

    word: str
    block: int
    start: int
    """In code points of written(block)."""
    end: int


@dataclass(frozen=True, slots=True)
class Portion:
    """A block, or a part of it."""

    block: int
    start: int
    end: int
    """In code points of written(block)."""


def written(block: Block) -> str:
    """Give a block's text as tables show it: what has no words of its own is named."""
    if block.kind is Kind.BREAK:
        return "* * *"
    if block.kind is Kind.FIGURE:
        picture = block.content[0]
        name = picture.source if isinstance(picture, Image) else ""
        return f"[{name}] {block.text}".rstrip()
    return block.text or "[ ]"


def words(text: str) -> list[str]:
    """Give the words of a text as tables are compared: without formatting characters, which spreadsheets drop."""
    found = (_bare(match[0]) for match in _WORD.finditer(text))
    return [word for word in found if word]


def _bare(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in word if unicodedata.category(c) != "Cf")


def tokens(blocks: Sequence[Block]) -> list[Token]:
    """Give the words of a text's blocks, in order."""
    return [
        Token(word, number, match.start(), match.end())
        for number, block in enumerate(blocks)
        for match in _WORD.finditer(written(block))
        if (word := _bare(match[0]))
    ]


def portions(stream: Sequence[Token], start: int, end: int, blocks: Sequence[Block]) -> tuple[Portion, ...]:
    """Give the blocks, or parts of them, that the tokens from start to end belong to.

    What is between tokens goes with the one before it.
    """
    found: list[Portion] = []
    at = start
    while at < end:
        number = stream[at].block
        last = at
        while last < end and stream[last].block == number:
            last += 1
        first = 0 if at == 0 or stream[at - 1].block != number else stream[at].start
        more = last < len(stream) and stream[last].block == number
        found.append(Portion(number, first, stream[last].start if more else len(written(blocks[number]))))
        at = last
    return tuple(found)


def excerpt(blocks: Sequence[Block], parts: Sequence[Portion]) -> str:
    """Give the text of portions as a cell of a table: a line a paragraph."""
    return "\n".join(written(blocks[p.block])[p.start : p.end].strip() for p in parts)


def assembled(blocks: Sequence[Block], parts: Sequence[Portion], empty: Block) -> Block:
    """Make one block of portions; of none, a block like `empty` without content."""
    made = [_cut(blocks[p.block], p) for p in parts]
    if not made:
        return replace(empty, content=())
    if len(made) == 1:
        return made[0]
    verse = all(block.kind is Kind.VERSE for block in made)
    return replace(
        made[0],
        kind=Kind.VERSE if verse else Kind.PARAGRAPH,
        level=0,
        content=tuple(_joined(made, LineBreak() if verse else ParagraphEnd())),
    )


def _joined(blocks: Sequence[Block], between: Inline) -> Iterator[Inline]:
    for number, block in enumerate(blocks):
        if number:
            yield between
        yield from block.content


def _cut(block: Block, part: Portion) -> Block:
    size = len(written(block))
    if (part.start, part.end) == (0, size) or block.kind not in DIVISIBLE:
        return block
    stripped = block.text[part.start : part.end]
    end = part.start + len(stripped.rstrip())
    if end == size:
        end = part.end
    containers = block.containers
    if part.start:  # what follows bears no marker of its own
        containers = tuple(replace(c, first=False) for c in containers)
    return replace(block, content=portion(block.content, part.start, end), containers=containers)
