"""Inlines in, the same folded, sliced, split or with others inserted out; offsets are those of plain(). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from bookbuild.model.characters import fold_spaces
from bookbuild.model.inline import (
    Caesura,
    Code,
    Emphasis,
    End,
    Inline,
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
    return _strip_end(_fold_content(joined, after_space=True)[0])


def begins_with_speaker(content: tuple[Inline, ...]) -> bool:
    """Return whether a paragraph is a turn of a dialogue: it begins with a strong name and a colon."""
    if len(content) < 2 or not isinstance(content[0], Strong):
        return False
    name = plain(content[:1]).rstrip()
    rest = plain(content[1:2]).lstrip()
    return bool(name.strip(_COLONS)) and len(name) <= _LONGEST_NAME and (name[-1] in _COLONS or rest[:1] in {*_COLONS})


_COLONS = ":\uff1a\ufe55"
_LONGEST_NAME = 40
"""Characters."""
_CAESURA = re.compile(r"[ \t]+//[ \t]+")
"""What separates the half-lines of a verse."""


def is_aside(content: tuple[Inline, ...]) -> bool:
    """Return whether all of a paragraph is emphasised, as a stage direction is: nothing but marks of notes is not."""
    others = [one for one in content if not isinstance(one, NoteReference) and plain((one,)).strip()]
    return len(others) == 1 and isinstance(others[0], Emphasis)


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


def replace_inlines(content: Sequence[Inline], change: Callable[[Inline], Inline]) -> tuple[Inline, ...]:
    """Return the inlines with each of them changed, also those inside others."""
    return tuple(
        replace(inline, children=replace_inlines(inline.children, change))
        if isinstance(inline, Wrapper)
        else change(inline)
        for inline in content
    )


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


def _fold_content(content: Sequence[Inline], *, after_space: bool) -> tuple[tuple[Inline, ...], bool]:
    """Fold white space and drop spaces beside another or a line break; return also whether a space comes last."""
    out: list[Inline] = []
    for inline in content:
        if isinstance(inline, Text):
            folded = fold_spaces(f"x{inline.text}x")[1:-1]
            if after_space:
                folded = folded.lstrip(" ")
            if folded:
                after_space = folded.endswith(" ")
                out.append(Text(folded))
        elif isinstance(inline, Wrapper):
            children, after_space = _fold_content(inline.children, after_space=after_space)
            out.append(replace(inline, children=children))
        elif isinstance(inline, End):
            out, after_space = [*_strip_end(tuple(out)), inline], True
        else:
            after_space = after_space and isinstance(inline, NoteReference)
            out.append(inline)
    return tuple(out), after_space


def _strip_end(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    if content and isinstance(content[-1], Text):
        text = content[-1].text.rstrip(" ")
        return (*content[:-1], Text(text)) if text else content[:-1]
    return content
