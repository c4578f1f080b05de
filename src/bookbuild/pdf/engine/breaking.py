"""Lines and pages that WeasyPrint 70 breaks in the wrong place, mended while pages are laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_HANGING = " \u00a0\u202f"
"""Spaces that Pango lets hang over a line's end."""

MOST_TURNS = 12
"""Times that one page is made anew."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a page should have been broken."""

    keep: frozenset[str] = frozenset()
    """Ids of elements that are not to be divided."""
    push: frozenset[str] = frozenset()
    """Ids of elements that are to begin the next page."""
    words: frozenset[str] = frozenset()
    """Ends of lines, without their hyphens, that no word is to be divided at."""

    def __bool__(self) -> bool:
        """Tell whether anything is wished for."""
        return bool(self.keep or self.push or self.words)


Look = Callable[[Any, int], Wish]
"""Looks at a page box with the page's number, counted from 1, and says what it should have been like."""


@contextmanager
def turned(look: Look | None) -> Iterator[None]:
    """Make each page anew as long as `look` wishes for something that was not wished for yet.

    To lay the whole text out again for a row that is torn at the foot of one page would take as long as the first
    time; make_all_pages() (layout/page.py) can make a single page again, from where it begins.
    """
    if look is None:
        yield
        return
    from weasyprint.layout import page as pages

    remake = pages.remake_page
    boxes: dict[str, list[Any]] = {}
    granted: set[tuple[str, str]] = set()

    def remade(index: int, context: Any, root: Any, html: Any) -> Any:
        if not boxes:
            boxes.update(_by_id(root))
        _lines.turn()
        broken = dict(context.broken_out_of_flow)
        for _ in range(MOST_TURNS):
            found = remake(index, context, root, html)
            wish = look(found[0], index + 1)
            wanted = {("keep", i) for i in wish.keep} | {("push", i) for i in wish.push}
            wanted |= {("word", i) for i in wish.words}
            if wanted <= granted:
                break
            granted.update(wanted)
            for kind, what in wanted:
                if kind == "word":
                    _undivided.add(_bare(what))
                    continue
                for box in boxes.get(what, ()):
                    box.style = box.style.copy()
                    box.style["break_inside" if kind == "keep" else "break_before"] = (
                        "avoid" if kind == "keep" else "page"
                    )
            # as if the page had not been made yet
            context.broken_out_of_flow = dict(broken)
            for running in context.running_elements.values():
                running.pop(index + 1, None)
        return found

    pages.remake_page = remade
    try:
        yield
    finally:
        pages.remake_page = remake
        _undivided.clear()
        _lines.forget()


class _Lines:
    """Remembers how texts were broken on this page and the last one.

    What does not fit on a page, or stood on a page that is made anew, is broken in just the same way once more: a third
    of all lines. A line depends on nothing but the arguments; styles are known by their identity, and kept so long.
    """

    def __init__(self) -> None:
        self.used = False
        self.now: dict[tuple[Any, ...], tuple[Any, Any]] = {}
        self.before: dict[tuple[Any, ...], tuple[Any, Any]] = {}

    def turn(self) -> None:
        """Begin another page."""
        self.used = True
        self.before, self.now = self.now, {}

    def forget(self) -> None:
        """Remember nothing any more: the text is laid out."""
        self.used = False
        self.before, self.now = {}, {}

    def remembered(self, split: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function that breaks a line, or says how it was broken before."""

        def first_line(
            text: str,
            style: Any,
            context: Any,
            max_width: Any,
            justification_spacing: float,
            is_line_start: bool = True,
            minimum: bool = False,
        ) -> Any:
            if not self.used:
                return split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
            key = (text, id(style), max_width, justification_spacing, is_line_start, minimum)
            known = self.now.get(key) or self.before.get(key)
            if known is None:
                known = split(text, style, context, max_width, justification_spacing, is_line_start, minimum), style
            self.now[key] = known
            return known[0]

        return first_line


_lines = _Lines()
_undivided: set[str] = set()
"""Ends of lines that no word is to be divided at, while pages are turned."""


def _bare(text: str) -> str:
    return text.replace("\u00ad", "")


def _by_id(root: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for box in root.descendants():
        if box.element is not None and "::" not in box.element_tag and (own := box.element.get("id")):
            found.setdefault(own, []).append(box)
    return found


@contextmanager
def whole_lines() -> Iterator[None]:
    """Keep a text on its line if only the space at its end is too much for it, and justified lines flush.

    Where a text that ends with a space is followed by another box, Pango lets the space hang over the line's end and
    breaks nothing. split_first_line() (text/line_break.py) then sees a line that is too wide, takes the whole text
    for a word that cannot be broken, and puts its first word alone on the line.
    """
    from weasyprint.layout import inline

    engines_own = inline.split_first_line
    original = _lines.remembered(engines_own)

    def split(text: str, style: Any, context: Any, max_width: Any, *others: Any, **more: Any) -> Any:
        found = original(text, style, context, max_width, *others, **more)
        if _undivided and found[2] is not None and _bare(text.encode()[: found[2]].decode()) in _undivided:
            style = style.copy()
            style["hyphens"] = "none"
            found = original(text, style, context, max_width, *others, **more)
        bare = text.rstrip(_HANGING)
        # found: layout, length, where to resume, width …, in bytes
        one_word = found[2] is not None and not text.encode()[: found[1]].strip().count(b" ")
        if max_width is None or bare == text or not bare or not one_word:
            return found
        shown = original(bare, style, context, max_width, *others, **more)
        if shown[2] is None and shown[3] <= max_width:
            return original(text, style, context, None, *others, **more)
        return found

    justify = inline.justify_line

    def justified(context: Any, line: Any, room: float) -> None:
        _flush(line)
        justify(context, line, room)

    inline.split_first_line, inline.justify_line = split, justified
    try:
        yield
    finally:
        inline.split_first_line, inline.justify_line = engines_own, justify


def _flush(line: Any) -> None:
    """Put the boxes of a right-to-left line at its right edge again.

    remove_last_whitespace() (layout/inline.py) moves them to the left by the width of a space at the line's end that
    is still part of the text's layout; justification makes that layout anew, without the space.
    """
    if line.style["direction"] != "rtl" or not line.children:
        return
    right = max(child.position_x + child.margin_width() for child in line.children if child.is_in_normal_flow())
    gap = line.position_x + line.width - right
    if abs(gap) > 0.01:
        for child in line.children:
            child.translate(dx=gap, ignore_floats=True)
