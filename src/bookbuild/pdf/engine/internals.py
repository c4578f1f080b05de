"""Parts of WeasyPrint 70 and pydyf 0.13 that have no types or no public name: the one module that names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# WeasyPrint, pydyf and Pango's cffi binding ship no types: an alias says which kind of object is meant
Module = Any
"""A module that is imported late."""
Document = Any
"""A weasyprint.Document, or one of its pages."""
Metadata = Any
"""The metadata of a document."""
Box = Any
"""A box of the layout, or the wrapper around an absolutely placed one."""
Style = Any
"""The computed style of a box."""
Context = Any
"""The state of a layout: a LayoutContext."""
Stylesheet = Any
"""A weasyprint.CSS."""
FontConfiguration = Any
"""The faces that a document can use."""
Fetcher = Any
"""A URLFetcher; its class can only be made once WeasyPrint is imported."""
Stream = Any
"""The content stream of a page that is being drawn."""
Font = Any
"""A font as it stands in a PDF that is being drawn."""
PangoItem = Any
"""A PangoGlyphItem: the glyphs of a run of text in one font."""
Matrix = Any
"""A transformation of coordinates."""
PdfFile = Any
"""A pydyf.PDF."""
PdfObject = Any
"""A pydyf object, or what stands for one: a string, bytes, a number."""

Replacement = Callable[..., Any]
"""A function that gets the function it replaces, then the arguments."""


@contextmanager
def override(owner: Module, name: str, replacement: Replacement) -> Iterator[None]:
    """Replace a function of a module or a method of a class for a while."""
    original = getattr(owner, name)

    def call(*arguments: object, **options: object) -> object:
        return replacement(original, *arguments, **options)

    setattr(owner, name, call)
    try:
        yield
    finally:
        setattr(owner, name, original)


def page_box(page: Document) -> Box:
    """Return the outermost box of a page."""
    return page._page_box


def unwrap(box: Box) -> Box:
    """Return a box itself where it is wrapped, as absolutely placed ones are."""
    return getattr(box, "_box", box)


def is_tagged(stream: Stream) -> bool:
    """Return whether what is drawn on a page is tagged."""
    return stream._tags is not None


def use_folder(fonts: FontConfiguration, folder: Path) -> None:
    """Let WeasyPrint keep its copies of faces in a folder that it neither makes nor removes.

    It would remove its own one when the configuration is garbage-collected, which at the end of the program is too
    late: by then shutil is gone. Workers do not even come to that.
    """
    fonts._folder = _Kept(folder)


class _Kept(type(Path())):  # type: ignore[misc]  # the class of this system's paths
    """A path that is no reason to remove a folder."""

    def __bool__(self) -> bool:
        return False
