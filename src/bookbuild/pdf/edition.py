"""A printed edition from start to end: options, typefaces, pages, bytes, and what is to be said of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bookbuild.book.config.print import PrintTable
from bookbuild.checks.ink import DrawnCodes, check_ink, check_visibility
from bookbuild.checks.shaping import Typeface
from bookbuild.document import identifiers, rows, typefaces
from bookbuild.document.document import Document
from bookbuild.document.editions import Edition
from bookbuild.document.fonts import read_face
from bookbuild.document.outputs import BuildContext, Output
from bookbuild.languages import kashida
from bookbuild.model.findings import Finding, Place
from bookbuild.pdf import chapters, pieces, statistics
from bookbuild.pdf.chapters import ChapterPlan, EditionPlan
from bookbuild.pdf.job import PrintJob
from bookbuild.pdf.joining import join
from bookbuild.pdf.joining.fonts import subset
from bookbuild.pdf.joining.fragment import Fragment
from bookbuild.pdf.pieces import DrawnPages
from bookbuild.pdf.sections import SectionPlan
from bookbuild.work import fingerprints
from bookbuild.work.cache import compute_key
from bookbuild.work.workers import Task, Workers

MOST_TURNS = 4
"""Times that a table of contents is laid out: its numbers may change its length, and that the numbers."""


def make_pdf(
    context: BuildContext, edition: Edition, *, options: PrintTable | None = None, own_paper: bool | None = None
) -> Output:
    """Make the PDF of an edition; `options` and `own_paper` are given where it is made for sheets.

    Raises SourceError with characters that no typeface has, broken layouts and stylesheets.
    """
    options = options or context.print_options(edition)
    own_paper = context.has_own_paper(edition) if own_paper is None else own_paper
    key = (edition.name, options, own_paper)
    if key not in context.printed:
        context.printed[key] = _lay_out(context, edition, options, own_paper=own_paper)
    return context.printed[key]


def _lay_out(context: BuildContext, edition: Edition, options: PrintTable, *, own_paper: bool) -> Output:
    source = context.source
    shown = context.show(edition)
    outline = rows.outline_document(shown.book, edition)
    chosen = typefaces.choose_typefaces(context.project, outline, source.config, source.toml)
    modified = context.moment.strftime("%Y-%m-%dT%H:%M:%SZ") if context.moment else ""
    theme, images = context.theme, context.images
    job = PrintJob(theme, shown.book, edition, options, own_paper, images, typefaces=chosen, modified=modified)
    if options.notes == "page" and job.has_own_layout:  # such a layout places the notes of its rows itself
        job = replace(job, options=options.model_copy(update={"notes": "unit"}))
    name = edition.file_name(source.slug)
    given = source.config.ebook.identifier or ""
    identifier = identifiers.identify_print(context.book, edition.name, given, default=edition.default)
    plan = chapters.plan_chapters(job)
    counts: dict[str, int] = {}
    if plan is None:
        task = Task(f"{source.slug}, edition {edition.name}", pieces.draw_edition, (job, name, identifier))
        piece = context.workers.run_all([task])[0]
        data = piece.data
    else:
        piece, data, counts = _ChapterJoiner(job, plan, name, identifier, context.workers).join()
    known = frozenset(face.family for face in chosen.faces)
    own_look = chapters.has_own_look(job)
    return Output(
        name=name,
        edition=edition,
        data=data,
        ledger=piece.ledger,
        findings=(
            *piece.complaints,
            *piece.findings,
            *pieces.report_pages(piece, name, known),
            *_check_ink(context, job, outline, data, name),
            *(check_visibility(data, Place(name)) if own_look else ()),
        ),
        families=piece.families,
        pages=piece.pages,
        direction=shown.book.direction,
        make_up=statistics.describe_make_up(piece.stats, piece.pages, piece.fit),
        page_starts=shown.places.pages_by_paragraph(piece.starts),
        chapters=counts,
    )


@dataclass(frozen=True, slots=True)
class _InkFacts:
    """What the last look at an edition's ink found out, which is right in any other edition too."""

    codes: DrawnCodes
    drawable: dict[str, set[tuple[int, str]]]
    """Glyphs with the texts that they may stand for, by the SHA-256 of their typeface."""


def _check_ink(context: BuildContext, job: PrintJob, document: Document, data: bytes, name: str) -> list[Finding]:
    own_look = chapters.has_own_look(job)
    key = compute_key(fingerprints.hash_program(), "ink", context.source.slug, job.edition.name, own_look)
    cache = context.workers.cache
    facts = (cache.get(key) if cache else None) or _InkFacts(DrawnCodes(), {})
    words = typefaces.list_words(document)
    if job.options.align == "kashida":
        words = [(tag, form) for tag, word in words for form in kashida.list_forms(word)] + words
    characters = "".join(job.typefaces.characters.values())
    faces = []
    for face in job.typefaces.faces:
        file = read_face(face)
        drawable = facts.drawable.setdefault(hashlib.sha256(file).hexdigest(), set())
        faces.append(Typeface(file, words, characters, has_own_features=own_look, drawable=drawable))
    facts.codes.used.clear()
    findings = check_ink(data, Place(name), faces, facts.codes)
    if cache and not findings:
        facts.codes.forget_old_streams()
        cache.put(key, facts)
    return findings


class _ChapterJoiner:
    """Makes an edition of its parts."""

    def __init__(self, job: PrintJob, plan: EditionPlan, name: str, identifier: str, workers: Workers) -> None:
        self.job = job
        self.plan = plan
        self.name = name
        self.identifier = identifier
        self.workers = workers
        self.opened: join.Opened = {}

    def _plan_task(self, planned: ChapterPlan, *, first: bool = False, goes_on: bool = False, key: str = "") -> Task:
        cost = sum(len(block.text) for unit in planned.job.book.units() for block in unit.blocks)
        what = f"{self.job.theme.slug}, edition {self.job.edition.name}, {planned.name}"
        identifier = self.identifier if first else ""  # the first part gives the document's information
        draw = partial(pieces.draw_chapter, goes_on=goes_on)
        return Task(what, draw, (planned.job, self.name, identifier, self.plan.entries), key, 1.0 + cost)

    def join(self) -> tuple[DrawnPages, bytes, dict[str, int]]:
        """Lay all parts out; return what is known of them together, the PDF, and how many chapters were laid out."""
        planned = list(self.plan.parts)
        drawn, laid_out = self._draw_parts(planned)
        if planned[0].front:
            for _ in range(MOST_TURNS):
                headings = pieces.merge_pages([piece for part in drawn for piece in part]).headings
                before = drawn[0][0].pages
                drawn[0] = self._draw_front(chapters.add_page_numbers(planned[0], headings))
                if drawn[0][0].pages == before:
                    break
        bound = []
        at = 1
        for part, heads in zip(drawn, self._furniture(planned, drawn), strict=True):
            first = at
            for piece in part:
                if piece.fragment is not None:
                    shifts = chapters.shift_pages(self.job, at, piece.pages)
                    bound.append(join.PlacedFragment(piece.fragment, heads, at, at - first, shifts))
                at += piece.pages
        data = join.join(bound, self._subset, self.opened)
        whole = sum(not one.front for one in planned)
        numbers = {"laid_out": laid_out, "cached": whole - laid_out}
        return pieces.merge_pages([piece for part in drawn for piece in part]), data, numbers

    def _draw_parts(self, planned: Sequence[ChapterPlan], *, cached: bool = True) -> tuple[list[list[DrawnPages]], int]:
        """Return the sections of all parts, and how many chapters had to be laid out."""
        cache = self.workers.cache if cached else None
        plans = {
            n: SectionPlan(one, self.name, "" if n else self.identifier, cache)
            for n, one in enumerate(planned)
            if not one.front
        }
        drawn: dict[str, DrawnPages | None] = {}
        front: list[DrawnPages] = []
        waiting = {n: plan for n, plan in plans.items() if not plan.take_known()}
        laid_out = len(waiting)
        while waiting:
            tasks = []
            for n, plan in waiting.items():
                job, goes_on = plan.take_job()
                tasks.append(
                    self._plan_task(replace(planned[n], job=job), first=not n and not plan.at, goes_on=goes_on)
                )
            others = [self._plan_front(planned[0])] if planned[0].front and not front else []
            results = self.workers.run_each([*tasks, *others])
            self._read_known(plans.values(), drawn)  # while others work
            known = [pages.fragment for pages in drawn.values() if pages and pages.fragment]
            self.opened |= join.open_fragments(f for f in known if id(f.data) not in self.opened)
            for at, result in results:
                if isinstance(result, Exception):
                    raise result
                made = [pages for _, pages in result.sections]
                if at == len(tasks):
                    front = made
                    continue
                plan = list(waiting.values())[at]
                for key, pages in zip(plan.add([section for section, _ in result.sections]), made, strict=True):
                    drawn[key] = pages
                    if cache:
                        cache.put(key, pages)
            waiting = {n: plan for n, plan in waiting.items() if not plan.take_known()}
        self._read_known(plans.values(), drawn)
        if None in drawn.values():  # something in the cache is damaged
            return self._draw_parts(planned, cached=False)
        for plan in plans.values():
            plan.remember()
        parts = [front or self._draw_front(planned[0])] if planned[0].front else []
        parts += [[pages for entry in plan.entries if (pages := drawn[entry.key])] for plan in plans.values()]
        return parts, laid_out

    def _read_known(self, plans: Iterable[SectionPlan], drawn: dict[str, DrawnPages | None]) -> None:
        """Add the sections that the cache has; None for those that are damaged there."""
        for key in [entry.key for plan in plans for entry in plan.entries if entry.key not in drawn]:
            drawn[key] = self.workers.cache.get(key) if self.workers.cache else None

    def _plan_front(self, planned: ChapterPlan) -> Task:
        return self._plan_task(planned, first=True, key=compute_key(planned.key, self.name, self.identifier))

    def _draw_front(self, planned: ChapterPlan) -> list[DrawnPages]:
        """Return the part of the title and the table of contents."""
        return [pages for _, pages in self.workers.run_all([self._plan_front(planned)])[0].sections]

    def _furniture(self, planned: Sequence[ChapterPlan], drawn: Sequence[Sequence[DrawnPages]]) -> list[Fragment]:
        metadata = self.job.book.metadata
        ranges = [[numbers for piece in part for numbers in piece.ranges] for part in drawn]
        counts = [len(part) for part in ranges]
        wanted = [
            chapters.plan_furniture(one, at, part, sum(counts), metadata)
            for one, at, part in zip(planned, chapters.number_first_pages(counts), ranges, strict=True)
        ]
        tasks = [
            Task(f"page numbers of {one.name}", pieces.draw_furniture, (one.job,), one.key, 200.0) for one in wanted
        ]
        return [fragment for fragment, _ in self.workers.run_all(tasks)]

    def _subset(self, sha256: str, count: int, glyphs: Sequence[int], composites: Mapping[int, Any]) -> bytes:
        files = map(read_face, self.job.typefaces.faces)
        data = next(data for data in files if hashlib.sha256(data).hexdigest() == sha256)
        digest = hashlib.sha256(repr((sha256, count, glyphs, sorted(composites.items()))).encode()).hexdigest()
        task = Task("a typeface", subset, (data, count, tuple(glyphs), composites), digest)
        data_of_subset: bytes = self.workers.run_all([task])[0]
        return data_of_subset
