"""The handout: all languages side by side, for print."""

from __future__ import annotations

from bookbuild.editions import Edition
from bookbuild.model import Book


def prepare(book: Book) -> Book:
    """Show everything."""
    return book


EDITION = Edition(
    "handout", "pdf", "handout.html", "all languages side by side on A4, to print for class", prepare, default=True
)
