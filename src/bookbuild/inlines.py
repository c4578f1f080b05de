"""Inlines as a parser gives them in, the same with white space folded over the whole block out. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bookbuild.model import Emphasis, Inline, LineBreak, Link, NoteReference, Strong, Text
from bookbuild.source_text import fold


def tidy(content: Sequence[Inline]) -> tuple[Inline, ...]:
    """Join neighbouring texts and fold white space over the whole block, also across markup."""
    joined: list[Inline] = []
    for inline in content:
        last = joined[-1] if joined else None
        if isinstance(inline, Text) and isinstance(last, Text):
            joined[-1] = Text(last.text + inline.text)
        else:
            joined.append(inline)
    return _Folding().block(joined)


class _Folding:
    """Folds white space; a space is dropped at the block's edges and beside another space or a line break."""

    def __init__(self) -> None:
        self.after_space = True

    def block(self, content: Sequence[Inline]) -> tuple[Inline, ...]:
        return _strip_end(self._fold(content))

    def _fold(self, content: Sequence[Inline]) -> tuple[Inline, ...]:
        out: list[Inline] = []
        for inline in content:
            match inline:
                case Text(text):
                    folded = fold(f"x{text}x")[1:-1]
                    if self.after_space:
                        folded = folded.lstrip(" ")
                    if folded:
                        self.after_space = folded.endswith(" ")
                        out.append(Text(folded))
                case LineBreak():
                    out = list(_strip_end(tuple(out)))
                    self.after_space = True
                    out.append(inline)
                case Emphasis(children):
                    out.append(Emphasis(self._fold(children)))
                case Strong(children):
                    out.append(Strong(self._fold(children)))
                case Link(href, children):
                    out.append(Link(href, self._fold(children)))
                case NoteReference():
                    out.append(inline)
                case _:
                    self.after_space = False
                    out.append(inline)
        return tuple(out)


def _strip_end(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    if content and isinstance(content[-1], Text):
        text = content[-1].text.rstrip(" ")
        return (*content[:-1], Text(text)) if text else content[:-1]
    return content
