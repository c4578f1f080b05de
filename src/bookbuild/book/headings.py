"""Headings of plain texts: short lines without closing punctuation, in every language at the same place. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bookbuild.model.book import Block, Kind

LONGEST = 90
"""Characters of a heading, for alphabets."""
LONGEST_HAN = 36
"""Characters of a heading where a character is a word or syllable."""
LONGEST_RUN = 2
"""Short lines one after another that may still be a heading and its subheading; more are verse or a list."""

_CLOSED = re.compile(r"[.,!?…:;،؛؟۔。、！？：；—–-][\"'”’»«“)\]›」』]*$|[\"”»」』]$")
_HAN = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def candidates(blocks: Sequence[Block]) -> list[bool]:
    """Tell for each block whether it could be a heading, looking at one language alone."""
    short = [_short(block) for block in blocks]
    result = [False] * len(blocks)
    start = 0
    while start < len(blocks):
        end = start
        while end < len(blocks) and short[end]:
            end += 1
        # the last lines of a text head nothing
        if end - start <= LONGEST_RUN and end < len(blocks):
            result[start:end] = [True] * (end - start)
        start = end + 1
    return result


def _short(block: Block) -> bool:
    text = block.text
    longest = LONGEST_HAN if _HAN.search(text) else LONGEST
    return block.kind is Kind.PARAGRAPH and 0 < len(text) <= longest and not _CLOSED.search(text)


def infer(texts: Sequence[Sequence[Block]]) -> tuple[tuple[Block, ...], ...]:
    """Make headings of the blocks that are candidates in all languages at the same index.

    Languages of different length are returned as they are: align.py reports them. The text's first
    block becomes level 1, all others level 2.
    """
    if len({len(blocks) for blocks in texts}) != 1:
        return tuple(tuple(blocks) for blocks in texts)
    rows = zip(*(candidates(blocks) for blocks in texts), strict=True)
    heads = [all(row) for row in rows]
    return tuple(
        tuple(
            replace(block, kind=Kind.HEADING, level=1 if n == 0 else 2) if heads[n] else block
            for n, block in enumerate(blocks)
        )
        for blocks in texts
    )
