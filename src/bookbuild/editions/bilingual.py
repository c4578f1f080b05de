"""The e-book: each paragraph followed by its translation."""

from __future__ import annotations

from bookbuild.editions import Edition
from bookbuild.model import Book


def prepare(book: Book) -> Book:
    """Show everything."""
    return book


EDITION = Edition(
    "bilingual",
    "epub",
    "chapter.xhtml",
    "each paragraph followed by its translation, for e-readers",
    prepare,
    default=True,
)
