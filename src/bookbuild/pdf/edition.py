"""A printed edition from start to end: options, typefaces, pages, bytes, and what is to be said of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bookbuild.book import sentences
from bookbuild.book.config.print import PrintTable, merged
from bookbuild.book.folder import BookSource
from bookbuild.book.images import Picture
from bookbuild.checks.coverage import Ledger
from bookbuild.document import identifiers, rows, typefaces
from bookbuild.document.editions import Edition
from bookbuild.document.fonts import font_data
from bookbuild.model.book import Book
from bookbuild.model.findings import Finding
from bookbuild.model.project import Project
from bookbuild.pdf import chapters, pieces, statistics
from bookbuild.pdf.chapters import Plan, Planned
from bookbuild.pdf.job import Job
from bookbuild.pdf.joining import join
from bookbuild.pdf.joining.fonts import subset
from bookbuild.pdf.joining.fragment import Fragment
from bookbuild.pdf.page_starts import Page
from bookbuild.pdf.pieces import Piece
from bookbuild.work.cache import keeping, key_of
from bookbuild.work.workers import Task, Workshop

MOST_TURNS = 4
"""Times that a table of contents is laid out: its numbers may change its length, and that the numbers."""
_made: dict[tuple[object, ...], tuple[Book, Printed]] = {}
"""The printed editions of the book that is being built; it is kept too, so that no other one can have its id."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF with what is known of it."""

    data: bytes
    pages: int
    direction: str
    """Of the pages."""
    families: tuple[str, ...]
    ledger: Ledger
    findings: tuple[Finding, ...]
    starts: tuple[Page, ...]
    makeup: Mapping[str, Any]


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
    workshop: Workshop,
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
    whole = book
    book, places = sentences.arranged(whole, options.granularity, keeping(workshop.cache))
    outline = rows.outline(book, edition)
    chosen = typefaces.choose(project, outline, source.config, source.written)
    job = Job(project, source, book, edition, options, own_paper, images, chosen, modified)
    name = edition.file_name(source.slug)
    identifier = identifiers.printed(book, edition.name, source.config.ebook.identifier or "", default=edition.default)
    planned = chapters.plan(job)
    if planned is None:
        task = Task(f"{source.slug}, edition {edition.name}", pieces.whole, (job, name, identifier))
        piece = workshop.results([task])[0]
        data = piece.data
    else:
        piece, data = _Joining(job, planned, name, identifier, workshop).made()
    if any(other[0] != id(whole) for other in _made):
        _made.clear()
    known = frozenset(face.family for face in chosen.faces)
    printed = Printed(
        data,
        piece.pages,
        outline.book.direction,
        piece.families,
        piece.ledger,
        (*piece.complaints, *piece.findings, *pieces.told(piece, name, known)),
        places.pages_by_paragraph(piece.starts),
        statistics.as_json(piece.stats, piece.pages),
    )
    _made[key] = (whole, printed)
    return printed


class _Joining:
    """Makes an edition of its parts."""

    def __init__(self, job: Job, plan: Plan, name: str, identifier: str, workshop: Workshop) -> None:
        self.job = job
        self.plan = plan
        self.name = name
        self.identifier = identifier
        self.workshop = workshop

    def _task(self, planned: Planned, *, first: bool) -> Task:
        cost = sum(len(block.text) for unit in planned.job.book.units() for block in unit.blocks)
        what = f"{self.job.source.slug}, edition {self.job.edition.name}, {planned.name}"
        identifier = self.identifier if first else ""  # the first part gives the document's information
        given = (self.name, identifier, self.plan.entries)
        key = key_of(planned.key, self.name, identifier)
        return Task(what, pieces.part, (planned.job, *given), key, 1.0 + cost)

    def made(self) -> tuple[Piece, bytes]:
        """Lay all parts out; gives what is known of them together, and the PDF."""
        planned = list(self.plan.parts)
        found: list[Piece] = self.workshop.results([self._task(one, first=not n) for n, one in enumerate(planned)])
        if planned[0].front:
            for _ in range(MOST_TURNS):
                numbered = chapters.numbered(planned[0], pieces.bound(found).headings)
                first = self.workshop.results([self._task(numbered, first=True)])[0]
                settled = first.pages == found[0].pages
                found[0] = first
                if settled:
                    break
        furniture = list(self._furniture(planned, found))
        places = chapters.offsets([piece.pages for piece in found])
        bound = [
            join.Bound(piece.fragment, heads, chapters.shifts(planned[0].job, at, piece.pages))
            for piece, heads, at in zip(found, furniture, places, strict=True)
            if piece.fragment is not None
        ]
        data = join.join(bound, self._subset, identified=self.job.options.archive != "none")
        return pieces.bound(found), data

    def _furniture(self, planned: Sequence[Planned], found: Sequence[Piece]) -> Iterator[Fragment]:
        counts = [piece.pages for piece in found]
        metadata = self.job.book.metadata
        wanted = [
            chapters.furniture(one, at, count, sum(counts), metadata)
            for one, at, count in zip(planned, chapters.offsets(counts), counts, strict=True)
        ]
        tasks = [
            Task(f"page numbers of {one.name}", pieces.furniture, (one.job,), one.key, 200.0 * count)
            for one, count in zip(wanted, counts, strict=True)
        ]
        for fragment, _ in self.workshop.results(tasks):
            yield fragment

    def _subset(self, sha256: str, count: int, glyphs: Sequence[int], composites: Mapping[int, Any]) -> bytes:
        data = next(
            data for face in self.job.typefaces.faces if hashlib.sha256(data := font_data(face)).hexdigest() == sha256
        )
        digest = hashlib.sha256(repr((sha256, count, glyphs, sorted(composites.items()))).encode()).hexdigest()
        task = Task("a typeface", subset, (data, count, tuple(glyphs), composites), digest)
        made: bytes = self.workshop.results([task])[0]
        return made
