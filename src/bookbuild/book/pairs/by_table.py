"""Blocks of all languages in, rows of partners out: by a table of pairs, and by the aligner where it has none. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bookbuild.book import headings
from bookbuild.book.pairs.aligner.beads import Segment
from bookbuild.book.pairs.portions import DIVISIBLE, Portion, Token, portions, tokens, words, written
from bookbuild.model.book import Block, Kind


@dataclass(frozen=True, slots=True)
class Pairing:
    """One row: what stands together, a language each; some may have nothing, never all."""

    sides: tuple[tuple[Portion, ...], ...]
    confidence: float = 1.0
    """Of the aligner, 0 to 1; 1 where somebody has looked at it."""
    checked: bool = False
    """Whether somebody has looked at it."""
    fresh: bool = True
    """Whether it was made now, not taken from a table."""
    note: str = ""
    """What somebody wrote about it."""

    @property
    def shape(self) -> str:
        """How many paragraphs of each language it holds: 1–2, without a hyphen, of which spreadsheets make dates."""
        return "–".join(str(len(side)) for side in self.sides)


@dataclass(frozen=True, slots=True)
class Written:
    """A row as a table has it."""

    cells: tuple[str, ...]
    confidence: float = 1.0
    checked: bool = False
    note: str = ""
    line: int | None = None
    """Of the table's file."""


def segments(blocks: Sequence[Block], *, guess: bool) -> list[Segment]:
    """Show blocks to the aligner; `guess` whether short lines may be headings."""
    guessed = headings.candidates(blocks) if guess else [False] * len(blocks)
    return [_segment(block, heading) for block, heading in zip(blocks, guessed, strict=True)]


def _segment(block: Block, heading: bool) -> Segment:
    kind = Kind.PARAGRAPH if block.kind is Kind.VERSE else block.kind
    guessed = heading and kind is Kind.PARAGRAPH
    shape = "heading" if guessed else kind.value
    alone = guessed or kind is not Kind.PARAGRAPH
    return Segment(written(block), shape, guessed=guessed, alone=alone, pin=block.pin)


def aligned(texts: Sequence[Sequence[Block]], *, guess: bool, embed: Any = None) -> list[Pairing]:
    """Align the blocks of all languages anew; `embed` is a model of embeddings.py, if there is one."""
    from bookbuild.book.pairs.aligner import many
    from bookbuild.book.pairs.embeddings import better_than_lengths

    found = many.align([segments(blocks, guess=guess) for blocks in texts], embed, better_than_lengths)
    return [
        Pairing(
            tuple(
                tuple(Portion(n, 0, len(written(blocks[n]))) for n in numbers)
                for blocks, numbers in zip(texts, row.ranges, strict=True)
            ),
            row.confidence,
        )
        for row in found
    ]


def renewed(
    texts: Sequence[Sequence[Block]], rows: Sequence[Written], *, guess: bool
) -> tuple[list[Pairing], list[Written]]:
    """Pair texts as a table says, as far as its rows stand in the texts; what is left between them is aligned anew.

    Gives the rows that do not stand in the texts too.
    """
    streams = [tokens(blocks) for blocks in texts]
    cells = [[words(row.cells[side]) for row in rows] for side in range(len(texts))]
    found = _placed(streams, cells)
    made: list[Pairing] = []
    at = [0] * len(texts)
    for row, place in zip(rows, found, strict=True):
        if place is None:
            continue
        made += _between(texts, streams, at, [start for start, _ in place], guess=guess)
        sides = tuple(
            portions(stream, *span, blocks) for stream, span, blocks in zip(streams, place, texts, strict=True)
        )
        if any(sides):
            made.append(Pairing(sides, row.confidence, row.checked, fresh=False, note=row.note))
        at = [end for _, end in place]
    made += _between(texts, streams, at, [len(stream) for stream in streams], guess=guess)
    return made, [row for row, place in zip(rows, found, strict=True) if place is None]


_Span = tuple[int, int]


def _placed(
    streams: Sequence[Sequence[Token]], cells: Sequence[Sequence[Sequence[str]]]
) -> list[tuple[_Span, ...] | None]:
    """Find the rows that stand in the texts: their tokens in each language, or None for a row that does not."""
    from bookbuild.book.pairs.aligner.diff import matches

    count = len(cells[0])
    spans: list[list[_Span | None]] = []
    for stream, own in zip(streams, cells, strict=True):
        old = [word for cell in own for word in cell]
        new = [token.word for token in stream]
        spans.append(list(_moved(own, matches(old, new))))
    kept = [all(spans[side][n] is not None for side in range(len(streams))) for n in range(count)]
    # text that was put into a paragraph belongs to it: the rows before and after it are aligned anew with it
    while dropped := _disturbed(streams, spans, [n for n in range(count) if kept[n]]):
        for n in dropped:
            kept[n] = False
    return [tuple(_span(spans, side, n) for side in range(len(streams))) if kept[n] else None for n in range(count)]


def _disturbed(
    streams: Sequence[Sequence[Token]], spans: Sequence[Sequence[_Span | None]], kept: Sequence[int]
) -> set[int]:
    """Give the rows that begin or end in the middle of a paragraph, right beside words that no row holds."""
    dropped: set[int] = set()
    for side, stream in enumerate(streams):
        at, before = 0, None
        for n in kept:
            start, end = _span(spans, side, n)
            if start > at:
                dropped |= {n} if start < end and _inside(stream, start) else set()
                dropped |= {before} if before is not None and _inside(stream, at) else set()
            if end > start:
                at, before = end, n
        if at < len(stream) and before is not None and _inside(stream, at):
            dropped.add(before)
    return dropped


def _span(spans: Sequence[Sequence[_Span | None]], side: int, n: int) -> _Span:
    span = spans[side][n]
    assert span is not None  # noqa: S101 - asked for rows that were found only
    return span


def _inside(stream: Sequence[Token], at: int) -> bool:
    """Tell whether a boundary stands in the middle of a block."""
    return 0 < at < len(stream) and stream[at - 1].block == stream[at].block


def _moved(cells: Sequence[Sequence[str]], runs: Sequence[tuple[int, int, int]]) -> list[_Span | None]:
    """Give where each cell stands in a new text; `runs` are stretches (old, new, length) that are the same."""
    found: list[_Span | None] = []
    start = at = 0
    run = 0
    for cell in cells:
        end = start + len(cell)
        while run < len(runs) and runs[run][0] + runs[run][2] < end:
            run += 1
        if not cell:
            # an empty cell stands where the one before it ended
            found.append((at, at) if not found or found[-1] is not None else None)
        elif run < len(runs) and runs[run][0] <= start and end <= runs[run][0] + runs[run][2]:
            moved = runs[run][1] - runs[run][0]
            found.append((start + moved, end + moved))
            at = end + moved
        else:
            found.append(None)
        start = end
    return found


def _between(
    texts: Sequence[Sequence[Block]],
    streams: Sequence[Sequence[Token]],
    starts: Sequence[int],
    ends: Sequence[int],
    *,
    guess: bool,
) -> list[Pairing]:
    """Align what no row of a table holds."""
    parts = [
        portions(stream, start, end, blocks)
        for stream, start, end, blocks in zip(streams, starts, ends, texts, strict=True)
    ]
    if not any(parts):
        return []
    from bookbuild.book.pairs.aligner import many

    shown = []
    for blocks, own in zip(texts, parts, strict=True):
        known = segments(blocks, guess=guess)
        shown.append(
            [
                replace(
                    known[p.block],
                    text=written(blocks[p.block])[p.start : p.end],
                    pin=known[p.block].pin if not p.start else "",
                )
                for p in own
            ]
        )
    return [
        Pairing(tuple(own[r.start : r.stop] for own, r in zip(parts, row.ranges, strict=True)), row.confidence)
        for row in many.align(shown)
    ]


def unfit(texts: Sequence[Sequence[Block]], pairing: Pairing) -> str:
    """Tell why a row cannot be set, or give an empty text: pictures, tables and code stand alone with their like."""
    kinds = []
    for blocks, side in zip(texts, pairing.sides, strict=True):
        own = [blocks[p.block].kind for p in side]
        odd = [kind for kind in own if kind not in DIVISIBLE]
        if odd and len(own) > 1:
            return f"joins a {odd[0]} with something else"
        kinds += [own[0]] if own else []
    odd = [kind for kind in kinds if kind not in DIVISIBLE]
    if odd and len(set(kinds)) > 1:
        other = next(kind for kind in kinds if kind is not odd[0])
        return f"puts a {odd[0]} beside a {other}"
    return ""
