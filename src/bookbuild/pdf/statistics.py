"""How pages are filled: what is measured of a finished layout, for the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median
from typing import Any

from bookbuild.document.editions import Arrangement, Edition
from bookbuild.model.book import Kind, block_id
from bookbuild.pdf.boxes import measure_white
from bookbuild.pdf.copyfit import Fit
from bookbuild.pdf.lines import Line, Stretch, follow_blocks, has_letters
from bookbuild.pdf.passes import LaidOutPages

FEW = 4
"""Lines of white at a page's foot that nobody minds."""


SHORT, RUNT = 0.2, 0.15
"""Shares of a measure: a line that is shorter by so much is seen, and so is a last line of no more."""
ENOUGH, TOO_MANY_SHORT = 60, 0.15
"""Lines of a language from which on it is said that this share of them is short."""
_SPACE = 0.25
"""em of a space."""


@dataclass(frozen=True, slots=True)
class LineStatistics:
    """How the lines of a language's paragraphs are filled."""

    lines: int = 0
    """Those that are not the last of their paragraph on a page."""
    short: int = 0
    """Lines that leave more than a fifth of their measure empty."""
    ends: int = 0
    """Last lines of paragraphs that have several."""
    runts: int = 0
    """Last lines that take less than a seventh of their measure."""
    hyphens: int = 0
    ladder: int = 0
    """The most hyphens under each other."""
    widest: float = 0.0
    """em of the widest gap between words of a justified line."""
    paragraphs: int = 0
    """Those of several lines."""
    filled: tuple[str, ...] = ()
    """Blocks among these whose lines were filled one after the other, not chosen together."""

    def __add__(self, other: LineStatistics) -> LineStatistics:
        """Return the statistics of both texts."""
        return LineStatistics(
            self.lines + other.lines,
            self.short + other.short,
            self.ends + other.ends,
            self.runts + other.runts,
            self.hyphens + other.hyphens,
            max(self.ladder, other.ladder),
            max(self.widest, other.widest),
            self.paragraphs + other.paragraphs,
            self.filled + other.filled,
        )


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
    lines: Mapping[str, LineStatistics] = field(default_factory=dict)
    """By the language's tag."""


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
        if (page != last or pages.goes_on)
        and max(lines, key=lambda line: (not line.at_foot, line.bottom)).id in headings
    ]
    alone = 0
    for _, _, _, parts in follow_blocks(pages.document, pages.lines):
        counts = Counter(part.line.page for part in parts)
        alone += sum(count == 1 for count in counts.values()) if len(counts) > 1 else 0
    torn = tuple(sorted(pages.torn)) if edition.arrangement is Arrangement.ROWS else None
    return PageStatistics(white, tuple(stranded), alone, torn, _count_lines(pages))


def _count_lines(pages: LaidOutPages) -> dict[str, LineStatistics]:
    counted: dict[str, LineStatistics] = {}
    paragraphs = {
        block_id(unit, language)
        for unit in pages.document.book.units()
        for language, block in zip(pages.document.languages, unit.blocks, strict=True)
        if block.kind is Kind.PARAGRAPH
    }
    for identifier, tag, text, parts in follow_blocks(pages.document, pages.lines):
        if identifier in paragraphs and parts:
            counted[tag] = counted.get(tag, LineStatistics()) + _rate_paragraph(identifier, text, parts)
    return counted


def _rate_paragraph(identifier: str, text: str, parts: Sequence[Stretch]) -> LineStatistics:
    inner = [part.line for part, following in pairwise(parts) if part.line.page == following.line.page]
    last = parts[-1].line
    several = len(parts) > 1 and not has_letters(text[parts[-1].end :])
    ends = [line.hyphen != "" and line.text.endswith(line.hyphen) for line in inner]
    return LineStatistics(
        len(inner),
        sum(-line.overfull > SHORT * line.room for line in inner),
        int(several),
        int(several and last.room + last.overfull < RUNT * last.room),
        sum(ends),
        max((sum(1 for _ in run) for divided, run in groupby(ends) if divided), default=0),
        max((_SPACE + line.widened for line in inner if line.widened), default=0.0),
        int(len(parts) > 1),
        () if len(parts) < 2 or all(part.line.fitted for part in parts) else (identifier,),
    )


def _share(part: int, whole: int) -> float:
    """Return a share in per cent."""
    return round(100 * part / whole, 1) if whole else 0.0


def merge_statistics(parts: Sequence[tuple[PageStatistics, int]]) -> PageStatistics:
    """Put together the statistics of parts that follow each other, each with the number of pages before it."""
    white = {page + before: lines for stats, before in parts for page, lines in stats.white.items()}
    stranded = tuple(page + before for stats, before in parts for page in stats.stranded)
    torn = [stats.torn for stats, _ in parts if stats.torn is not None]
    joined = tuple(row for rows in torn for row in rows) if torn else None
    lines: dict[str, LineStatistics] = {}
    for stats, _ in parts:
        for tag, counted in stats.lines.items():
            lines[tag] = lines.get(tag, LineStatistics()) + counted
    return PageStatistics(white, stranded, sum(stats.alone for stats, _ in parts), joined, lines)


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
    measured["lines"] = {
        tag: {
            "short": _share(lines.short, lines.lines),
            "runts": _share(lines.runts, lines.ends),
            "hyphens": _share(lines.hyphens, lines.lines),
            "ladder": lines.ladder,
            **({"widest_gap": round(lines.widest, 2)} if lines.widest else {}),
            "fitted_paragraphs": lines.paragraphs - len(lines.filled),
            "filled_paragraphs": "all"
            if lines.filled and len(lines.filled) == lines.paragraphs
            else list(lines.filled),
        }
        for tag, lines in sorted(stats.lines.items())
    }
    if fit:
        measured["fitted"] = {"leading": fit.leading, "size": fit.size, "margins_mm": -fit.margins}
    return measured
