"""The exceptions of the project: one base, caught once at the edge, each with its exit status."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from bookbuild.model.findings import Finding


class BookbuildError(Exception):
    """Base of all that can go wrong in a foreseen way."""

    exit_status = 1


class SourceError(BookbuildError):
    """A source, a configuration or an output is wrong: one finding a problem."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("\n".join(str(f) for f in self.findings))


class UsageError(BookbuildError):
    """The command was called with a value that does not exist."""

    exit_status = 2


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Give the known word that `word` most likely was meant to be, or None."""
    folded = {k.casefold(): k for k in known}
    match = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[match[0]] if match else None


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Give advice on an unknown word: its nearest neighbour first, then all that is allowed."""
    near = nearest(word, known)
    listed = ", ".join(sorted(known)) or "none"
    return f"did you mean {near!r}? Known: {listed}" if near else f"use one of: {listed}"


def describe_os_error(error: Exception) -> str:
    """Return what the system says of an error, in lower case: "permission denied"."""
    return (getattr(error, "strerror", None) or str(error)).lower()
