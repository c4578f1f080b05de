"""What a document gives, and how it marks small pieces: raised figures, quotation marks, edges of emphasis. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bookbuild.book.readers import RawNote
from bookbuild.model.book import Block
from bookbuild.model.inline import Emphasis, Image, Inline, LineBreak, Link, Strong, Text, plain
from bookbuild.model.inlines import tidy


@dataclass(frozen=True, slots=True)
class Converted:
    """What a document holds."""

    blocks: tuple[Block, ...]
    notes: tuple[RawNote, ...]
    grid: tuple[tuple[Block | None, ...], ...]
    """The cells of all tables, row by row: a document may be one table with a column a language."""
    grid_notes: tuple[RawNote, ...]
    """What the cells refer to, apart from the notes of the text."""
    language: str
    losses: tuple[str, ...]


RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
QUOTES = {"SingleQuote": "‘’", "DoubleQuote": "“”"}


def moved(inner: Sequence[Inline], letters: Mapping[int, int]) -> Iterator[Inline]:
    """Write raised and lowered figures as characters that are so by themselves."""
    for inline in inner:
        if isinstance(inline, Text) and all(ord(c) in letters for c in inline.text):
            yield Text(inline.text.translate(letters))
        else:
            yield inline


def wrapped(kind: type[Emphasis | Strong], inner: list[Inline]) -> Iterator[Inline]:
    """Give emphasis without white space at its edges, which Markdown cannot say; none where there are no words."""
    text = plain(tuple(inner))
    if not text.strip():
        yield from inner
        return
    if text[0].isspace():
        yield Text(" ")
    yield kind(trimmed(tidy(inner)))
    if text[-1].isspace():
        yield Text(" ")


def trimmed(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Take line breaks off the ends."""
    while content and isinstance(content[0], LineBreak):
        content = content[1:]
    while content and isinstance(content[-1], LineBreak):
        content = content[:-1]
    return content


def stripped(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Take white space off the ends, also such as does not break."""
    if content and isinstance(content[0], Text):
        content = (Text(content[0].text.lstrip()), *content[1:])
    if content and isinstance(content[-1], Text):
        content = (*content[:-1], Text(content[-1].text.rstrip()))
    return tuple(i for i in content if i != Text(""))


def listed_only(nodes: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a paragraph is nothing but a link into a Word document's own table of contents."""
    kinds = [node for node in nodes if node["t"] not in {"Space", "SoftBreak", "Span"}]
    return bool(kinds) and all(n["t"] == "Link" and n["c"][2][0].startswith("#_Toc") for n in kinds)


def only_pictures(content: tuple[Inline, ...]) -> tuple[Image, ...]:
    """Give the pictures of a paragraph that holds nothing else: Markdown makes a figure of each."""
    rest = tuple(i for i in content if not isinstance(i, Image | LineBreak))
    if plain(rest).strip() or any(not isinstance(i, Text) for i in rest):
        return ()
    return tuple(i for i in content if isinstance(i, Image))


def renamed(
    content: Sequence[Inline], names: Mapping[str, str], said: Mapping[str, str] | None = None
) -> tuple[Inline, ...]:
    """Give pictures other names; those that have none are left out, with the emphasis or link around them.

    `said` describes pictures, by their old names, that have no description.
    """
    made: list[Inline] = []
    for inline in content:
        if isinstance(inline, Image):
            if inline.source in names:
                alt = inline.alt or (said or {}).get(inline.source, "")
                made.append(replace(inline, source=names[inline.source], alt=alt))
        elif isinstance(inline, Emphasis | Strong | Link):
            if children := renamed(inline.children, names, said):
                made.append(replace(inline, children=children))
        else:
            made.append(inline)
    return tidy(made)
