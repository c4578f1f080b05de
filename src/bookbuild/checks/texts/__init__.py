"""What may be wrong with texts and pairs before they are laid out: a chapter's rows in, findings out. Pure.

One module a kind of check, found by itself: its `check(chapter)` gives findings.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from bookbuild.model.book import Block, Language
from bookbuild.model.findings import Finding


@dataclass(frozen=True, slots=True)
class Rows:
    """A chapter as it was typed: rows of blocks, a block a language."""

    languages: tuple[Language, ...]
    rows: tuple[tuple[Block, ...], ...]
    checked: frozenset[int] = frozenset()
    """Numbers of rows whose pairing somebody has looked at."""

    def sides(self) -> Iterator[tuple[int, Language]]:
        """Give the number of each side with its language."""
        yield from enumerate(self.languages)


@dataclass(frozen=True, slots=True)
class Question:
    """A finding about one row, whose number tables and pages need."""

    row: int
    finding: Finding


Check = Callable[[Rows], Iterable[Question]]


@cache
def _checks() -> tuple[Check, ...]:
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return tuple(module.check for module in modules if hasattr(module, "check"))


def questions(rows: Rows) -> list[Question]:
    """Give all that is to be asked about a chapter's rows, in their order."""
    found = [question for check in _checks() for question in check(rows)]
    foreign = {q.row for q in found if q.finding.code in {"Q007", "Q008"}}  # whose words are no names
    found = [q for q in found if q.finding.code != "Q004" or q.row not in foreign]
    return sorted(found, key=lambda q: (q.row, q.finding.code, q.finding.message))


def excerpt(text: str, longest: int = 40) -> str:
    """Give the beginning of a text for a message."""
    text = " ".join(text.split())
    return f"“{text[:longest].rstrip()}…”" if len(text) > longest else f"“{text}”"


def listed(words: Sequence[str], most: int = 4) -> str:
    """Give a few words for a message."""
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown
