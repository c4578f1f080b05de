"""What a writer needs of a book: the units with their markup, as rows of cells; all frozen. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from bookbuild.book.images import Picture
from bookbuild.checks.coverage import ExpectedText
from bookbuild.document.editions import Arrangement, Edition
from bookbuild.languages import tables
from bookbuild.languages.tables import find_strings, render_list
from bookbuild.languages.words import is_vocalised
from bookbuild.model.book import UNNUMBERED, Book, Language, Localized
from bookbuild.model.inline import Equation, walk

SHORT = 240
"""Characters of a unit that is not divided: four lines or so."""


_NONE = Markup("")
_UNNUMBERED = frozenset(kind.value for kind in UNNUMBERED)
_NAME_FIELDS = ("name", "class", "date")
"""Fields to fill in that have labels in every language."""
LONGEST_HEAD = 70
"""Characters of a title in a running head."""


def drop_repeats(texts: Iterable[tuple[Language, str]]) -> tuple[tuple[Language, str], ...]:
    """Return texts with their languages, equal ones once, with the first of their languages."""
    seen: dict[str, Language] = {}
    for language, text in texts:
        seen.setdefault(text, language)
    return tuple((language, text) for text, language in seen.items())


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
    """A side each; none where all that there is is shared."""
    shared: Markup
    """The picture or ornament that all sides have, which is shown once; empty else."""
    label: str
    """A heading's text in all languages, for the PDF's outline."""
    titles: tuple[tuple[Language, str], ...]
    """A heading's text in each language; none for all else."""

    length: int = 0
    """Characters, of the longest side."""
    breaks: Markup = _NONE
    """Marks of printed pages that begin with the unit and can stand in no text of it."""
    mark: Markup = _NONE
    """What leads to the translation, where that is a note and the mark can stand in no text."""
    note_number: str = ""
    """What the mark shows, where there is one."""
    part: int = 0
    """Of a sentence: its number in the paragraph; 0 else."""
    number: int | None = None
    """The unit's number, which all items of a list share."""
    goes_on: bool = False
    """Whether the next row has the next item of the same list."""

    @property
    def short(self) -> bool:
        """Whether no side is longer than a few lines, so that dividing the unit would leave next to nothing."""
        return self.length <= SHORT

    @property
    def roomy(self) -> bool:
        """Whether there is so much of it that a pupil may want to write about it; of a list at its end."""
        return self.kind not in _UNNUMBERED and not self.goes_on and self.length >= SHORT // 4

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
    """A line of the title block: a label and a value."""

    language: Language
    """Of the label, whose direction the line has."""
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class TitleLines:
    """A language's title and subtitle; either may be empty."""

    language: Language
    title: str
    subtitle: str

    @property
    def is_vocalised(self) -> bool:
        """Whether the title bears vowel marks, which need room below it."""
        return is_vocalised(self.title)


@dataclass(frozen=True)
class Document:
    """All that a writer needs: every edition's text comes from here."""

    book: Book
    edition: Edition
    sections: tuple[Section, ...]
    opening: Row | None
    """The heading that stands in the title block, where the text gives the title."""
    pictures: tuple[Picture, ...]
    expected: tuple[ExpectedText, ...]
    """What must be found in the output, in order."""
    chapters: int = 0
    """The number of chapters of the whole book."""

    @cached_property
    def has_equations(self) -> bool:
        """Whether the book has mathematics."""
        blocks = (block for unit in self.book.units() for block in unit.all_blocks)
        return any(isinstance(inline, Equation) for block in blocks for inline in walk(block.content))

    @property
    def languages(self) -> tuple[Language, ...]:
        """The book's languages."""
        return self.book.languages

    @cached_property
    def titles(self) -> tuple[tuple[Language, str], ...]:
        """The titles with their languages, in order."""
        own = self.localized(self.book.metadata.title)
        if own:
            return own
        tag, text = next(iter(self.book.metadata.title.items()))  # an edition of a language that has no title
        return ((tables.find_language(tag) or self.languages[0], text),)

    def title_of(self, wanted: Language) -> tuple[Language, str]:
        """Return a language's title, or the first one with its own language, short enough for a running head."""
        text = self.book.metadata.title.get(wanted.tag)
        owner, title = (wanted, text) if text else self.titles[0]
        if len(title) > LONGEST_HEAD:
            title = title[:LONGEST_HEAD].rsplit(" ", 1)[0].rstrip(" ,;:،؛") + " …"
        return owner, title

    @property
    def headings(self) -> tuple[TitleLines, ...]:
        """The title block, one per language; a title that two languages share stands once."""
        titles = {language.tag: title for language, title in self.titles}
        if not any(language.tag in titles for language in self.languages):
            return (TitleLines(*self.titles[0], ""),)
        subtitles = {language.tag: text for language, text in self.localized(self.book.metadata.subtitle)}
        return tuple(
            TitleLines(language, titles.get(language.tag, ""), subtitles.get(language.tag, ""))
            for language in self.languages
            if language.tag in titles or language.tag in subtitles
        )

    def list_entries(self, depth: int = 2) -> tuple[Row, ...]:
        """Return the headings that a table of contents lists, of so many levels."""
        return tuple(row for section in self.sections for row in section.rows if 2 <= row.level < 2 + depth)

    @property
    def furniture(self) -> str:
        """All that title block, running heads and colophon say besides the text."""
        meta = self.book.metadata
        texts = (meta.title, meta.subtitle, meta.series, meta.rights, meta.source, *(c.name for c in meta.creators))
        return "\n".join(text for localized in texts for text in localized.values())

    @property
    def title(self) -> str:
        """All titles in one line, for metadata."""
        return " / ".join(text for _, text in self.titles)

    def localized(self, texts: Localized) -> tuple[tuple[Language, str], ...]:
        """Return the texts with their languages, in the book's order, equal ones once."""
        return drop_repeats((language, texts[language.tag]) for language in self.languages if language.tag in texts)

    @property
    def series(self) -> Localized:
        """The series' name with the volume's number, a text a language."""
        volume = self.book.metadata.volume
        return {tag: f"{name} ({volume})" if volume else name for tag, name in self.book.metadata.series.items()}

    @cached_property
    def lines(self) -> tuple[Labelled, ...]:
        """The lines of the title block: creators, source, date, level; each in the words of every language."""
        meta = self.book.metadata
        rows: list[tuple[str, Localized]] = [(c.role, c.name) for c in meta.creators]
        everywhere = {language.tag: "" for language in self.languages}
        rows += [("series", self.series), ("publisher", dict.fromkeys(everywhere, meta.publisher))]
        rows += [("source", meta.source), ("date", dict.fromkeys(everywhere, meta.date))]
        rows += [("level", dict.fromkeys(everywhere, meta.level))]
        return tuple(line for key, texts in rows for line in self._label_lines(key, texts))

    def _label_lines(self, key: str, texts: Localized) -> Iterator[Labelled]:
        seen = set()
        for language in self.languages:
            if value := texts.get(language.tag):
                spoken, words = self._find_strings(language)
                if (words[key], value) not in seen:  # English stands in for several languages
                    seen.add((words[key], value))
                    yield Labelled(spoken, words[key], value)

    def words(self, language: Language) -> dict[str, str]:
        """Return the words that the program sets, for templates."""
        return self._find_strings(language)[1]

    @property
    def speakers(self) -> tuple[Language, ...]:
        """The languages of the words that the program sets: those that have them, else English."""
        return tuple(dict.fromkeys(self.words_language(language) for language in self.languages))

    def page_parts(self, language: Language) -> list[str]:
        """Split "page x of y" at its numbers: texts, {page} and {pages} in the language's order."""
        return [part for part in re.split(r"(\{pages?\})", self._find_strings(language)[1]["page"]) if part]

    def list_folios(self, wanted: str, places: int) -> tuple[tuple[Language, list[str]], ...]:
        """Return the page numbers of a page: a language each, with the parts of its text.

        `wanted` is what book.toml says. Plain ones stand once in every kind of digits, others in every language.
        """
        if wanted == "auto":
            wanted = "full" if self.edition.arrangement is Arrangement.ROWS else "plain"
        if wanted == "full":
            return tuple((language, self.page_parts(language)) for language in self.speakers[:places])
        by_digits = {self.book.digits.get(one.tag, "latn"): one for one in reversed(self.languages[:places])}
        return tuple((one, ["{page}"]) for one in reversed(by_digits.values())) if wanted == "plain" else ()

    def list_name_fields(self, wanted: bool | tuple[str, ...]) -> list[tuple[tuple[Language, str], ...]]:
        """Return what is to be filled in under the title: labels in two languages, or one as it was typed.

        What was typed is taken to be in the first language that is read in the direction of its first letter.
        """
        fields = wanted if isinstance(wanted, tuple) else ("name", "class") if wanted else ()
        labels = {key: tuple((one, self.words(one)[key]) for one in self.speakers[:2]) for key in _NAME_FIELDS}
        return [labels.get(field, ((self._find_reader(field), field),)) for field in fields]

    def _find_reader(self, text: str) -> Language:
        is_rtl = next((unicodedata.bidirectional(char) != "L" for char in text if char.isalpha()), False)
        return next((one for one in self.languages if (one.direction == "rtl") == is_rtl), self.languages[0])

    def colophon(self, language: Language, fonts: tuple[str, ...]) -> str:
        """Return the closing line on the typefaces."""
        spoken, known = self._find_strings(language)
        # after each Latin name a mark, without which the names would run from left to right
        names = tuple(f"{name}\u200f" for name in fonts) if spoken.direction == "rtl" else fonts
        return known["colophon"].replace("{fonts}", render_list(spoken, names))

    def words_language(self, language: Language) -> Language:
        """Return the language that those words are in."""
        return self._find_strings(language)[0]

    def _find_strings(self, language: Language) -> tuple[Language, dict[str, str]]:
        """Return the language's own words; those of another language of the book, or English, where it has none."""
        for one in (language, *self.languages):
            spoken, words = find_strings(one)
            if spoken == one:
                return spoken, words
        return find_strings(language)
