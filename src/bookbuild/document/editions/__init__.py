"""Editions: what a book is made into. One module an edition, found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, partial
from typing import TYPE_CHECKING

from bookbuild.document.paper import Margins

if TYPE_CHECKING:
    from bookbuild.model.book import Book, Unit

MARGINS = Margins(22, 24, 20, 20)


class Arrangement(StrEnum):
    """How the languages of a unit stand to each other."""

    ROWS = "rows"
    """Side by side, a row a unit."""
    STACKED = "stacked"
    """Below each other."""
    FACING = "facing"
    """The first on one page, the others on the page opposite."""
    NOTES = "notes"
    """The first alone, the others as notes to it."""
    FOLDED = "folded"
    """As in another edition, whose finished pages are put on sheets that are folded."""
    TILED = "tiled"
    """As in another edition, several of whose finished pages are put on one side of a sheet."""


def show_everything(book: Book) -> Book:
    """Show all of a book."""
    return book


@dataclass(frozen=True, slots=True)
class Edition:
    """One way to show a book."""

    name: str
    format: str
    """pdf or epub: which writer makes it."""
    template: str
    """The layout's name; the project or the book may have its own of that name."""
    description: str
    prepare: Callable[[Book], Book] = show_everything
    """Leaves out what the edition does not show."""
    default: bool = False
    """Whether the output is named after the book alone."""
    exchanged: bool = False
    """Whether it is for other programs: made only where its format is asked for."""
    arrangement: Arrangement = Arrangement.ROWS
    line_numbers: bool = False
    """Whether the original's lines are numbered."""
    ruled: bool = False
    """Whether ruled lines to write on stand under paragraphs."""
    style: str = ""
    """Of a printed one: the stylesheet that is added to print.css."""
    half: bool = False
    """Whether a page is half a sheet, as books are, unless book.toml names the edition's own paper."""
    margins: Margins = MARGINS
    """Of a page as large as a sheet; half a sheet has three quarters of them."""
    scale: float = 1.0
    """Of all sizes of type."""
    least: float = 0.0
    """pt: no type is smaller; the scale grows until the text of every script is as large."""
    x_height: float = 0.0
    """pt: no letters without ascenders are lower; the scale grows with it too."""
    language: str = ""
    """The tag of the only language that it shows; empty for all."""
    each: str = ""
    """Where there is one a language: the description of one, in which {} stands for the language's tag."""

    def for_language(self, tag: str) -> Edition:
        """Return the edition of one language, where there is one a language."""
        name, description = f"{self.name}-{tag}", self.each.format(tag)
        chosen = partial(select_languages, tags=(tag,))
        return replace(self, name=name, description=description, prepare=chosen, language=tag, each="")

    @property
    def is_imposed(self) -> bool:
        """Whether it puts the pages of another edition on sheets."""
        return self.arrangement in {Arrangement.FOLDED, Arrangement.TILED}

    @property
    def tables(self) -> tuple[str, ...]:
        """The names that it has in book.toml, the general one first: reader, then reader-ar."""
        return (self.name.removesuffix(f"-{self.language}"), self.name) if self.language else (self.name,)

    def file_name(self, slug: str) -> str:
        """Return the output's name in dist/."""
        return f"{slug}.{self.format}" if self.default or self.exchanged else f"{slug}-{self.name}.{self.format}"


@cache
def find_editions() -> tuple[Edition, ...]:
    """Return the editions of every module in this package; printed ones and e-books may share a name."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    known = [edition for module in modules for edition in getattr(module, "EDITIONS", None) or [module.EDITION]]
    return tuple(sorted(known, key=lambda edition: (edition.name, edition.format != "pdf")))


def expand_for_languages(tags: Sequence[str]) -> tuple[Edition, ...]:
    """Return the editions of a book of these languages: those that are one a language, named."""
    expanded: list[Edition] = []
    for edition in find_editions():
        expanded += map(edition.for_language, tags) if edition.each else [edition]
    return tuple(expanded)


def find_named_editions(name: str) -> tuple[Edition, ...]:
    """Return the editions of a name, also of one language; none if there is none of that name."""
    stem, _, tag = name.partition("-")
    named = [edition for edition in find_editions() if edition.name == name and not edition.each]
    named += [edition.for_language(tag) for edition in find_editions() if edition.each and edition.name == stem and tag]
    return tuple(named)


def select_languages(book: Book, tags: Sequence[str]) -> Book:
    """Return a book with some of its languages, in the order given."""
    places = {language.tag: n for n, language in enumerate(book.languages)}
    sides = [places[tag] for tag in tags]

    def select(unit: Unit) -> Unit:
        return replace(unit, blocks=tuple(unit.blocks[n] for n in sides), notes=tuple(unit.notes[n] for n in sides))

    chapters = tuple(replace(chapter, units=tuple(map(select, chapter.units))) for chapter in book.chapters)
    return replace(book, languages=tuple(book.languages[n] for n in sides), chapters=chapters)
