"""Chapters laid out apart: which parts an edition has, and what each of them is made from.

A part's key names all that its pages depend on, so that a part that was made before is taken as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from bookbuild.document import rows
from bookbuild.document.context import ChapterContext, find_book_context, find_chapter_contexts, list_pictures
from bookbuild.document.editions import Arrangement
from bookbuild.document.fonts import read_face
from bookbuild.document.theme import Sheet, read_shipped_sheet
from bookbuild.model.book import Book, Chapter, Kind
from bookbuild.pdf import css as print_css
from bookbuild.pdf import page_css, passes
from bookbuild.pdf.engine.folios import SAMPLES
from bookbuild.pdf.job import Part, PrintJob
from bookbuild.pdf.spanning_rules import list_spanning_rules
from bookbuild.work import fingerprints
from bookbuild.work.cache import compute_key

_LONG = 50_000
"""Characters of all languages, some fifteen pages, from which on a single chapter is worth being made of sections."""
_SHEETS = ("print.css", "design.css", "book.css")


@dataclass(frozen=True, slots=True)
class ChapterPlan:
    """A part of an edition before it is laid out."""

    name: str
    """For messages: the title, or the chapter's name."""
    job: PrintJob
    key: str
    shared: str
    """The key of what all parts of the edition depend on."""
    front: bool
    """Whether it is the title with the table of contents alone, which bears the numbers of all other pages."""
    head: Chapter | None
    """The chapter that running heads name; none in the part of the title."""
    context: str = ""
    """The key of all that a chapter's pages depend on besides its text."""

    @property
    def part(self) -> Part:
        """What the part is of the edition."""
        if self.job.part is None:
            raise ValueError("a part has to say what it is part of")
        return self.job.part

    @property
    def near(self) -> ChapterContext:
        """What is to be known of the rest of the book."""
        return self.part.near


@dataclass(frozen=True, slots=True)
class EditionPlan:
    """The parts of an edition, in order."""

    parts: tuple[ChapterPlan, ...]
    entries: frozenset[str]
    """The units that the table of contents leads to."""


def plan_chapters(job: PrintJob) -> EditionPlan | None:
    """Part an edition into chapters; none where it has to be laid out in one piece.

    That is so where chapters run on, in a short book of one chapter or one with a table of contents before it, on
    facing pages, where columns are measured over the whole text, where marks show how to cut pages of mirrored margins,
    with layouts of one's own, and where stylesheets of one's own have other rules than ours that hold over several
    chapters.
    """
    if len(job.book.chapters) == 1:
        length = sum(len(block.text) for unit in job.book.units() for block in unit.blocks)
        if job.edition.arrangement is Arrangement.FACING or length < _LONG:
            return None
    elif not passes.chapters_begin_pages(job, len(job.book.chapters)):
        return None
    options = job.options
    page = page_css.plan_page(job.edition, options, len(job.book.languages), own_paper=job.own_paper)
    if options.columns == "measured" or (page.mirrored and (page.bleed or page.marks)) or job.has_own_layout:
        return None
    for name, sheet in _find_own_sheets(job).items():
        if list_spanning_rules(sheet.css) != list_spanning_rules(read_shipped_sheet(name).css):
            return None
    plan = _plan_parts(job)
    return None if len(job.book.chapters) == 1 and plan.parts[0].front else plan


def has_own_look(job: PrintJob) -> bool:
    """Return whether layouts or stylesheets of the project or the book change an edition."""
    return job.has_own_layout or bool(_find_own_sheets(job))


def _find_own_sheets(job: PrintJob) -> dict[str, Sheet]:
    """Return the stylesheets that replace or extend ours, by their names."""
    return job.theme.read_overrides((*_SHEETS, job.edition.style) if job.edition.style else _SHEETS)


def _plan_parts(job: PrintJob) -> EditionPlan:
    book = job.book
    headings = _select_headings(book)
    outline = rows.build_document(headings, job.edition, {})
    contents = passes.has_contents(job, outline)
    settings = print_css.find_settings(book, job.typefaces.stacks, job.edition, job.options, own_paper=job.own_paper)
    shared = _key_shared(job, settings)
    parts: list[ChapterPlan] = []
    last = len(book.chapters) - 1
    if contents:
        near = replace(find_book_context(book), alt=())
        part = Part(frozenset({"front"}), near, settings, contents=True)
        front = replace(job, book=headings, images={}, part=part)
        key = compute_key(shared, "front", list(headings.units()), book.metadata)
        parts.append(ChapterPlan("title", front, key, shared, front=True, head=None))
    for n, (chapter, near) in enumerate(zip(book.chapters, find_chapter_contexts(book), strict=True)):
        names = {"text", *(() if n or contents else ("front",)), *(("back",) if n == last else ())}
        title = book.metadata.title_in_text and n == 0 and "front" in names
        units = chapter.units[1:] if book.metadata.title_in_text and n == 0 and not title else chapter.units
        part = Part(frozenset(names), near, settings, contents=False)
        metadata = replace(book.metadata, title_in_text=title)
        shown = replace(chapter, units=units)
        images = {source: job.images[source] for source in list_pictures(shown)}
        chapter_job = replace(job, book=replace(book, metadata=metadata, chapters=(shown,)), images=images, part=part)
        pictures = [(source, hashlib.sha256(picture.data).hexdigest()) for source, picture in images.items()]
        furnished = metadata if names != {"text"} else None  # a chapter's pages alone say nothing of the book
        context = compute_key(shared, sorted(names), chapter.id, near, pictures, furnished)
        key = compute_key(context, chapter.digest, len(units))
        name, head = chapter.name or chapter.id, None if title else shown
        parts.append(ChapterPlan(name, chapter_job, key, shared, front=False, head=head, context=context))
    return EditionPlan(
        tuple(parts),
        frozenset(row.id for row in outline.list_entries(job.options.contents_depth)) if contents else frozenset(),
    )


def _select_headings(book: Book) -> Book:
    """Return a book with its headings alone."""
    chapters = [replace(c, units=tuple(u for u in c.units if u.kind is Kind.HEADING)) for c in book.chapters]
    return replace(book, chapters=tuple(c for c in chapters if c.units or book.metadata.title_in_text))


def _key_shared(job: PrintJob, settings: Mapping[str, object]) -> str:
    """Return the key of what all parts of an edition depend on."""
    faces = [(f.family, f.weight, f.style, hashlib.sha256(read_face(f)).hexdigest()) for f in job.typefaces.faces]
    book = job.book
    return compute_key(
        fingerprints.hash_program(),
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
        sorted(_find_own_sheets(job).items()),
    )


def add_page_numbers(front: ChapterPlan, pages: Mapping[str, int]) -> ChapterPlan:
    """Return the part of the title with the numbers of pages that its table of contents shows."""
    listed = tuple(pages.items())
    job = replace(front.job, part=replace(front.part, pages=listed))
    return replace(front, job=job, key=compute_key(front.key, listed))


def plan_furniture(
    planned: ChapterPlan, first: int, ranges: Sequence[tuple[int, ...]], total: int, metadata: object
) -> ChapterPlan:
    """Return the part that has samples of the running heads and page numbers of another.

    That part has pages with these `ranges` of numbers, of `total` pages, and begins with the page `first`.
    """
    job, head, book = planned.job, planned.head, planned.job.book
    chapters = (replace(head, units=head.units[:1] if head.heading else ()),) if head else ()
    page = page_css.plan_page(job.edition, job.options, len(book.languages), own_paper=job.own_paper)
    if first > 1:
        first = 2 if first % 2 == 0 or not page.mirrored else 3
    if not job.options.number_range:
        ranges = ((),) * min(len(ranges), SAMPLES if page.mirrored else SAMPLES - 1)
    furniture_part = replace(
        planned.part, parts=frozenset({"furniture"}), first=first, ranges=tuple(ranges), total=total, pages=()
    )
    shown = replace(book, metadata=replace(book.metadata, title_in_text=False), chapters=chapters)
    titles = [[b.text for b in unit.blocks] for chapter in chapters for unit in chapter.units]
    key = compute_key(planned.job.edition.name, planned.shared, "furniture", first, ranges, total, titles, metadata)
    return replace(planned, job=replace(planned.job, book=shown, images={}, part=furniture_part), key=key)


def number_first_pages(counts: Sequence[int]) -> list[int]:
    """Return the number of the first page of each part."""
    return list(accumulate(counts, initial=1))[:-1]


def shift_pages(job: PrintJob, first: int, count: int) -> tuple[float, ...]:
    """Return how far each page's text moves to the right, in pt, where margins are mirrored.

    All pages are laid out as if they lay where the first page of the book does.
    """
    page = page_css.plan_page(job.edition, job.options, len(job.book.languages), own_paper=job.own_paper)
    if not page.mirrored:
        return ()
    more = (page.margins.outer - page.margins.inner) * 72 / 25.4
    # the first page is a right one in books from left to right, with the narrow margin on its left
    shift = more if job.book.direction == "ltr" else -more
    return tuple(0.0 if n % 2 else shift for n in range(first, first + count))
