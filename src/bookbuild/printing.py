"""A printed edition from start to end: options, typefaces, pages, bytes, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bookbuild import facing, identifiers, layout, paged, pagestats, typefaces
from bookbuild.bidi import CONTROLS
from bookbuild.checks.coverage import Shown
from bookbuild.document import Document
from bookbuild.editions import Arrangement, Edition
from bookbuild.findings import Finding, Place
from bookbuild.images import Picture
from bookbuild.linework import Line
from bookbuild.model import Book
from bookbuild.paged import Job
from bookbuild.print_options import PrintTable, merged
from bookbuild.project import BookSource, Project
from bookbuild.runs import JOINER, WORD_JOINER
from bookbuild.typefaces import Typefaces
from bookbuild.writers import pdf

OVERFULL = 0.75
"""pt that a line may stand out: less than the eye sees, and more than rounding."""


_UNSEEN = {ord(c): None for c in f"{CONTROLS}{JOINER}{WORD_JOINER}"} | {0xA0: " "}
_made: dict[tuple[object, ...], tuple[Book, Printed]] = {}
"""The printed editions of the book that is being built; it is kept too, so that no other one can have its id."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF with what is known of it."""

    document: Document
    data: bytes
    lines: tuple[Line, ...]
    outside: str
    pages: int
    families: tuple[str, ...]
    typefaces: Typefaces
    complaints: tuple[Finding, ...]
    torn: frozenset[str]
    makeup: Mapping[str, Any]

    @property
    def shown(self) -> list[Shown]:
        """What the pages show, for the ledger."""
        return [Shown(line.id, line.text, line.hyphen) for line in self.lines]


def options_of(source: BookSource, edition: Edition) -> PrintTable:
    """Give the options of an edition; those of reader hold for reader-ar too."""
    options = source.config.print
    for name in edition.tables:
        options = merged(options, source.config.editions.get(name))
    return options


def make(
    project: Project,
    source: BookSource,
    book: Book,
    edition: Edition,
    images: Mapping[str, Picture],
    modified: str,
    *,
    options: PrintTable | None = None,
    own_paper: bool | None = None,
) -> Printed:
    """Make the PDF of an edition; `options` and `own_paper` are given where it is made for sheets.

    Raises SourceError with characters that no typeface has, broken layouts and stylesheets.
    """
    tables = (source.config.editions.get(name) for name in edition.tables)
    if own_paper is None:
        own_paper = any(table is not None and "paper" in table.model_fields_set for table in tables)
    options = options or options_of(source, edition)
    key = (id(book), edition.name, options, own_paper, modified)
    if key in _made:  # booklets and sheets are made of pages that another edition has too
        return _made[key][1]
    document = layout.document(book, edition, images)
    chosen = typefaces.choose(project, document, source.config, source.written)
    job = Job(project, source, book, edition, options, own_paper, images, chosen, modified)
    arrange = facing.lay_out if edition.arrangement is Arrangement.FACING else paged.lay_out
    pages = arrange(job)
    own_hyphens = any("\u2010" in block.text for block in document.expected)
    name = identifiers.printed(book, edition.name, source.config.ebook.identifier or "", default=edition.default)
    data, complaints = pdf.write(pages.rendering, own_hyphens=own_hyphens, archive=options.archive, identifier=name)
    if any(other[0] != id(book) for other in _made):
        _made.clear()
    families = tuple(sorted({font.family for font in pages.rendering.document.fonts.values()}))
    printed = Printed(
        pages.document,
        data,
        pages.lines,
        pages.outside,
        pages.rendering.pages,
        families,
        chosen,
        (*pages.rendering.complaints, *complaints),
        pages.torn,
        pagestats.measure(pages, edition),
    )
    _made[key] = (book, printed)
    return printed


def findings(printed: Printed, name: str) -> Iterator[Finding]:
    """Report rows that stay torn, lines that are too wide, and fonts that were not chosen."""
    for unit in printed.document.book.units():
        if unit.id in printed.torn:
            message = f"{name}: one side of this row ends a page without its partner"
            advice = "split the paragraph in all languages; it is longer than what a page holds"
            yield Finding("O005", unit.blocks[0].place, message, advice)
    places = {block.id: block.place for block in printed.document.expected}
    seen = set()
    for line in printed.lines:
        if line.overfull > OVERFULL and line.id not in seen:
            seen.add(line.id)
            text = line.text.translate(_UNSEEN).strip()[:40]
            message = f"{name}, page {line.page}: a line is {line.overfull:.1f} pt wider than its column (“{text}”)"
            advice = "break the long word with a soft hyphen (U+00AD) or shorten it"
            yield Finding("O004", places[line.id], message, advice)
    known = {face.family for face in printed.typefaces.faces}
    for family in printed.families:
        if family not in known:
            message = f"{name}: the renderer took the font {family!r}, which was not chosen"
            yield Finding("F002", Place(""), message, "take font-family rules for it out of your stylesheets")
