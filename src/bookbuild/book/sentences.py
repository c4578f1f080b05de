"""A book by paragraphs in, the same by sentences out: each unit is parted into the sentences that belong together.

What is said of a book by paragraphs (where its pages begin) is said of the other by places().
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bookbuild.model.book import Block, Book, Chapter, Kind, Segment, Unit, block_id
from bookbuild.model.inline import NoteReference, walk
from bookbuild.model.inlines import portion
from bookbuild.model.pages import PageStart
from bookbuild.work.cache import Keep


@dataclass(frozen=True, slots=True)
class Places:
    """Where the blocks of a book by sentences stand in the book by paragraphs."""

    starts: Mapping[str, tuple[str, int]]
    """A block's id to that of the whole block, and the offset where it begins there."""
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """A whole block's id to those of its parts."""

    def whole(self, identifier: str, at: int) -> tuple[str, int]:
        """Give a place in the book by paragraphs."""
        block, start = self.starts.get(identifier, (identifier, 0))
        return block, start + at

    def pages_by_paragraph(self, pages: Sequence[PageStart]) -> tuple[PageStart, ...]:
        """Give the beginnings of pages as places in the book by paragraphs, as reports have them."""
        return tuple(PageStart(p.number, {tag: self.whole(*start) for tag, start in p.starts.items()}) for p in pages)

    def pages_by_part(self, pages: Sequence[PageStart]) -> tuple[PageStart, ...]:
        """Give the beginnings of pages as places in the book by sentences."""
        return tuple(PageStart(p.number, {tag: self.part(*start) for tag, start in p.starts.items()}) for p in pages)

    def part(self, identifier: str, at: int) -> tuple[str, int]:
        """Give a place in the book by sentences."""
        own, first = "", -1
        for name in self.parts.get(identifier, ()):
            start = self.starts[name][1]
            if first < start <= at:
                own, first = name, start
        return (own, at - first) if own else (identifier, at)


def arranged(book: Book, granularity: str, keep: Keep | None = None) -> tuple[Book, Places]:
    """Give a book by paragraph or by sentence, as options say."""
    return by_sentence(book, keep) if granularity == "sentence" else (book, Places({}))


def segmented(book: Book, keep: Keep | None = None) -> Book:
    """Give every paragraph that has several sentences in all languages its segments."""

    def made(chapter: Chapter) -> Chapter:
        def align() -> tuple[tuple[Segment, ...], ...]:
            return _segments(book, chapter)

        key = ("sentences", book.languages, chapter.digest)
        found = keep(key, align) if keep is not None and chapter.digest else align()
        units = tuple(replace(unit, segments=own) for unit, own in zip(chapter.units, found, strict=True))
        return replace(chapter, units=units)

    return replace(book, chapters=tuple(made(chapter) for chapter in book.chapters))


def _segments(book: Book, chapter: Chapter) -> tuple[tuple[Segment, ...], ...]:
    """Align the sentences of a chapter, unit by unit; all of them together make its dictionary."""
    from bookbuild.book.pairs.aligner import many
    from bookbuild.book.pairs.aligner.beads import Segment as Piece
    from bookbuild.languages.sentences import sentences

    spans: list[list[tuple[int, int, int]]] = [[] for _ in book.languages]
    sides: list[list[Piece]] = [[] for _ in book.languages]
    for number, unit in enumerate(chapter.units):
        if unit.kind is not Kind.PARAGRAPH or not all(block.content for block in unit.blocks):
            continue
        own = [sentences(block.text, lang) for block, lang in zip(unit.blocks, book.languages, strict=True)]
        if min(map(len, own)) < 2:
            continue
        for side, found in enumerate(own):
            for n, (start, end) in enumerate(found):
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
    return tuple(_filled(found, unit) for found, unit in zip(result, chapter.units, strict=True))


def _filled(found: Sequence[Segment], unit: Unit) -> tuple[Segment, ...]:
    """Join segments that lack a language to the one before, so that each has all; one alone is none."""
    groups: list[list[Segment]] = []
    for segment in found:
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


def by_sentence(book: Book, keep: Keep | None = None) -> tuple[Book, Places]:
    """Part every unit that has segments into units of its own."""
    starts: dict[str, tuple[str, int]] = {}
    chapters = []
    for chapter in segmented(book, keep).chapters:
        units: list[Unit] = []
        for unit in chapter.units:
            units += _parted(unit, book, starts)
        digest = hashlib.sha256(f"by sentence {chapter.digest}".encode()).hexdigest() if chapter.digest else ""
        chapters.append(replace(chapter, units=tuple(units), digest=digest))
    parts: dict[str, list[str]] = {}
    for own, (block, _) in starts.items():
        parts.setdefault(block, []).append(own)
    return replace(book, chapters=tuple(chapters)), Places(starts, parts)


def _parted(unit: Unit, book: Book, starts: dict[str, tuple[str, int]]) -> list[Unit]:
    if not unit.segments:
        return [unit]
    made = []
    for number, segment in enumerate(unit.segments, 1):
        blocks = []
        for block, (start, end) in zip(unit.blocks, segment.ranges, strict=True):
            blocks.append(_part(block, start, end))
        notes = tuple(
            tuple(n for n in own if any(isinstance(i, NoteReference) and i.label == n.label for i in walk(b.content)))
            for own, b in zip(unit.notes, blocks, strict=True)
        )
        part = replace(unit, id=f"{unit.id}s{number}", part=number, blocks=tuple(blocks), notes=notes, segments=())
        for language, block, (start, _) in zip(book.languages, unit.blocks, segment.ranges, strict=True):
            skipped = len(block.text[start:]) - len(block.text[start:].lstrip())
            starts[block_id(part, language)] = (block_id(unit, language), start + skipped)
        made.append(part)
    return made


def _part(block: Block, start: int, end: int) -> Block:
    """Cut a stretch out of a block, without the spaces at its edges."""
    text = block.text[start:end]
    first = start + len(text) - len(text.lstrip())
    last = end if end == len(block.text) else start + len(text.rstrip())
    containers = block.containers if start == 0 else tuple(replace(c, first=False) for c in block.containers)
    # a note's mark behind the full stop belongs to the sentence before the space
    return replace(block, content=portion(block.content, first, last), containers=containers)
