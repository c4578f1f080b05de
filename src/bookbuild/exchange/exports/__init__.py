"""Exports of the pairs to other programs: one module a format. A module's write() gives bytes, its shown() reads them.

What shown() finds is held against the book, as with every other output.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from bookbuild.document.editions import Edition, show_everything
from bookbuild.model.book import Block, Book, Kind, Language, block_id, note_id

if TYPE_CHECKING:
    from bookbuild.book.images import Picture
    from bookbuild.document.outputs import BuildContext, Output


@dataclass(frozen=True, slots=True)
class Side:
    """A text in one language."""

    id: str
    """As in all outputs: u12-ar."""
    language: Language
    block: Block


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit, or a paragraph of a note, with the languages that have it."""

    id: str
    chapter: str
    kind: str
    """heading 2, paragraph …; note of a note's paragraph."""
    sides: tuple[Side, ...]


def entries(book: Book) -> Iterator[Entry]:
    """Give all that has words, in order; notes after the unit that marks them."""
    for chapter in book.chapters:
        name = chapter.name or chapter.id
        for unit in chapter.units:
            sides = tuple(
                Side(block_id(unit, language), language, block)
                for language, block in zip(book.languages, unit.blocks, strict=True)
                if block.text.strip()
            )
            if sides:
                level = f" {unit.blocks[0].level}" if unit.kind is Kind.HEADING else ""
                yield Entry(unit.id, name, f"{unit.kind}{level}", sides)
            for language, notes in zip(book.languages, unit.notes, strict=True):
                for note in notes:
                    for n, block in enumerate(note.blocks, 1):
                        if block.text.strip():
                            identifier = f"{note_id(chapter, language, note)}-{n}"
                            yield Entry(identifier, name, "note", (Side(identifier, language, block),))


def broken_lines(root: Any, *names: str) -> None:
    """Put a line end after elements that hold no text of the book, so that people can read the file."""
    root.text = "\n"
    for element in root.iter(*names):
        element.tail = "\n"
        if len(element) and not element.text and element[0].tag in names:
            element.text = "\n"


def add_text(parent: Any, text: str) -> None:
    """Put text after all that an element holds."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


@cache
def export_editions() -> tuple[Edition, ...]:
    """Return an edition for each module of this package; the modules are not imported before they are needed."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return tuple(
        Edition(name=name, format=name, template="", description="", prepare=show_everything, exchanged=True)
        for name in names
    )


def exporter(form: str) -> Any:
    """Return the module of a format."""
    return importlib.import_module(f"{__name__}.{form}")


def make(context: BuildContext, edition: Edition) -> Output:
    """Write a book for other programs, and hold what can be read back of it against the book."""
    from bookbuild.checks import coverage
    from bookbuild.document.outputs import Output

    name = edition.file_name(context.source.slug)
    book = context.show(edition).book
    module = exporter(edition.format)
    data = module.write(book, context.images, context.project.relative(context.project.dist / name))
    ledger, findings = coverage.judge(coverage.expect_book(book), tuple(module.shown(data)), name)
    return Output(name=name, edition=edition, data=data, ledger=ledger, findings=findings)


Pictures: TypeAlias = "Mapping[str, Picture]"
