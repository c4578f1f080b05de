"""Inlines: the elements of a block's text. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Plain characters, white space already folded to single spaces."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stress; its look depends on the script."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """Importance."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an http(s) or mailto address."""

    href: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Literal characters, never touched by typography."""

    text: str


@dataclass(frozen=True, slots=True)
class Equation:
    """Mathematics."""

    source: str
    """LaTeX, white space folded to single spaces."""
    display: bool = False
    """Whether it stands on a line of its own."""


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A forced end of line, as in verse."""


@dataclass(frozen=True, slots=True)
class Caesura:
    """The gap between the half-lines of a verse, as in Arabic poetry."""


@dataclass(frozen=True, slots=True)
class CellEnd:
    """The end of a table cell that is followed by another."""


@dataclass(frozen=True, slots=True)
class RowEnd:
    """The end of a table row that is followed by another; the first row is the table's head."""


@dataclass(frozen=True, slots=True)
class ParagraphEnd:
    """The end of a paragraph that is followed by another of the same unit."""


@dataclass(frozen=True, slots=True)
class NoteReference:
    """The place of a note's mark."""

    label: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture from the book's folder."""

    source: str
    """Path relative to the book's folder, checked to lie in it."""
    alt: str


@dataclass(frozen=True, slots=True)
class LineMark:
    """The number of a line, set in the margin beside it; made from a first layout, for paged output only."""

    number: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Where a page of the printed edition begins, for e-books."""

    number: int
    label: str
    """The number as it is printed."""


@dataclass(frozen=True, slots=True)
class UnitMark:
    """The link from a unit to its translation, where that is a note."""

    unit: str
    """The unit's id."""
    written: str
    """What is shown: the unit's number or a star."""
    text: str = ""
    """A heading's words, by which a screen reader distinguishes its star from others."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one direction inside text of the other, for engines that do not reorder text themselves."""

    direction: str
    """rtl or ltr."""
    tag: str
    """BCP 47: und with the script of the letters, as und-Latn; empty where that of the surrounding text holds."""
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Unbroken:
    """Words that stay on one line."""

    children: tuple[Inline, ...]


End = LineBreak | Caesura | CellEnd | RowEnd | ParagraphEnd
"""Inlines that end a stretch of text, for the order of characters and for white space."""
Mark = NoteReference | LineMark | PageBreak | UnitMark
"""Inlines that are not text of the book."""
Inline = Text | Emphasis | Strong | Link | Code | Equation | End | Mark | Image | Run | Unbroken
Wrapper = Emphasis | Strong | Link | Run | Unbroken
"""Inlines that contain others."""
Extra = Mapping[str, Mapping[int, Inline]]
"""Of a block's id: what stands at offsets of its text besides."""


def plain(content: tuple[Inline, ...]) -> str:
    """Return the characters of inlines.

    Line ends are newlines, gaps tabs, equations their LaTeX, marks and images nothing.
    """
    parts: list[str] = []
    for inline in content:
        match inline:
            case Text(text) | Code(text) | Equation(text):
                parts.append(text)
            case Emphasis() | Strong() | Link() | Run() | Unbroken():
                parts.append(plain(inline.children))
            case LineBreak() | RowEnd() | ParagraphEnd():
                parts.append("\n")
            case Caesura() | CellEnd():
                parts.append("\t")
            case _:
                pass
    return "".join(parts)


def walk(content: tuple[Inline, ...]) -> Iterator[Inline]:
    """Yield all inlines in reading order, parents before children."""
    for inline in content:
        yield inline
        if isinstance(inline, Wrapper):
            yield from walk(inline.children)
