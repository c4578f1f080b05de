"""The identifier of each edition: the one given, else a UUID that stays the same over rebuilds. Pure."""

from __future__ import annotations

import re
import uuid

from bookbuild.model.book import Book

NAMESPACE = uuid.UUID("6c1c5c0e-8f0f-5d3a-9b0e-2f6b6f0f7a11")
"""Of identifiers that are made from a book's name where book.toml gives none (RFC 9562, version 5)."""


def identify(book: Book, edition: str = "", given: str = "") -> str:
    """Return an edition's identifier; `edition` is empty for the one that bears the book's own."""
    if given:
        isbn = re.sub(r"[ -]|^isbn:?", "", given, flags=re.IGNORECASE)
        return f"urn:isbn:{isbn}" if re.fullmatch(r"(97[89])?\d{9}[\dXx]", isbn) else given
    name = "/".join((book.slug, *(language.tag for language in book.languages), *([edition] if edition else [])))
    return f"urn:uuid:{uuid.uuid5(NAMESPACE, name)}"


def identify_print(book: Book, edition: str, ebook: str, *, default: bool) -> str:
    """Return a printed edition's identifier, which e-books name as the source of their page numbers.

    The book's own identifier is that of the default one where the e-book has another (`ebook`): both cannot have it.
    """
    return identify(book, f"{edition}.pdf", book.metadata.identifier if ebook and default else "")
