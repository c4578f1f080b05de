"""Which rules of a stylesheet hold over several chapters, so that these cannot be laid out apart. Pure.

A chapter that is laid out apart knows neither the pages nor the elements before it: counters begin again, its first
page lies on the side where books begin, and it is the first and the last chapter of its document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import tinycss2
from tinycss2.ast import Node

_COUNTING = frozenset({"counter-reset", "counter-increment", "counter-set", "string-set", "page", "footnote-display"})
"""Properties whose effect goes beyond the element, over all that follows or to the page."""
_FUNCTIONS = frozenset(
    {"counter", "counters", "target-counter", "target-counters", "target-text", "string", "element", "running"}
)
"""Functions that show what stands elsewhere, or move content to the margins of pages."""
_SIDES = frozenset({"left", "right", "recto", "verso"})
"""Sides of a page break, which depend on the number of pages before."""
_CHAPTERS = r"(?:html|body|main|tbody|\*|\.chapter|\.pairs|\.contents|\.title-block|\.colophon)"
_POSITIONS = re.compile(
    rf"(?:^|[\s>+~,])(?:{_CHAPTERS})?:(?:first|last|nth|only)|(?:^|[\s>+~,]){_CHAPTERS}\S*\s*[+~]|[+~]\s*{_CHAPTERS}",
    re.IGNORECASE,
)
"""Selectors that say which chapter it is, or what stands before it."""


def list_spanning_rules(css: str) -> frozenset[str]:
    """Return the rules of a stylesheet that hold over several chapters, each with the blocks that it stands in.

    Two stylesheets with the same such rules lay chapters out alike in this respect.
    """
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return frozenset(_list_rules(nodes, ""))


def _list_rules(nodes: Sequence[Node], where: str) -> Iterator[str]:
    for node in nodes:
        if node.type == "declaration":
            value = tinycss2.serialize(node.value).strip()
            if _is_spanning(node, where):
                yield f"{where} {{ {node.lower_name}: {value} }}"
        elif node.type in {"qualified-rule", "at-rule"} and node.content is not None:
            prelude = " ".join(tinycss2.serialize(node.prelude).split())
            name = f"@{node.lower_at_keyword} {prelude}".strip() if node.type == "at-rule" else prelude
            inside = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            is_page = node.type == "at-rule" and node.lower_at_keyword == "page" and prelude
            is_margin_box = where.startswith("@page") and node.type == "at-rule"
            is_position = node.type == "qualified-rule" and _POSITIONS.search(prelude)
            if is_page or is_margin_box or is_position:  # as a whole, whatever it says
                yield f"{where} {name} {{ {tinycss2.serialize(inside)} }}"
            else:
                yield from _list_rules(inside, f"{where} {name}".strip())
        elif node.type == "at-rule":  # @import and the like
            yield f"@{node.lower_at_keyword} {tinycss2.serialize(node.prelude)}"


def _is_spanning(declaration: Node, where: str) -> bool:
    """Return whether a declaration depends on what stands in other chapters, or has an effect there."""
    name = declaration.lower_name
    if name in _COUNTING:
        return True
    words = {token.lower_value for token in declaration.value if token.type == "ident"}
    if "break-" in name and words & _SIDES:
        return True
    if (name == "float" and "footnote" in words) or (where.startswith("@page") and name.startswith("counter")):
        return True
    return any(token.type == "function" and token.lower_name in _FUNCTIONS for token in declaration.value)
