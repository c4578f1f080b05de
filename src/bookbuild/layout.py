"""Book and edition in, Document out: the units with their markup, as rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from bookbuild import markup
from bookbuild.editions import Edition
from bookbuild.findings import Place
from bookbuild.images import Picture
from bookbuild.languages import listed, number, words
from bookbuild.model import (
    Block,
    Book,
    Chapter,
    Image,
    Kind,
    Language,
    Localized,
    Unit,
    block_id,
    note_id,
    walk,
)


@dataclass(frozen=True, slots=True)
class Expected:
    """One text that an output must show exactly once: a row of the coverage ledger."""

    id: str
    """The id of the element that holds it."""
    language: str
    text: str
    place: Place
    note: bool = False
    """Whether it belongs to a note, which may stand after later paragraphs."""
    heading: bool = False
    """Whether it is a heading, which running heads and contents may repeat."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One language's side of a row."""

    language: Language
    html: Markup
    notes: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A unit as it is laid out."""

    id: str
    kind: str
    level: int
    """Of a heading, as HTML counts: 1 is the book's title, 2 to 6 are its headings; 0 for all else."""
    numbers: tuple[tuple[Language, str], ...]
    """The unit's number in each language's digits, equal ones once; empty for headings, figures, breaks."""
    cells: tuple[Cell, ...]
    spanning: bool
    """Whether all sides are the same picture or ornament, which is shown once."""
    label: str
    """A heading's text in all languages, for the PDF's outline."""

    @property
    def has_notes(self) -> bool:
        """Whether any side has notes."""
        return any(cell.notes for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter as it is laid out."""

    id: str
    rows: tuple[Row, ...]
    heading: Row | None
    """The row that the chapter begins with, where that is a heading."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line of the title block: labels in the words of every language that it is for, and a value."""

    language: Language
    """Of the value; the first of those that it is for."""
    labels: tuple[tuple[Language, str], ...]
    """Each with the language that it is in."""
    value: str


@dataclass(frozen=True, slots=True)
class TitleLines:
    """A language's title and subtitle; either may be empty."""

    language: Language
    title: str
    subtitle: str


@dataclass(frozen=True)
class Document:
    """All that a writer needs: every edition's text comes from here."""

    book: Book
    edition: Edition
    sections: tuple[Section, ...]
    opening: Row | None
    """The heading that stands in the title block, where the text gives the title."""
    pictures: tuple[Picture, ...]
    expected: tuple[Expected, ...]
    """What must be found in the output, in order."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """The book's languages."""
        return self.book.languages

    @cached_property
    def titles(self) -> tuple[tuple[Language, str], ...]:
        """The titles with their languages, in order."""
        return self.localized(self.book.metadata.title)

    @property
    def headings(self) -> tuple[TitleLines, ...]:
        """The title block, a language each; a title that two languages share stands once."""
        titles = {language.tag: title for language, title in self.titles}
        subtitles = {language.tag: text for language, text in self.localized(self.book.metadata.subtitle)}
        return tuple(
            TitleLines(language, titles.get(language.tag, ""), subtitles.get(language.tag, ""))
            for language in self.languages
            if language.tag in titles or language.tag in subtitles
        )

    @property
    def title(self) -> str:
        """All titles in one line, for metadata."""
        return " / ".join(text for _, text in self.titles)

    def localized(self, texts: Localized) -> tuple[tuple[Language, str], ...]:
        """Give the texts with their languages, in the book's order, equal ones once."""
        seen: dict[str, Language] = {}
        for language in self.languages:
            if language.tag in texts:
                seen.setdefault(texts[language.tag], language)
        return tuple((language, text) for text, language in seen.items())

    @cached_property
    def lines(self) -> tuple[Labelled, ...]:
        """The lines of the title block: creators, source, date, level; what is the same in all languages once."""
        meta = self.book.metadata
        rows: list[tuple[str, Localized]] = [(c.role, c.name) for c in meta.creators]
        everywhere = {language.tag: "" for language in self.languages}
        rows += [("source", meta.source), ("date", dict.fromkeys(everywhere, meta.date))]
        rows += [("level", dict.fromkeys(everywhere, meta.level))]
        return tuple(line for key, texts in rows for line in self._labelled(key, texts))

    def _labelled(self, key: str, texts: Localized) -> Iterator[Labelled]:
        by_value: dict[str, list[Language]] = {}
        for language in self.languages:
            if texts.get(language.tag):
                by_value.setdefault(texts[language.tag], []).append(language)
        for value, speakers in by_value.items():
            labels = {words(language)[1][key]: words(language)[0] for language in speakers}
            yield Labelled(speakers[0], tuple((spoken, label) for label, spoken in labels.items()), value)

    def words(self, language: Language) -> dict[str, str]:
        """Give the words that the program sets, for templates."""
        return words(language)[1]

    def page_parts(self, language: Language) -> list[str]:
        """Split "page x of y" at its numbers: texts, {page} and {pages} in the language's order."""
        return [part for part in re.split(r"(\{pages?\})", words(language)[1]["page"]) if part]

    def colophon(self, language: Language, fonts: tuple[str, ...]) -> str:
        """Give the closing line on the typefaces."""
        spoken, known = words(language)
        return known["colophon"].replace("{fonts}", listed(spoken, fonts))

    def words_language(self, language: Language) -> Language:
        """Give the language that those words are in."""
        return words(language)[0]


def document(book: Book, edition: Edition, pictures: Mapping[str, Picture]) -> Document:
    """Lay the prepared book out as rows with markup."""
    prepared = edition.prepare(book)
    making = _Making(prepared, pictures, paged=edition.format == "pdf")
    sections = [making.section(chapter) for chapter in prepared.chapters]
    opening = None
    if prepared.metadata.title_in_text:
        first = sections[0]
        opening = first.rows[0]
        sections[0] = Section(first.id, first.rows[1:], None)
    return Document(prepared, edition, tuple(sections), opening, tuple(pictures.values()), tuple(making.expected))


class _Making:
    """Makes rows, keeping the level of the last heading and the ledger."""

    def __init__(self, book: Book, pictures: Mapping[str, Picture], *, paged: bool) -> None:
        self.book = book
        self.paged = paged
        self.images = {source: picture.name for source, picture in pictures.items()}
        self.widths = {source: picture.width for source, picture in pictures.items() if picture.width}
        self.expected: list[Expected] = []
        title = next(book.units()) if book.metadata.title_in_text else None
        self.title = title
        levels = sorted({u.blocks[0].level for u in book.units() if u.kind is Kind.HEADING and u is not title})
        self.ranks = {level: rank for rank, level in enumerate(levels, 2)}
        self.last_level = 1
        self.alt: dict[str, str] = {}
        descriptions: dict[str, dict[str, None]] = {}
        for unit in book.units():
            for block in unit.blocks:
                for inline in walk(block.content):
                    if isinstance(inline, Image) and inline.alt:
                        descriptions.setdefault(inline.source, {})[inline.alt] = None
        self.alt = {source: " / ".join(alts) for source, alts in descriptions.items()}

    def section(self, chapter: Chapter) -> Section:
        rows = tuple(self._row(chapter, unit) for unit in chapter.units)
        heading = rows[0] if rows and rows[0].kind == "heading" else None
        return Section(chapter.id, rows, heading)

    def _row(self, chapter: Chapter, unit: Unit) -> Row:
        level = 0
        if unit is self.title:
            level = 1
        elif unit.kind is Kind.HEADING:
            # no level is left out on the way down: screen readers and PDF/UA-1 (7.4.2) rely on it
            level = min(self.ranks[unit.blocks[0].level], self.last_level + 1, 6)
            self.last_level = level
        spanning = unit.kind is Kind.BREAK or (
            unit.kind is Kind.FIGURE and len({_source(block) for block in unit.blocks}) == 1
        )
        sides = tuple(zip(self.book.languages, unit.blocks, unit.notes, strict=True))
        cells = []
        for language, block, notes in sides[: 1 if spanning else None]:
            digits = self.book.digits[language.tag]
            context = markup.Context(chapter, language, digits, self.images, self.alt, self.widths, paged=self.paged)
            identifier = block_id(unit, language)
            html = markup.block(block, identifier, context, notes, heading=f"h{level}")
            self._expect(identifier, language, block)
            written = []
            for note in notes:
                written.append(markup.note(note, note_id(chapter, language, note), context))
                for n, part in enumerate(note.blocks, 1):
                    self._expect(f"{note_id(chapter, language, note)}-{n}", language, part, note=True)
            cells.append(Cell(language, html, tuple(written)))
        label = " · ".join(dict.fromkeys(" ".join(b.text.split()) for b in unit.blocks)) if level else ""
        return Row(unit.id, unit.kind.value, level, self._numbers(unit), tuple(cells), spanning, label)

    def _expect(self, identifier: str, language: Language, block: Block, *, note: bool = False) -> None:
        if block.text.strip():
            self.expected.append(
                Expected(identifier, language.tag, block.text, block.place, note, block.kind is Kind.HEADING)
            )

    def _numbers(self, unit: Unit) -> tuple[tuple[Language, str], ...]:
        if unit.number is None:
            return ()
        written: dict[str, Language] = {}
        for language in self.book.languages:
            written.setdefault(number(unit.number, self.book.digits[language.tag]), language)
        return tuple((language, text) for text, language in written.items())


def _source(block: Block) -> str:
    first = block.content[0]
    return first.source if isinstance(first, Image) else ""
