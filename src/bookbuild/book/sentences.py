"""A book by paragraphs in, the same by sentences out, with a map between the positions of both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bookbuild.model.book import Block, Book, Chapter, Kind, Segment, Unit, block_id
from bookbuild.model.inline import NoteReference, walk
from bookbuild.model.inlines import slice_inlines
from bookbuild.model.pages import PageStart
from bookbuild.work.cache import Memoiser


@dataclass(frozen=True, slots=True)
class SentenceMap:
    """Maps positions (block id, offset in code points) between a book by paragraphs and the same by sentences."""

    starts: Mapping[str, tuple[str, int]]
    """A sentence's block id to its paragraph's, and the offset where it begins there."""
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """A paragraph's block id to those of its sentences."""

    def to_paragraph(self, identifier: str, offset: int) -> tuple[str, int]:
        """Return the position in the book by paragraphs."""
        block, start = self.starts.get(identifier, (identifier, 0))
        return block, start + offset

    def pages_by_paragraph(self, pages: Sequence[PageStart]) -> tuple[PageStart, ...]:
        """Return the beginnings of pages as positions in the book by paragraphs, as reports have them."""
        return tuple(
            PageStart(p.number, {tag: self.to_paragraph(*start) for tag, start in p.starts.items()}) for p in pages
        )

    def pages_by_sentence(self, pages: Sequence[PageStart]) -> tuple[PageStart, ...]:
        """Return the beginnings of pages as positions in the book by sentences."""
        return tuple(
            PageStart(p.number, {tag: self.to_sentence(*start) for tag, start in p.starts.items()}) for p in pages
        )

    def to_sentence(self, identifier: str, offset: int) -> tuple[str, int]:
        """Return the position in the book by sentences."""
        part, part_start = "", -1
        for name in self.parts.get(identifier, ()):
            start = self.starts[name][1]
            if part_start < start <= offset:
                part, part_start = name, start
        return (part, offset - part_start) if part else (identifier, offset)


def apply_granularity(book: Book, granularity: str, memoise: Memoiser | None = None) -> tuple[Book, SentenceMap]:
    """Return a book by sentences where `granularity` is "sentence", else as it is; with the map of positions."""
    return split_into_sentences(book, memoise) if granularity == "sentence" else (book, SentenceMap({}))


def add_segments(book: Book, memoise: Memoiser | None = None) -> Book:
    """Return the book with segments in each paragraph that has several sentences in all languages."""

    def segment_chapter(chapter: Chapter) -> Chapter:
        def align() -> tuple[tuple[Segment, ...], ...]:
            return _align_sentences(book, chapter)

        key = ("sentences", book.languages, chapter.digest)
        segments = memoise(key, align) if memoise is not None and chapter.digest else align()
        pairs = zip(chapter.units, segments, strict=True)
        return replace(chapter, units=tuple(replace(unit, segments=s) for unit, s in pairs))

    return replace(book, chapters=tuple(map(segment_chapter, book.chapters)))


def _align_sentences(book: Book, chapter: Chapter) -> tuple[tuple[Segment, ...], ...]:
    """Return each unit's segments; all sentences of the chapter together serve the aligner as its dictionary."""
    from bookbuild.book.pairs.aligner import many
    from bookbuild.book.pairs.aligner.beads import Segment as Piece
    from bookbuild.languages.sentences import sentences

    spans: list[list[tuple[int, int, int]]] = [[] for _ in book.languages]
    sides: list[list[Piece]] = [[] for _ in book.languages]
    for number, unit in enumerate(chapter.units):
        if unit.kind is not Kind.PARAGRAPH or not all(block.content for block in unit.blocks):
            continue
        sentence_ranges = [sentences(block.text, lang) for block, lang in zip(unit.blocks, book.languages, strict=True)]
        if min(map(len, sentence_ranges)) < 2:
            continue
        for side, block_ranges in enumerate(sentence_ranges):
            for n, (start, end) in enumerate(block_ranges):
                spans[side].append((number, start, end))
                sides[side].append(Piece(unit.blocks[side].text[start:end], pin="" if n else unit.id))
    result: list[list[Segment]] = [[] for _ in chapter.units]
    if not sides[0]:
        return tuple(map(tuple, result))
    for row in many.align(sides):
        number = next(spans[side][r.start][0] for side, r in enumerate(row.ranges) if len(r))
        ranges = tuple(
            (spans[side][r.start][1], spans[side][r.stop - 1][2]) if len(r) else (-1, -1)
            for side, r in enumerate(row.ranges)
        )
        result[number].append(Segment(ranges))
    return tuple(_merge_incomplete(segments, unit) for segments, unit in zip(result, chapter.units, strict=True))


def _merge_incomplete(segments: Sequence[Segment], unit: Unit) -> tuple[Segment, ...]:
    """Return segments that have all languages: those that lack one are joined to the segment before.

    Returns nothing where a single segment is left.
    """
    groups: list[list[Segment]] = []
    for segment in segments:
        complete = all(start >= 0 for start, _ in segment.ranges)
        whole = groups and all(any(s.ranges[n][0] >= 0 for s in groups[-1]) for n in range(len(unit.blocks)))
        if groups and (not complete or not whole):
            groups[-1].append(segment)
        else:
            groups.append([segment])
    if len(groups) > 1 and not all(any(s.ranges[n][0] >= 0 for s in groups[-1]) for n in range(len(unit.blocks))):
        groups[-2:] = [groups[-2] + groups[-1]]
    if len(groups) < 2:
        return ()
    starts = [
        tuple(min(s.ranges[side][0] for s in group if s.ranges[side][0] >= 0) for side in range(len(unit.blocks)))
        for group in groups
    ]
    ends = [*starts[1:], tuple(len(block.text) for block in unit.blocks)]
    return tuple(Segment(tuple(zip(start, end, strict=True))) for start, end in zip(starts, ends, strict=True))


def split_into_sentences(book: Book, memoise: Memoiser | None = None) -> tuple[Book, SentenceMap]:
    """Return the book with a unit per segment, and the map of positions."""
    starts: dict[str, tuple[str, int]] = {}
    chapters = []
    for chapter in add_segments(book, memoise).chapters:
        units: list[Unit] = []
        for unit in chapter.units:
            units += _split_unit(unit, book, starts)
        digest = hashlib.sha256(f"by sentence {chapter.digest}".encode()).hexdigest() if chapter.digest else ""
        chapters.append(replace(chapter, units=tuple(units), digest=digest))
    parts: dict[str, list[str]] = {}
    for part, (block, _) in starts.items():
        parts.setdefault(block, []).append(part)
    return replace(book, chapters=tuple(chapters)), SentenceMap(starts, parts)


def _split_unit(unit: Unit, book: Book, starts: dict[str, tuple[str, int]]) -> list[Unit]:
    if not unit.segments:
        return [unit]
    parts = []
    for number, segment in enumerate(unit.segments, 1):
        blocks = tuple(
            _slice_block(block, start, end) for block, (start, end) in zip(unit.blocks, segment.ranges, strict=True)
        )
        marks = [{i.label for i in walk(block.content) if isinstance(i, NoteReference)} for block in blocks]
        notes = tuple(
            tuple(note for note in block_notes if note.label in labels)
            for block_notes, labels in zip(unit.notes, marks, strict=True)
        )
        part = replace(unit, id=f"{unit.id}s{number}", part=number, blocks=blocks, notes=notes, segments=())
        for language, block, (start, _) in zip(book.languages, unit.blocks, segment.ranges, strict=True):
            skipped = len(block.text[start:]) - len(block.text[start:].lstrip())
            starts[block_id(part, language)] = (block_id(unit, language), start + skipped)
        parts.append(part)
    return parts


def _slice_block(block: Block, start: int, end: int) -> Block:
    """Return a stretch of a block, without the spaces at its ends."""
    text = block.text[start:end]
    first = start + len(text) - len(text.lstrip())
    last = end if end == len(block.text) else start + len(text.rstrip())
    containers = block.containers if start == 0 else tuple(replace(c, first=False) for c in block.containers)
    # a note's mark after the full stop belongs to the sentence before the space
    return replace(block, content=slice_inlines(block.content, first, last), containers=containers)
