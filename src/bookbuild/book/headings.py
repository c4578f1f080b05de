"""Blocks of plain texts in, the same with headings out: short lines without closing punctuation. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bookbuild.model.book import Block, Kind

LONGEST = 90
"""Characters of a heading, for alphabets."""
LONGEST_HAN = 36
"""Characters of a heading in scripts where a character is a word or syllable."""
LONGEST_RUN = 2
"""Consecutive short lines that may still be a heading and its subheading; more are verse or a list."""

_CLOSED = re.compile(r"[.,!?…:;،؛؟۔。、！？：；—–-][\"'”’»«“)\]›」』]*$|[\"”»」』]$")
_HAN = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def find_candidates(blocks: Sequence[Block]) -> list[bool]:
    """Return whether each block could be a heading, judged by one language alone."""
    short = [_is_short(block) for block in blocks]
    is_candidate = [False] * len(blocks)
    start = 0
    while start < len(blocks):
        end = start
        while end < len(blocks) and short[end]:
            end += 1
        # the last lines of a text have nothing below them to be the heading of
        if end - start <= LONGEST_RUN and end < len(blocks):
            is_candidate[start:end] = [True] * (end - start)
        start = end + 1
    return is_candidate


def _is_short(block: Block) -> bool:
    text = block.text
    longest = LONGEST_HAN if _HAN.search(text) else LONGEST
    return block.kind is Kind.PARAGRAPH and 0 < len(text) <= longest and not _CLOSED.search(text)


def infer_headings(texts: Sequence[Sequence[Block]]) -> tuple[tuple[Block, ...], ...]:
    """Return the texts with headings where the blocks of all languages at the same index are candidates.

    The first block becomes level 1, all others level 2. Texts of different length are returned unchanged: pairing
    reports them.
    """
    if len({len(blocks) for blocks in texts}) != 1:
        return tuple(tuple(blocks) for blocks in texts)
    rows = zip(*(find_candidates(blocks) for blocks in texts), strict=True)
    is_heading = [all(row) for row in rows]
    return tuple(
        tuple(
            replace(block, kind=Kind.HEADING, level=1 if n == 0 else 2) if is_heading[n] else block
            for n, block in enumerate(blocks)
        )
        for blocks in texts
    )
