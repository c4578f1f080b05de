"""Pages as they are laid out: which text stands where. Rendering in, shown lines and torn rows out."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from bookbuild.document.document import Document
from bookbuild.model.book import block_id
from bookbuild.pdf.engine.internals import page_box, unwrap
from bookbuild.pdf.engine.render import Rendering
from bookbuild.pdf.lines import Line

POINT = 4 / 3
"""CSS pixels."""


def find_lines(rendering: Rendering, identifiers: frozenset[str]) -> tuple[Line, ...]:
    """Return all lines of the elements with these ids, in reading order.

    Note marks are left out: they are no part of a block's text.
    """
    headed: set[str] = set()
    pages = enumerate(map(page_box, rendering.document.pages), 1)
    return tuple(line for number, page in pages for line in find_page_lines(page, number, identifiers, headed))


def find_page_lines(page: Any, number: int, identifiers: frozenset[str], headed: set[str]) -> Iterator[Line]:
    """Return the lines of one page box; `headed` are the blocks whose table's head was given before."""
    foot = _find_foot(page)
    for identifier, line, width in _find_line_boxes(page, identifiers, "", 0.0, headed):
        boxes = list(_find_text_boxes(line))
        if not boxes:
            continue
        left = min(b.position_x for b in boxes)
        right = max(b.position_x + b.width for b in boxes)
        yield Line(
            identifier,
            number,
            "".join(map(_read_text, boxes)),
            boxes[-1].style["hyphenate_character"],
            (_measure_extent(line, left, right) - width - _measure_unseen(line, boxes[-1])) / POINT,
            line.position_y / POINT,
            (line.position_y + line.height) / POINT,
            _read_text(boxes[-1]),
            width / POINT,
            getattr(boxes[0], "justification_spacing", 0.0) / boxes[0].style["font_size"],
            getattr(line, "fitted", False),
            line.position_y >= foot,
        )


def _find_foot(page: Any) -> float:
    """Return where the notes at the foot of a page begin, in CSS pixels; infinity where there are none."""
    areas = [child for child in page.children if type(child).__name__ == "FootnoteAreaBox" and child.children]
    return min((float(area.position_y) for area in areas), default=math.inf)


def find_parted_notes(page: Any) -> set[str]:
    """Return the ids of notes that a page bears the marks of, but does not have at its foot."""
    elements = [box.element for box in page.descendants() if box.element is not None and "::" not in box.element_tag]
    found = {
        name: {e.get("id") for e in elements if name in e.get("class", "").split()} for name in ("noteref", "note")
    }
    return {mark.replace("-r", "-n", 1) for mark in found["noteref"]} - found["note"]


def _read_text(box: Any) -> str:
    """Return the text of a box: of an equation, the source that it was drawn from."""
    return str(box.element.get("alt") if _is_equation(box) else box.text)


def _measure_extent(line: Any, left: float, right: float) -> float:
    """Return how wide a line is, in CSS pixels.

    In right-to-left lines the engine (70) puts the last box to the left by the width of the space after it, which it
    still draws, unseen; the line's own width leaves it out.
    """
    if line.style["direction"] == "rtl" and 0 < line.width < right - left:
        return float(line.width)
    return right - left


def _measure_unseen(line: Any, last: Any) -> float:
    """Return how much wider than its column a line may be, in CSS pixels: a hanging indent, a space at its end."""
    space = last.style["font_size"] / 4 if _read_text(last).endswith((" ", "\u00a0")) else 0.0
    return float(space - min(0, getattr(line, "text_indent", 0)))


def _find_line_boxes(
    box: Any, wanted: Container[str], current: str, width: float, headed: set[str]
) -> Iterator[tuple[str, Any, float]]:
    """Return id, line box and column width of all lines; the head of a table once, not on each of its pages."""
    box = getattr(box, "_box", box)  # absolutely placed boxes come wrapped
    element = box.element
    if element is not None and element.get("id") in wanted and not box.element_tag.endswith(("::before", "::after")):
        current = element.get("id")
    if current and type(box).__name__ == "TableRowGroupBox" and box.is_header:
        if current in headed:
            return
        headed.add(current)
    if type(box).__name__ == "LineBox":
        if current:
            yield current, box, width
        for child in box.children:  # blocks inside lines: inline-blocks, tables
            yield from _find_inner_blocks(child, wanted, current, width, headed)
        return
    inner = box.width if isinstance(getattr(box, "width", None), int | float) else width
    for child in getattr(box, "all_children", lambda: ())():
        yield from _find_line_boxes(child, wanted, current, inner, headed)


def list_units(rendering: Rendering, lines: Sequence[Line], owners: Mapping[str, str]) -> list[list[str]]:
    """Return the units that each page has anything of: boxes, or lines of blocks or notes, by `owners` of these."""
    units = set(owners.values())
    found = [dict.fromkeys(find_units(page_box(page), units)) for page in rendering.document.pages]
    for line in lines:
        found[line.page - 1].setdefault(owners[line.id])
    return [list(page) for page in found]


def find_units(box: Any, units: Container[str]) -> Iterator[str]:
    """Return the units that have a box on a page, also where it bears no more than their number."""
    box = getattr(box, "_box", box)
    element = getattr(box, "element", None)
    if element is not None and element.get("id") in units:
        yield element.get("id")
        return
    if type(box).__name__ != "LineBox":
        for child in getattr(box, "all_children", tuple)():
            yield from find_units(child, units)


def measure_room(rendering: Rendering) -> float:
    """Return the height of the text area of a page, in pt."""
    return float(page_box(rendering.document.pages[0]).height) / POINT


def find_outside_text(rendering: Rendering, identifiers: frozenset[str]) -> str:
    """Return the text of all boxes that belong to none of the elements with these ids: heads, numbers, labels."""
    return " ".join(
        text for page in rendering.document.pages for text in _find_outside_text(page_box(page), identifiers)
    )


def _find_outside_text(box: Any, wanted: frozenset[str]) -> Iterator[str]:
    box = getattr(box, "_box", box)
    if box.element is not None and box.element.get("id") in wanted and "::" not in box.element_tag:
        return
    if type(box).__name__ == "TextBox":
        yield box.text
    for child in getattr(box, "all_children", lambda: ())():
        yield from _find_outside_text(child, wanted)


def _find_inner_blocks(
    box: Any, wanted: Container[str], current: str, width: float, headed: set[str]
) -> Iterator[tuple[str, Any, float]]:
    box = getattr(box, "_box", box)
    if _is_mark(box.element):
        return
    if type(box).__name__ in {"InlineBlockBox", "BlockBox", "InlineTableBox"}:
        for child in box.children:
            yield from _find_line_boxes(child, wanted, current, width, headed)
        return
    for child in getattr(box, "children", ()):
        yield from _find_inner_blocks(child, wanted, current, width, headed)


def _find_text_boxes(box: Any) -> Iterator[Any]:
    """Return the text boxes of a line in the order of the text, without note marks and inner blocks."""
    for child in box.children:
        child = getattr(child, "_box", child)  # noqa: PLW2901 - unwrapped as above
        kind = type(child).__name__
        if kind == "TextBox" or _is_equation(child):
            yield child
        elif kind == "InlineBox" and not _is_mark(child.element):
            yield from _find_text_boxes(child)


def _is_equation(box: Any) -> bool:
    return type(box).__name__ == "InlineReplacedBox" and box.element.get("class") == "equation"


def _is_mark(element: Any) -> bool:
    return element is not None and element.get("class") in {"noteref", "line-number"}


def balance_titles(rendering: Rendering, insets: Mapping[str, float]) -> dict[str, float]:
    """Return the paddings, in CSS pixels, at which titles of several lines break into lines of like length.

    `insets` are those that the rendering was made with. CSS has text-wrap: balance for this, which
    WeasyPrint 70 does not know.
    """
    widths: dict[str, list[float]] = {}
    room: dict[str, float] = {}
    for page in rendering.document.pages[:1]:
        for identifier, line, width in _find_line_boxes(page_box(page), _TitleIdentifiers(), "", 0.0, set()):
            boxes = list(_find_text_boxes(line))
            if boxes:
                length = max(b.position_x + b.width for b in boxes) - min(b.position_x for b in boxes)
                widths.setdefault(identifier, []).append(length)
                room[identifier] = width
    result = dict(insets)
    for identifier, lengths in widths.items():
        if identifier not in insets and len(lengths) > 1 and min(lengths) < 0.75 * max(lengths):
            wanted = sum(lengths) / len(lengths) * 1.12
            result[identifier] = max(0.0, round((room[identifier] - wanted) / 2, 1))
    return result


class _TitleIdentifiers:
    """The ids of titles."""

    def __contains__(self, identifier: object) -> bool:
        return isinstance(identifier, str) and identifier.startswith("title-")


def find_torn_units(document: Document, lines: tuple[Line, ...]) -> frozenset[str]:
    """Return the ids of the units that are torn at a page's foot.

    A unit that goes on over a page is torn if on some page one side shows nothing although it has
    lines left, while another side shows some: the reader would look for a partner that is not there.
    """
    pages: dict[str, set[int]] = {}
    for line in lines:
        pages.setdefault(line.id, set()).add(line.page)
    torn = set()
    for unit in document.book.units():
        sides = [pages[i] for language in document.languages if (i := block_id(unit, language)) in pages]
        if any(page < max(side) for side in sides for page in set().union(*sides) - side):
            torn.add(unit.id)
    return frozenset(torn)


def find_places(rendering: Rendering, classes: Container[str]) -> dict[str, tuple[float, float]]:
    """Return where the elements of the first page are that have one of the classes: top and bottom in CSS pixels."""
    places: dict[str, tuple[float, float]] = {}
    waiting = [page_box(rendering.document.pages[0])]
    while waiting:
        box = unwrap(waiting.pop())
        name = box.element.get("class", "") if getattr(box, "element", None) is not None else ""
        if name in classes and box.height:
            places.setdefault(name, (box.position_y, box.position_y + box.height))
        waiting += getattr(box, "all_children", tuple)()
    return places


def measure_fill(rendering: Rendering, lines: Sequence[Line]) -> float:
    """Return the share of the last page's text area that is above the lowest line of the text there."""
    area = page_box(rendering.document.pages[-1])
    feet = [line.bottom for line in lines if line.page == rendering.pages and not line.at_foot]
    return (max(feet) - float(area.content_box_y()) / POINT) / measure_room(rendering) if feet else 0.0


def measure_white(rendering: Rendering, lines: Sequence[Line]) -> dict[int, float]:
    """Return the white between the lowest line of each page and its notes or the lower edge of its text area, in pt."""
    feet = {line.page: line.bottom for line in sorted(lines, key=lambda line: line.bottom) if not line.at_foot}
    areas = {page: page_box(rendering.document.pages[page - 1]) for page in feet}
    edges = {page: min(float(area.content_box_y() + area.height), _find_foot(area)) for page, area in areas.items()}
    return {page: edges[page] / POINT - foot for page, foot in feet.items()}
