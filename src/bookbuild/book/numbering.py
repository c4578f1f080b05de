"""Paired rows in, chapters of numbered units and notes out. Pure."""

from __future__ import annotations

from collections import Counter

from bookbuild.book.pairs.chapter import Notes, PreparedChapter, Row
from bookbuild.model.book import UNNUMBERED, Block, Chapter, Container, Language, Note, Unit
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding
from bookbuild.model.inline import NoteReference, walk


class UnitNumbering:
    """Numbers units over the whole book or in each chapter, and notes per chapter and language."""

    def __init__(self, languages: tuple[Language, ...], *, by_chapter: bool = False) -> None:
        self.languages = languages
        self.by_chapter = by_chapter
        self.prefix = ""
        """Before the ids of units, which are then the same whatever other chapters have."""
        self.numbered = 0
        self.others = 0
        self.item = 0
        """How many items of the list at hand have been numbered."""
        self.last: Block | None = None
        """The block before, in the same chapter."""

    @property
    def counts(self) -> tuple[int, int]:
        """What the chapters before have to do with the next one: how many units they have, with numbers and without."""
        return (0, 0) if self.by_chapter else (self.numbered, self.others)

    def number_chapter(self, identifier: str, name: str, prepared: PreparedChapter) -> Chapter:
        """Return a chapter whose numbers continue those of the chapters before, or begin again.

        Raises SourceError where notes and their marks do not match (T005).
        """
        rows, notes = prepared.rows, prepared.notes
        if self.by_chapter:
            self.prefix, self.numbered, self.others = identifier, 0, 0
        self._check_notes(rows, notes)
        self.last, self.item = None, 0
        counts = [0] * len(self.languages)
        units = []
        for row in rows:
            unit_notes: list[tuple[Note, ...]] = []
            for side, block in enumerate(row):
                block_notes = []
                for inline in walk(block.content):
                    if isinstance(inline, NoteReference):
                        counts[side] += 1
                        raw = next(n for n in notes[side] if n.label == inline.label)
                        block_notes.append(Note(raw.label, counts[side], raw.blocks, raw.blocks[0].place))
                unit_notes.append(tuple(block_notes))
            units.append(self._number_unit(row, tuple(unit_notes)))
        return Chapter(identifier, name, tuple(units))

    def _number_unit(self, row: Row, notes: tuple[tuple[Note, ...], ...]) -> Unit:
        if not (self.last and goes_on_with_list(self.last, row[0])):
            self.item = 0
        self.last = row[0]
        if row[0].kind in UNNUMBERED:
            self.others += 1
            return Unit(f"{self.prefix}h{self.others}", None, row, notes)
        self.item += _find_list(row[0]) is not None
        self.numbered += self.item < 2
        item = f"i{self.item}" if self.item > 1 else ""
        return Unit(f"{self.prefix}u{self.numbered}{item}", self.numbered, row, notes, item=self.item)

    def _check_notes(self, rows: tuple[Row, ...], notes: Notes) -> None:
        findings = []
        for side, side_notes in enumerate(notes):
            marks = [
                (i.label, row[side].place)
                for row in rows
                for i in walk(row[side].content)
                if isinstance(i, NoteReference)
            ]
            for label, count in Counter(label for label, _ in marks).items():
                if count > 1:
                    place = [p for x, p in marks if x == label][1]
                    message = f"the note [^{label}] is marked {count} times"
                    findings.append(Finding("T005", place, message, "give each mark a note of its own"))
            for note in side_notes:
                if not note.blocks:
                    place = next(p for x, p in marks if x == note.label)
                    findings.append(
                        Finding("T005", place, f"the note [^{note.label}] is empty", "write it or delete it")
                    )
                    continue
                if any(isinstance(i, NoteReference) for b in note.blocks for i in walk(b.content)):
                    message = f"the note [^{note.label}] has a note in it"
                    findings.append(Finding("T005", note.blocks[0].place, message, "write it into the note itself"))
                elif note.label not in {label for label, _ in marks}:
                    message = f"the note [^{note.label}] is marked nowhere in the text"
                    findings.append(Finding("T005", note.blocks[0].place, message, "mark it in the text or delete it"))
        if findings:
            raise SourceError(findings)


def goes_on_with_list(before: Block, block: Block) -> bool:
    """Return whether a block goes on with the list that the block before it is in, as its next item or within one."""
    first, second = _find_list(before), _find_list(block)
    if first is None or second is None or first[0] != second[0]:
        return False
    one, other = first[1], second[1]
    if one.kind != other.kind:
        return False
    return other.kind == "bullet" or not other.first or other.number == one.number + 1


def _find_list(block: Block) -> tuple[int, Container] | None:
    """Return the item of the outermost list that a block is in, and how many quotations that list stands in."""
    return next(((n, one) for n, one in enumerate(block.containers) if one.kind != "quote"), None)
