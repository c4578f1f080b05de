"""What an e-book says of itself: its identifiers and its last change. Pure."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from bookbuild.book.config.ebook import EbookTable
from bookbuild.book.folder import BookSource
from bookbuild.document.document import Document
from bookbuild.document.editions import Edition, find_named_editions
from bookbuild.document.identifiers import identify, identify_print
from bookbuild.model.book import Book

_PAST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def identify_ebook(source: BookSource, book: Book, edition: Edition) -> str:
    """Return an e-book's identifier; what is given for all e-books, or the book, is the default one's: it names one."""
    tables = (source.config.ebooks.get(name) for name in edition.tables)
    given = next((table.identifier for table in tables if table and table.identifier), None)
    if edition.default:
        return identify(book, "", given or source.config.ebook.identifier or book.metadata.identifier)
    return identify(book, f"{edition.name}.epub", given or "")


def identify_printed_source(source: BookSource, book: Book, options: EbookTable) -> str:
    """Return the identifier of the printed edition that an e-book refers to."""
    default = any(one.default and one.format == "pdf" for one in find_named_editions(options.pages))
    return identify_print(book, options.pages, source.config.ebook.identifier or "", default=default)


def find_publication_date(document: Document) -> dt.datetime:
    """Return the last change that EPUB demands where there is no SOURCE_DATE_EPOCH: the book's date, or a fixed day."""
    parts = [int(p) for p in document.book.metadata.date.split("-") if p]
    with suppress(ValueError):  # no date, or a day that no month has
        year, month, day = (*parts, 1, 1)[:3]
        if year >= 1000:  # strftime writes earlier ones without zeros before them, which no EPUB may have
            return dt.datetime(year, month, day, tzinfo=dt.UTC)
    return _PAST
