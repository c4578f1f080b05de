"""How pages are filled: what is measured of a finished layout, for the report."""

from __future__ import annotations

from statistics import median
from typing import Any

from bookbuild.editions import Arrangement, Edition
from bookbuild.linework import Line, by_block
from bookbuild.makeup import foot
from bookbuild.paged import Pages

FEW = 4
"""Lines of white at a page's foot that nobody minds."""


def measure(pages: Pages, edition: Edition) -> dict[str, Any]:
    """Give what a typesetter looks for: white at the feet of pages, headings there, lines left alone.

    White is counted in lines of the original; the last page, and pages before a forced break, may be short.
    """
    by_page: dict[int, list[Line]] = {}
    for line in pages.lines:
        by_page.setdefault(line.page, []).append(line)
    leading = median(line.bottom - line.top for line in pages.lines) if pages.lines else 1.0
    last = max(by_page, default=0)
    breaks = {row.id for section in pages.document.sections[1:] for row in section.rows[:1]}
    white: dict[int, float] = {}
    for page, lines in by_page.items():
        following = by_page.get(page + 1, [])
        ends_chapter = following and following[0].id.split("-")[0] in breaks
        if page != last and not ends_chapter:
            white[page] = round((foot(pages.rendering, page) - max(line.bottom for line in lines)) / leading, 1)
    if edition.arrangement is Arrangement.FACING:  # of two pages that face each other the fuller one counts
        for page in [page for page in white if page % 2 == 0]:
            white[page] = min(white[page], white.pop(page + 1, white[page]))
    headings = {block.id for block in pages.document.expected if block.heading}
    stranded = [
        page
        for page, lines in by_page.items()
        if page != last and max(lines, key=lambda line: line.bottom).id in headings
    ]
    alone = 0
    for _, _, _, parts in by_block(pages.document, pages.lines):
        counts: dict[int, int] = {}
        for part in parts:
            counts[part.line.page] = counts.get(part.line.page, 0) + 1
        alone += sum(1 for count in counts.values() if count == 1 and len(counts) > 1)
    measured: dict[str, Any] = {
        "pages": pages.rendering.pages,
        "white_lines_at_foot": {"most": max(white.values(), default=0.0), "median": median(white.values() or [0.0])},
        "pages_with_more_white": sorted(page for page, lines in white.items() if lines > FEW),
        "headings_at_foot": stranded,
        "single_lines": alone,
    }
    if edition.arrangement is Arrangement.ROWS:
        measured["torn_rows"] = sorted(pages.torn)
    return measured
