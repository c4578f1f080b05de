"""Export plain text: one line per language, each with its id in brackets; an empty line between entries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookbuild.checks.coverage import ShownText
from bookbuild.exchange.exports import Pictures, entries
from bookbuild.model.book import Book

DESCRIPTION = "plain text, languages below each other"

_LINE = re.compile(r"\[([^\]\s]+)\] (.*)")


def write(book: Book, pictures: Pictures, path: str) -> bytes:  # noqa: ARG001 - exporters share one signature
    """Return all entries, in UTF-8; further lines of a text are indented."""
    blocks = [
        "\n".join(f"[{side.id}] {_indent_lines(side.block.text)}" for side in entry.sides) for entry in entries(book)
    ]
    return ("\n\n".join(blocks) + "\n").encode()


def _indent_lines(text: str) -> str:
    return re.sub(r"\n+", "\n  ", text.strip("\n"))


def read_shown_texts(data: bytes) -> Iterator[ShownText]:
    """Yield the texts of all lines by the ids of the book."""
    for line in data.decode().replace("\n  ", "\u2028").split("\n"):
        if match := _LINE.fullmatch(line):
            yield ShownText(match[1], match[2].replace("\u2028", "\n"))
