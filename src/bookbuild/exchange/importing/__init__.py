"""Texts of other formats in, files of a book's folder out. One module a family of formats, found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bookbuild.book.readers import RawNote
from bookbuild.model.book import Block


@dataclass(frozen=True, slots=True)
class Text:
    """One text of one language, or of one that is not known yet."""

    blocks: tuple[Block, ...]
    notes: tuple[RawNote, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Pictures, by their paths in the book's folder."""
    language: str = ""
    """What the file says; a tag, mostly."""
    losses: tuple[str, ...] = ()
    """What could not be taken over, for messages."""
    structured: bool = False
    """Whether the file says what a heading is."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Texts that are paired already: a row a unit, a block or nothing a language."""

    languages: tuple[str, ...]
    """As the file names them."""
    rows: tuple[tuple[Block | None, ...], ...]
    structured: bool = False
    losses: tuple[str, ...] = ()
    notes: tuple[RawNote, ...] = ()
    """Those that the blocks of all languages refer to."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """As of a text."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user said."""

    languages: tuple[str, ...] = ()
    """Tags, in the order of files or columns."""


Importer = Callable[[Path, bytes, str, Asked], Text | Pairs]
"""Takes the file's path, its content, its name for messages and what the user said; raises SourceError."""


@cache
def importers() -> dict[str, Importer]:
    """Give file suffix (with its dot) to importer, of every module in this package."""
    found: dict[str, Importer] = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        for suffix in getattr(loaded, "SUFFIXES", ()):
            found[suffix] = loaded.read
    return found
