"""Lines and pages that WeasyPrint 70 breaks in the wrong place, fixed while pages are laid out.

One LineBreaks object belongs to one rendering; fix_lines() and remake_pages() share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from bookbuild.pdf.engine.first_lines import FirstLine, LineFinder
from bookbuild.pdf.engine.internals import Box, Context, Style, override

_HANGING = " \u00a0\u202f"
"""Spaces that Pango lets hang over a line's end."""

MAX_ATTEMPTS = 12
"""Times that one page is laid out."""


@dataclass(frozen=True, slots=True)
class BreakRequest:
    """How a page should have been broken."""

    keep: frozenset[str] = frozenset()
    """Ids of elements that are not to be divided."""
    push: frozenset[str] = frozenset()
    """Ids of elements that are to begin the next page."""
    words: frozenset[str] = frozenset()
    """Ends of lines, without their hyphens, at which no word is to be divided."""

    def __bool__(self) -> bool:
        """Return whether anything is requested."""
        return bool(self.keep or self.push or self.words)


class PageInspector(Protocol):
    """Says how pages should be broken."""

    def __call__(self, page: Box, number: int) -> BreakRequest:
        """Return how a page, whose number is counted from 1, should have been broken."""

    def is_torn(self, row: str, cells: Sequence[Box]) -> bool:
        """Return whether a row of a table, by its id, should not be divided like this.

        `cells` are what stands on the page of those cells that are begun there.
        """


class LineBreaks:
    """How texts were broken on this page and the last one, and where no word may be divided, in one rendering.

    What does not fit on a page, or stood on a page that is laid out again, is broken in just the same way once more: a
    third of all lines. A line depends on nothing but the arguments; styles are known by their identity, and kept so
    long.
    """

    def __init__(self) -> None:
        self.caching = False
        self.this_page: dict[tuple[Any, ...], tuple[FirstLine, Style]] = {}
        self.last_page: dict[tuple[Any, ...], tuple[FirstLine, Style]] = {}
        self.finder = LineFinder()
        self.struts: dict[int, tuple[tuple[float, float], Style]] = {}
        """Height and base line of an empty line in each style, which WeasyPrint looks up by the style's text."""
        self.undivided: set[str] = set()
        """Ends of lines, without hyphens, at which no word is to be divided."""

    def start_page(self) -> None:
        """Begin another page; from the first one on, lines are remembered.

        Words may be divided again: the same line on another page is not to depend on this one.
        """
        self.caching = True
        self.undivided.clear()
        self.last_page, self.this_page = self.this_page, {}

    def keep_word(self, end: str) -> None:
        """Divide no word where a line ends like this."""
        self.undivided.add(end.replace("\u00ad", ""))

    def is_undivided(self, end: str) -> bool:
        """Return whether no word is to be divided where a line ends like this."""
        return end.replace("\u00ad", "") in self.undivided

    def split(
        self,
        original: Callable[..., FirstLine],
        text: str,
        style: Style,
        context: Context,
        room: float | None,
        justification: float,
        *how: Any,
        **more: Any,
    ) -> FirstLine:
        """Break a text's first line as `original`, WeasyPrint's split_first_line(), does, or did before."""
        if not self.caching:
            return original(text, style, context, room, justification, *how, **more)
        key = (text, id(style), room, justification, *how, *more.items())
        entry = self.this_page.get(key) or self.last_page.get(key)
        if entry is None:
            found = None if more.get("minimum") or len(how) > 1 else self.finder.find(text, style, room, justification)
            entry = found or original(text, style, context, room, justification, *how, **more), style
        self.this_page[key] = entry
        return entry[0]


@contextmanager
def remake_pages(breaks: LineBreaks, inspector: PageInspector | None) -> Iterator[None]:
    """Lay each page out again as long as `inspector` requests a break that was not requested yet.

    To lay the whole text out again for a row that is torn at the foot of one page would take as long as the first
    time; make_all_pages() (layout/page.py) can make a single page again, from where it begins.
    """
    if inspector is None:
        yield
        return
    from weasyprint.layout import block as blocks
    from weasyprint.layout import page as pages

    boxes: dict[str, list[Box]] = {}
    granted: set[tuple[str, str]] = set()
    rows: dict[int, tuple[str, Box]] = {}
    """Row of each cell, with the row's id, by the id() of the cell."""
    begun: list[tuple[Box, object]] = []
    """What stands on this page of the cells of a row, and where each of them goes on."""

    def remake(
        original: Callable[..., tuple[Box, object]], index: int, context: Context, root: Box, html: object
    ) -> tuple[Box, object]:
        if not boxes:
            boxes.update(_map_boxes(root))
            rows.update(_map_cells(boxes))
        breaks.start_page()
        granted.difference_update([wish for wish in granted if wish[0] == "word"])
        broken = dict(context.broken_out_of_flow)
        for _ in range(MAX_ATTEMPTS):
            page, resume = original(index, context, root, html)
            request = inspector(page, index + 1)
            wanted = {("keep", i) for i in request.keep} | {("push", i) for i in request.push}
            wanted |= {("word", i) for i in request.words}
            if wanted <= granted:
                break
            granted.update(wanted)
            for kind, target in wanted:
                if kind == "word":
                    breaks.keep_word(target)
                    continue
                rule, value = ("break_inside", "avoid") if kind == "keep" else ("break_before", "page")
                for box in boxes.get(target, ()):
                    box.style = box.style.copy()
                    box.style[rule] = value
            # as if the page had not been made yet
            context.broken_out_of_flow = dict(broken)
            for running in context.running_elements.values():
                running.pop(index + 1, None)
        return page, resume

    def lay_out_cell(
        original: Callable[..., tuple[Any, ...]],
        context: Context,
        cell: Box,
        bottom_space: float,
        skip_stack: object,
        *how: Any,
        **more: Any,
    ) -> tuple[Any, ...]:
        """Lay out a block; if it ends a row that is torn, keep that together before the page is done and made again."""
        done = original(context, cell, bottom_space, skip_stack, *how, **more)
        identifier, row = rows.get(id(cell), ("", None))
        if row is None:
            return done
        if cell is row.children[0]:
            begun.clear()
        if skip_stack is None:
            begun.append((done[0], done[1]))
        is_whole = all(box is not None and resume is None for box, resume in begun)
        if cell is row.children[-1] and not is_whole and ("keep", identifier) not in granted:
            placed = [box for box, _ in begun if box is not None]
            if len(begun) == len(row.children) and inspector.is_torn(identifier, placed):
                granted.add(("keep", identifier))
                _keep_together(row)
        return done

    with override(pages, "remake_page", remake), override(blocks, "block_container_layout", lay_out_cell):
        yield


def _map_cells(boxes: Mapping[str, Sequence[Box]]) -> dict[int, tuple[str, Box]]:
    """Return the row of each cell, with the row's id, by the id() of the cell."""
    rows = [(identifier, row) for identifier, found in boxes.items() for row in found]
    return {
        id(cell): (identifier, row)
        for identifier, row in rows
        if type(row).__name__ == "TableRowBox"
        for cell in row.children
    }


def _keep_together(box: Box) -> None:
    """Let a box be divided nowhere."""
    box.style = box.style.copy()
    box.style["break_inside"] = "avoid"


def _map_boxes(root: Box) -> dict[str, list[Box]]:
    """Return the boxes of each element that has an id, generated content left out."""
    boxes: dict[str, list[Box]] = {}
    for box in root.descendants():
        if box.element is not None and "::" not in box.element_tag and (identifier := box.element.get("id")):
            boxes.setdefault(identifier, []).append(box)
    return boxes


@contextmanager
def fix_lines(breaks: LineBreaks) -> Iterator[None]:
    """Keep a text on its line if only the space at its end is too much for it, and justified lines flush.

    Where a text that ends with a space is followed by another box, Pango lets the space hang over the line's end and
    breaks nothing. split_first_line() (text/line_break.py) then sees a line that is too wide, takes the whole text
    for a word that cannot be broken, and puts its first word alone on the line.
    """
    from weasyprint.layout import inline

    def split(
        original: Callable[..., FirstLine],
        text: str,
        style: Style,
        context: Context,
        room: float | None,
        *how: Any,
        **more: Any,
    ) -> FirstLine:
        line = breaks.split(original, text, style, context, room, *how, **more)
        _, length, resume, *_ = line
        if breaks.undivided and resume is not None and breaks.is_undivided(text.encode()[:resume].decode()):
            style = style.copy()
            style["hyphens"] = "none"
            line = breaks.split(original, text, style, context, room, *how, **more)
            _, length, resume, *_ = line
        trimmed = text.rstrip(_HANGING)
        is_one_word = resume is not None and not text.encode()[:length].strip().count(b" ")
        if room is None or trimmed == text or not trimmed or not is_one_word:
            return line
        _, _, resume, width, *_ = breaks.split(original, trimmed, style, context, room, *how, **more)
        if resume is None and width <= room:
            return breaks.split(original, text, style, context, None, *how, **more)
        return line

    def measure_strut(original: Callable[..., tuple[float, float]], style: Style) -> tuple[float, float]:
        if id(style) not in breaks.struts:
            breaks.struts[id(style)] = original(style), style
        return breaks.struts[id(style)][0]

    def justify(original: Callable[..., None], context: Context, line: Box, room: float) -> None:
        _align_right(line, line.position_x + line.width)
        original(context, line, room)

    with (
        override(inline, "split_first_line", split),
        override(inline, "justify_line", justify),
        override(inline, "strut", measure_strut),
    ):
        yield


def _align_right(box: Box, edge: float) -> None:
    """Put the boxes of a right-to-left line one beside the other again, from its right edge on.

    remove_last_whitespace() (layout/inline.py) moves all of them, or the last one alone, to the left by the width of
    a space at the line's end that is still part of the text's layout; justification lays the text out again, without
    the space.
    """
    if box.style["direction"] != "rtl":
        return
    for child in filter(lambda child: child.is_in_normal_flow(), box.children):
        edge -= child.margin_width()
        if abs(edge - child.position_x) > 0.01:
            child.translate(dx=edge - child.position_x, ignore_floats=True)
        if type(child).__name__ == "InlineBox":
            _align_right(child, child.content_box_x() + child.width)
