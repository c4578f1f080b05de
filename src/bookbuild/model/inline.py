"""Inlines: what a block's text is made of; model.py passes all of them on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Plain characters, white space already folded to single spaces."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stress; the script decides how it looks."""

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
class LineBreak:
    """A forced end of line, as in verse."""


@dataclass(frozen=True, slots=True)
class Caesura:
    """The middle of a line of verse that is set in two half-lines, as Arabic poetry is."""


@dataclass(frozen=True, slots=True)
class CellEnd:
    """The end of a table's cell that another one follows."""


@dataclass(frozen=True, slots=True)
class RowEnd:
    """The end of a table's row that another one follows; the first row is the table's head."""


@dataclass(frozen=True, slots=True)
class ParagraphEnd:
    """The end of a paragraph that another one of the same unit follows."""


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
    """The number of a line, to stand in the margin beside it; made from a first layout, for paged output only."""

    number: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Where a page of the printed edition begins, for e-books."""

    number: int
    label: str
    """The number as it is printed."""


@dataclass(frozen=True, slots=True)
class UnitMark:
    """What leads from a unit to its translation, where that is a note."""

    unit: str
    """The unit's id."""
    written: str
    """What is seen: the unit's number or a star."""
    text: str = ""
    """Of a heading its words, which tell one star from another where they are spoken."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one direction inside text of the other; made by runs.py for engines that do not order text themselves."""

    direction: str
    """rtl or ltr."""
    tag: str
    """BCP 47: und with the script of the letters, as und-Latn; empty where the text around it tells enough."""
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Unbroken:
    """Words that stay on one line; made by markup.py."""

    children: tuple[Inline, ...]


End = LineBreak | Caesura | CellEnd | RowEnd | ParagraphEnd
"""Inlines at which a stretch of text ends, for the order of characters and for white space."""
Mark = NoteReference | LineMark | PageBreak | UnitMark
"""Inlines that are no text of the book."""
Inline = Text | Emphasis | Strong | Link | Code | End | Mark | Image | Run | Unbroken
Wrapper = Emphasis | Strong | Link | Run | Unbroken
"""Inlines that hold others."""


def plain(content: tuple[Inline, ...]) -> str:
    """Give the characters of inlines; note marks and images give none."""
    parts: list[str] = []
    for inline in content:
        match inline:
            case Text(text) | Code(text):
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
    """All inlines, parents before children, in reading order."""
    for inline in content:
        yield inline
        if isinstance(inline, Wrapper):
            yield from walk(inline.children)
