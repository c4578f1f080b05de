"""Texts as streams of tokens, which a table of pairs may split anywhere: blocks in, tokens and portions out. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bookbuild.model.book import Block, Kind
from bookbuild.model.inline import Image, Inline, LineBreak, ParagraphEnd
from bookbuild.model.inlines import slice_inlines

_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
    r"|[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+"
)
"""A word with its punctuation, or one character of a script that puts no spaces between words."""
DIVISIBLE = frozenset({Kind.PARAGRAPH, Kind.VERSE, Kind.HEADING})
"""Kinds of blocks that can be split and joined."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text and its position."""

    word: str
    block: int
    """Index of its block."""
    start: int
    end: int
    """In code points of table_text(block)."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A block or a part of it."""

    block: int
    """Index of the block."""
    start: int
    end: int
    """In code points of table_text(block)."""


def table_text(block: Block) -> str:
    """Return a block's text as tables of pairs show it, with a placeholder for what has no words."""
    if block.kind is Kind.BREAK:
        return "* * *"
    if block.kind is Kind.FIGURE:
        picture = block.content[0]
        name = picture.source if isinstance(picture, Image) else ""
        return f"[{name}] {block.text}".rstrip()
    return block.text or "[ ]"


def split_words(text: str) -> list[str]:
    """Return the words of a text without format characters, which spreadsheets drop."""
    return [word for match in _WORD.finditer(text) if (word := _strip_format_characters(match[0]))]


def _strip_format_characters(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in word if unicodedata.category(c) != "Cf")


def collect_tokens(blocks: Sequence[Block]) -> list[Token]:
    """Return the tokens of a text's blocks, in order."""
    return [
        Token(word=word, block=number, start=match.start(), end=match.end())
        for number, block in enumerate(blocks)
        for match in _WORD.finditer(table_text(block))
        if (word := _strip_format_characters(match[0]))
    ]


def find_portions(stream: Sequence[Token], start: int, end: int, blocks: Sequence[Block]) -> tuple[Portion, ...]:
    """Return the blocks, or parts of them, that hold the tokens from index start to end.

    Characters between tokens belong to the token before them.
    """
    parts: list[Portion] = []
    position = start
    while position < end:
        number = stream[position].block
        last = position
        while last < end and stream[last].block == number:
            last += 1
        first = 0 if position == 0 or stream[position - 1].block != number else stream[position].start
        more = last < len(stream) and stream[last].block == number
        parts.append(Portion(number, first, stream[last].start if more else len(table_text(blocks[number]))))
        position = last
    return tuple(parts)


def cell_text(blocks: Sequence[Block], parts: Sequence[Portion]) -> str:
    """Return the text of portions as a cell of a table: one line per paragraph."""
    return "\n".join(table_text(blocks[p.block])[p.start : p.end].strip() for p in parts)


def assemble_block(blocks: Sequence[Block], parts: Sequence[Portion], template: Block) -> Block:
    """Join portions into one block; without portions, return `template` without content."""
    pieces = [_cut_portion(blocks[p.block], p) for p in parts]
    if not pieces:
        return replace(template, content=())
    if len(pieces) == 1:
        return pieces[0]
    verse = all(block.kind is Kind.VERSE for block in pieces)
    return replace(
        pieces[0],
        kind=Kind.VERSE if verse else Kind.PARAGRAPH,
        level=0,
        content=tuple(_join_content(pieces, LineBreak() if verse else ParagraphEnd())),
    )


def _join_content(blocks: Sequence[Block], between: Inline) -> Iterator[Inline]:
    for number, block in enumerate(blocks):
        if number:
            yield between
        yield from block.content


def _cut_portion(block: Block, part: Portion) -> Block:
    size = len(table_text(block))
    if (part.start, part.end) == (0, size) or block.kind not in DIVISIBLE:
        return block
    stripped = block.text[part.start : part.end]
    end = part.start + len(stripped.rstrip())
    if end == size:
        end = part.end
    containers = block.containers
    if part.start:  # only the first part of a list item has its marker
        containers = tuple(replace(c, first=False) for c in containers)
    return replace(block, content=slice_inlines(block.content, part.start, end), containers=containers)
