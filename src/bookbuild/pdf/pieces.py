"""Pieces of a printed edition: a job in, laid out and drawn pages out with all that is to be known of them.

A piece is what a worker gives back: plain data, without the renderer's boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import accumulate

from bookbuild.checks import coverage
from bookbuild.checks.coverage import Ledger, ShownText
from bookbuild.document.editions import Arrangement
from bookbuild.languages.bidi import CONTROLS, JOINER, WORD_JOINER
from bookbuild.model.book import find_owners
from bookbuild.model.findings import Finding, Place
from bookbuild.model.pages import PageStart
from bookbuild.pdf import boxes, facing, page_starts, passes, statistics
from bookbuild.pdf import lines as linework
from bookbuild.pdf.copyfit import Fit, list_fits
from bookbuild.pdf.engine import render
from bookbuild.pdf.job import LayoutState, PrintJob
from bookbuild.pdf.joining import fragment
from bookbuild.pdf.joining.fragment import Fragment
from bookbuild.pdf.passes import LaidOutPages
from bookbuild.pdf.sections import Section, is_divisible, list_sections
from bookbuild.pdf.statistics import PageStatistics

OVERFULL = 0.75
"""pt that a line may stand out: less than the eye sees, and more than rounding."""
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese, Khmer: the engine knows the words of Thai at best."""
_UNSEEN = {ord(c): None for c in f"{CONTROLS}{JOINER}{WORD_JOINER}"} | {0xA0: " "}


@dataclass(frozen=True, slots=True)
class OverfullLine:
    """A line that is wider than its column."""

    place: Place
    page: int
    points: float
    text: str


@dataclass(frozen=True, slots=True)
class DrawnPages:
    """Pages of an edition, drawn."""

    pages: int
    ledger: Ledger
    findings: tuple[Finding, ...]
    """Of the ledger."""
    complaints: tuple[Finding, ...]
    """Of the renderer."""
    families: tuple[str, ...]
    starts: tuple[PageStart, ...]
    headings: Mapping[str, int]
    """PageStart of each heading."""
    overfull: tuple[OverfullLine, ...]
    torn: tuple[Place, ...]
    ranges: tuple[tuple[int, ...], ...]
    """Of each page: the numbers of its first and last paragraph; none on a page without numbers."""
    stats: PageStatistics
    data: bytes = b""
    """A whole PDF, or nothing where this is a part of one."""
    fragment: Fragment | None = field(default=None)
    """A part of a PDF."""
    fit: Fit = field(default_factory=Fit)


def draw_edition(job: PrintJob, name: str, identifier: str) -> DrawnPages:
    """Make an edition in one piece; `name` is that of the output.

    Raises SourceError with broken layouts and stylesheets.
    """
    if job.edition.arrangement is Arrangement.FACING:
        pages = facing.lay_out(job)
    else:
        job, pages = _fit_sheets(job, passes.lay_out(job))
    data, complaints = render.write_pdf(
        pages.rendering, has_hyphens=_has_own_hyphens(pages), archive=job.options.archive, identifier=identifier
    )
    return replace(_describe_pages(job, pages, name, complaints), data=data, fit=job.fit)


def _fit_sheets(job: PrintJob, pages: LaidOutPages) -> tuple[PrintJob, LaidOutPages]:
    """Lay an edition out tighter where that saves a page that is hardly filled, or one over full sheets of paper."""
    count = pages.rendering.pages
    last = [line for line in pages.lines if line.page == count]
    filled = boxes.measure_fill(pages.rendering, pages.lines)
    fits = list_fits(count, filled, len(last) / max(1, len(pages.lines)))
    for fit in fits if job.options.fit == "sheet" and not job.edition.least else ():
        tighter = passes.lay_out(replace(job, fit=fit))
        if tighter.rendering.pages < count and len(tighter.torn) <= len(pages.torn):
            return replace(job, fit=fit), tighter
    return job, pages


@dataclass(frozen=True, slots=True)
class DrawnSections:
    """Pages of a chapter, in sections."""

    pages: int
    sections: tuple[tuple[Section, DrawnPages], ...]


def draw_chapter(
    job: PrintJob, name: str, identifier: str, elsewhere: frozenset[str], *, goes_on: bool = False
) -> DrawnSections:
    """Make a part of an edition: the title, a chapter, or a stretch of one that `goes_on` after it.

    `elsewhere` are the names in other parts that its links may lead to.

    Raises SourceError with broken layouts and stylesheets.
    """
    pages = passes.lay_out(job)
    if "text" not in job.parts:
        whole = Section(0, pages.rendering.pages, 0, 0, 0)
        return DrawnSections(whole.pages, ((whole, _draw_part(job, pages, name, identifier, elsewhere, "")),))
    (chapter,) = job.book.chapters
    owners = find_owners(chapter, job.book.languages)
    shown = boxes.list_units(pages.rendering, pages.lines, owners)
    drawn = []
    for section in list_sections(chapter.units, shown if is_divisible(job) else shown[:1], goes_on=goes_on):
        units = chapter.units[section.start : section.start + section.units]
        last = section.start + section.units == len(chapter.units)
        taken = _take_pages(pages, section, frozenset(unit.id for unit in units), owners, goes_on=goes_on or not last)
        prefix = f"{chapter.id} {units[0].id} " if units else f"{chapter.id} "
        first = identifier if section.start == 0 else ""
        drawn.append((section, _draw_part(job, taken, name, first, elsewhere, prefix)))
    return DrawnSections(sum(section.pages for section, _ in drawn), tuple(drawn))


def _take_pages(
    pages: LaidOutPages, section: Section, units: frozenset[str], owners: Mapping[str, str], *, goes_on: bool
) -> LaidOutPages:
    """Return the pages of a section, as if they alone had been laid out; `owners` are the units of blocks and notes."""
    document, last = pages.document, section.first + section.pages
    laid_out = pages.rendering.document
    copied = laid_out.copy(laid_out.pages[section.first : last])
    copied.metadata = copy(laid_out.metadata)  # what is added for one section is not to be in the next
    rendering = replace(pages.rendering, document=copied)
    chapters = tuple(replace(c, units=tuple(u for u in c.units if u.id in units)) for c in document.book.chapters)
    return LaidOutPages(
        replace(
            document,
            book=replace(document.book, chapters=chapters),
            sections=tuple(replace(s, rows=tuple(r for r in s.rows if r.id in units)) for s in document.sections),
            expected=tuple(text for text in document.expected if owners[text.id] in units),
        ),
        rendering,
        tuple(replace(line, page=line.page - section.first) for line in pages.lines if owners[line.id] in units),
        boxes.find_outside_text(rendering, frozenset(owners)),
        pages.torn & units,
        goes_on,
    )


def _draw_part(
    job: PrintJob, pages: LaidOutPages, name: str, identifier: str, elsewhere: frozenset[str], prefix: str
) -> DrawnPages:
    cut, complaints = fragment.draw_fragment(
        pages.rendering,
        has_hyphens=_has_own_hyphens(pages),
        archive=job.options.archive,
        identifier=identifier,
        prefix=prefix,
        elsewhere=elsewhere,
    )
    return replace(_describe_pages(job, pages, name, complaints), fragment=cut)


def draw_furniture(job: PrintJob) -> tuple[Fragment, tuple[Finding, ...]]:
    """Make the running heads and page numbers of a part, and give what the renderer complained of."""
    document = passes.make_document(job, LayoutState())
    rendering = passes.render_parts(job, document, LayoutState(), parts=job.parts)
    cut, complaints = fragment.draw_fragment(rendering, has_hyphens=True, archive="none", furniture=True)
    return cut, (*rendering.complaints, *complaints)


def _has_own_hyphens(pages: LaidOutPages) -> bool:
    return any("\u2010" in block.text for block in pages.document.expected)


def _describe_pages(job: PrintJob, pages: LaidOutPages, name: str, complaints: Sequence[Finding]) -> DrawnPages:
    document, lines = pages.document, pages.lines
    shown = [ShownText(line.id, line.text, line.hyphen) for line in lines]
    ledger, findings = coverage.check_coverage(document.expected, shown, name, pages.outside, document.furniture)
    torn = tuple(unit.blocks[0].place for unit in document.book.units() if unit.id in pages.torn)
    return DrawnPages(
        pages.rendering.pages,
        ledger,
        findings,
        (*pages.rendering.complaints, *complaints),
        tuple(sorted({font.family for font in pages.rendering.document.fonts.values()})),
        page_starts.find_page_starts(document, lines, pages.rendering.pages),
        linework.find_heading_pages(document, lines),
        tuple(_find_overfull(pages)),
        torn,
        tuple(_find_ranges(pages)),
        statistics.collect_statistics(pages, job.edition),
    )


def _find_ranges(pages: LaidOutPages) -> Iterator[tuple[int, ...]]:
    numbers = {unit.id: unit.number for unit in pages.document.book.units() if unit.number is not None}
    found: dict[int, set[int]] = {}
    for line in pages.lines:
        unit = line.id.split("-", 1)[0]
        if not line.at_foot and unit in numbers:
            found.setdefault(line.page, set()).add(numbers[unit])
    for page in range(1, pages.rendering.pages + 1):
        here = found.get(page)
        yield (min(here), max(here)) if here else ()


def _find_overfull(pages: LaidOutPages) -> Iterator[OverfullLine]:
    places = {block.id: block.place for block in pages.document.expected}
    seen = set()
    for line in pages.lines:
        if line.overfull > OVERFULL and line.id not in seen:
            seen.add(line.id)
            yield OverfullLine(places[line.id], line.page, line.overfull, line.text.translate(_UNSEEN).strip()[:40])


def merge_pages(pieces: Sequence[DrawnPages]) -> DrawnPages:
    """Put together what is known of pieces that follow each other; their PDFs are put together elsewhere."""
    *firsts, total = accumulate((piece.pages for piece in pieces), initial=0)
    placed = list(zip(pieces, firsts, strict=True))
    ledger = Ledger()
    for piece in pieces:
        ledger.add(piece.ledger)
    return DrawnPages(
        total,
        ledger,
        tuple(finding for piece in pieces for finding in piece.findings),
        tuple(dict.fromkeys(finding for piece in pieces for finding in piece.complaints)),
        tuple(sorted({family for piece in pieces for family in piece.families})),
        tuple(PageStart(page.number + first, page.starts) for piece, first in placed for page in piece.starts),
        {key: page + first for piece, first in placed for key, page in piece.headings.items()},
        tuple(replace(line, page=line.page + first) for piece, first in placed for line in piece.overfull),
        tuple(place for piece in pieces for place in piece.torn),
        tuple(numbers for piece in pieces for numbers in piece.ranges),
        statistics.merge_statistics([(piece.stats, first) for piece, first in placed]),
    )


def report_pages(piece: DrawnPages, name: str, known: frozenset[str]) -> Iterator[Finding]:
    """Report rows that stay torn, lines that are too wide, and fonts that are not among the `known` families."""
    for place in piece.torn:
        message = f"{name}: one side of this row ends a page without its partner"
        advice = "split the paragraph in all languages; it is longer than what a page holds"
        yield Finding("O005", place, message, advice)
    for line in piece.overfull:
        message = f"{name}, page {line.page}: a line is {line.points:.1f} pt wider than its column (“{line.text}”)"
        advice = "shorten it, or undo the rule or no-break spaces that keep it on one line"
        if _WITHOUT_SPACES.search(line.text):
            advice = "put zero-width spaces (U+200B) between the words, where a line may end"
        yield Finding("O004", line.place, message, advice)
    yield from _report_lines(piece, name)
    for family in piece.families:
        if family not in known:
            message = f"{name}: the renderer took the font {family!r}, which was not chosen"
            yield Finding("F002", Place(""), message, "take font-family rules for it out of your stylesheets")


def _report_lines(piece: DrawnPages, name: str) -> Iterator[Finding]:
    """Report languages whose lines are badly filled."""
    for tag, lines in sorted(piece.stats.lines.items()):
        short = lines.short / max(1, lines.lines)
        if lines.lines >= statistics.ENOUGH and short > statistics.TOO_MANY_SHORT:
            message = f"{name}: {short:.0%} of the lines of {tag} leave more than a fifth of their column empty"
            advice = "give it a wider column (columns in [print]) or smaller type; its words are long, and not divided"
            if lines.hyphens:
                advice = "give it a wider column (columns in [print]) or smaller type"
            yield Finding("O009", Place(""), message, advice)
