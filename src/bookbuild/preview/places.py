"""Changed files in; the place of the edit in its text, its book and its PDF out."""

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
    """The first place where a text differs from what it was."""

    path: str
    """Relative to the project's root."""
    line: int
    """Counted from 1."""
    column: int
    """Counted from 0, in code points."""
    lines: tuple[str, ...] = ()
    """The text as it is now."""


@dataclass(frozen=True, slots=True)
class BookPosition:
    """A place in a book."""

    unit: str
    """The unit's id."""
    tag: str
    """The language's tag."""
    offset: int
    """In code points of the unit's text in the file; about the same as in the book."""
    chapter: int
    """Counted from 0."""


@dataclass(slots=True)
class TextSnapshots:
    """Remembers the lines of texts, to find where they change."""

    project: Project
    lines: dict[Path, list[str]] = field(default_factory=dict)

    def remember(self, folder: Path) -> None:
        """Remember all texts of a folder."""
        for path in folder.rglob("*"):
            self._read(path)

    def find_edit(self, paths: Iterable[Path]) -> Edit | None:
        """Return the first change in these files, None if there is none, and remember the files as they are now."""
        edit = None
        for path in sorted(paths):
            before = self.lines.get(path)
            now = self._read(path)
            if now is None or before is None or edit is not None:
                continue
            for number, (old, new) in enumerate(zip_longest(before, now), 1):
                if old != new:
                    pairs = enumerate(zip_longest(old or "", new or ""))
                    column = next((n for n, (a, b) in pairs if a != b), 0)
                    edit = Edit(path=self.project.relative(path), line=number, column=column, lines=tuple(now))
                    break
        return edit

    def _read(self, path: Path) -> list[str] | None:
        from bookbuild.book.readers import readers

        if path.suffix.lower() not in readers():
            return None
        try:
            self.lines[path] = path.read_text("utf-8", "replace").splitlines()
        except OSError:
            return None
        return self.lines[path]


def find_position(book: Book, edit: Edit) -> BookPosition | None:
    """Return where an edit is in the book; None if the file is not part of it."""
    best: tuple[int, BookPosition] | None = None
    for number, chapter in enumerate(book.chapters):
        for unit in chapter.units:
            for block, language in zip(unit.blocks, book.languages, strict=True):
                line = block.place.line or 0
                if block.place.path == edit.path and line <= edit.line and (best is None or line > best[0]):
                    before = edit.lines[max(0, line - 1) : edit.line - 1]
                    offset = sum(len(text) + 1 for text in before) + edit.column
                    best = (line, BookPosition(unit=unit.id, tag=language.tag, offset=offset, chapter=number))
    return best[1] if best else None


def find_page(book: Book, position: BookPosition, page_starts: Iterable[Mapping[str, Any]]) -> int | None:
    """Return the page of a position, counted from 1, by the report's `page_starts`; None if there are none."""
    order = {unit.id: n for n, unit in enumerate(book.units())}
    sought = (order.get(position.unit, 0), position.offset)
    page_number = None
    for page in page_starts:
        block, offset = page["starts"].get(position.tag, ("", 0))
        unit_id = str(block).split("-", 1)[0]
        if page_number is None or (unit_id in order and (order[unit_id], int(offset)) <= sought):
            page_number = int(page["page"])
    return page_number
