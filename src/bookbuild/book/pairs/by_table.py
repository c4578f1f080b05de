"""Blocks of all languages in, pairings out: by a table of pairs, and by the aligner where that has no row. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bookbuild.book import headings
from bookbuild.book.pairs.aligner.beads import Segment
from bookbuild.book.pairs.portions import (
    DIVISIBLE,
    Portion,
    Token,
    collect_tokens,
    find_portions,
    split_words,
    table_text,
)
from bookbuild.model.book import Block, Kind


@dataclass(frozen=True, slots=True)
class Pairing:
    """A row of partners."""

    sides: tuple[tuple[Portion, ...], ...]
    """One per language; some may be empty, never all."""
    confidence: float = 1.0
    """The aligner's, 0 to 1; 1 for a row that the user has checked."""
    checked: bool = False
    """Whether the user has checked it."""
    fresh: bool = True
    """Whether it was aligned now, not taken from a table."""
    note: str = ""
    """The user's note on it."""

    @property
    def shape(self) -> str:
        """The number of paragraphs of each language: 1–2. With an en dash: spreadsheets would turn 1-2 into a date."""
        return "–".join(str(len(side)) for side in self.sides)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row as read from a table of pairs."""

    cells: tuple[str, ...]
    """One per language."""
    confidence: float = 1.0
    checked: bool = False
    note: str = ""
    line: int | None = None
    """In the table's file."""


def build_segments(blocks: Sequence[Block], *, guess: bool) -> list[Segment]:
    """Convert blocks to the aligner's segments; `guess` whether short lines may be headings."""
    guessed = headings.find_candidates(blocks) if guess else [False] * len(blocks)
    return [_build_segment(block, heading) for block, heading in zip(blocks, guessed, strict=True)]


def _build_segment(block: Block, heading: bool) -> Segment:
    kind = Kind.PARAGRAPH if block.kind is Kind.VERSE else block.kind
    guessed = heading and kind is Kind.PARAGRAPH
    shape = "heading" if guessed else kind.value
    alone = guessed or kind is not Kind.PARAGRAPH
    return Segment(table_text(block), shape, guessed=guessed, alone=alone, pin=block.pin)


def align_texts(texts: Sequence[Sequence[Block]], *, guess: bool, embed: Any = None) -> list[Pairing]:
    """Align the blocks of all languages without a table; `embed` is a model of embeddings.py, if any."""
    from bookbuild.book.pairs.aligner import many

    rows = many.align([build_segments(blocks, guess=guess) for blocks in texts], embed)
    return [
        Pairing(
            tuple(
                tuple(Portion(n, 0, len(table_text(blocks[n]))) for n in numbers)
                for blocks, numbers in zip(texts, row.ranges, strict=True)
            ),
            confidence=row.confidence,
        )
        for row in rows
    ]


def pair_by_table(
    texts: Sequence[Sequence[Block]], rows: Sequence[TableRow], *, guess: bool
) -> tuple[list[Pairing], list[TableRow]]:
    """Pair texts by the rows of a table that are still in the texts, and align what is left between them.

    Returns the pairings, and the rows that are no longer in the texts.
    """
    streams = [collect_tokens(blocks) for blocks in texts]
    cells = [[split_words(row.cells[side]) for row in rows] for side in range(len(texts))]
    places = _locate_rows(streams, cells)
    pairings: list[Pairing] = []
    positions = [0] * len(texts)
    for row, place in zip(rows, places, strict=True):
        if place is None:
            continue
        pairings += _align_gap(texts, streams, positions, [start for start, _ in place], guess=guess)
        sides = tuple(
            find_portions(stream, *span, blocks) for stream, span, blocks in zip(streams, place, texts, strict=True)
        )
        if any(sides):
            pairings.append(Pairing(sides, confidence=row.confidence, checked=row.checked, fresh=False, note=row.note))
        positions = [end for _, end in place]
    pairings += _align_gap(texts, streams, positions, [len(stream) for stream in streams], guess=guess)
    return pairings, [row for row, place in zip(rows, places, strict=True) if place is None]


_Span = tuple[int, int]


def _locate_rows(
    streams: Sequence[Sequence[Token]], cells: Sequence[Sequence[Sequence[str]]]
) -> list[tuple[_Span, ...] | None]:
    """Return for each row the span of its tokens in each language; None for a row that is not in the texts."""
    from bookbuild.book.pairs.aligner.diff import find_matches

    side_spans: list[list[_Span | None]] = []
    for stream, side_cells in zip(streams, cells, strict=True):
        old = [word for cell in side_cells for word in cell]
        new = [token.word for token in stream]
        side_spans.append(_locate_cells(side_cells, find_matches(old, new)))
    places: list[tuple[_Span, ...] | None] = []
    for row_spans in zip(*side_spans, strict=True):
        place = tuple(span for span in row_spans if span is not None)
        places.append(place if len(place) == len(streams) else None)
    # text inserted into a paragraph belongs to it: the rows around it are aligned again with it
    while disturbed := _find_disturbed_rows(streams, places):
        for n in disturbed:
            places[n] = None
    return places


def _find_disturbed_rows(streams: Sequence[Sequence[Token]], places: Sequence[tuple[_Span, ...] | None]) -> set[int]:
    """Return the rows that begin or end in the middle of a paragraph, next to words that no row holds."""
    disturbed: set[int] = set()
    for side, stream in enumerate(streams):
        previous_end, previous_row = 0, None
        for n, place in enumerate(places):
            if place is None:
                continue
            start, end = place[side]
            if start > previous_end:
                if start < end and _is_inside_block(stream, start):
                    disturbed.add(n)
                if previous_row is not None and _is_inside_block(stream, previous_end):
                    disturbed.add(previous_row)
            if end > start:
                previous_end, previous_row = end, n
        if previous_row is not None and _is_inside_block(stream, previous_end):
            disturbed.add(previous_row)
    return disturbed


def _is_inside_block(stream: Sequence[Token], boundary: int) -> bool:
    """Return whether the boundary before a token is in the middle of a block."""
    return 0 < boundary < len(stream) and stream[boundary - 1].block == stream[boundary].block


def _locate_cells(cells: Sequence[Sequence[str]], runs: Sequence[tuple[int, int, int]]) -> list[_Span | None]:
    """Return the span of each cell in the new text, or None; `runs` are equal stretches (old, new, length)."""
    spans: list[_Span | None] = []
    start = previous_end = 0
    run = 0
    for cell in cells:
        end = start + len(cell)
        while run < len(runs) and runs[run][0] + runs[run][2] < end:
            run += 1
        if not cell:
            # an empty cell is where the one before it ended
            spans.append((previous_end, previous_end) if not spans or spans[-1] is not None else None)
        elif run < len(runs) and runs[run][0] <= start and end <= runs[run][0] + runs[run][2]:
            shift = runs[run][1] - runs[run][0]
            spans.append((start + shift, end + shift))
            previous_end = end + shift
        else:
            spans.append(None)
        start = end
    return spans


def _align_gap(
    texts: Sequence[Sequence[Block]],
    streams: Sequence[Sequence[Token]],
    starts: Sequence[int],
    ends: Sequence[int],
    *,
    guess: bool,
) -> list[Pairing]:
    """Align the tokens between two rows of a table, `starts` and `ends` per language."""
    parts = [
        find_portions(stream, start, end, blocks)
        for stream, start, end, blocks in zip(streams, starts, ends, texts, strict=True)
    ]
    if not any(parts):
        return []
    from bookbuild.book.pairs.aligner import many

    gaps = []
    for blocks, text_parts in zip(texts, parts, strict=True):
        text_segments = build_segments(blocks, guess=guess)
        gaps.append(
            [
                replace(
                    text_segments[p.block],
                    text=table_text(blocks[p.block])[p.start : p.end],
                    pin=text_segments[p.block].pin if not p.start else "",
                )
                for p in text_parts
            ]
        )
    return [
        Pairing(
            tuple(text_parts[r.start : r.stop] for text_parts, r in zip(parts, row.ranges, strict=True)),
            confidence=row.confidence,
        )
        for row in many.align(gaps)
    ]


def find_misfit(texts: Sequence[Sequence[Block]], pairing: Pairing) -> str:
    """Return why a row cannot be set, or an empty text: pictures, tables and code only pair with one of their kind."""
    kinds = []
    for blocks, side in zip(texts, pairing.sides, strict=True):
        side_kinds = [blocks[p.block].kind for p in side]
        odd = [kind for kind in side_kinds if kind not in DIVISIBLE]
        if odd and len(side_kinds) > 1:
            return f"joins a {odd[0]} with something else"
        kinds += [side_kinds[0]] if side_kinds else []
    odd = [kind for kind in kinds if kind not in DIVISIBLE]
    if odd and len(set(kinds)) > 1:
        other = next(kind for kind in kinds if kind is not odd[0])
        return f"puts a {odd[0]} beside a {other}"
    return ""
