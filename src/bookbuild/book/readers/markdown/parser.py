"""The parser of Markdown as this project uses it: CommonMark with notes, tables and equations."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_EQUATION = re.compile(r"(\${1,2})(`+)(?!`)(.+?)(?<!`)\2(?!`)\1", re.DOTALL)
"""LaTeX as code between dollar signs, which no prose has; one in a line of text, two on a line of its own."""


@cache
def build_parser() -> MarkdownIt:
    """Build the parser, once."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    # html=False makes tags plain text. Typography is ours (typography.py), so smartquotes stay off.
    # maxNesting is 20 by default, and anything deeper is dropped silently.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 100, "store_labels": True})
    parser.use(footnote_plugin, inline=False)
    parser.enable("table")
    # text_join would make an escaped [ look like a note mark
    parser.disable(["html_block", "html_inline", "text_join"])
    parser.validateLink = lambda url: url is not None  # type: ignore[method-assign]  # bad links are reported, not dropped
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]  # links stay as typed
    parser.inline.ruler.before("backticks", "equation", _parse_equation)
    return parser


def _parse_equation(state: StateInline, silent: bool) -> bool:
    """Take an equation at the current position, if there is one."""
    match = _EQUATION.match(state.src, state.pos, state.posMax)
    if not match or not match[3].strip():
        return False
    if not silent:
        token = state.push("equation", "math", 0)
        token.content, token.markup = match[3], match[1]
    state.pos = match.end()
    return True
