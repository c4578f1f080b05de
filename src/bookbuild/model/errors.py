"""The exceptions of the project, each with its exit status, and the wording of advice on unknown names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from bookbuild.model.findings import Finding


class BookbuildError(Exception):
    """Base of all foreseen errors; caught once, at the edge."""

    exit_status = 1


class SourceError(BookbuildError):
    """A source, a configuration or an output is wrong: one finding per problem."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("\n".join(str(f) for f in self.findings))


class Problems(list[Finding]):
    """Findings of several steps, to be raised together once all steps were tried."""

    @contextmanager
    def collect(self) -> Iterator[None]:
        """Keep the findings of a SourceError that the block raises."""
        try:
            yield
        except SourceError as error:
            self += error.findings

    def raise_all(self) -> None:
        """Raise SourceError with all findings, if there are any."""
        if self:
            raise SourceError(self)


class UsageError(BookbuildError):
    """The command was called with a value that does not exist."""

    exit_status = 2


def find_nearest(word: str, known: Sequence[str]) -> str | None:
    """Return the known word that was most likely meant, or None."""
    folded = {k.casefold(): k for k in known}
    match = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[match[0]] if match else None


def suggest_name(word: str, known: Sequence[str]) -> str:
    """Return advice on an unknown word: the known word most likely meant, if any, then all known ones."""
    near = find_nearest(word, known)
    listed = ", ".join(sorted(known)) or "none"
    return f"did you mean {near!r}? Known: {listed}" if near else f"use one of: {listed}"


def describe_os_error(error: Exception) -> str:
    """Return the system's description of an error, in lower case: "permission denied"."""
    return (getattr(error, "strerror", None) or str(error)).lower()
