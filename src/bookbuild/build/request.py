"""What a build is asked for, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from bookbuild.model.findings import Finding

if TYPE_CHECKING:
    from bookbuild.book.load import LoadedBook
    from bookbuild.document.outputs import Output


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What a build is asked for."""

    books: Sequence[str] = ()
    editions: Sequence[str] = ()
    formats: Sequence[str] = ()
    strict: bool = False
    again: bool = False
    """Rebuild even what is up to date."""
    jobs: int = 0
    """Processes that work at the same time; 0: one per processor."""
    cached: bool = True
    """Take parts of books that were made before."""
    scheduler: str = ""
    """Address of a Dask scheduler, whose workers build the books."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one book."""

    slug: str
    status: str
    """built, fresh or failed."""
    findings: tuple[Finding, ...]
    outputs: tuple[dict[str, Any], ...] = ()
    """The report's entries of the outputs asked for, those that could not be built left out."""
    seconds: float = 0.0
    failed: tuple[str, ...] = ()
    """File names of the outputs that could not be built, where others could."""
    paired_by: str = ""
    """The table of pairs that it was paired by, if it has one."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What became of a build."""

    outcomes: tuple[Outcome, ...]
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether any book could not be built."""
        return any(outcome.status == "failed" for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class BuiltBook:
    """A book's outputs, checked but not written, and all that is to be said of them."""

    loaded: LoadedBook
    outputs: tuple[Output, ...]
    """Those that could be made."""
    failed: tuple[str, ...]
    """File names of the others; what is wrong with them is in the findings."""
    plot: str
    """The lengths of the pairs as SVG, where a table says which paragraphs belong together."""
    findings: tuple[Finding, ...]
    seconds: dict[str, float] = field(default_factory=dict)
    """Stage to seconds of wall clock."""


Recorded: TypeAlias = tuple[Outcome, dict[str, Any] | None]
"""What became of a book, and its new entry in the report; none if that stays."""
