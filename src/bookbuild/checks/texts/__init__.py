"""A chapter's rows in, questions about its texts and pairs out, before layout. Pure.

One module per kind of check; every module here with a function `check(rows)` is run.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bookbuild.model.book import Block, Language
from bookbuild.model.findings import Finding
from bookbuild.model.inline import Equation, Text
from bookbuild.model.inlines import replace_inlines


@dataclass(frozen=True, slots=True)
class Rows:
    """A chapter as it was typed: rows of blocks, one block per language."""

    languages: tuple[Language, ...]
    rows: tuple[tuple[Block, ...], ...]
    checked: frozenset[int] = frozenset()
    """Indices of rows whose pairing a person has checked."""


@dataclass(frozen=True, slots=True)
class Question:
    """A finding about one row, with the row's index for tables and pages."""

    row: int
    finding: Finding


Check = Callable[[Rows], Iterable[Question]]


@cache
def _load_checks() -> tuple[Check, ...]:
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    return tuple(module.check for module in modules if hasattr(module, "check"))


def find_questions(rows: Rows) -> list[Question]:
    """Return the questions of all checks about a chapter, in the order of its rows."""
    rows = replace(rows, rows=tuple(tuple(map(_hide_equations, row)) for row in rows.rows))
    questions = [question for check in _load_checks() for question in check(rows)]
    # in rows of another language, ordinary words look like names
    foreign = {q.row for q in questions if q.finding.code in {"Q007", "Q008"}}
    questions = [q for q in questions if q.finding.code != "Q004" or q.row not in foreign]
    return sorted(questions, key=lambda q: (q.row, q.finding.code, q.finding.message))


def _hide_equations(block: Block) -> Block:
    """Return a block with "…" in place of its equations: the letters, numbers and brackets of LaTeX are no words."""
    return replace(block, content=replace_inlines(block.content, lambda i: Text("…") if isinstance(i, Equation) else i))


def excerpt(text: str, longest: int = 40) -> str:
    """Return the beginning of a text in quotation marks, for messages."""
    text = " ".join(text.split())
    return f"“{text[:longest].rstrip()}…”" if len(text) > longest else f"“{text}”"


def list_words(words: Sequence[str], most: int = 4) -> str:
    """Return at most a few words as one text, for messages."""
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown
