"""Book and edition in, Document out: the units with their markup, as rows. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest

from markupsafe import Markup

from bookbuild.book.images import Picture
from bookbuild.checks.coverage import ExpectedText, expect_block, expect_book
from bookbuild.document import markup
from bookbuild.document.context import ChapterContext, find_book_context
from bookbuild.document.document import Cell, Document, Row, Section, drop_repeats
from bookbuild.document.editions import Arrangement, Edition
from bookbuild.document.last_line import hold_last_words
from bookbuild.document.marks import STAR, write_page_break, write_unit_mark
from bookbuild.languages.tables import number
from bookbuild.model.book import Block, Book, Chapter, Kind, Language, Note, Unit, block_id, note_id
from bookbuild.model.inline import Extra, Image, PageBreak, UnitMark
from bookbuild.work.cache import Memoiser


def outline_document(book: Book, edition: Edition) -> Document:
    """Return the document of an edition without its rows: what it says, but not how that is laid out."""
    return Document(book, edition, (), None, (), expect_book(book), len(book.chapters))


def build_document(
    book: Book,
    edition: Edition,
    pictures: Mapping[str, Picture],
    *,
    letters: bool = False,
    at_foot: bool = False,
    extra: Extra | None = None,
    near: ChapterContext | None = None,
    keep: Memoiser | None = None,
) -> Document:
    """Lay the prepared book out as rows with markup.

    `letters` marks the items of numbered lists by letters; notes that are to be `at_foot` of their page are written
    where they are marked, not as notes of their cells; `extra` is what an earlier layout found out that
    has to stand in the texts, by a block's id and offset; `near` says what is to be known of the rest of the book
    where `book` has some of its chapters alone; `keep` gives what was made before of the same, or makes it.
    """
    making = _DocumentBuilder(book, edition, pictures, letters, at_foot, extra or {}, near or find_book_context(book))
    sections = [making.keep_section(chapter, keep) for chapter in book.chapters]
    opening = None
    if book.metadata.title_in_text:
        first = sections[0]
        opening = first.rows[0]
        sections[0] = Section(first.id, first.rows[1:], None)
    total = near.chapters if near else len(sections)
    return Document(book, edition, tuple(sections), opening, tuple(pictures.values()), tuple(making.expected), total)


class _DocumentBuilder:
    """Makes rows, keeping the level of the last heading and the ledger."""

    def __init__(
        self,
        book: Book,
        edition: Edition,
        pictures: Mapping[str, Picture],
        letters: bool,
        at_foot: bool,
        extra: Extra,
        near: ChapterContext,
    ) -> None:
        self.book = book
        self.paged = edition.format == "pdf"
        self.noted = edition.arrangement is Arrangement.NOTES
        self.letters = letters
        self.at_foot = at_foot
        self.extra = extra
        self.images = {source: picture.name for source, picture in pictures.items()}
        self.widths = {source: picture.width for source, picture in pictures.items() if picture.width}
        self.expected: list[ExpectedText] = []
        self.title = next(book.units()) if book.metadata.title_in_text else None
        self.ranks = dict(near.ranks)
        self.last_level = near.level
        self.alt = dict(near.alt)

    def keep_section(self, chapter: Chapter, keep: Memoiser | None) -> Section:
        """Make a chapter's rows, or take those that were made of the same."""
        if keep is None or not chapter.digest:
            made, expected, _ = self._section(chapter)
            self.expected += expected
            return made
        own = {unit.id for unit in chapter.units}
        extra = sorted((block, sorted(at.items())) for block, at in self.extra.items() if block.split("-")[0] in own)
        flags = (self.paged, self.noted, self.letters, self.at_foot, bool(self.title and self.title.id in own))
        pictures = (sorted(self.images.items()), sorted(self.widths.items()), sorted(self.alt.items()))
        levels = (sorted(self.ranks.items()), self.last_level)
        book = (self.book.languages, sorted(self.book.digits.items()), chapter.id, chapter.digest, len(chapter.units))
        section: Section
        section, expected, self.last_level = keep(
            ("rows", book, levels, flags, pictures, extra), lambda: self._section(chapter)
        )
        self.expected += expected
        return section

    def _section(self, chapter: Chapter) -> tuple[Section, tuple[ExpectedText, ...], int]:
        before, self.expected = self.expected, []
        rows = tuple(
            self._row(chapter, unit, goes_on=after is not None and after.item > 1)
            for unit, after in zip_longest(chapter.units, chapter.units[1:])
        )
        heading = rows[0] if rows and rows[0].kind == "heading" else None
        expected, self.expected = tuple(self.expected), before
        return Section(chapter.id, rows, heading), expected, self.last_level

    def _row(self, chapter: Chapter, unit: Unit, *, goes_on: bool) -> Row:
        level = 0
        if unit is self.title:
            level = 1
        elif unit.kind is Kind.HEADING:
            # no level is left out on the way down: screen readers and PDF/UA-1 (7.4.2) rely on it
            level = min(self.ranks[unit.blocks[0].level], self.last_level + 1, 6)
            self.last_level = level
        shared = Markup("")
        if unit.kind is Kind.BREAK or (
            unit.kind is Kind.FIGURE and len({_find_source(block) for block in unit.blocks}) == 1
        ):
            shared = self._write_shared(chapter, unit)
        captioned = not shared or (unit.kind is Kind.FIGURE and any(block.text for block in unit.blocks))
        sides = zip(self.book.languages, unit.blocks, unit.notes, strict=True)
        mark = None
        if self.noted and captioned and unit is not self.title:
            digits = self.book.digits[self.book.languages[0].tag]
            written = _write_number(unit, digits) or STAR
            mark = UnitMark(unit.id, written, " ".join(unit.blocks[0].text.split()) if level else "")
        inside = unit.kind in {Kind.PARAGRAPH, Kind.HEADING}
        cells = tuple(
            self._cell(chapter, unit, *side, heading=f"h{level}", shared=bool(shared), mark=mark)
            for side in sides
            if captioned
        )
        texts = tuple(" ".join(b.text.split()) for b in unit.blocks) if level else ()
        titles = tuple(zip(self.book.languages, texts, strict=False))
        label = " · ".join(dict.fromkeys(_mark_direction(text, language) for language, text in titles))
        length = max(len(block.text) for block in unit.blocks)
        return Row(
            unit.id,
            unit.kind.value,
            level,
            self._numbers(unit),
            cells,
            shared,
            label,
            titles,
            length,
            breaks=self._breaks(unit),
            mark=write_unit_mark(mark, self.book.languages[0]) if mark and not inside else Markup(""),
            note_number=mark.written if mark else "",
            part=unit.part,
            number=unit.number,
            goes_on=goes_on,
        )

    def _breaks(self, unit: Unit) -> Markup:
        """Return the marks of pages that begin with a picture, whose text is not looked through for them."""
        if unit.kind is not Kind.FIGURE:
            return Markup("")
        marks = (self.extra.get(block_id(unit, language), {}) for language in self.book.languages)
        return Markup("").join(write_page_break(i) for at in marks for i in at.values() if isinstance(i, PageBreak))

    def _context(self, chapter: Chapter, language: Language) -> markup.MarkupContext:
        digits = self.book.digits[language.tag]
        return markup.MarkupContext(
            chapter,
            language,
            digits,
            self.images,
            self.alt,
            self.widths,
            self.paged,
            self.letters,
            self.at_foot,
            self.extra,
        )

    def _write_shared(self, chapter: Chapter, unit: Unit) -> Markup:
        language, block = self.book.languages[0], unit.blocks[0]
        if unit.kind is Kind.FIGURE:
            return markup.write_picture(block, self._context(chapter, language))
        return markup.write_block(block, block_id(unit, language), self._context(chapter, language))

    def _cell(
        self,
        chapter: Chapter,
        unit: Unit,
        language: Language,
        block: Block,
        notes: tuple[Note, ...],
        *,
        heading: str,
        shared: bool,
        mark: UnitMark | None,
    ) -> Cell:
        """Make a side; where translations are notes, the original bears the mark and their headings are paragraphs."""
        context = self._context(chapter, language)
        identifier = block_id(unit, language)
        if shared:
            html = markup.write_caption(block, identifier, context, notes)
        else:
            shown = block
            if mark and language is not self.book.languages[0]:
                heading = "p"
            elif mark and block.kind in {Kind.PARAGRAPH, Kind.HEADING}:
                held = block.content if self.paged else hold_last_words(block, language)
                shown = replace(block, content=(*held, mark))
            html = markup.write_block(shown, identifier, context, notes, heading=heading)
        expect_block(self.expected, identifier, language, block)
        written = []
        for note in notes:
            if not self.at_foot:
                written.append(markup.write_note(note, note_id(chapter, language, note), context))
            for n, part in enumerate(note.blocks, 1):
                expect_block(self.expected, f"{note_id(chapter, language, note)}-{n}", language, part, note=True)
        return Cell(language, html, tuple(written))

    def _numbers(self, unit: Unit) -> tuple[tuple[Language, str], ...]:
        numbers = ((one, _write_number(unit, self.book.digits[one.tag])) for one in self.book.languages)
        # a list is numbered once, but for sentences, which are numbered one by one
        return drop_repeats(numbers) if unit.number is not None and (unit.item < 2 or unit.part) else ()


def _write_number(unit: Unit, digits: str) -> str:
    """Write a unit's number, and that of the item or sentence: 12 or 12.3; nothing where it has none."""
    return ".".join(number(n, digits) for n in unit.numbers)


def _mark_direction(text: str, language: Language) -> str:
    """Begin a right-to-left text with a mark where its first letter would make viewers set it from left to right."""
    first = next((b for c in text if (b := unicodedata.bidirectional(c)) in {"L", "R", "AL"}), "")
    return f"\u200f{text}" if language.direction == "rtl" and first == "L" else text


def _find_source(block: Block) -> str:
    first = block.content[0] if block.content else None
    return first.source if isinstance(first, Image) else ""
