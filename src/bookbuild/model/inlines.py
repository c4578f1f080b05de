"""Inlines in, the same folded, sliced, split or with others inserted out; offsets are those of plain(). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bookbuild.model.characters import fold_spaces
from bookbuild.model.inline import (
    Caesura,
    Code,
    Emphasis,
    End,
    Inline,
    Link,
    NoteReference,
    PageBreak,
    Strong,
    Text,
    Unbroken,
    Wrapper,
    plain,
)


def tidy_inlines(content: Sequence[Inline]) -> tuple[Inline, ...]:
    """Return a parser's inlines with neighbouring texts joined and white space folded, also across markup."""
    joined: list[Inline] = []
    for inline in content:
        last = joined[-1] if joined else None
        if isinstance(inline, Text) and isinstance(last, Text):
            joined[-1] = Text(last.text + inline.text)
        else:
            joined.append(inline)
    return _SpaceFolder().fold_block(joined)


_CAESURA = re.compile(r"[ \t]+//[ \t]+")
"""What separates the half-lines of a verse."""


def insert_caesuras(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return the inlines with a Caesura in place of each // between spaces."""
    inlines: list[Inline] = []
    for inline in content:
        if isinstance(inline, Text):
            for number, part in enumerate(_CAESURA.split(inline.text)):
                inlines += [Caesura()] if number else []
                inlines += [Text(part)] if part else []
        else:
            inlines.append(inline)
    return tuple(inlines)


def insert_at(content: tuple[Inline, ...], extra: Mapping[int, Inline]) -> tuple[Inline, ...]:
    """Return the inlines with those of `extra` inserted at their offsets.

    A Text becomes part of the text there; an Unbroken replaces the same words.
    """
    if not extra:
        return content
    inlines, _ = _insert_from(content, extra, 0)
    return inlines


def _insert_from(
    content: tuple[Inline, ...], extra: Mapping[int, Inline], position: int
) -> tuple[tuple[Inline, ...], int]:
    inlines: list[Inline] = []
    for inline in content:
        if isinstance(inline, Text):
            inlines += _split_text(inline.text, extra, position)
            position += len(inline.text)
        elif isinstance(inline, Code):
            # the only inline that is invisible, and so allowed in code
            marks = {offset: new for offset, new in extra.items() if isinstance(new, PageBreak)}
            inlines += [Code(c.text) if isinstance(c, Text) else c for c in _split_text(inline.text, marks, position)]
            position += len(inline.text)
        elif isinstance(inline, Wrapper):
            children, position = _insert_from(inline.children, extra, position)
            inlines.append(replace(inline, children=children))
        else:
            inlines.append(inline)
            position += len(plain((inline,)))
    return tuple(inlines), position


def _split_text(text: str, extra: Mapping[int, Inline], position: int) -> Iterator[Inline]:
    """Yield a text with the inlines whose offsets lie inside it; those that are text are joined to it."""
    written, spared = "", 0
    for index, char in enumerate(text):
        if index < spared:
            continue
        new = extra.get(position + index)
        if isinstance(new, Unbroken) and text.startswith(plain(new.children), index):
            spared = index + len(plain(new.children))
            if written:
                yield Text(written)
            yield new
            written = ""
            continue
        if isinstance(new, Text):
            written += new.text
        elif new is not None and not isinstance(new, Unbroken):
            if written:
                yield Text(written)
            yield new
            written = ""
        written += char
    if written:
        yield Text(written)


def slice_inlines(content: Sequence[Inline], start: int, end: int) -> tuple[Inline, ...]:
    """Return a stretch of the inlines; wrappers that it cuts are kept.

    An inline without characters goes with the character before it; at the very beginning, with the first.
    """
    inlines, _ = _slice_from(content, start, end, 0)
    return inlines


def _slice_from(content: Sequence[Inline], start: int, end: int, offset: int) -> tuple[tuple[Inline, ...], int]:
    inlines: list[Inline] = []
    for inline in content:
        if isinstance(inline, Wrapper):
            children, after = _slice_from(inline.children, start, end, offset)
            if children:
                inlines.append(replace(inline, children=children))
        elif isinstance(inline, Text | Code):
            after = offset + len(inline.text)
            inside = inline.text[max(0, start - offset) : max(0, end - offset)]
            if inside:
                inlines.append(replace(inline, text=inside))
        else:
            after = offset + len(plain((inline,)))
            if start < after <= end or (after == offset and (start < offset <= end or offset == start == 0)):
                inlines.append(inline)
        offset = after
    return tuple(inlines), offset


def split_inlines(content: Sequence[Inline], kind: type[Inline]) -> list[tuple[Inline, ...]]:
    """Return the inlines between those of a kind."""
    parts: list[list[Inline]] = [[]]
    for inline in content:
        if isinstance(inline, kind):
            parts.append([])
        else:
            parts[-1].append(inline)
    return [tuple(part) for part in parts]


class _SpaceFolder:
    """Folds white space; drops spaces at the block's ends and beside another space or a line break."""

    def __init__(self) -> None:
        self.after_space = True

    def fold_block(self, content: Sequence[Inline]) -> tuple[Inline, ...]:
        return _strip_end(self._fold(content))

    def _fold(self, content: Sequence[Inline]) -> tuple[Inline, ...]:
        out: list[Inline] = []
        for inline in content:
            match inline:
                case Text(text):
                    folded = fold_spaces(f"x{text}x")[1:-1]
                    if self.after_space:
                        folded = folded.lstrip(" ")
                    if folded:
                        self.after_space = folded.endswith(" ")
                        out.append(Text(folded))
                case _ if isinstance(inline, End):
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
