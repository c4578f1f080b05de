"""Plain text and Markdown: taken as they are, if they can be read."""

from __future__ import annotations

from pathlib import Path

from bookbuild.book.readers import ReaderOptions, readers
from bookbuild.exchange.importing import Asked, Text
from bookbuild.model.characters import decode

SUFFIXES = (".txt", ".md", ".markdown")


def read(path: Path, data: bytes, name: str, asked: Asked) -> Text:  # noqa: ARG001 - importers share one signature
    """Read a text.

    Raises SourceError as the readers do.
    """
    parsed = readers()[path.suffix.lower()](decode(data, name), name, ReaderOptions())
    return Text(parsed.blocks, parsed.notes, structured=not parsed.infer_headings)
