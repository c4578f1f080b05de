"""Where an edit is: changed files in, the unit and its page out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bookbuild.model.book import Book
from bookbuild.model.project import Project


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed place of a text: the first that differs."""

    path: str
    """Relative to the project's root."""
    line: int
    """Counted from 1."""
    column: int
    """Counted from 0, in code points."""
    lines: tuple[str, ...] = ()
    """The text as it is now."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a book."""

    unit: str
    """Its id."""
    tag: str
    """Of the language."""
    offset: int
    """In code points of the unit's text in the file, about as many as in the book."""
    chapter: int
    """Counted from 0."""


@dataclass(slots=True)
class Texts:
    """Remembers the lines of texts, to find which of them changed."""

    project: Project
    lines: dict[Path, list[str]] = field(default_factory=dict)

    def learn(self, folder: Path) -> None:
        """Remember all texts of a folder."""
        for path in folder.rglob("*"):
            self._read(path)

    def edit(self, paths: Iterable[Path]) -> Edit | None:
        """Give the first changed line of the files named, which are remembered as they are now; none if none did."""
        found = None
        for path in sorted(paths):
            before = self.lines.get(path)
            now = self._read(path)
            if now is None or before is None or found is not None:
                continue
            for number, (old, new) in enumerate(zip_longest(before, now), 1):
                if old != new:
                    column = _common(old or "", new or "")
                    found = Edit(self.project.relative(path), number, column, tuple(now))
                    break
        return found

    def _read(self, path: Path) -> list[str] | None:
        from bookbuild.book.readers import readers

        if path.suffix.lower() not in readers():
            return None
        try:
            self.lines[path] = path.read_text("utf-8", "replace").splitlines()
        except OSError:
            return None
        return self.lines[path]


def _common(one: str, other: str) -> int:
    """Give how many characters two lines begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def spot_of(book: Book, edit: Edit) -> Spot | None:
    """Give the place in a book that a place in a file belongs to; none if the book does not show it."""
    best: tuple[int, Spot] | None = None
    for number, chapter in enumerate(book.chapters):
        for unit in chapter.units:
            for block, language in zip(unit.blocks, book.languages, strict=True):
                line = block.place.line or 0
                if block.place.path == edit.path and line <= edit.line and (best is None or line > best[0]):
                    before = edit.lines[max(0, line - 1) : edit.line - 1]
                    offset = sum(len(text) + 1 for text in before) + edit.column
                    best = (line, Spot(unit.id, language.tag, offset, number))
    return best[1] if best else None


def page_of(book: Book, spot: Spot, page_starts: Iterable[Mapping[str, Any]]) -> int | None:
    """Give the page of a place, from the report's beginnings of pages; none if that is not known."""
    order = {one.id: n for n, one in enumerate(book.units())}
    here = (order.get(spot.unit, 0), spot.offset)
    found = None
    for page in page_starts:
        block, at = page["starts"].get(spot.tag, ("", 0))
        unit = str(block).split("-", 1)[0]
        if found is None or (unit in order and (order[unit], int(at)) <= here):
            found = int(page["page"])
    return found
