"""Editions: what a book is made into. One module an edition, found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from bookbuild.model import Book


@dataclass(frozen=True, slots=True)
class Edition:
    """One way to show a book."""

    name: str
    format: str
    """pdf or epub: which writer makes it."""
    template: str
    """The layout's name; the project or the book may have its own of that name."""
    description: str
    prepare: Callable[[Book], Book]
    """Leaves out what the edition does not show."""
    default: bool = False
    """Whether the output is named after the book alone."""

    def file_name(self, slug: str) -> str:
        """Give the output's name in dist/."""
        return f"{slug}.{self.format}" if self.default else f"{slug}-{self.name}.{self.format}"


@cache
def editions() -> dict[str, Edition]:
    """Give name to edition, of every module in this package."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        edition: Edition = importlib.import_module(f"{__name__}.{module.name}").EDITION
        found[edition.name] = edition
    return found
