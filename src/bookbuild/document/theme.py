"""The layouts and stylesheets of one book: those that come with the program, and those that take their place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookbuild.model.characters import decode_text
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, read_file
from bookbuild.work.fingerprints import styles_folder

LAYOUTS = Path(__file__).parent / "layouts"
LONGEST_CONTENT = 2000
"""Characters of what a stylesheet's `content` may be."""
_LONG_CONTENT = re.compile(rf"content\s*:[^;}}]{{{LONGEST_CONTENT}}}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stylesheet: its path for messages and its rules; it is the project's or the book's `own`, or ours."""

    path: str
    css: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Theme:
    """Finds layouts and stylesheets by name: the book's, else the project's, else ours."""

    project: Project
    slug: str

    def find_override(self, name: str) -> Path | None:
        """Return the file that replaces ours of that name, or None.

        A file that says what ours says replaces nothing: in a checkout the project's styles/ are the shipped ones.
        """
        for folder in (self.project.source / self.slug, self.project.styles):
            path = folder / name
            if path.is_file():
                ours = _find_shipped(name)
                return None if ours is not None and ours.read_bytes() == read_file(self.project, path) else path
        return None

    def read_layout(self, name: str) -> tuple[str, str] | None:
        """Return the characters of a layout and its path for messages, or None where there is no such layout.

        Raises SourceError if it cannot be read.
        """
        path = self.find_override(name)
        if path is not None:
            relative = self.project.relative(path)
            return decode_text(read_file(self.project, path), relative), relative
        ours = LAYOUTS / name
        return (ours.read_text("utf-8"), f"layouts/{name}") if ours.is_file() else None

    def layout_path(self, name: str) -> str:
        """Return a layout's path for messages."""
        path = self.find_override(name)
        return self.project.relative(path) if path else f"layouts/{name}"

    def read_sheet(self, name: str) -> Sheet:
        """Return a stylesheet. Raises SourceError if it cannot be read."""
        path = self.find_override(name)
        if path is None:
            return read_shipped_sheet(name)
        relative = self.project.relative(path)
        sheet = Sheet(relative, decode_text(read_file(self.project, path), relative), own=True)
        if match := _LONG_CONTENT.search(sheet.css):
            place = Place(relative, sheet.css.count("\n", 0, match.start()) + 1)
            message = f"content has more than {LONGEST_CONTENT} characters, which every element would repeat"
            raise SourceError([Finding("L002", place, message, "shorten it, or write it into the text")])
        return sheet

    def read_additions(self) -> list[Sheet]:
        """Return what the project or the book adds to all other stylesheets: its book.css, if it has one."""
        return [self.read_sheet("book.css")] if self.find_override("book.css") else []

    def read_overrides(self, names: Sequence[str]) -> dict[str, Sheet]:
        """Return the stylesheets that replace or extend ours, by their names."""
        return {name: self.read_sheet(name) for name in names if self.find_override(name)}


def read_shipped_sheet(name: str) -> Sheet:
    """Return our own stylesheet of a name; one without rules where there is none."""
    path = _find_shipped(name)
    return Sheet(f"styles/{name}", path.read_text("utf-8") if path else "")


def _find_shipped(name: str) -> Path | None:
    return next((path for path in (LAYOUTS / name, styles_folder() / name) if path.is_file()), None)
