"""How the chapters of an e-book are cut into files. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bookbuild.document.document import Document, Row
from bookbuild.epub.contents import join_texts, title_section

LARGEST = 160_000
"""Bytes of text in one document: old readers take seconds, or give up, beyond 300 kB."""


@dataclass(frozen=True, slots=True)
class File:
    """A document of the e-book: a chapter, or a part of a long one."""

    name: str
    id: str
    chapter: str
    """The id of the chapter that it is, or is a part of."""
    rows: tuple[Row, ...]
    title: str
    level: int
    """Of a heading that the program adds at its end."""


def split_into_files(document: Document) -> tuple[File, ...]:
    """Cut chapters into files that old readers can hold, before a heading where there is one near."""
    files: list[File] = []
    for section in document.sections:
        title = join_texts(title_section(document, section))
        level = min((section.heading.level if section.heading else 1) + 1, 6)
        parts: list[list[Row]] = [[]]
        size = 0
        for row in section.rows:
            length = sum(len(text.encode()) for cell in row.cells for text in (cell.html, *cell.notes))
            full = size + length > LARGEST or (size > LARGEST * 0.8 and row.kind == "heading")
            if full and parts[-1]:
                # a heading stays with what it is the heading of
                held: list[Row] = []
                while len(parts[-1]) > 1 and parts[-1][-1].kind == "heading":
                    held.insert(0, parts[-1].pop())
                parts.append(held)
                size = 0
            parts[-1].append(row)
            size += length
        for number, rows in enumerate(parts, 1):
            name = section.id if number == 1 else f"{section.id}-{number}"
            files.append(File(f"{name}.xhtml", name, section.id, tuple(rows), title, level))
    return tuple(files)
