"""Chapters laid out apart: which parts an edition has, and what each of them is made from.

A part's key names all that its pages depend on, so that a part that was made before is taken as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bookbuild.document import rows
from bookbuild.document.context import around, around_each, pictures_of
from bookbuild.document.fonts import font_data
from bookbuild.document.theme import Sheet, read_shipped_sheet
from bookbuild.model.book import Book, Chapter, Kind
from bookbuild.pdf import css as print_css
from bookbuild.pdf import passes
from bookbuild.pdf.job import Job, Part
from bookbuild.pdf.spanning_rules import list_spanning_rules
from bookbuild.work import fingerprints
from bookbuild.work.cache import key_of

_SHEETS = ("print.css", "design.css", "book.css")
_LAYOUTS = ("base.html",)


@dataclass(frozen=True, slots=True)
class Planned:
    """A part of an edition before it is laid out."""

    name: str
    """For messages: the title, or the chapter's name."""
    job: Job
    key: str
    shared: str
    """The key of what all parts of the edition depend on."""
    front: bool
    """Whether it is the title with the table of contents alone, which bears the numbers of all other pages."""
    head: Chapter | None
    """The chapter that running heads name; none in the part of the title."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of an edition, in order."""

    parts: tuple[Planned, ...]
    entries: frozenset[str]
    """The units that the table of contents leads to."""


def plan(job: Job) -> Plan | None:
    """Part an edition into chapters; none where it has to be laid out in one piece.

    That is so where chapters run on, on facing pages, where columns are measured over the whole text, where
    marks show how to cut pages of mirrored margins, with layouts of one's own, and where stylesheets of one's own
    have other rules than ours that hold over several chapters.
    """
    if len(job.book.chapters) < 2 or not passes.chapters_begin_pages(job, len(job.book.chapters)):
        return None
    options = job.options
    made = print_css.page(job.edition, options, len(job.book.languages), own_paper=job.own_paper)
    if options.columns == "measured" or (made.mirrored and (made.bleed or made.marks)):
        return None
    if any(job.theme.find_override(name) for name in (*_LAYOUTS, job.edition.template)):
        return None
    for name, sheet in _own_sheets(job).items():
        if list_spanning_rules(sheet.css) != list_spanning_rules(read_shipped_sheet(name).css):
            return None
    return _planned(job)


def _own_sheets(job: Job) -> dict[str, Sheet]:
    """Return the stylesheets that replace or extend ours, by their names."""
    return job.theme.read_overrides((*_SHEETS, job.edition.style) if job.edition.style else _SHEETS)


def _planned(job: Job) -> Plan:
    book, whole = job.book, job
    headings = _headings(book)
    entries = rows.document(headings, job.edition, {}).entries
    contents = bool(job.options.contents) and bool(entries)
    if job.options.contents == "auto":
        contents = len(entries) >= passes.ENTRIES
    settings = print_css.settings(book, job.typefaces.stacks, job.edition)
    shared = _shared_key(whole, settings)
    parts: list[Planned] = []
    last = len(book.chapters) - 1
    if contents:
        near = replace(around(book), alt=())
        own = Part(frozenset({"front"}), near, settings, contents=True, begins=True)
        front = replace(whole, book=headings, images={}, part=own)
        key = key_of(shared, "front", list(headings.units()), book.metadata)
        parts.append(Planned("title", front, key, shared, front=True, head=None))
    for n, (chapter, near) in enumerate(zip(book.chapters, around_each(book), strict=True)):
        names = {"text", *(() if n or contents else ("front",)), *(("back",) if n == last else ())}
        title = book.metadata.title_in_text and n == 0 and "front" in names
        units = chapter.units[1:] if book.metadata.title_in_text and n == 0 and not title else chapter.units
        own = Part(frozenset(names), near, settings, contents=False, begins=True)
        metadata = replace(book.metadata, title_in_text=title)
        shown = replace(chapter, units=units)
        images = {source: job.images[source] for source in pictures_of(shown)}
        made = replace(whole, book=replace(book, metadata=metadata, chapters=(shown,)), images=images, part=own)
        pictures = [(source, hashlib.sha256(picture.data).hexdigest()) for source, picture in images.items()]
        furnished = metadata if names != {"text"} else None  # a chapter's pages alone say nothing of the book
        key = key_of(shared, sorted(names), chapter.digest, len(units), near, pictures, furnished)
        parts.append(Planned(chapter.name or chapter.id, made, key, shared, front=False, head=None if title else shown))
    return Plan(tuple(parts), frozenset(row.id for row in entries) if contents else frozenset())


def _headings(book: Book) -> Book:
    """Give a book with its headings alone."""
    chapters = tuple(
        replace(chapter, units=tuple(unit for unit in chapter.units if unit.kind is Kind.HEADING))
        for chapter in book.chapters
    )
    if book.metadata.title_in_text or all(chapter.units for chapter in chapters):
        return replace(book, chapters=chapters)
    return replace(book, chapters=tuple(chapter for chapter in chapters if chapter.units))


def _shared_key(job: Job, settings: Mapping[str, object]) -> str:
    """Give the key of what all parts of an edition depend on."""
    faces = [(f.family, f.weight, f.style, hashlib.sha256(font_data(f)).hexdigest()) for f in job.typefaces.faces]
    book = job.book
    return key_of(
        fingerprints.program(),
        sorted(fingerprints.versions().items()),
        job.edition.name,
        job.options.model_dump_json(),
        job.own_paper,
        job.modified,
        book.languages,
        sorted(book.digits.items()),
        faces,
        [(tag, stack.css) for tag, stack in job.typefaces.stacks.items()],
        [(tag, repr(setting)) for tag, setting in settings.items()],
        sorted(_own_sheets(job).items()),
    )


def numbered(front: Planned, pages: Mapping[str, int]) -> Planned:
    """Give the part of the title with the numbers of pages that its table of contents shows."""
    part = front.job.part
    if part is None:
        raise ValueError("a part has to say what it is part of")
    listed = tuple(pages.items())
    return replace(front, job=replace(front.job, part=replace(part, pages=listed)), key=key_of(front.key, listed))


def furniture(planned: Planned, first: int, count: int, total: int, metadata: object) -> Planned:
    """Give the part that has the running heads and page numbers of another, whose first page is `first`."""
    part, book = planned.job.part, planned.job.book
    if part is None:
        raise ValueError("a part has to say what it is part of")
    chapters: tuple[Chapter, ...] = ()
    if planned.head is not None:
        first_unit = planned.head.units[:1]
        named = first_unit if first_unit and first_unit[0].kind is Kind.HEADING else ()
        chapters = (replace(planned.head, units=named),)
    own = replace(part, parts=frozenset({"furniture"}), first=first, count=count, total=total, pages=())
    shown = replace(book, metadata=replace(book.metadata, title_in_text=False), chapters=chapters)
    titles = [[b.text for b in unit.blocks] for chapter in chapters for unit in chapter.units]
    key = key_of(planned.job.edition.name, planned.shared, "furniture", first, count, total, titles, metadata)
    return replace(planned, job=replace(planned.job, book=shown, images={}, part=own), key=key)


def offsets(counts: Sequence[int]) -> list[int]:
    """Give the number of the first page of each part."""
    found, at = [], 1
    for count in counts:
        found.append(at)
        at += count
    return found


def shifts(job: Job, first: int, count: int) -> tuple[float, ...]:
    """Give how far each page's text moves to the right, in pt, where margins are mirrored.

    A part is laid out as if it began where the first page of the book lies.
    """
    made = print_css.page(job.edition, job.options, len(job.book.languages), own_paper=job.own_paper)
    if not made.mirrored or first % 2 == 1:
        return ()
    more = (made.margins.outer - made.margins.inner) * 72 / 25.4
    ltr = job.book.direction == "ltr"
    # the part's own first page is a right one in books from left to right; here it lies on the left
    return tuple(more if (n % 2 == 0) == ltr else -more for n in range(count))
