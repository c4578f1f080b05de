"""What a printed edition is made from, and what its passes find out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bookbuild.book.config.print import PrintTable
from bookbuild.book.images import Picture
from bookbuild.document.context import ChapterContext
from bookbuild.document.editions import Edition
from bookbuild.document.theme import Theme
from bookbuild.document.typefaces import Typefaces
from bookbuild.model.book import Book
from bookbuild.pdf.copyfit import Fit
from bookbuild.pdf.css import TypeSetting

WHOLE = frozenset({"front", "text", "back"})
"""The parts of a document that is laid out in one."""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """All that a printed edition is made from."""

    theme: Theme
    book: Book
    """As the edition shows it."""
    edition: Edition
    options: PrintTable
    own_paper: bool
    """Whether book.toml names a paper for this edition alone."""
    images: Mapping[str, Picture]
    typefaces: Typefaces
    modified: str
    """When the book was last changed, ISO 8601; empty if that is not to be said."""
    part: Part | None = None
    """Where only a part of the edition is made; `book` then has that part's chapters alone."""
    fit: Fit = field(default_factory=Fit)

    @property
    def parts(self) -> frozenset[str]:
        """What of the edition is made."""
        return self.part.parts if self.part else WHOLE

    @property
    def has_own_layout(self) -> bool:
        """Whether layouts of the project or the book replace ours."""
        return any(self.theme.find_override(name) for name in ("base.html", self.edition.template))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an edition that is laid out apart, and what it needs to know of the rest."""

    parts: frozenset[str]
    """front, text, back, or furniture: running heads and page numbers alone."""
    near: ChapterContext
    settings: Mapping[str, TypeSetting]
    """How each language is set, which depends on all of its text."""
    contents: bool
    """Whether the edition has a table of contents."""
    pages: tuple[tuple[str, int], ...] = ()
    """Of the title part: page of each heading."""
    first: int = 1
    """Of furniture: 1 where the first page is the book's first one; else any number of the same side as the first's."""
    ranges: tuple[tuple[int, ...], ...] = ()
    """Of furniture: its pages, each with the numbers of the first and last paragraph, if its head names them."""
    total: int = 0
    """Of furniture: the number of all pages."""


@dataclass(frozen=True)
class LayoutState:
    """What passes find out, and the next one is made with."""

    kept: frozenset[str] = frozenset()
    """Units that are not to be divided."""
    insets: Mapping[str, float] = field(default_factory=dict)
    """Paddings of titles, in CSS pixels."""
    shares: tuple[float, ...] = ()
    """Widths of columns, in per cent."""
    pages: Mapping[str, int] = field(default_factory=dict)
    """Page of each heading."""
    whole: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Words that are not to be divided, by block and offset."""
    forced: frozenset[str] = frozenset()
    """Units that begin a page."""
    blanks: Mapping[str, int] = field(default_factory=dict)
    """Empty pages before a unit."""
    pads: Mapping[str, float] = field(default_factory=dict)
    """White before a unit, in pt."""


@dataclass(frozen=True, slots=True)
class Side:
    """Pages of a document that others stand between."""

    hand: str
    """left or right: where they lie in an open book."""
    first: int
    """The number of the first page; every other number follows."""
    total: int
    """The number of all pages."""
    prefix: str = ""
    """Before the ids of units that stand on other pages too; these are left out of the outline."""
