"""The book as every stage passes it on: Book > Chapter > Unit > Block > Inline, all frozen. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from bookbuild.model.findings import Place
from bookbuild.model.inline import Inline, plain

Localized = dict[str, str]
"""A text a language: BCP 47 tag to text."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language as this project needs to know it; made by languages.language()."""

    tag: str
    """BCP 47, as the file name gives it, for example ar, id, zh-Hant."""
    script: str
    """ISO 15924 code, for example Arab; given by the tag or by CLDR's likely subtags."""
    direction: str
    """rtl or ltr, by the script."""
    name: str
    """The language's name in itself, for example العربية."""


class Kind(StrEnum):
    """What a block is; partners in other languages must be of the same kind."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    VERSE = "verse"
    FIGURE = "figure"
    CODE = "code"
    TABLE = "table"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Container:
    """A quotation or list item that a block stands in, outermost first."""

    kind: str
    """quote, bullet or ordered."""
    number: int = 0
    """Of an ordered item; 0 else."""
    first: bool = True
    """Whether the block is the item's first, which bears the marker."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, verse, figure … of one language."""

    kind: Kind
    content: tuple[Inline, ...]
    """Of a figure its picture, then its caption. In the order typed: no Unicode normalisation, which would move
    marks (UAX #15)."""
    place: Place
    """File and first line."""
    level: int = 0
    """Of a heading, 1 to 6; 0 else."""
    containers: tuple[Container, ...] = ()
    pin: str = ""
    """The name of a pin that stands before it; blocks of the same pin begin units together."""

    @property
    def text(self) -> str:
        """The characters that a reader sees, without note marks; a line break is a newline."""
        return plain(self.content)


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote of one language."""

    label: str
    number: int
    """Counted from 1 a chapter and language, in the order of the marks."""
    blocks: tuple[Block, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, or the few that belong together, in all languages of a unit."""

    ranges: tuple[tuple[int, int], ...]
    """Start and end in code points of each language's block."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The same paragraph or heading in every language: TMX's translation unit."""

    id: str
    """u12 for the numbered unit 12, h3 for the third that bears no number; the same in every output."""
    number: int | None
    """Counted from 1 over the whole book; None for headings, figures and breaks."""
    blocks: tuple[Block, ...]
    """One a language, in the order of Book.languages."""
    notes: tuple[tuple[Note, ...], ...]
    """The notes marked in the unit, a tuple a language."""
    part: int = 0
    """Of a sentence that is a unit of its own: its number in the paragraph; 0 else."""
    segments: tuple[Segment, ...] = ()
    """The sentences, where somebody asked for them; none if there are less than two."""

    @property
    def kind(self) -> Kind:
        """The kind that all blocks share."""
        return self.blocks[0].kind


@dataclass(frozen=True, slots=True)
class Chapter:
    """A file of each language, or the whole of a one-file text."""

    id: str
    """c1, c2 …"""
    name: str
    """The file's stem, or empty for a one-file book."""
    units: tuple[Unit, ...]
    digest: str = field(default="", compare=False)
    """Names all that the units were made of; empty if that is not known."""

    @property
    def heading(self) -> Unit | None:
        """The heading that the chapter begins with, if it does."""
        first = self.units[0] if self.units else None
        return first if first and first.kind is Kind.HEADING else None


@dataclass(frozen=True, slots=True)
class Creator:
    """A person or body, with a role of MARC's relator terms in words."""

    role: str
    """author, translator, editor …; see config.ROLES."""
    name: Localized
    sort: str = ""
    """The name as catalogues sort it; empty if nobody said."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What book.toml says of the book, or what the texts gave."""

    title: Localized
    subtitle: Localized = field(default_factory=dict)
    creators: tuple[Creator, ...] = ()
    rights: Localized = field(default_factory=dict)
    source: Localized = field(default_factory=dict)
    date: str = ""
    """ISO 8601: a year, a month or a day."""
    identifier: str = ""
    level: str = ""
    """The learners' level, for example B1."""
    subjects: tuple[str, ...] = ()
    description: Localized = field(default_factory=dict)
    publisher: str = ""
    series: Localized = field(default_factory=dict)
    volume: str = ""
    """The number in the series."""
    title_in_text: bool = False
    """Whether the title is the first heading of the text, which then stands in the title block."""


@dataclass(frozen=True, slots=True)
class Book:
    """One book, ready for every edition."""

    slug: str
    """The folder's name, and the stem of the outputs."""
    languages: tuple[Language, ...]
    """In the order shown; the first is the original and decides the binding side."""
    metadata: Metadata
    chapters: tuple[Chapter, ...]
    digits: dict[str, str]
    """Language tag to numbering system (latn, arab, arabext …) for numbers that the program sets."""

    @property
    def direction(self) -> str:
        """The direction of pages and columns: that of the first language."""
        return self.languages[0].direction

    def units(self) -> Iterator[Unit]:
        """All units, in order."""
        for chapter in self.chapters:
            yield from chapter.units


def block_id(unit: Unit, language: Language) -> str:
    """Give the id of a unit's block, the same in every output: u12-ar."""
    return f"{unit.id}-{language.tag}"


def note_id(chapter: Chapter, language: Language, note: Note) -> str:
    """Give the id of a note, the same in every output: c1-n2-ar."""
    return f"{chapter.id}-n{note.number}-{language.tag}"
