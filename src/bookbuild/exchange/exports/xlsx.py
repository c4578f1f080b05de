"""Export a spreadsheet: one row per entry, one column per language, headed by its tag."""

from __future__ import annotations

from collections.abc import Iterator

from bookbuild.book.spreadsheets import read_xlsx, write_xlsx
from bookbuild.checks.coverage import ShownText
from bookbuild.exchange.exports import Pictures, entries
from bookbuild.model.book import Book

DESCRIPTION = "a spreadsheet, a column a language"


def write(book: Book, pictures: Pictures, path: str) -> bytes:  # noqa: ARG001 - exporters share one signature
    """Return all entries as a workbook.

    Raises SourceError if a text is too long for a cell, or the library is not installed.
    """
    tags = [language.tag for language in book.languages]
    rows = []
    for entry in entries(book):
        texts = {side.language.tag: side.block.text for side in entry.sides}
        rows.append([entry.id, entry.chapter, entry.kind, *(texts.get(tag, "") for tag in tags)])
    return write_xlsx(book.slug, ["unit", "chapter", "kind", *tags], rows, book.languages, path)


def read_shown_texts(data: bytes) -> Iterator[ShownText]:
    """Yield the texts of all cells by the ids of the book."""
    header: list[str] = []
    for _, row in read_xlsx(data, "spreadsheet.xlsx"):
        if not header:
            header = row
            continue
        for tag, text in zip(header[3:], row[3:], strict=False):
            if text:
                yield ShownText(row[0] if row[2] == "note" else f"{row[0]}-{tag}", text)
