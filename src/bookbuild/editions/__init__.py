"""Editions: what a book is made into. One module an edition, found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from bookbuild.model import Book
from bookbuild.paper import Margins

MARGINS = Margins(22, 24, 20, 20)


class Arrangement(StrEnum):
    """How the languages of a unit stand to each other."""

    ROWS = "rows"
    """Side by side, a row a unit."""
    STACKED = "stacked"
    """Below each other."""
    FACING = "facing"
    """The first on one page, the others on the page opposite."""
    SHEETS = "sheets"
    """As in another edition, whose finished pages are put on sheets."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One way to show a book."""

    name: str
    format: str
    """pdf or epub: which writer makes it."""
    template: str
    """The layout's name; the project or the book may have its own of that name."""
    description: str
    prepare: Callable[[Book], Book]
    """Leaves out what the edition does not show."""
    default: bool = False
    """Whether the output is named after the book alone."""
    arrangement: Arrangement = Arrangement.ROWS
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
    language: str = ""
    """The tag of the only language that it shows; empty for all."""
    each: Callable[[str], Edition] | None = None
    """Makes the edition of one language, where there is one a language."""

    def file_name(self, slug: str) -> str:
        """Give the output's name in dist/."""
        return f"{slug}.{self.format}" if self.default else f"{slug}-{self.name}.{self.format}"


@cache
def editions() -> dict[str, Edition]:
    """Give name to edition, of every module in this package."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        edition: Edition = importlib.import_module(f"{__name__}.{module.name}").EDITION
        found[edition.name] = edition
    return found


def of_languages(tags: Sequence[str]) -> dict[str, Edition]:
    """Give name to edition for a book of these languages: those that are one a language, named."""
    found: dict[str, Edition] = {}
    for edition in editions().values():
        if edition.each is None:
            found[edition.name] = edition
        else:
            found.update({one.name: one for one in map(edition.each, tags)})
    return found


def find(name: str) -> Edition | None:
    """Give an edition by its name, also one of one language."""
    known = editions()
    if name in known and known[name].each is None:
        return known[name]
    for edition in known.values():
        stem, _, tag = name.partition("-")
        if edition.each is not None and stem == edition.name and tag:
            return edition.each(tag)
    return None


def only(book: Book, tags: Sequence[str]) -> Book:
    """Give a book with some of its languages."""
    sides = [n for n, language in enumerate(book.languages) if language.tag in tags]
    chapters = tuple(
        replace(
            chapter,
            units=tuple(
                replace(unit, blocks=tuple(unit.blocks[n] for n in sides), notes=tuple(unit.notes[n] for n in sides))
                for unit in chapter.units
            ),
        )
        for chapter in book.chapters
    )
    return replace(book, languages=tuple(book.languages[n] for n in sides), chapters=chapters)


def everything(book: Book) -> Book:
    """Show all of a book."""
    return book
