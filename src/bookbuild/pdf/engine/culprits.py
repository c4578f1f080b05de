"""Stylesheets that the renderer fails with in, the place of the rule that sets it off out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import tinycss2

from bookbuild.document.theme import Sheet
from bookbuild.model.findings import Place


def find_culprit(sheets: Sequence[Sheet], suspects: Sequence[int], fails: Callable[[Sequence[Sheet]], bool]) -> Place:
    """Return the place of the last rule of the fewest rules with which `fails` is true; nowhere if it is without any.

    `suspects` are the positions of the stylesheets whose rules may be at fault. Each try lays pages out, about eight
    for a hundred rules.
    """
    cuts = [(which, end, line) for which in suspects for line, end in _list_rule_ends(sheets[which].css)]

    def keep(count: int) -> list[Sheet]:
        kept = dict.fromkeys(suspects, 0) | {which: end for which, end, _ in cuts[:count]}
        return [Sheet(sheet.path, sheet.css[: kept[n]]) if n in kept else sheet for n, sheet in enumerate(sheets)]

    if not cuts or fails(keep(0)):
        return Place("")
    low, high = 0, len(cuts)
    while high - low > 1:
        middle = (low + high) // 2
        if fails(keep(middle)):
            high = middle
        else:
            low = middle
    which, _, line = cuts[high - 1]
    return Place(sheets[which].path, line)


def _list_rule_ends(css: str) -> Iterator[tuple[int, int]]:
    """Yield the line in which each rule of a stylesheet begins, and the offset at which it ends."""
    lines = css.splitlines(keepends=True)
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True)
    rules = [node for node in nodes if node.type in {"qualified-rule", "at-rule"}]
    starts = [sum(map(len, lines[: node.source_line - 1])) + node.source_column - 1 for node in rules]
    for node, end in zip(rules, [*starts[1:], len(css)], strict=True):
        yield node.source_line, end
