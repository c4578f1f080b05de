"""What every maker of an output gets, and what it returns: BuildContext in, Output out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bookbuild.book.config.ebook import EbookTable
from bookbuild.book.config.print import BookletTable, PrintTable, SheetsTable
from bookbuild.book.folder import BookSource
from bookbuild.book.images import Picture
from bookbuild.book.sentences import SentenceMap, apply_granularity
from bookbuild.checks.coverage import Ledger
from bookbuild.document.editions import Arrangement, Edition, expand_for_languages, select_languages
from bookbuild.document.theme import Theme
from bookbuild.model.book import Book
from bookbuild.model.findings import Finding
from bookbuild.model.pages import PageStart
from bookbuild.model.project import Project
from bookbuild.work.cache import Memoiser, make_memoiser
from bookbuild.work.workers import Workers


@dataclass(frozen=True, slots=True)
class Output:
    """A finished output, checked but not written."""

    name: str
    """File name in dist/."""
    edition: Edition
    data: bytes
    ledger: Ledger
    findings: tuple[Finding, ...]
    families: tuple[str, ...] = ()
    """Font families in it."""
    pages: int | None = None
    """Of a PDF."""
    direction: str = ""
    """Of a PDF's pages."""
    make_up: Mapping[str, Any] = field(default_factory=dict)
    """Of a PDF: how its pages are filled."""
    page_starts: tuple[PageStart, ...] = ()
    """Of a PDF whose pages follow the text."""
    needs_pages: str = ""
    """Of an e-book: the printed edition that it refers to, or would if that had been built."""
    chapters: Mapping[str, int] = field(default_factory=dict)
    """Of a PDF whose chapters are laid out apart: how many were laid out, and how many were taken from the cache."""


@dataclass(frozen=True, slots=True)
class ShownBook:
    """A book as one output shows it."""

    book: Book
    places: SentenceMap
    """Where its blocks stand in the book by paragraphs."""


@dataclass(frozen=True, slots=True)
class BuildContext:
    """All that the makers of a book's outputs have in common; it lives as long as the build of the book."""

    project: Project
    source: BookSource
    book: Book
    images: Mapping[str, Picture]
    moment: dt.datetime | None
    """The time of SOURCE_DATE_EPOCH, if that is set."""
    workers: Workers
    printed: dict[tuple[object, ...], Output] = field(default_factory=dict)
    """PDFs that were made in this build: booklets and sheets are made of pages that another edition has too."""
    pages: dict[str, tuple[PageStart, ...]] = field(default_factory=dict)
    """Name of a printed edition to where its pages begin, for e-books."""

    @property
    def theme(self) -> Theme:
        """The book's layouts and stylesheets."""
        return Theme(self.project, self.source.slug)

    @property
    def keep(self) -> Memoiser:
        """Returns what was made before of the same things, or makes it."""
        return make_memoiser(self.workers.cache)

    def print_options(self, edition: Edition) -> PrintTable:
        """Return what book.toml says of a printed edition; what it says of reader holds for reader-ar too."""
        return self.source.config.print.merge(*map(self.source.config.editions.get, edition.tables))

    def ebook_options(self, edition: Edition) -> EbookTable:
        """Return what book.toml says of an e-book."""
        return self.source.config.ebook.merge(*map(self.source.config.ebooks.get, edition.tables))

    def has_own_paper(self, edition: Edition) -> bool:
        """Return whether book.toml names a paper for this edition alone."""
        tables = (self.source.config.editions.get(name) for name in edition.tables)
        return any(table is not None and "paper" in table.model_fields_set for table in tables)

    def sheet_options(self, edition: Edition) -> BookletTable | SheetsTable:
        """Return what book.toml says of an edition that puts pages on sheets."""
        config = self.source.config
        return config.booklet if edition.arrangement is Arrangement.FOLDED else config.sheets

    def base_edition(self, edition: Edition) -> Edition:
        """Return the edition whose pages an edition shows: itself, or the one that it puts on sheets."""
        if not edition.is_imposed:
            return edition
        name = self.sheet_options(edition).edition
        known = expand_for_languages(self.source.tags)
        return next(one for one in known if one.name == name and one.format == "pdf")

    def show(self, edition: Edition) -> ShownBook:
        """Return the book as an edition shows it: by paragraphs or sentences, without what the edition leaves out."""
        edition = self.base_edition(edition)
        if edition.format == "epub":
            options = self.ebook_options(edition)
            book, places = apply_granularity(self.book, options.granularity, self.keep)
            if options.languages and not edition.language:
                book = select_languages(book, options.languages)
        elif edition.format == "pdf":
            book, places = apply_granularity(self.book, self.print_options(edition).granularity, self.keep)
        else:
            book, places = self.book, SentenceMap({})
        return ShownBook(edition.prepare(book), places)
