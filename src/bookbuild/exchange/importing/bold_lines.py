"""Imported texts in, the same with short bold lines as headings where all languages have as many of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bookbuild.exchange.importing import ImportedText
from bookbuild.model.book import Block, Kind
from bookbuild.model.inline import Inline, Strong, Text

_LONGEST = 100
"""Characters of a heading."""
_MOST = 1 / 3
"""Share of the paragraphs that are headings at most; where more are bold, bold means something else."""
_ENDS = frozenset(".!،؛;:,…。」”»")
"""What no heading ends with."""


def promote_bold_lines(texts: Mapping[str, Sequence[ImportedText]]) -> tuple[dict[str, list[ImportedText]], int]:
    """Return texts by language with bold lines as headings, and how many became some in each language that had none.

    A line is taken for a heading if it is bold from end to end, short, and no sentence. Nothing changes where the
    languages would not have the same headings then.
    """
    promoted = {tag: [_promote(text) for text in parts] for tag, parts in texts.items()}
    counts = {tag: [_count_headings(text) for text in parts] for tag, parts in promoted.items()}
    kept = {tag: list(parts) for tag, parts in texts.items()}
    first = next(iter(counts.values()), [])
    if promoted == kept or any(count != first for count in counts.values()):
        return kept, 0
    return promoted, sum(first)


def _promote(text: ImportedText) -> ImportedText:
    blocks = text.blocks
    found = [number for number, block in enumerate(blocks) if _is_bold_line(block)]
    if _count_headings(text) or not found or len(found) > len(blocks) * _MOST or found[-1] == len(blocks) - 1:
        return text
    made = list(blocks)
    for number in found:
        content = tuple(_strip_bold(blocks[number].content))
        made[number] = replace(blocks[number], kind=Kind.HEADING, level=2 if number else 1, content=content)
    return replace(text, blocks=tuple(made), structured=True)


def _count_headings(text: ImportedText) -> int:
    return sum(block.kind is Kind.HEADING for block in text.blocks)


def _is_bold_line(block: Block) -> bool:
    """Return whether a paragraph is one short line that is bold from end to end."""
    if block.kind is not Kind.PARAGRAPH or block.containers or not 0 < len(block.text) <= _LONGEST:
        return False
    is_bold = all(isinstance(one, Strong) or (isinstance(one, Text) and not one.text.strip()) for one in block.content)
    return is_bold and "\n" not in block.text and block.text.rstrip()[-1:] not in _ENDS


def _strip_bold(content: Sequence[Inline]) -> list[Inline]:
    return [part for one in content for part in (one.children if isinstance(one, Strong) else (one,))]
