"""Export the pairs to other programs: one module per format, with write() and read_shown_texts().

write() returns the bytes of a file; read_shown_texts() reads the texts back from them, to be compared with the book.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from bookbuild.document.editions import Edition
from bookbuild.model.book import Block, Book, Kind, Language, block_id, note_id

if TYPE_CHECKING:
    from bookbuild.book.images import Picture
    from bookbuild.document.outputs import BuildContext, Output
    from bookbuild.document.typefaces import Typefaces


@dataclass(frozen=True, slots=True)
class Side:
    """A text in one language."""

    id: str
    """The same in all outputs: u12-ar."""
    language: Language
    block: Block


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit, or a paragraph of a note, with the languages that have it."""

    id: str
    chapter: str
    kind: str
    """heading 2, paragraph …; note for a paragraph of a note."""
    sides: tuple[Side, ...]


def entries(book: Book) -> Iterator[Entry]:
    """Yield all that has words, in order; notes follow the unit that refers to them."""
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
                yield Entry(id=unit.id, chapter=name, kind=f"{unit.kind}{level}", sides=sides)
            for language, notes in zip(book.languages, unit.notes, strict=True):
                for note in notes:
                    for n, block in enumerate(note.blocks, 1):
                        if block.text.strip():
                            identifier = f"{note_id(chapter, language, note)}-{n}"
                            side = Side(identifier, language, block)
                            yield Entry(id=identifier, chapter=name, kind="note", sides=(side,))


def break_lines(root: Any, *names: str) -> None:
    """Add a line end after the named elements, which hold no text of the book: the file stays readable."""
    root.text = "\n"
    for element in root.iter(*names):
        element.tail = "\n"
        if len(element) and not element.text and element[0].tag in names:
            element.text = "\n"


@cache
def export_editions() -> tuple[Edition, ...]:
    """Return an edition for each module of this package; the modules are not imported before they are needed."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return tuple(Edition(name=name, format=name, template="", description="", exchanged=True) for name in names)


def load_exporter(format_name: str) -> Any:
    """Return the module of a format."""
    return importlib.import_module(f"{__name__}.{format_name}")


def make(context: BuildContext, edition: Edition) -> Output:
    """Write a book for other programs, and hold what can be read back of it against the book."""
    from bookbuild.checks import coverage
    from bookbuild.document.outputs import Output

    name = edition.file_name(context.source.slug)
    book = context.show(edition).book
    module = load_exporter(edition.format)
    look = (_choose_faces(context, edition),) if hasattr(module, "SHOWS_FACES") else ()
    data = module.write(book, context.images, context.project.relative(context.project.dist / name), *look)
    ledger, findings = coverage.check_coverage(coverage.expect_book(book), tuple(module.read_shown_texts(data)), name)
    return Output(name=name, edition=edition, data=data, ledger=ledger, findings=findings)


def _choose_faces(context: BuildContext, edition: Edition) -> Typefaces:
    """Return the typefaces of a book that is shown on a screen."""
    from bookbuild.document import rows, typefaces

    document = rows.outline_document(context.show(edition).book, edition)
    return typefaces.choose_typefaces(context.project, document, context.source.config, context.source.toml)


Pictures: TypeAlias = "Mapping[str, Picture]"
