"""The content of a converted document, and helpers for inlines: scripts, quotation marks, edges. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bookbuild.book.readers import RawNote
from bookbuild.model.book import Block
from bookbuild.model.inline import Emphasis, Image, Inline, LineBreak, Link, Strong, Text, plain
from bookbuild.model.inlines import tidy_inlines


@dataclass(frozen=True, slots=True)
class ConvertedDocument:
    """What a document contains."""

    blocks: tuple[Block, ...]
    notes: tuple[RawNote, ...]
    table_cells: tuple[tuple[Block | None, ...], ...]
    """The cells of all tables, row by row: a document may be one table with one column per language."""
    table_notes: tuple[RawNote, ...]
    """The notes of `table_cells`, numbered apart from those of the text."""
    language: str
    losses: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    """Labels of items of lists, also of empty ones, that are not part of their text."""


SUPERSCRIPT = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
QUOTES = {"SingleQuote": "‘’", "DoubleQuote": "“”"}


def convert_script(inner: Sequence[Inline], characters: Mapping[int, int]) -> Iterator[Inline]:
    """Yield script text in its own Unicode characters; text with characters that have no such form stays as it is."""
    for inline in inner:
        if isinstance(inline, Text) and all(ord(c) in characters for c in inline.text):
            yield Text(inline.text.translate(characters))
        else:
            yield inline


def wrap_emphasis(kind: type[Emphasis | Strong], inner: list[Inline]) -> Iterator[Inline]:
    """Yield emphasis with white space moved outside, as Markdown needs; blank content without emphasis."""
    inner = list(_unwrap(kind, inner))
    text = plain(tuple(inner))
    if not text.strip():
        yield from inner
        return
    if text[0].isspace():
        yield Text(" ")
    yield kind(trim_line_breaks(tidy_inlines(inner)))
    if text[-1].isspace():
        yield Text(" ")


def _unwrap(kind: type[Emphasis | Strong], inlines: Sequence[Inline]) -> Iterator[Inline]:
    """Yield inlines without marks of a kind, which mean nothing within the same kind and confuse Markdown."""
    for inline in inlines:
        if isinstance(inline, kind):
            yield from _unwrap(kind, inline.children)
        elif isinstance(inline, Emphasis | Strong | Link):
            yield replace(inline, children=tuple(_unwrap(kind, inline.children)))
        else:
            yield inline


def trim_line_breaks(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return inlines without line breaks at the ends."""
    while content and isinstance(content[0], LineBreak):
        content = content[1:]
    while content and isinstance(content[-1], LineBreak):
        content = content[:-1]
    return content


def trim_white_space(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return inlines without white space at the ends, no-break spaces included."""
    if content and isinstance(content[0], Text):
        content = (Text(content[0].text.lstrip()), *content[1:])
    if content and isinstance(content[-1], Text):
        content = (*content[:-1], Text(content[-1].text.rstrip()))
    return tuple(i for i in content if i != Text(""))


def is_contents_entry(nodes: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a paragraph is only links of the table of contents of a Word document (`#_Toc…`)."""
    kinds = [node for node in nodes if node["t"] not in {"Space", "SoftBreak", "Span"}]
    return bool(kinds) and all(n["t"] == "Link" and n["c"][2][0].startswith("#_Toc") for n in kinds)


def find_lone_pictures(content: tuple[Inline, ...]) -> tuple[Image, ...]:
    """Return the pictures of a paragraph that has nothing else: Markdown makes a figure of each."""
    rest = tuple(i for i in content if not isinstance(i, Image | LineBreak))
    if plain(rest).strip() or any(not isinstance(i, Text) for i in rest):
        return ()
    return tuple(i for i in content if isinstance(i, Image))


def rename_pictures(
    content: Sequence[Inline], names: Mapping[str, str], descriptions: Mapping[str, str] | None = None
) -> tuple[Inline, ...]:
    """Return inlines with pictures renamed; pictures without a new name go, with the emphasis or link around them.

    `names`: old name -> new name. `descriptions`: old name -> alt text, for pictures that have none.
    """
    inlines: list[Inline] = []
    for inline in content:
        if isinstance(inline, Image):
            if inline.source in names:
                alt = inline.alt or (descriptions or {}).get(inline.source, "")
                inlines.append(replace(inline, source=names[inline.source], alt=alt))
        elif isinstance(inline, Emphasis | Strong | Link):
            if children := rename_pictures(inline.children, names, descriptions):
                inlines.append(replace(inline, children=children))
        else:
            inlines.append(inline)
    return tidy_inlines(inlines)
