"""Inlines in, the same in runs of one direction out, for an engine that orders boxes but no characters. Pure.

WeasyPrint lays every inline box out apart and reverses the boxes of a right-to-left line. So a text whose order UAX #9
gives across markup or line ends has to be cut where the embedding level changes, and what is of a higher level has to
stand in a box of its own direction, nested as the levels are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from bookbuild.languages.bidi import CONTROLS, JOINER, WORD_JOINER, joined, levels
from bookbuild.model.inline import End, Inline, LineMark, NoteReference, Run, Text, Wrapper

_OBJECT = "\ufffc"
"""Stands for what is not text, as rule X5c and CSS have it: a neutral."""
_WITHOUT_SHAPE = dict.fromkeys(map(ord, CONTROLS))


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A piece of one level."""

    inline: Inline
    level: int


@dataclass(frozen=True, slots=True)
class _Node:
    """A wrapper with what it holds."""

    wrapper: Wrapper
    children: tuple[_Tree, ...]


_Tree = _Leaf | _Node


def directed(content: tuple[Inline, ...], direction: str) -> tuple[Inline, ...]:
    """Cut inlines into nested runs by their embedding levels (UAX #9), the paragraph's own direction given.

    Characters without shape that order text are left out: the runs say what they said.
    """
    found: list[Inline] = []
    for segment in _segments(_stuck(content)):
        trees, _ = _trees(segment, levels(_flat(segment), direction), 0)
        base = 1 if direction == "rtl" else 0
        found += _emit(_closed(trees), base)
    return _rejoined(tuple(found))


def _stuck(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Put a word joiner before the marks of notes, which must not begin a line."""
    found: list[Inline] = []
    for inline in content:
        if isinstance(inline, NoteReference) and found and not isinstance(found[-1], End):
            found.append(Text(WORD_JOINER))
        elif isinstance(inline, Wrapper):
            inline = replace(inline, children=_stuck(inline.children))  # noqa: PLW2901 - the same, mended
        found.append(inline)
    return tuple(found)


def _segments(content: tuple[Inline, ...]) -> Iterator[tuple[Inline, ...]]:
    """Cut after forced line ends and cells: what stands there is a paragraph of its own (CSS Writing Modes 4, 2.4)."""
    start = 0
    for n, inline in enumerate(content):
        if isinstance(inline, End):
            yield content[start : n + 1]
            start = n + 1
    yield content[start:]


def _flat(content: Sequence[Inline]) -> str:
    parts = []
    for inline in content:
        match inline:
            case Text(text):
                parts.append(text)
            case _ if isinstance(inline, End):
                parts.append("\u2028")
            case LineMark():
                pass  # out of the line
            case _ if isinstance(inline, Wrapper):
                parts.append(_flat(inline.children))
            case _:
                parts.append(_OBJECT)
    return "".join(parts)


def _trees(content: Sequence[Inline], level: Sequence[int], position: int) -> tuple[tuple[_Tree, ...], int]:
    """Cut texts where the level changes; gives the trees and the position after them."""
    found: list[_Tree] = []
    for inline in content:
        if isinstance(inline, Text):
            start = 0
            for n in range(1, len(inline.text) + 1):
                if n == len(inline.text) or level[position + n] != level[position + start]:
                    found.append(_Leaf(Text(inline.text[start:n]), level[position + start]))
                    start = n
            position += len(inline.text)
        elif isinstance(inline, Wrapper):
            children, position = _trees(inline.children, level, position)
            found.append(_Node(inline, children))
        elif isinstance(inline, LineMark):
            found.append(_Leaf(inline, level[min(position, len(level) - 1)] if level else 0))
        else:
            found.append(_Leaf(inline, level[position]))
            position += 1
    return tuple(found), position


def _leaves(tree: _Tree) -> Iterator[_Leaf]:
    if isinstance(tree, _Leaf):
        yield tree
    else:
        for child in tree.children:
            yield from _leaves(child)


def _lowest(tree: _Tree) -> int:
    return min((leaf.level for leaf in _leaves(tree)), default=0)


def _closed(trees: tuple[_Tree, ...]) -> tuple[_Tree, ...]:
    """Cut wrappers in two where a run of a higher level than their own goes on outside of them."""
    pending, found = list(trees), []
    before: int | None = None
    """The level of the leaf before the tree that is looked at."""
    while pending:
        tree = pending.pop(0)
        leaves = list(_leaves(tree))
        if not leaves:
            continue
        if isinstance(tree, _Node):
            own = _lowest(tree)
            following = next((leaf.level for other in pending for leaf in _leaves(other)), None)
            cut = 0
            if before is not None and before > own and leaves[0].level > own:
                cut = next(n for n, leaf in enumerate(leaves) if leaf.level == own)
            elif following is not None and following > own and leaves[-1].level > own:
                cut = len(leaves) - next(n for n, leaf in enumerate(reversed(leaves)) if leaf.level == own)
            if cut:
                pending[:0] = _cut(tree, cut)
                continue
            tree = replace(tree, children=_closed(tree.children))
        before = leaves[-1].level
        found.append(tree)
    return tuple(found)


def _cut(tree: _Node, count: int) -> tuple[_Node, _Node]:
    """Cut a node after so many leaves, counted from its start."""
    first: list[_Tree] = []
    second: list[_Tree] = []
    for child in tree.children:
        size = sum(1 for _ in _leaves(child))
        if count >= size:
            first.append(child)
        elif count > 0 and isinstance(child, _Node):
            left, right = _cut(child, count)
            first.append(left)
            second.append(right)
        else:
            second.append(child)
        count -= size
    return replace(tree, children=tuple(first)), replace(tree, children=tuple(second))


def _emit(trees: Sequence[_Tree], level: int) -> tuple[Inline, ...]:
    """Write trees at a level; neighbours that are higher share a run."""
    found: list[Inline] = []
    higher: list[_Tree] = []

    def flush() -> None:
        if higher:
            direction = "rtl" if (level + 1) % 2 else "ltr"
            found.append(Run(direction, _tag(higher), _emit(higher, level + 1)))
            higher.clear()

    for tree in trees:
        if _lowest(tree) > level:
            higher.append(tree)
            continue
        flush()
        if isinstance(tree, _Node):
            found.append(replace(tree.wrapper, children=_emit(tree.children, level)))
        elif not isinstance(tree.inline, Text):
            found.append(tree.inline)
        elif text := tree.inline.text.translate(_WITHOUT_SHAPE):
            found.append(Text(_overridden(text, level)))
    flush()
    return tuple(found)


def _overridden(text: str, level: int) -> str:
    """Keep an order that the text overrode: by themselves its characters would run another way."""
    direction = "rtl" if level % 2 else "ltr"
    if any((own - level) % 2 for own in levels(text, direction)):
        override = "\u202e" if level % 2 else "\u202d"
        return f"{override}{text}\u202c"
    return text


def _tag(trees: Sequence[_Tree]) -> str:
    """Give the language tag of a run: nobody said which language it is, but its letters tell the script."""
    for tree in trees:
        for leaf in _leaves(tree):
            if isinstance(leaf.inline, Text):
                for char in leaf.inline.text:
                    if unicodedata.category(char)[0] == "L":
                        return f"und-{_script(char)}"
    return ""


@cache
def _script(char: str) -> str:
    from fontTools.unicodedata import script

    return str(script(char))


def _rejoined(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Put joiners where a box ends between two letters that are written as one."""
    texts = list(_texts(content))
    changed: dict[int, str] = {}
    for n, (text, after) in enumerate(pairwise(texts)):
        if text is not None and after is not None and joined(text, after):
            changed[n] = changed.get(n, text) + JOINER
            changed[n + 1] = JOINER + after
    return _replaced(content, iter([changed.get(n, text) for n, text in enumerate(texts)])) if changed else content


def _texts(content: Sequence[Inline]) -> Iterator[str | None]:
    """Give all texts in order; None for what no letter joins to."""
    for inline in content:
        if isinstance(inline, Text):
            yield inline.text
        elif isinstance(inline, Wrapper):
            yield from _texts(inline.children)
        else:
            yield None


def _replaced(content: Sequence[Inline], texts: Iterator[str | None]) -> tuple[Inline, ...]:
    found: list[Inline] = []
    for inline in content:
        if isinstance(inline, Wrapper):
            found.append(replace(inline, children=_replaced(inline.children, texts)))
        else:
            text = next(texts)
            found.append(inline if text is None else Text(text))
    return tuple(found)
