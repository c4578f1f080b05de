"""What a piece of Markdown is: tokens and inlines in, lengths of lists and kinds out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bookbuild.model.inline import Inline, Text

if TYPE_CHECKING:
    from markdown_it.token import Token


LONGEST_HEADING = 2000
"""Characters; as many as a page holds."""


def count_items(tokens: Sequence[Token]) -> int:
    """Return the number of items of the list that opens with the first token."""
    level, count = tokens[0].level, 0
    for token in tokens[1:]:
        if token.level == level:
            break
        count += token.type == "list_item_open" and token.level == level + 1
    return count


def is_verse(content: tuple[Inline, ...], breaks: list[str]) -> bool:
    """Return whether every line of a paragraph ends with a backslash, except perhaps the last of several."""
    if breaks:
        return all(b == "hardbreak" for b in breaks)
    last = content[-1] if content else None
    return isinstance(last, Text) and last.text.endswith("\\")
