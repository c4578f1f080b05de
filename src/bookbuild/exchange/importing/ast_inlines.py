"""Pandoc's inlines in, our inlines and notes out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bookbuild.book.readers import RawNote
from bookbuild.exchange.importing import marks
from bookbuild.exchange.importing.latex import is_silent
from bookbuild.model.book import Block
from bookbuild.model.inline import Code, Emphasis, Image, Inline, LineBreak, Link, NoteReference, Strong, Text, plain
from bookbuild.model.inlines import tidy

_SCHEMES = ("http://", "https://", "mailto:")
Node = Mapping[str, Any]


class Inlines:
    """The part of a pass over a tree that makes inlines; blocks of notes are left to the whole."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.notes: list[RawNote] = []
        self.losses: list[str] = []
        self.inside = False
        """Whether this is a note."""

    def run(self, nodes: Sequence[Node]) -> None:
        """Make blocks."""
        raise NotImplementedError

    def inlines(self, nodes: Sequence[Node]) -> list[Inline]:
        """Convert inlines."""
        found: list[Inline] = []
        words: list[str] = []  # joined at once, for paragraphs of a million words
        for node in nodes:
            for inline in self._inline(node):
                if isinstance(inline, Text):
                    words.append(inline.text)
                    continue
                if words:
                    found.append(Text("".join(words)))
                    words = []
                found.append(inline)
        return [*found, Text("".join(words))] if words else found

    def _inline(self, node: Node) -> Iterator[Inline]:
        content: Any = node.get("c")
        match node["t"]:
            case "Str":
                yield Text(content)
            case "Space" | "SoftBreak":
                yield Text(" ")
            case "LineBreak":
                yield LineBreak()
            case "Emph" | "Underline":
                yield from marks.wrapped(Emphasis, self.inlines(content))
            case "Strong":
                yield from marks.wrapped(Strong, self.inlines(content))
            case "Superscript":
                yield from marks.moved(self.inlines(content), marks.RAISED)
            case "Subscript":
                yield from marks.moved(self.inlines(content), marks.LOWERED)
            case "Strikeout" | "SmallCaps":
                yield from self.inlines(content)
            case "Quoted":
                opening, closing = tuple(marks.QUOTES[content[0]["t"]])
                yield from (Text(opening), *self.inlines(content[1]), Text(closing))
            case "Cite" | "Span":
                yield from self.inlines(content[1])
            case "Code" | "Math" if content[1].strip():
                yield Code(" ".join(content[1].split()))
            case "RawInline":
                if re.fullmatch(r"<br\s*/?>", content[1].strip()):
                    yield LineBreak()
                elif content[1].strip() and not content[1].strip().startswith("<") and not is_silent(*content):
                    self.losses.append(f"a piece of {content[0]}: {content[1].strip()[:40]}")
            case "Link":
                inner = self.inlines(content[1])
                if content[2][0].lower().startswith(_SCHEMES) and plain(tuple(inner)).strip():
                    yield Link(content[2][0], tuple(inner))
                else:
                    yield from inner
            case "Image":
                yield Image(content[2][0], plain(tidy(self.inlines(content[1]))))
            case "Note":
                yield from self._note(content)
            case "Code" | "Math":
                pass
            case _:
                self.losses.append(f"a {node['t']}")

    def _note(self, nodes: Sequence[Node]) -> Iterator[Inline]:
        apart = type(self)()
        apart.inside, apart.losses = True, self.losses
        apart.run(nodes)
        if not apart.blocks:
            return
        if self.inside:  # a note in a note stands in brackets
            yield Text(f" ({' '.join(b.text for b in apart.blocks)})")
            return
        label = str(len(self.notes) + 1)
        self.notes.append(RawNote(label, tuple(apart.blocks)))
        yield NoteReference(label)
