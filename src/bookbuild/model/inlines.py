"""Inlines as a parser gives them in, the same with white space folded over the whole block out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bookbuild.model.characters import fold
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


_CAESURA = re.compile(r"[ \t]+//[ \t]+")
"""What parts the half-lines of a verse."""


def halved(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Put a caesura where // stands between spaces."""
    found: list[Inline] = []
    for inline in content:
        if isinstance(inline, Text):
            for number, part in enumerate(_CAESURA.split(inline.text)):
                found += [Caesura()] if number else []
                found += [Text(part)] if part else []
        else:
            found.append(inline)
    return tuple(found)


def inserted(content: tuple[Inline, ...], extra: Mapping[int, Inline]) -> tuple[Inline, ...]:
    """Put inlines at offsets, counted in code points of model.plain(content).

    A text becomes part of the text there; what is unbroken takes the place of the same words.
    """
    if not extra:
        return content
    made, _ = _insert(content, extra, 0)
    return made


def _insert(content: tuple[Inline, ...], extra: Mapping[int, Inline], position: int) -> tuple[tuple[Inline, ...], int]:
    found: list[Inline] = []
    for inline in content:
        if isinstance(inline, Text):
            found += _cut(inline.text, extra, position)
            position += len(inline.text)
        elif isinstance(inline, Code):
            # what shows nothing may stand in code too
            marks = {at: new for at, new in extra.items() if isinstance(new, PageBreak)}
            found += [Code(c.text) if isinstance(c, Text) else c for c in _cut(inline.text, marks, position)]
            position += len(inline.text)
        elif isinstance(inline, Wrapper):
            children, position = _insert(inline.children, extra, position)
            found.append(replace(inline, children=children))
        else:
            found.append(inline)
            position += len(plain((inline,)))
    return tuple(found), position


def _cut(text: str, extra: Mapping[int, Inline], position: int) -> Iterator[Inline]:
    """Cut a text at the offsets inside of it; joins what is text itself."""
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


def portion(content: Sequence[Inline], start: int, end: int) -> tuple[Inline, ...]:
    """Cut inlines down to a stretch, counted in code points of content.plain(); wrappers that it cuts are kept.

    What has no characters goes with the character before it; at the very beginning of a text, with the first.
    """
    found, _ = _portion(content, start, end, 0)
    return found


def _portion(content: Sequence[Inline], start: int, end: int, at: int) -> tuple[tuple[Inline, ...], int]:
    found: list[Inline] = []
    for inline in content:
        if isinstance(inline, Wrapper):
            children, after = _portion(inline.children, start, end, at)
            if children:
                found.append(replace(inline, children=children))
        elif isinstance(inline, Text | Code):
            after = at + len(inline.text)
            inside = inline.text[max(0, start - at) : max(0, end - at)]
            if inside:
                found.append(replace(inline, text=inside))
        else:
            after = at + len(plain((inline,)))
            if start < after <= end or (after == at and (start < at <= end or at == start == 0)):
                found.append(inline)
        at = after
    return tuple(found), at


def split(content: Sequence[Inline], kind: type[Inline]) -> list[tuple[Inline, ...]]:
    """Cut inlines at those of a kind, which are left out."""
    parts: list[list[Inline]] = [[]]
    for inline in content:
        if isinstance(inline, kind):
            parts.append([])
        else:
            parts[-1].append(inline)
    return [tuple(part) for part in parts]


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
