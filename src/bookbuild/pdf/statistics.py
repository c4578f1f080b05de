"""How pages are filled: what is measured of a finished layout, for the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bookbuild.document.editions import Arrangement, Edition
from bookbuild.pdf.boxes import measure_white
from bookbuild.pdf.copyfit import Fit
from bookbuild.pdf.lines import Line, follow_blocks
from bookbuild.pdf.passes import LaidOutPages

FEW = 4
"""Lines of white at a page's foot that nobody minds."""


@dataclass(frozen=True, slots=True)
class PageStatistics:
    """What a typesetter looks for on pages: white at their feet, headings there, lines left alone."""

    white: Mapping[int, float] = field(default_factory=dict)
    """Lines of white at each page's foot, but not where a chapter ends."""
    stranded: tuple[int, ...] = ()
    """Pages that end with a heading."""
    alone: int = 0
    """Lines that a page has of a paragraph, where it is a single one."""
    torn: tuple[str, ...] | None = None
    """Rows of which one side goes on without the other; none where languages do not stand side by side."""


def collect_statistics(pages: LaidOutPages, edition: Edition) -> PageStatistics:
    """Look at pages. White is counted in lines of the original."""
    by_page: dict[int, list[Line]] = {}
    for line in pages.lines:
        by_page.setdefault(line.page, []).append(line)
    leading = median(line.bottom - line.top for line in pages.lines) if pages.lines else 1.0
    last = max(by_page, default=0)
    breaks = {row.id for section in pages.document.sections[1:] for row in section.rows[:1]}
    room = measure_white(pages.rendering, pages.lines)
    white: dict[int, float] = {}
    for page in by_page:
        following = by_page.get(page + 1, [])
        ends_chapter = following and following[0].id.split("-")[0] in breaks
        if (page != last or pages.goes_on) and not ends_chapter:
            white[page] = round(room[page] / leading, 1)
    if edition.arrangement is Arrangement.FACING:  # of two pages that face each other the fuller one counts
        for page in [page for page in white if page % 2 == 0]:
            white[page] = min(white[page], white.pop(page + 1, white[page]))
    headings = {block.id for block in pages.document.expected if block.heading}
    stranded = [
        page
        for page, lines in by_page.items()
        if (page != last or pages.goes_on) and max(lines, key=lambda line: line.bottom).id in headings
    ]
    alone = 0
    for _, _, _, parts in follow_blocks(pages.document, pages.lines):
        counts = Counter(part.line.page for part in parts)
        alone += sum(count == 1 for count in counts.values()) if len(counts) > 1 else 0
    torn = tuple(sorted(pages.torn)) if edition.arrangement is Arrangement.ROWS else None
    return PageStatistics(white, tuple(stranded), alone, torn)


def merge_statistics(parts: Sequence[tuple[PageStatistics, int]]) -> PageStatistics:
    """Put together the statistics of parts that follow each other, each with the number of pages before it."""
    white = {page + before: lines for stats, before in parts for page, lines in stats.white.items()}
    stranded = tuple(page + before for stats, before in parts for page in stats.stranded)
    torn = [stats.torn for stats, _ in parts if stats.torn is not None]
    joined = tuple(row for rows in torn for row in rows) if torn else None
    return PageStatistics(white, stranded, sum(stats.alone for stats, _ in parts), joined)


def describe_make_up(stats: PageStatistics, pages: int, fit: Fit) -> dict[str, Any]:
    """Return the form of the report."""
    white = stats.white
    measured: dict[str, Any] = {
        "pages": pages,
        "white_lines_at_foot": {"most": max(white.values(), default=0.0), "median": median(white.values() or [0.0])},
        "pages_with_more_white": sorted(page for page, lines in white.items() if lines > FEW),
        "headings_at_foot": list(stats.stranded),
        "single_lines": stats.alone,
    }
    if stats.torn is not None:
        measured["torn_rows"] = list(stats.torn)
    if fit:
        measured["fitted"] = {"leading": fit.leading, "size": fit.size, "margins_mm": -fit.margins}
    return measured
