"""Inlines in, the same in runs of one direction out, for an engine that orders boxes but no characters. Pure.

WeasyPrint lays every inline box out apart and reverses the boxes of a right-to-left line. So a text whose order UAX #9
gives across markup or line ends has to be cut where the embedding level changes, and what is of a higher level has to
stand in a box of its own direction, nested as the levels are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from bookbuild.languages.bidi import CONTROLS, JOINER, WORD_JOINER, are_joined, levels
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


def mark_directions(content: tuple[Inline, ...], direction: str) -> tuple[Inline, ...]:
    """Cut inlines into nested runs by their embedding levels (UAX #9), the paragraph's own direction given.

    Characters without shape that order text are left out: the runs say what they said.
    """
    inlines: list[Inline] = []
    for segment in _split_at_breaks(_attach_note_marks(content)):
        trees, _ = _build_trees(segment, levels(_flatten(segment), direction), 0)
        base = 1 if direction == "rtl" else 0
        inlines += _write_trees(_split_wrappers(trees), base)
    return _join_letters(tuple(inlines))


def _attach_note_marks(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Put a word joiner before the marks of notes, which must not begin a line."""
    inlines: list[Inline] = []
    for inline in content:
        if isinstance(inline, NoteReference) and inlines and not isinstance(inlines[-1], End):
            inlines.append(Text(WORD_JOINER))
        elif isinstance(inline, Wrapper):
            inline = replace(inline, children=_attach_note_marks(inline.children))  # noqa: PLW2901 - the same, fixed
        inlines.append(inline)
    return tuple(inlines)


def _split_at_breaks(content: tuple[Inline, ...]) -> Iterator[tuple[Inline, ...]]:
    """Cut after forced line ends and cells: what stands there is a paragraph of its own (CSS Writing Modes 4, 2.4)."""
    start = 0
    for n, inline in enumerate(content):
        if isinstance(inline, End):
            yield content[start : n + 1]
            start = n + 1
    yield content[start:]


def _flatten(content: Sequence[Inline]) -> str:
    parts = []
    for inline in content:
        if isinstance(inline, Text):
            parts.append(inline.text)
        elif isinstance(inline, End):
            parts.append("\u2028")
        elif isinstance(inline, Wrapper):
            parts.append(_flatten(inline.children))
        elif not isinstance(inline, LineMark):  # which is out of the line
            parts.append(_OBJECT)
    return "".join(parts)


def _build_trees(content: Sequence[Inline], level: Sequence[int], position: int) -> tuple[tuple[_Tree, ...], int]:
    """Cut texts where the level changes; returns the trees and the position after them."""
    trees: list[_Tree] = []
    for inline in content:
        if isinstance(inline, Text):
            start = 0
            for n in range(1, len(inline.text) + 1):
                if n == len(inline.text) or level[position + n] != level[position + start]:
                    trees.append(_Leaf(Text(inline.text[start:n]), level[position + start]))
                    start = n
            position += len(inline.text)
        elif isinstance(inline, Wrapper):
            children, position = _build_trees(inline.children, level, position)
            trees.append(_Node(inline, children))
        elif isinstance(inline, LineMark):
            trees.append(_Leaf(inline, level[min(position, len(level) - 1)] if level else 0))
        else:
            trees.append(_Leaf(inline, level[position]))
            position += 1
    return tuple(trees), position


def _leaves(tree: _Tree) -> Iterator[_Leaf]:
    if isinstance(tree, _Leaf):
        yield tree
    else:
        for child in tree.children:
            yield from _leaves(child)


def _lowest_level(tree: _Tree) -> int:
    return min((leaf.level for leaf in _leaves(tree)), default=0)


def _split_wrappers(trees: tuple[_Tree, ...]) -> tuple[_Tree, ...]:
    """Cut wrappers in two where a run of a higher level than their own goes on outside of them."""
    pending, closed = list(trees), []
    before: int | None = None
    """The level of the leaf before the tree that is looked at."""
    while pending:
        tree = pending.pop(0)
        leaves = list(_leaves(tree))
        if not leaves:
            continue
        if isinstance(tree, _Node):
            own = _lowest_level(tree)
            following = next((leaf.level for other in pending for leaf in _leaves(other)), None)
            cut = 0
            if before is not None and before > own and leaves[0].level > own:
                cut = next(n for n, leaf in enumerate(leaves) if leaf.level == own)
            elif following is not None and following > own and leaves[-1].level > own:
                cut = len(leaves) - next(n for n, leaf in enumerate(reversed(leaves)) if leaf.level == own)
            if cut:
                pending[:0] = _split_node(tree, cut)
                continue
            tree = replace(tree, children=_split_wrappers(tree.children))
        before = leaves[-1].level
        closed.append(tree)
    return tuple(closed)


def _split_node(tree: _Node, count: int) -> tuple[_Node, _Node]:
    """Cut a node after so many leaves, counted from its start."""
    first: list[_Tree] = []
    second: list[_Tree] = []
    for child in tree.children:
        size = sum(1 for _ in _leaves(child))
        if count >= size:
            first.append(child)
        elif count > 0 and isinstance(child, _Node):
            left, right = _split_node(child, count)
            first.append(left)
            second.append(right)
        else:
            second.append(child)
        count -= size
    return replace(tree, children=tuple(first)), replace(tree, children=tuple(second))


def _write_trees(trees: Sequence[_Tree], level: int) -> tuple[Inline, ...]:
    """Write trees at a level; neighbours that are higher share a run."""
    inlines: list[Inline] = []
    higher: list[_Tree] = []

    def flush() -> None:
        if higher:
            direction = "rtl" if (level + 1) % 2 else "ltr"
            inlines.append(Run(direction, _tag_run(higher), _write_trees(higher, level + 1)))
            higher.clear()

    for tree in trees:
        if _lowest_level(tree) > level:
            higher.append(tree)
            continue
        flush()
        if isinstance(tree, _Node):
            inlines.append(replace(tree.wrapper, children=_write_trees(tree.children, level)))
        elif not isinstance(tree.inline, Text):
            inlines.append(tree.inline)
        elif text := tree.inline.text.translate(_WITHOUT_SHAPE):
            inlines.append(Text(_keep_override(text, level)))
    flush()
    return tuple(inlines)


def _keep_override(text: str, level: int) -> str:
    """Keep an order that the text overrode: by themselves its characters would run another way."""
    direction = "rtl" if level % 2 else "ltr"
    if any((own - level) % 2 for own in levels(text, direction)):
        override = "\u202e" if level % 2 else "\u202d"
        return f"{override}{text}\u202c"
    return text


def _tag_run(trees: Sequence[_Tree]) -> str:
    """Return the language tag of a run: nobody said which language it is, but its letters tell the script."""
    texts = (leaf.inline.text for tree in trees for leaf in _leaves(tree) if isinstance(leaf.inline, Text))
    letter = next((char for text in texts for char in text if char.isalpha()), "")
    return f"und-{_find_script(letter)}" if letter else ""


@cache
def _find_script(char: str) -> str:
    from fontTools.unicodedata import script

    return str(script(char))


def _join_letters(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Put joiners where a box ends between two letters that are written as one."""
    texts = list(_list_texts(content))
    changed: dict[int, str] = {}
    for n, (text, after) in enumerate(pairwise(texts)):
        if text is not None and after is not None and are_joined(text, after):
            changed[n] = changed.get(n, text) + JOINER
            changed[n + 1] = JOINER + after
    return _replace_texts(content, iter([changed.get(n, text) for n, text in enumerate(texts)])) if changed else content


def _list_texts(content: Sequence[Inline]) -> Iterator[str | None]:
    """Return all texts in order; None for what no letter joins to."""
    for inline in content:
        if isinstance(inline, Text):
            yield inline.text
        elif isinstance(inline, Wrapper):
            yield from _list_texts(inline.children)
        else:
            yield None


def _replace_texts(content: Sequence[Inline], texts: Iterator[str | None]) -> tuple[Inline, ...]:
    inlines: list[Inline] = []
    for inline in content:
        if isinstance(inline, Wrapper):
            inlines.append(replace(inline, children=_replace_texts(inline.children, texts)))
        else:
            text = next(texts)
            inlines.append(inline if text is None else Text(text))
    return tuple(inlines)
