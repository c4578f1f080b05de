"""Editions that are sheets: pages of another edition, made for the sheet's size, put in the order for printing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from bookbuild.book.folder import BookSource
from bookbuild.book.images import Picture
from bookbuild.document.editions import Arrangement, Edition, of_languages
from bookbuild.document.paper import size
from bookbuild.model.book import Book
from bookbuild.model.errors import SourceError, did_you_mean
from bookbuild.model.findings import Finding
from bookbuild.model.project import Project
from bookbuild.pdf import edition as printing
from bookbuild.pdf.edition import Printed
from bookbuild.pdf.imposition import order
from bookbuild.work import fingerprints
from bookbuild.work.cache import key_of
from bookbuild.work.workers import Workshop


def make(
    project: Project,
    source: BookSource,
    book: Book,
    edition: Edition,
    images: Mapping[str, Picture],
    modified: str,
    workshop: Workshop,
) -> Printed:
    """Make the sheets of an edition.

    Raises SourceError if book.toml names an edition that has no pages.
    """
    from bookbuild.pdf.imposition import sheets

    booklet = edition.name == "booklet"
    table = source.config.booklet if booklet else source.config.sheets
    base = base_of(source, book, edition)
    options = printing.options_of(source, base)
    if booklet and base.half:
        options = options.model_copy(update={"paper": table.sheet})
    printed = printing.make(
        project, source, book, base, images, modified, workshop, options=options, own_paper=False if booklet else None
    )
    direction = printed.direction
    if booklet:
        fold = source.config.booklet
        sides = order.folded(printed.pages, direction, signature=fold.signature, thickness=fold.thickness)
        work = partial(sheets.fold, printed.data, sides, *size(table.sheet, landscape=True))
    else:
        up = source.config.sheets.up
        wide = sheets.is_wide(printed.data)
        sides = order.grid(printed.pages, direction, up, wide=wide)
        columns, rows = order.shape(up, wide=wide)
        landscape = columns > rows if columns != rows else wide
        work = partial(sheets.tile, printed.data, sides, *size(table.sheet, landscape=landscape), (columns, rows))
    digest = hashlib.sha256(printed.data).hexdigest()
    key = key_of(fingerprints.maker(), work.func.__name__, digest, work.args[1:])
    data = workshop.cache.kept(key, work) if workshop.cache else work()
    blank = sum(place.page is None for side in sides for place in side)
    facts = {"edition": base.name, "sides": len(sides), "blank_pages": blank, **printed.makeup}
    return replace(printed, data=data, pages=len(sides), makeup=facts)


def base_of(source: BookSource, book: Book, edition: Edition) -> Edition:
    """Give the edition whose pages are put on sheets.

    Raises SourceError if book.toml names one that has no pages.
    """
    table = source.config.booklet if edition.name == "booklet" else source.config.sheets
    key, name = f"{edition.name}.edition", table.edition
    known = {
        one.name: one
        for one in of_languages([language.tag for language in book.languages])
        if one.format == "pdf" and one.arrangement is not Arrangement.SHEETS
    }
    if name not in known:
        place = source.written.place(*key.split("."))
        message = f"{key} is {name!r}, which is no printed edition of this book"
        raise SourceError([Finding("C003", place, message, did_you_mean(name, list(known)))])
    return known[name]
