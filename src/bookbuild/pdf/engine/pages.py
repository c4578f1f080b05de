"""Pages that WeasyPrint 70 ends in the wrong place, made again one by one while a document is laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from bookbuild.pdf.engine.breaking import LineBreaks
from bookbuild.pdf.engine.internals import Box, Context, override

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


@dataclass(frozen=True, slots=True)
class PageEnds:
    """Where pages of a rendering ended, and after which one another rendering may stop."""

    ends: dict[int, object] = field(default_factory=dict)
    """Where the text goes on after each page, counted from 1, as WeasyPrint says it."""
    stop: int = 0
    """The page after which a rendering stops if its text goes on in the same place as `ends` says; 0 for none."""


@contextmanager
def remake_pages(
    breaks: LineBreaks, inspector: PageInspector | None, ends: PageEnds, before: PageEnds | None = None
) -> Iterator[None]:
    """Lay each page out again as long as `inspector` requests a break that was not requested yet.

    Note in `ends` where pages end, and stop where `before` says so.

    To lay the whole text out again for a row that is torn at the foot of one page would take as long as the first
    time; make_all_pages() (layout/page.py) can make a single page again, from where it begins.
    """
    if inspector is None:
        yield
        return
    from weasyprint.layout import block as blocks
    from weasyprint.layout import page as pages

    maker = _PageMaker(breaks, inspector, ends, before)
    with (
        override(pages, "remake_page", maker.remake_page),
        override(blocks, "block_container_layout", maker.lay_out_block),
    ):
        yield


class _PageMaker:
    """Makes the pages of one rendering."""

    def __init__(self, breaks: LineBreaks, inspector: PageInspector, ends: PageEnds, before: PageEnds | None) -> None:
        self.breaks = breaks
        self.inspector = inspector
        self.ends = ends
        self.before = before
        self.boxes: dict[str, list[Box]] = {}
        self.granted: set[tuple[str, str]] = set()
        self.rows: dict[int, tuple[str, Box]] = {}
        """Row of each cell, with the row's id, by the id() of the cell."""
        self.begun: list[tuple[Box, object]] = []
        """What stands on this page of the cells of a row, and where each of them goes on."""

    def remake_page(
        self, original: Callable[..., tuple[Box, object]], index: int, context: Context, root: Box, html: object
    ) -> tuple[Box, object]:
        """Make a page as often as needed."""
        if not self.boxes:
            self.boxes = _map_boxes(root)
            self.rows = _map_cells(self.boxes)
        self.breaks.start_page()
        self.granted.difference_update([wish for wish in self.granted if wish[0] == "word"])
        broken, notes, reported = dict(context.broken_out_of_flow), [*context.footnotes], [*context.reported_footnotes]
        for _ in range(MAX_ATTEMPTS):
            page, resume = original(index, context, root, html)
            request = self.inspector(page, index + 1)
            wanted = {("keep", i) for i in request.keep} | {("push", i) for i in request.push}
            wanted |= {("word", i) for i in request.words}
            if wanted <= self.granted:
                break
            self._grant(wanted)
            # as if the page had not been made yet
            context.broken_out_of_flow = dict(broken)
            context.footnotes, context.reported_footnotes = [*notes], [*reported]
            for running in context.running_elements.values():
                running.pop(index + 1, None)
        self.ends.ends[index + 1] = resume
        if self.before and self.before.stop == index + 1 and self.before.ends[index + 1] == resume:
            # as if the text had ended
            _, *place, state = context.page_maker[index + 1]
            context.page_maker[index + 1] = (None, *place, state | {"content_changed": False})
            return page, None
        return page, resume

    def _grant(self, wanted: set[tuple[str, str]]) -> None:
        self.granted.update(wanted)
        for kind, target in wanted:
            if kind == "word":
                self.breaks.keep_word(target)
                continue
            for box in self.boxes.get(target, ()):
                _set_rule(box, *(("break_inside", "avoid") if kind == "keep" else ("break_before", "page")))

    def lay_out_block(
        self,
        original: Callable[..., tuple[Any, ...]],
        context: Context,
        box: Box,
        bottom_space: float,
        skip_stack: object,
        *how: Any,
        **more: Any,
    ) -> tuple[Any, ...]:
        """Lay out a block; if it ends a row that is torn, keep that together before the page is done and made again."""
        done = original(context, box, bottom_space, skip_stack, *how, **more)
        identifier, row = self.rows.get(id(box), ("", None))
        if row is None:
            return done
        if box is row.children[0]:
            self.begun.clear()
        if skip_stack is None:
            self.begun.append((done[0], done[1]))
        is_whole = all(part is not None and resume is None for part, resume in self.begun)
        if box is row.children[-1] and not is_whole and ("keep", identifier) not in self.granted:
            placed = [part for part, _ in self.begun if part is not None]
            if len(self.begun) == len(row.children) and self.inspector.is_torn(identifier, placed):
                self.granted.add(("keep", identifier))
                _set_rule(row, "break_inside", "avoid")
        return done


def _map_cells(boxes: Mapping[str, Sequence[Box]]) -> dict[int, tuple[str, Box]]:
    """Return the row of each cell, with the row's id, by the id() of the cell."""
    rows = [(identifier, row) for identifier, found in boxes.items() for row in found]
    return {
        id(cell): (identifier, row)
        for identifier, row in rows
        if type(row).__name__ == "TableRowBox"
        for cell in row.children
    }


def _set_rule(box: Box, name: str, value: str) -> None:
    """Set a property of a box alone: others may share its style."""
    box.style = box.style.copy()
    box.style[name] = value


def _map_boxes(root: Box) -> dict[str, list[Box]]:
    """Return the boxes of each element that has an id, generated content left out."""
    boxes: dict[str, list[Box]] = {}
    for box in root.descendants():
        if box.element is not None and "::" not in box.element_tag and (identifier := box.element.get("id")):
            boxes.setdefault(identifier, []).append(box)
    return boxes
