"""Words divided at line ends: takes laid out pages, returns the text that each piece stands for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bookbuild.pdf.engine.internals import Box, Document, page_box, unwrap

EMPTY = "\u200b"
"""Text of the second piece, whose letters belong to the first one: a zero-width space."""


def find_divided_words(document: Document) -> dict[int, tuple[str, str]]:
    """Return which end of a text box is a piece of a divided word, and the piece's text, by the id() of its layout.

    The first piece stands for the whole word and the second for nothing (ISO 32000-1, 14.9.4, ActualText), so that
    viewers that separate lines, or reverse them, do not separate the word.
    """
    texts: dict[int, tuple[str, str]] = {}
    for page in document.pages:
        for first, second in _pair_lines(page_box(page)):
            last, following = _find_text_box(first, -1), _find_text_box(second, 0)
            if last is None or following is None or last.style["direction"] == "rtl":
                continue
            hyphen = last.style["hyphenate_character"]
            in_row = " " in last.text and " " in following.text.rstrip()
            if last.text.endswith(hyphen) and last.text[-len(hyphen) - 1 : -len(hyphen)].isalpha() and in_row:
                head = last.text[: -len(hyphen)].rsplit(" ", 1)[-1]
                texts[id(last.pango_layout)] = ("end", head + following.text.split(" ", 1)[0])
                texts[id(following.pango_layout)] = ("start", EMPTY)
    return texts


def _pair_lines(box: Box) -> Iterator[tuple[Box, Box]]:
    """Yield each line of a block with the next one."""
    box = unwrap(box)
    children = list(getattr(box, "all_children", tuple)())
    lines = [child for child in children if type(child).__name__ == "LineBox"]
    yield from pairwise(lines)
    for child in children:
        yield from _pair_lines(child)


def _find_text_box(line: Box, end: int) -> Box | None:
    """Return the text box at the start (0) or end (-1) of a line; None if something else stands there."""
    box = line
    while getattr(box, "children", None):
        box = unwrap(box.children[end])
    return box if type(box).__name__ == "TextBox" else None
