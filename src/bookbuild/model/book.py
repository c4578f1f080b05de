"""The book as every stage passes it on: Book > Chapter > Unit > Block > Inline, all frozen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bookbuild.model.findings import Place
from bookbuild.model.inline import Inline, plain

Localized = dict[str, str]
"""One text per language: BCP 47 tag to text."""


@dataclass(frozen=True, slots=True)
class Language:
    """What this project knows about a language; made by languages.tables.language()."""

    tag: str
    """BCP 47, as in the file name, for example ar, id, zh-Hant."""
    script: str
    """ISO 15924 code, for example Arab; from the tag or CLDR's likely subtags."""
    direction: str
    """rtl or ltr, from the script."""
    name: str
    """The language's own name for itself, for example العربية."""


class Kind(StrEnum):
    """What a block is; partners in other languages must be of the same kind."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    VERSE = "verse"
    FIGURE = "figure"
    CODE = "code"
    TABLE = "table"
    BREAK = "break"


UNNUMBERED = frozenset({Kind.HEADING, Kind.FIGURE, Kind.BREAK})
"""Kinds whose units have no number."""


@dataclass(frozen=True, slots=True)
class Container:
    """A quotation or list item that a block stands in, outermost first."""

    kind: str
    """quote, bullet or ordered."""
    number: int = 0
    """The number of an ordered item, otherwise 0."""
    first: bool = True
    """Whether the block is the item's first, which has the marker."""
    last: int = field(default=0, compare=False)
    """The number of the list's last item, so that all its texts can begin at one edge; 0 if it is not known."""
    delimiter: str = field(default=".", compare=False)
    """What stands after the number: a stop or a bracket."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, verse, figure … of one language."""

    kind: Kind
    content: tuple[Inline, ...]
    """A figure has its picture, then its caption. Not normalised: Unicode normalisation would move marks (UAX #15)."""
    place: Place
    """File and first line."""
    level: int = 0
    """The level of a heading, 1 to 6, otherwise 0."""
    containers: tuple[Container, ...] = ()
    pin: str = ""
    """The name of the pin before it; blocks with the same pin begin units together."""
    columns: tuple[str, ...] = ()
    """How the columns of a table are aligned, as Markdown says it from left to right: left, center, right or empty."""

    @property
    def text(self) -> str:
        """The characters that a reader sees, without note marks; a line break is a newline."""
        return plain(self.content)


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote of one language."""

    label: str
    number: int
    """Counted from 1 per chapter and language, in the order of the marks."""
    blocks: tuple[Block, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, or a few that belong together, in all languages of a unit."""

    ranges: tuple[tuple[int, int], ...]
    """Start and end in code points of each language's block."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The same paragraph or heading in every language: TMX's translation unit."""

    id: str
    """u12 for the numbered unit 12, u12i2 for the second item of a list that is unit 12, h3 for the third without a
    number; the same in every output."""
    number: int | None
    """Counted from 1 over the whole book, or its chapter; a list has one; None for headings, figures and breaks."""
    blocks: tuple[Block, ...]
    """One per language, in the order of Book.languages."""
    notes: tuple[tuple[Note, ...], ...]
    """The notes marked in the unit, one tuple per language."""
    part: int = 0
    """The number in its paragraph of a sentence that is a unit of its own, otherwise 0."""
    item: int = 0
    """The place of a block in its list, from 1; 0 outside of lists."""
    segments: tuple[Segment, ...] = ()
    """The sentences, where they were asked for; empty if there are fewer than two."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """What refers to the unit: 12, or 12.2 for an item of a list but the first, or 12.3 for a sentence."""
        if self.number is None:
            return ()
        item = (self.item,) if self.item > 1 or (self.item and self.part) else ()
        return (self.number, *item, *((self.part,) if self.part else ()))

    @property
    def kind(self) -> Kind:
        """The kind that all blocks share."""
        return self.blocks[0].kind

    @property
    def all_blocks(self) -> tuple[Block, ...]:
        """The blocks, then those of the notes."""
        return (*self.blocks, *(block for side in self.notes for note in side for block in note.blocks))


@dataclass(frozen=True, slots=True)
class Chapter:
    """A file of each language, or the whole of a one-file text."""

    id: str
    """c1, c2 …"""
    name: str
    """The file's stem, or empty for a one-file book."""
    units: tuple[Unit, ...]
    digest: str = field(default="", compare=False)
    """SHA-256 of all that the units were made of; empty if that is not known."""

    @property
    def heading(self) -> Unit | None:
        """The heading that the chapter begins with, if it does."""
        first = self.units[0] if self.units else None
        return first if first and first.kind is Kind.HEADING else None


@dataclass(frozen=True, slots=True)
class Creator:
    """A person or body behind the book."""

    role: str
    """author, translator, editor …: a Role of config.book_toml."""
    name: Localized
    sort: str = ""
    """The name as catalogues sort it; empty if not given."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What book.toml or the texts say about the book."""

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
    """Whether the title is the first heading of the text, which then moves to the title block."""


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
    """Language tag to numbering system (latn, arab, arabext …) of the numbers that the program adds."""

    @property
    def direction(self) -> str:
        """The direction of pages and columns: that of the first language."""
        return self.languages[0].direction

    def units(self) -> Iterator[Unit]:
        """All units, in order."""
        for chapter in self.chapters:
            yield from chapter.units


def block_id(unit: Unit, language: Language) -> str:
    """Return the id of a unit's block, for example u12-ar; the same in every output."""
    return f"{unit.id}-{language.tag}"


def note_id(chapter: Chapter, language: Language, note: Note) -> str:
    """Return the id of a note, for example c1-n2-ar; the same in every output."""
    return f"{chapter.id}-n{note.number}-{language.tag}"


def find_owners(chapter: Chapter, languages: Sequence[Language]) -> dict[str, str]:
    """Return the unit of each block of a chapter, and of each block of its notes, by their ids."""
    owners = {}
    for unit in chapter.units:
        for language, notes in zip(languages, unit.notes, strict=True):
            owners[block_id(unit, language)] = unit.id
            for note in notes:
                owners |= {f"{note_id(chapter, language, note)}-{n}": unit.id for n, _ in enumerate(note.blocks, 1)}
    return owners
