"""Lines that WeasyPrint 70 breaks in the wrong place, mended while pages are laid out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_HANGING = " \u00a0\u202f"
"""Spaces that Pango lets hang over a line's end."""


@contextmanager
def whole_lines() -> Iterator[None]:
    """Keep a text on its line if only the space at its end is too much for it, and justified lines flush.

    Where a text that ends with a space is followed by another box, Pango lets the space hang over the line's end and
    breaks nothing. split_first_line() (text/line_break.py) then sees a line that is too wide, takes the whole text
    for a word that cannot be broken, and puts its first word alone on the line.
    """
    from weasyprint.layout import inline  # noqa: PLC0415 - see pdf.engine()

    original = inline.split_first_line

    def split(text: str, style: Any, context: Any, max_width: Any, *others: Any, **more: Any) -> Any:  # noqa: ANN401 - untyped
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

    def justified(context: Any, line: Any, room: float) -> None:  # noqa: ANN401 - as above
        _flush(line)
        justify(context, line, room)

    inline.split_first_line, inline.justify_line = split, justified
    try:
        yield
    finally:
        inline.split_first_line, inline.justify_line = original, justify


def _flush(line: Any) -> None:  # noqa: ANN401 - as above
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
