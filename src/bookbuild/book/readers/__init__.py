"""Readers of texts: one module a format, found by itself. A reader is pure: characters in, blocks out."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from bookbuild.model.book import Block


@dataclass(frozen=True, slots=True)
class RawNote:
    """A note before its mark is looked for."""

    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reader finds in one file."""

    blocks: tuple[Block, ...]
    notes: tuple[RawNote, ...] = ()
    infer_headings: bool = False
    """Whether the format cannot say what a heading is, so that headings.py has to find out."""


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """What book.toml says of reading."""

    paragraphs: str = "auto"


Reader = Callable[[str, str, ReaderOptions], Parsed]
"""Takes characters, the path for messages and options; raises SourceError."""


@cache
def readers() -> dict[str, Reader]:
    """Give file suffix (with its dot) to reader, of every module in this package."""
    found: dict[str, Reader] = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        for suffix in loaded.SUFFIXES:
            found[suffix] = loaded.read
    return found
