"""The e-book's contents: headings as a tree, with the files that they stand in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookbuild.document.document import Document, Row, Section
from bookbuild.model.book import Language


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents."""

    href: str
    texts: tuple[tuple[Language, str], ...]
    children: tuple[Entry, ...] = ()

    @property
    def label(self) -> str:
        """The texts in one line, for old readers."""
        return join_texts(self.texts)


@dataclass(frozen=True, slots=True)
class PageTarget:
    """One line of the list of printed pages."""

    number: int
    label: str
    href: str


def build_contents(document: Document, files: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return the contents: an entry per chapter, with its headings as a tree below it.

    `files` gives the file that each section begins in, and each unit stands in.
    """
    return tuple(_build_chapter_entry(document, section, files) for section in document.sections)


def _build_chapter_entry(document: Document, section: Section, files: Mapping[str, str]) -> Entry:
    headings = [row for row in section.rows if row.kind == "heading" and row is not section.heading]
    return Entry(files[section.id], title_section(document, section), _build_tree(document, headings, files))


def title_section(document: Document, section: Section) -> tuple[tuple[Language, str], ...]:
    """Return the title of a chapter in its languages: its heading, else its name, or the book's titles."""
    if section.heading is not None:
        return _list_texts(document, section.heading)
    name = next((c.name for c in document.book.chapters if c.id == section.id), "")
    return document.titles if len(document.sections) == 1 or not name else ((document.languages[0], name),)


def join_texts(texts: Iterable[tuple[Language, str]]) -> str:
    """Return texts in one line, for old readers."""
    return " · ".join(text for _, text in texts)


def _build_tree(document: Document, rows: Sequence[Row], files: Mapping[str, str]) -> tuple[Entry, ...]:
    entries = []
    start = 0
    while start < len(rows):
        end = start + 1
        while end < len(rows) and rows[end].level > rows[start].level:
            end += 1
        row = rows[start]
        children = _build_tree(document, rows[start + 1 : end], files)
        entries.append(Entry(f"{files[row.id]}#{row.id}", _list_texts(document, row), children))
        start = end
    return tuple(entries)


def _list_texts(document: Document, row: Row) -> tuple[tuple[Language, str], ...]:
    return document.localized({language.tag: text for language, text in row.titles})


def measure_depth(entries: Sequence[Entry]) -> int:
    """Return the number of levels of the contents."""
    return 1 + max((measure_depth(e.children) for e in entries), default=0) if entries else 0
