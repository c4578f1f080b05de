"""Take the inlines of pandoc's tree; return inlines and notes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bookbuild.book.readers import RawNote
from bookbuild.exchange.importing import marks
from bookbuild.exchange.importing.latex import is_silent
from bookbuild.languages.equations import fold_source
from bookbuild.model.book import Block
from bookbuild.model.inline import (
    Code,
    Emphasis,
    Equation,
    Image,
    Inline,
    LineBreak,
    Link,
    NoteReference,
    Strong,
    Text,
    plain,
)
from bookbuild.model.inlines import tidy_inlines

_SCHEMES = ("http://", "https://", "mailto:")
Node = Mapping[str, Any]


class InlineBuilder:
    """Converts inlines; the subclass converts blocks, which notes consist of."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.notes: list[RawNote] = []
        self.losses: list[str] = []
        self.numbers: list[str] = []
        """Labels of items of lists, also of empty ones, that are not part of their text."""
        self.in_note = False
        """Whether the blocks are those of a note."""

    def convert_blocks(self, nodes: Sequence[Node]) -> None:
        """Convert blocks and add them to `blocks`."""
        raise NotImplementedError

    def convert_inlines(self, nodes: Sequence[Node]) -> list[Inline]:
        """Return the inlines; notes and losses are added to `notes` and `losses`."""
        inlines: list[Inline] = []
        words: list[str] = []  # joined once: a paragraph may have a million words
        for node in nodes:
            for inline in self._convert_inline(node):
                if isinstance(inline, Text):
                    words.append(inline.text)
                    continue
                if words:
                    inlines.append(Text("".join(words)))
                    words = []
                inlines.append(inline)
        return [*inlines, Text("".join(words))] if words else inlines

    def _convert_inline(self, node: Node) -> Iterator[Inline]:
        content: Any = node.get("c")
        match node["t"]:
            case "Str":
                yield Text(content)
            case "Space" | "SoftBreak":
                yield Text(" ")
            case "LineBreak":
                yield LineBreak()
            case "Emph" | "Underline":
                yield from marks.wrap_emphasis(Emphasis, self.convert_inlines(content))
            case "Strong":
                yield from marks.wrap_emphasis(Strong, self.convert_inlines(content))
            case "Superscript":
                yield from marks.convert_script(self.convert_inlines(content), marks.SUPERSCRIPT)
            case "Subscript":
                yield from marks.convert_script(self.convert_inlines(content), marks.SUBSCRIPT)
            case "Strikeout" | "SmallCaps":
                yield from self.convert_inlines(content)
            case "Quoted":
                opening, closing = tuple(marks.QUOTES[content[0]["t"]])
                yield from (Text(opening), *self.convert_inlines(content[1]), Text(closing))
            case "Cite" | "Span":
                yield from self.convert_inlines(content[1])
            case "Code" if content[1].strip():
                yield Code(" ".join(content[1].split()))
            case "Math" if source := fold_source(content[1]):
                yield Equation(source, display=content[0]["t"] == "DisplayMath")
            case "RawInline":
                if re.fullmatch(r"<br\s*/?>", content[1].strip()):
                    yield LineBreak()
                elif content[1].strip() and not content[1].strip().startswith("<") and not is_silent(*content):
                    self.losses.append(f"a piece of {content[0]}: {content[1].strip()[:40]}")
            case "Link":
                inner = self.convert_inlines(content[1])
                if content[2][0].lower().startswith(_SCHEMES) and plain(tuple(inner)).strip():
                    yield Link(content[2][0], tuple(inner))
                else:
                    yield from inner
            case "Image":
                yield Image(content[2][0], plain(tidy_inlines(self.convert_inlines(content[1]))))
            case "Note":
                yield from self._convert_note(content)
            case "Code" | "Math":
                pass
            case _:
                self.losses.append(f"a {node['t']}")

    def _convert_note(self, nodes: Sequence[Node]) -> Iterator[Inline]:
        builder = type(self)()
        builder.in_note, builder.losses, builder.numbers = True, self.losses, self.numbers
        builder.convert_blocks(nodes)
        if not builder.blocks:
            return
        if self.in_note:  # a note in a note is put in brackets
            yield Text(f" ({' '.join(b.text for b in builder.blocks)})")
            return
        label = str(len(self.notes) + 1)
        self.notes.append(RawNote(label, tuple(builder.blocks)))
        yield NoteReference(label)
