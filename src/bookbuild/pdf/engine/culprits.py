"""Stylesheets in, the place of the rule out with which the renderer fails, or that asks for a file."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import tinycss2

from bookbuild.document.theme import Sheet
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place


@dataclass(frozen=True, slots=True)
class Draft:
    """What pages are laid out from."""

    html: str
    sheets: Sequence[Sheet]
    assets: Mapping[str, bytes]
    is_xml: bool = False
    """Whether the document may be parsed as XML, as those of the shipped layouts may."""


@contextmanager
def name_culprits(drafts: Sequence[Draft], attempt: Callable[[Draft], object]) -> Iterator[None]:
    """Where the renderer fails with drafts, name the rule of one's own stylesheets that makes it.

    `attempt` does the same work with a draft. Raises SourceError, in which the rule is named if it can be found.
    """
    try:
        yield
    except SourceError as error:
        raise SourceError(_name_culprit(finding, drafts, attempt) for finding in error.findings) from error


def _name_culprit(finding: Finding, drafts: Sequence[Draft], attempt: Callable[[Draft], object]) -> Finding:
    if finding.code != "R002":
        return finding
    place = next(filter(None, (find_culprit(draft, attempt) for draft in drafts)), None)
    if place is None:
        return finding
    message = f"the renderer cannot follow this rule{finding.message.removeprefix('the renderer failed')}"
    return Finding("R002", place, message, "change the rule, or remove it")


def find_culprit(draft: Draft, attempt: Callable[[Draft], object]) -> Place | None:
    """Return the place of the last rule of the fewest rules of one's own with which `attempt` fails.

    None if it fails without any of them, or with none. Each attempt lays pages out, about nine for a hundred rules.
    """
    cuts = [
        (which, end, line)
        for which, sheet in enumerate(draft.sheets)
        if sheet.own
        for line, end in _list_rule_ends(sheet.css)
    ]

    def fails(count: int) -> bool:
        ends = {which: end for which, end, _ in cuts[:count]}
        sheets = [
            replace(sheet, css=sheet.css[: ends.get(n, 0)]) if sheet.own else sheet
            for n, sheet in enumerate(draft.sheets)
        ]
        try:
            attempt(replace(draft, sheets=sheets))
        except SourceError:
            return True
        return False

    if not cuts or fails(0) or not fails(len(cuts)):
        return None
    which, _, line = cuts[bisect_left(range(1, len(cuts)), True, key=fails)]
    return Place(draft.sheets[which].path, line)


def find_request(url: str, sheets: Sequence[Sheet], layout: str) -> Place:
    """Return where a stylesheet names a file; the layout if none does."""
    for sheet in sheets:
        if url in sheet.css:
            return Place(sheet.path, sheet.css[: sheet.css.index(url)].count("\n") + 1)
    return Place(layout)


def _list_rule_ends(css: str) -> Iterator[tuple[int, int]]:
    """Yield the line in which each rule of a stylesheet begins, and the offset at which it ends."""
    lines = css.splitlines(keepends=True)
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True)
    rules = [node for node in nodes if node.type in {"qualified-rule", "at-rule"}]
    starts = [sum(map(len, lines[: node.source_line - 1])) + node.source_column - 1 for node in rules]
    for node, end in zip(rules, [*starts[1:], len(css)], strict=True):
        yield node.source_line, end
