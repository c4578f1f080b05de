"""Read plain text and Markdown, with the readers of the book."""

from __future__ import annotations

from pathlib import Path

from bookbuild.book.readers import ReaderOptions, readers
from bookbuild.exchange.importing import ImportedText, ImportOptions
from bookbuild.exchange.importing.lingtrain import read_marked_text
from bookbuild.model.characters import decode_text

SUFFIXES = (".txt", ".md", ".markdown")


def read(path: Path, data: bytes, name: str, options: ImportOptions) -> ImportedText:  # noqa: ARG001 - importers share one signature
    """Return the text of a file.

    Raises SourceError if the file is not UTF-8, or its reader refuses it.
    """
    text = decode_text(data, name)
    if marked := read_marked_text(text):
        return marked
    parsed = readers()[path.suffix.lower()](text, name, ReaderOptions())
    return ImportedText(parsed.blocks, parsed.notes, structured=not parsed.infer_headings)
