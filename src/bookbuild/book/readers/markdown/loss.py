"""What a Markdown parser drops: tokens and text in, findings out, so that nothing is missing in print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bookbuild.model.findings import Finding, Place

if TYPE_CHECKING:
    from markdown_it.token import Token

_LEAVES = frozenset({"heading_open", "paragraph_open", "fence", "code_block", "hr", "table_open"})
_MARKERS = re.compile(r"^(?:[ \t]*(?:>|[-*+](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)|\[\^[^\]]+\]:))*")
_MOST_LOST = 5


def report_unmarked_notes(path: str, text: str, env: dict[str, Any]) -> Iterator[Finding]:
    """Report notes without a mark, which the parser drops silently; `env` is its environment."""
    refs: dict[str, int] = env.get("footnotes", {}).get("refs", {})
    for key, number in refs.items():
        if number < 0:
            label = key.removeprefix(":")
            line = text[: max(text.find(f"[^{label}]:"), 0)].count("\n") + 1
            message = f"the note [^{label}] has no mark in the text"
            yield Finding("T005", Place(path, line), message, "add its mark to the text, or delete it")


def report_lost_lines(
    path: str, text: str, tokens: Sequence[Token], env: dict[str, Any], reported: set[int | None]
) -> Iterator[Finding]:
    """Report lines that no token holds, and table cells without a column; `reported` are lines to skip."""
    covered: set[int] = {line - 1 for line in reported if line}
    labels: set[str] = set()
    for token in tokens:
        if token.map and token.type in _LEAVES:
            covered.update(range(*token.map))
        if token.map and token.type == "table_open":
            yield from _report_extra_cells(path, text.split("\n")[slice(*token.map)], token.map[0] + 1)
        labels.update(str(c.meta["label"]) for c in token.children or () if c.meta and "label" in c.meta)
    for label, reference in env.get("references", {}).items():
        if label in labels:
            covered.update(range(*reference["map"]))
    lines = [n for n, line in enumerate(text.split("\n")) if n not in covered and _MARKERS.sub("", line).strip()]
    for number in lines[:_MOST_LOST]:
        line = text.split("\n")[number].strip()
        if line.startswith("[") and "]:" in line:
            message = f"the line “{line[:40]}” is a link definition that no link uses"
            advice = "if it is text, put a backslash before the [; if not, delete it"
        else:
            message = f"the line “{line[:40]}” would be lost"
            advice = "nest it less deeply, and define each note once"
        yield Finding("T007", Place(path, number + 1), message, advice)


def _report_extra_cells(path: str, lines: Sequence[str], first: int) -> Iterator[Finding]:
    """Report rows with more cells than the table's head; the parser drops the extra ones."""
    columns = len(_split_cells(lines[0]))
    for number, line in enumerate(lines):
        if len(_split_cells(line)) > columns:
            message = f"this row of the table has more cells than its head, which has {columns}"
            advice = "remove cells, or put a backslash before a | that belongs to the text"
            yield Finding("T007", Place(path, first + number), message, advice)


def _split_cells(line: str) -> list[str]:
    from markdown_it.rules_block.table import escapedSplit

    bare = _MARKERS.sub("", line).strip()
    return escapedSplit(
        bare.removeprefix("|").removesuffix("|") if not bare.endswith("\\|") else bare.removeprefix("|")
    )


def collect_description(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the words of an image's description, without marks."""
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            yield " "
        elif token.type == "image":
            yield from collect_description(token.children or [])
        else:
            yield token.content
