"""Facing pages: the original on one page, the translation opposite, every unit on both.

Two flows are laid out apart, each on pages of one hand, and dealt together like cards. Units begin on the same spread
in both, because page breaks are forced where the longer side needs one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from bookbuild.document.document import Document, Row
from bookbuild.document.editions import select_languages
from bookbuild.model.book import find_owners
from bookbuild.pdf import boxes
from bookbuild.pdf import lines as linework
from bookbuild.pdf.engine.render import Rendering, interleave
from bookbuild.pdf.job import WHOLE, LayoutState, PrintJob, Side
from bookbuild.pdf.lines import Line
from bookbuild.pdf.page_breaks import watch_pages
from bookbuild.pdf.passes import LaidOutPages, make_document, render_parts

SPARE = 18.0
"""pt of a page that a plan leaves free: heights are estimated, and a line too many costs another layout."""
MOST_PLANS = 40
"""Plans until both sides are in step: each learns where the one before was wrong."""


@dataclass(frozen=True)
class _SpreadPlan:
    """Where both sides are held together."""

    forced: frozenset[str] = frozenset()
    """Units with which a spread begins."""
    blanks: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {})
    """Of each side: empty pages before a unit, or at the end."""
    whole: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Words that are not to be divided, by block and offset."""
    pads: tuple[Mapping[str, float], Mapping[str, float]] = ({}, {})
    """Of each side: white before a unit in pt, so that it begins as high as its partner."""

    def with_blanks(self, before: str, pages: Sequence[int]) -> _SpreadPlan:
        """Return the plan with more empty pages before a unit on the side that has fewer `pages` until there."""
        if pages[0] == pages[1]:
            return self
        blanks = [dict(one) for one in self.blanks]
        short = blanks[0 if pages[0] < pages[1] else 1]
        short[before] = short.get(before, 0) + max(pages) - min(pages)
        return replace(self, blanks=(blanks[0], blanks[1]))


@dataclass(frozen=True)
class _Flow:
    """One side, laid out."""

    document: Document
    rendering: Rendering
    lines: tuple[Line, ...]

    @property
    def by_unit(self) -> Iterator[tuple[str, Line]]:
        """The lines with the units that they belong to; those of notes in the text with the unit before them."""
        notes = {block.id for block in self.document.expected if block.note}
        owners: dict[str, str] = {}
        if any(line.at_foot for line in self.lines):
            for chapter in self.document.book.chapters:
                owners |= find_owners(chapter, self.document.languages)
        unit = ""
        for line in self.lines:
            if line.at_foot:
                yield owners[line.id], line
                continue
            if line.id not in notes:
                unit = line.id.split("-")[0]
            if unit:
                yield unit, line

    @property
    def starts(self) -> dict[str, int]:
        """The page on which each unit begins, counted from 1 on this side."""
        return {unit: page for unit, (page, _) in self.tops.items()}

    @property
    def tops(self) -> dict[str, tuple[int, float]]:
        """The page and the height on it at which each unit begins: of its first base line, as near as lines tell."""
        tops: dict[str, tuple[int, float]] = {}
        for unit, line in self.by_unit:
            tops.setdefault(unit, (line.page, (line.top + line.bottom) / 2))
        return tops


def lay_out(job: PrintJob) -> LaidOutPages:
    """Lay an edition out on facing pages."""
    state = LayoutState()
    front = _render_front(job, state)
    flows = _lay_out_flows(job, _SpreadPlan(), front.pages, 0)
    plan, flows = _bring_in_step(job, flows, front.pages)
    divided = [linework.find_divided_words(flow.document, flow.lines) for flow in flows]
    whole = divided[0] | divided[1]
    spreads = [flow.rendering.pages for flow in flows]
    better = replace(plan, whole=whole).with_blanks("end", spreads)
    if better != plan:
        plan, flows = better, _lay_out_flows(job, better, front.pages, 0)
    back = 1 if job.options.colophon else 0
    total = front.pages + 2 * max(spreads) + back
    flows = _lay_out_level(job, plan, flows, front.pages, total)
    document = make_document(job, replace(state, whole=whole))
    numbers = {unit: front.pages + 2 * page - 1 for unit, page in flows[0].starts.items()}
    front = _render_front(job, replace(state, pages=numbers), total)
    closing = _render_back(job, document, total) if back else None
    rendering = interleave(front, [flow.rendering for flow in flows], closing)
    identifiers = frozenset(block.id for block in document.expected)
    lines = boxes.find_lines(rendering, identifiers)
    first, second = (flow.starts for flow in flows)
    astray = frozenset(unit for unit, page in first.items() if second.get(unit, page) != page)
    return LaidOutPages(document, rendering, lines, boxes.find_outside_text(rendering, identifiers), astray)


def _lay_out_level(
    job: PrintJob, plan: _SpreadPlan, flows: tuple[_Flow, _Flow], front: int, total: int
) -> tuple[_Flow, _Flow]:
    """Lay both sides out with units at the same heights, on all spreads where that moves none to another page.

    `flows` are those of the plan, without the number of all pages.
    """
    pads = _level_units(flows)
    while any(pads):
        level = _lay_out_flows(job, replace(plan, pads=pads), front, total)
        moved = {
            page
            for flow, padded in zip(flows, level, strict=True)
            for unit, page in flow.starts.items()
            if padded.starts.get(unit) != page
        }
        if not moved and all(a.rendering.pages == b.rendering.pages for a, b in zip(flows, level, strict=True)):
            return level
        # what moved was pushed off the page on which it stood, or from the one before
        near = moved | {page - 1 for page in moved} or {max(flow.rendering.pages for flow in flows)}
        kept = [
            {unit: white for unit, white in side.items() if flow.starts[unit] not in near}
            for flow, side in zip(flows, pads, strict=True)
        ]
        if kept == list(pads):
            break
        pads = kept[0], kept[1]
    return _lay_out_flows(job, plan, front, total)


def _bring_in_step(job: PrintJob, flows: tuple[_Flow, _Flow], front: int) -> tuple[_SpreadPlan, tuple[_Flow, _Flow]]:
    """Find page breaks and empty pages with which every unit begins on the same spread on both sides.

    Returns them and both sides with them.
    """
    heights = [_measure_heights(flow) for flow in flows]
    room = min(boxes.measure_room(flow.rendering) for flow in flows) - SPARE
    rows = [row for section in flows[0].document.sections for row in section.rows]
    must: frozenset[str] = frozenset()
    plan = _SpreadPlan(_plan_breaks(rows, heights, room, must))
    for _ in range(MOST_PLANS):
        flows = _lay_out_flows(job, plan, front, 0)
        starts = [flow.starts for flow in flows]
        astray = next((u for u, page in starts[0].items() if starts[1].get(u, page) != page), None)
        if astray is None:
            return plan, flows
        if astray in plan.forced:  # what is before it takes more pages on one side
            plan = plan.with_blanks(astray, [start[astray] for start in starts])
        else:
            must |= {astray}
            plan = replace(plan, forced=_plan_breaks(rows, heights, room, must))
    return plan, _lay_out_flows(job, plan, front, 0)


def _find_hands(job: PrintJob) -> tuple[str, str]:
    """Return where even and odd pages lie in an open book: a right-to-left one begins on the left."""
    return ("right", "left") if job.book.direction == "rtl" else ("left", "right")


def _render_front(job: PrintJob, state: LayoutState, total: int = 0) -> Rendering:
    """Render title and contents; as many pages as let the text begin on an even one."""
    document = make_document(job, state)
    side = Side(_find_hands(job)[1], 1, total)
    rendering = render_parts(job, document, state, parts=frozenset({"front"}), side=side)
    if rendering.pages % 2 == 0:
        rendering = render_parts(job, document, state, parts=frozenset({"front", "blank"}), side=side)
    return rendering


def _render_back(job: PrintJob, document: Document, total: int) -> Rendering:
    side = Side(_find_hands(job)[0], total, total)
    return render_parts(job, document, LayoutState(), parts=WHOLE - {"front", "text"}, side=side)


def _lay_out_flows(job: PrintJob, plan: _SpreadPlan, front: int, total: int) -> tuple[_Flow, _Flow]:
    """Lay out both sides: the original, and all other languages."""
    tags = [language.tag for language in job.book.languages]
    flows = []
    for number, (mine, hand) in enumerate(zip((tags[:1], tags[1:]), _find_hands(job), strict=True)):
        state = LayoutState(forced=plan.forced, whole=plan.whole, blanks=plan.blanks[number], pads=plan.pads[number])
        own = replace(job, book=select_languages(job.book, mine))
        document = make_document(own, state)
        side = Side(hand, front + 1 + number, total, "" if number == 0 else "opposite-")
        watch = watch_pages(own, document, side.prefix) if own.options.notes == "page" else None
        rendering = render_parts(own, document, state, parts=frozenset({"text"}), side=side, look=watch)
        identifiers = frozenset(block.id for block in document.expected)
        flows.append(_Flow(document, rendering, boxes.find_lines(rendering, identifiers)))
    return flows[0], flows[1]


def _plan_breaks(
    rows: Sequence[Row], heights: Sequence[Mapping[str, float]], room: float, must: frozenset[str]
) -> frozenset[str]:
    """Say with which units spreads begin, from the heights that units take on each side; with those in `must` too."""
    forced: set[str] = set()
    filled = [0.0 for _ in heights]
    heads: list[str] = []
    for number, row in enumerate(rows):
        needed = [height.get(row.id, 0.0) for height in heights]
        over = any(at + more > room for at, more in zip(filled, needed, strict=True))
        if number and (over or row.id in must):
            # headings right before it must not be left behind
            forced.add(heads[0] if heads else row.id)
            filled = [sum(height.get(head, 0.0) for head in heads) for height in heights]
        filled = [at + more for at, more in zip(filled, needed, strict=True)]
        if max(filled) > room:  # longer than a page: what follows begins a spread
            filled = [room + 1.0 for _ in heights]
        heads = [*heads, row.id] if row.kind == "heading" else []
    return frozenset(forced)


def _level_units(flows: Sequence[_Flow]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the white that lets the units of a spread begin at the same height on both pages, where there is room."""
    tops = [flow.tops for flow in flows]
    room = [boxes.measure_white(flow.rendering, flow.lines) for flow in flows]
    pads: tuple[dict[str, float], dict[str, float]] = ({}, {})
    shifts: list[dict[int, float]] = [{}, {}]
    for unit, (page, top) in tops[0].items():
        if tops[1].get(unit, (0, 0.0))[0] != page:
            continue
        places = [top, tops[1][unit][1]]
        moved = [place + shift.get(page, 0.0) for place, shift in zip(places, shifts, strict=True)]
        for side in range(2):
            more = max(moved) - moved[side]
            if more > 0.5 and shifts[side].get(page, 0.0) + more < room[side].get(page, 0.0):
                pads[side][unit] = round(more, 2)
                shifts[side][page] = shifts[side].get(page, 0.0) + more
    return pads


def _measure_heights(flow: _Flow) -> Mapping[str, float]:
    """Return the height of each unit with the space after it, in pt."""
    parts: dict[str, list[Line]] = {}
    for unit, line in flow.by_unit:
        parts.setdefault(unit, []).append(line)
    gaps = [
        after[0].top - before[-1].bottom
        for before, after in pairwise(parts.values())
        if before[-1].page == after[0].page and after[0].top > before[-1].bottom
    ]
    usual = median(gaps) if gaps else 8.0
    heights: dict[str, float] = {}
    for (unit, lines), following in zip(parts.items(), [*list(parts.values())[1:], []], strict=False):
        pages: dict[tuple[int, bool], list[Line]] = {}
        for line in lines:
            pages.setdefault((line.page, line.at_foot), []).append(line)
        height = sum(max(one.bottom for one in on) - min(one.top for one in on) for on in pages.values())
        last = max((line for line in lines if not line.at_foot), key=lambda line: (line.page, line.bottom))
        after = following[0].top - last.bottom if following and following[0].page == last.page else usual
        heights[unit] = height + max(after, 0.0)
    return heights
