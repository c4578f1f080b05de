"""Lines that WeasyPrint 70 breaks in the wrong place, fixed while pages are laid out.

One LineBreaks object belongs to one rendering; fix_lines() and pages.remake_pages() share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bookbuild.pdf.engine.first_lines import FirstLine, LineFinder
from bookbuild.pdf.engine.internals import Box, Context, Style, override

_HARDLY_ANY = 0.01
"""CSS pixels."""
_HANGING = " \u00a0\u202f"
"""Spaces that Pango lets hang over a line's end."""


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
def fix_lines(breaks: LineBreaks) -> Iterator[None]:
    """Keep a text on its line if only the space at its end is too much for it; keep edges of right-to-left lines right.

    Where a text that ends with a space is followed by another box, Pango lets the space hang over the line's end and
    breaks nothing. split_first_line() (text/line_break.py) then sees a line that is too wide, takes the whole text
    for a word that cannot be broken, and puts its first word alone on the line.

    get_next_linebox() (layout/inline.py) leaves the room of an indent at the left also where lines begin at the right.
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

    unkerned: dict[int, float] = {}

    def justify(original: Callable[..., None], context: Context, line: Box, room: float) -> None:
        _align_right(line, line.position_x + line.width)
        unkerned.clear()
        unkerned.update(_measure_lost_kerning(line, context))
        original(context, line, room - sum(unkerned.values()))

    def space(original: Callable[..., float], context: Context, box: Box, spacing: float, advance: float) -> float:
        advance = original(context, box, spacing, advance)
        if type(box).__name__ != "TextBox":
            return advance
        box.width += unkerned.get(id(box), 0.0)
        return advance + unkerned.get(id(box), 0.0)

    def indent(
        original: Callable[..., tuple[Box | None, Any]], context: Context, line: Box, *where: Any
    ) -> tuple[Box | None, Any]:
        made, resume = original(context, line, *where)
        if made is not None and line.text_indent and line.style["direction"] == "rtl":
            made.translate(dx=-line.text_indent)
        return made, resume

    with (
        override(inline, "get_next_linebox", indent),
        override(inline, "split_first_line", split),
        override(inline, "justify_line", justify),
        override(inline, "add_word_spacing", space),
        override(inline, "strut", measure_strut),
    ):
        yield


def _measure_lost_kerning(line: Box, context: Context) -> Iterator[tuple[int, float]]:
    """Return by how much each text of a justified line becomes wider, in CSS pixels, by the id() of its box.

    Pango cuts a text at every space whose width changes, so that letters are no longer kerned with the spaces beside
    them, as Amiri's are; add_word_spacing() (layout/inline.py) takes the text to be as wide as before.
    """
    from weasyprint.layout.inline import count_expandable_spaces
    from weasyprint.text.line_break import create_layout, line_size

    for box in line.descendants():
        if type(box).__name__ == "TextBox" and count_expandable_spaces(box):
            layout = create_layout(box.text, box.style, context, max_width=None, justification_spacing=_HARDLY_ANY)
            layout.set_text(box.text, justify=True)
            width, _ = line_size(layout.get_first_line()[0], box.style)
            yield id(box), width - box.width


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
