"""Where the pages of a printed edition begin: what e-books and the report say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PageStart:
    """A printed page: the first words of each language on it."""

    number: int
    """Counted from 1, as printed."""
    starts: Mapping[str, tuple[str, int]]
    """Language tag to a block's id and an offset in code points of its text; none on a page without text."""

    def as_json(self) -> dict[str, Any]:
        """Return the form of the report."""
        return {"page": self.number, "starts": {tag: list(start) for tag, start in self.starts.items()}}


def parse_page_starts(data: Sequence[Mapping[str, Any]]) -> tuple[PageStart, ...]:
    """Read the form of the report.

    Raises KeyError, TypeError or ValueError if it has another form.
    """
    pages = tuple(
        PageStart(int(entry["page"]), {tag: (str(block), int(at)) for tag, (block, at) in entry["starts"].items()})
        for entry in data
    )
    if [page.number for page in pages] != list(range(1, len(pages) + 1)):
        raise ValueError("pages are counted from 1, each once")
    return pages
