"""Readers of texts, one module per format, found by their names here: characters in, blocks out. Readers are pure."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from bookbuild.model.book import Block


@dataclass(frozen=True, slots=True)
class RawNote:
    """A note whose mark has not been looked up yet."""

    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ParsedText:
    """The blocks and notes of one file."""

    blocks: tuple[Block, ...]
    notes: tuple[RawNote, ...] = ()
    infer_headings: bool = False
    """Whether the format cannot mark headings, so that headings.py must infer them."""


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """The settings of book.toml that readers need."""

    paragraphs: str = "auto"
    """auto, lines or blank-lines: what separates the paragraphs of plain text."""


Reader = Callable[[str, str, ReaderOptions], ParsedText]
"""Takes a file's characters, its path for messages, and options; raises SourceError."""


@cache
def readers() -> dict[str, Reader]:
    """Return the readers of all modules in this package, by file suffix with its dot."""
    by_suffix: dict[str, Reader] = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        for suffix in loaded.SUFFIXES:
            by_suffix[suffix] = loaded.read
    return by_suffix
