"""Take files of other formats; return texts or pairs of texts. One module per family of formats, found by name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bookbuild.book.readers import RawNote
from bookbuild.model.book import Block


@dataclass(frozen=True, slots=True)
class ImportedText:
    """A text in one language, which may not be known yet."""

    blocks: tuple[Block, ...]
    notes: tuple[RawNote, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Pictures: path in the book's folder -> content."""
    language: str = ""
    """What the file declares: a language tag, as a rule; empty if nothing."""
    losses: tuple[str, ...] = ()
    """What was left out, for messages."""
    structured: bool = False
    """Whether the file marks up its structure, such as headings."""


PairRow = tuple[tuple[Block, ...], ...]
"""Partners: per language, its blocks."""


def build_row(blocks: Iterable[Block | None]) -> PairRow:
    """Return a row with one block, or none, per language."""
    return tuple((block,) if block else () for block in blocks)


@dataclass(frozen=True, slots=True)
class ImportedPairs:
    """Texts that are already paired: one row per unit, with the blocks of each language, if it has any."""

    languages: tuple[str, ...]
    """Language names as in the file; as long as each row."""
    rows: tuple[PairRow, ...]
    structured: bool = False
    losses: tuple[str, ...] = ()
    notes: tuple[RawNote, ...] = ()
    """Notes that the blocks of all languages refer to."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Pictures: path in the book's folder -> content."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user chose on the command line."""

    languages: tuple[str, ...] = ()
    """Language tags, in the order of files or columns."""


Importer = Callable[[Path, bytes, str, ImportOptions], ImportedText | ImportedPairs]
"""Takes the file's path, content, name for messages, and the options; raises SourceError."""


@cache
def importers() -> dict[str, Importer]:
    """Return the importer for each file suffix (with its dot), from all modules of this package."""
    importers_by_suffix: dict[str, Importer] = {}
    for module in pkgutil.iter_modules(__path__):
        imported_module = importlib.import_module(f"{__name__}.{module.name}")
        for suffix in getattr(imported_module, "SUFFIXES", ()):
            importers_by_suffix[suffix] = imported_module.read
    return importers_by_suffix
