"""Words that are divided at a line's end: pages in, the pieces and the whole words out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

NOTHING = "\u200b"
"""Stands for the second piece, whose letters the first one has already: a space without width."""


def divided_words(document: Any) -> dict[int, tuple[str, str]]:
    """Give, by the id of a text box's layout, which end of it is a piece of a divided word, and the text for it.

    The first piece stands for the whole word and the second for nothing (ISO 32000-1, 14.9.4, ActualText), so that
    viewers that part lines, or turn them round, do not part the word.
    """
    found: dict[int, tuple[str, str]] = {}
    for page in document.pages:
        for first, second in _neighbours(page._page_box):  # noqa: SLF001 - no public way
            last, following = _leaf(first, -1), _leaf(second, 0)
            if last is None or following is None or last.style["direction"] == "rtl":
                continue
            hyphen = last.style["hyphenate_character"]
            alone = " " in last.text and " " in following.text.rstrip()
            if last.text.endswith(hyphen) and last.text[-len(hyphen) - 1 : -len(hyphen)].isalpha() and alone:
                head = last.text[: -len(hyphen)].rsplit(" ", 1)[-1]
                found[id(last.pango_layout)] = ("end", head + following.text.split(" ", 1)[0])
                found[id(following.pango_layout)] = ("start", NOTHING)
    return found


def _neighbours(box: Any) -> Iterator[tuple[Any, Any]]:
    """Give each line of a block with the next one."""
    box = getattr(box, "_box", box)
    children = list(getattr(box, "all_children", tuple)())
    lines = [child for child in children if type(child).__name__ == "LineBox"]
    yield from pairwise(lines)
    for child in children:
        yield from _neighbours(child)


def _leaf(line: Any, end: int) -> Any:
    """Give the first or last text box of a line; None if something else stands there."""
    box = line
    while getattr(box, "children", None):
        box = getattr(box.children[end], "_box", box.children[end])
    return box if type(box).__name__ == "TextBox" else None
