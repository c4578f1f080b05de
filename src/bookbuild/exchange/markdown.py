"""Render blocks as Markdown that is read back as the same blocks: the reverse of readers.markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bookbuild.book.readers import ParsedText, RawNote, ReaderOptions
from bookbuild.book.readers import markdown as reader
from bookbuild.exchange.markdown_blocks import render_lines, render_marker
from bookbuild.model.book import Block, Kind
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Code, Emphasis, Equation, Inline, Link, NoteReference, Strong, Text, plain, walk
from bookbuild.model.inlines import tidy_inlines

_EDGE_PUNCTUATION = ".,;:!?()[]{}«»“”‘’\"'…–—-،؛؟、。，；：！？（）「」『』【】《》"
"""Punctuation that may stand outside emphasis as well."""
_MAX_TRIALS = 400
"""Pieces of a paragraph whose marks are tried one by one."""


@dataclass(frozen=True, slots=True)
class MarkdownText:
    """A text in Markdown."""

    text: str
    losses: tuple[str, ...]
    """What Markdown cannot express, for messages."""


def render_markdown(blocks: Sequence[Block], notes: Sequence[RawNote] = ()) -> MarkdownText:
    """Return blocks and notes as Markdown; marks that would not be read back are dropped and listed as losses."""
    losses: list[str] = []
    safe_blocks = [_simplify_block(block, losses) for block in blocks]
    parts: list[str] = []
    previous: Block | None = None
    for block in safe_blocks:
        if previous is not None and _is_new_list(previous, block):
            marks = [(c.kind, render_marker(c)) for c in block.containers[:-1]]
            parts.append("".join(m if kind == "quote" else " " * len(m) for kind, m in marks) + "<!-- -->")
        if block.pin:
            parts.append(f"<!-- = {block.pin} -->")
        parts.append("\n".join(render_lines(block)))
        previous = block
    text = "\n\n".join(parts) + "\n"
    for note in notes:
        note_text = "\n\n".join("\n".join(render_lines(_simplify_block(b, losses))) for b in note.blocks)
        text += f"\n[^{note.label}]: " + note_text.replace("\n", "\n    ").replace("    \n", "\n") + "\n"
    return MarkdownText(text, tuple(losses))


def is_same_text(blocks: Sequence[Block], other: Sequence[Block]) -> bool:
    """Return whether two texts are the same, wherever they stand."""
    return [_comparison_key(b) for b in blocks] == [_comparison_key(b) for b in other]


def _comparison_key(block: Block) -> tuple[object, ...]:
    containers = tuple((c.kind, c.number, c.first or c.kind == "quote") for c in block.containers)
    return block.kind, block.level, _normalize(block.content), containers


def _normalize(content: Sequence[Inline]) -> tuple[Inline, ...]:
    """Return one form for what means the same: adjacent texts as one, italics within bold as bold within italics."""
    normalized: list[Inline] = []
    for inline in content:
        if isinstance(inline, Text) and normalized and isinstance(normalized[-1], Text):
            normalized[-1] = Text(normalized[-1].text + inline.text)
        elif isinstance(inline, Emphasis | Strong | Link):
            children = _normalize(inline.children)
            if isinstance(inline, Strong) and len(children) == 1 and isinstance(children[0], Emphasis):
                normalized.append(Emphasis((Strong(children[0].children),)))
            else:
                normalized.append(replace(inline, children=children))
        else:
            normalized.append(inline)
    return tuple(normalized)


def _simplify_block(block: Block, losses: list[str]) -> Block:
    """Return a block that is read back unchanged: the block itself, or one without some emphasis and links."""
    if block.kind in {Kind.CODE, Kind.BREAK} or _is_read_back(block):
        return block
    tight = replace(block, content=tidy_inlines(list(_move_punctuation_out(block.content))))
    if _is_read_back(tight):
        return tight
    simple = _find_readable_form(block, tight)
    if _count_marked_characters(simple.content) < _count_marked_characters(block.content):
        losses.append(f"some bold, italics or links of “{block.text[:40]}”")
    return simple


def _count_marked_characters(content: tuple[Inline, ...]) -> int:
    """Return how many characters stand in emphasis and links, once for each of these."""
    return sum(len(plain(i.children)) for i in walk(content) if isinstance(i, Emphasis | Strong | Link))


def _find_readable_form(block: Block, tight: Block) -> Block:
    bare = replace(block, content=tidy_inlines(list(_strip_marks(block.content))))
    if _is_read_back(bare):
        return _restore_marks(bare, tight.content)
    inlines = tidy_inlines([Text(plain((i,))) if isinstance(i, Code | Equation) else i for i in bare.content])
    last = inlines[-1] if inlines else None
    if isinstance(last, Text) and last.text.endswith("\\"):  # it would mark a line of verse
        stem = last.text.rstrip("\\")
        inlines = (*inlines[:-1], *([Text(stem)] if stem else []), Code(last.text[len(stem) :]))
    return replace(block, content=inlines)


def _move_punctuation_out(content: Sequence[Inline]) -> Iterator[Inline]:
    """Move punctuation at the ends of emphasis out of it: Markdown sees no end of emphasis between it and a letter."""
    joined: list[Inline] = []
    for inline in content:  # *a**b* would not be read as two
        last = joined[-1] if joined else None
        if isinstance(inline, Emphasis | Strong) and isinstance(last, Emphasis | Strong) and type(inline) is type(last):
            joined[-1] = replace(last, children=(*last.children, *inline.children))
        elif isinstance(inline, Code) and isinstance(last, Code):
            joined[-1] = Code(last.text + inline.text)
        else:
            joined.append(inline)
    for inline in joined:
        if not isinstance(inline, Emphasis | Strong):
            yield inline
            continue
        children = list(_move_punctuation_out(inline.children))
        before, after = "", ""
        if children and isinstance(children[0], Text):
            rest = children[0].text.lstrip(_EDGE_PUNCTUATION)
            before, children[0] = children[0].text[: len(children[0].text) - len(rest)], Text(rest)
        if children and isinstance(children[-1], Text):
            rest = children[-1].text.rstrip(_EDGE_PUNCTUATION)
            after, children[-1] = children[-1].text[len(rest) :], Text(rest)
        kept = tuple(i for i in children if i != Text(""))
        yield from (Text(before), *([replace(inline, children=kept)] if kept else []), Text(after))


def _restore_marks(block: Block, marked: Sequence[Inline]) -> Block:
    """Return an unmarked block with those of the marks, tried in order, that are read back."""
    kept: list[Inline] = []
    rest = list(marked)
    while rest and len(kept) <= _MAX_TRIALS:
        inline = rest.pop(0)
        if isinstance(inline, Emphasis | Strong | Link):
            trial = replace(block, content=tidy_inlines([*kept, inline, *_strip_marks(rest)]))
            kept += [inline] if _is_read_back(trial) else _strip_marks([inline])
        else:
            kept.append(inline)
    return replace(block, content=tidy_inlines([*kept, *_strip_marks(rest)]))


def _is_read_back(block: Block) -> bool:
    bare = replace(block, containers=())
    labels = [i.label for i in block.content if isinstance(i, NoteReference)]
    notes = "".join(f"\n[^{label}]: x\n" for label in labels)
    try:
        parsed = reader.read("\n".join(render_lines(bare)) + "\n" + notes, "", ReaderOptions())
    except SourceError:
        return False
    return is_same_text([bare], parsed.blocks)


def _strip_marks(content: Sequence[Inline]) -> Iterator[Inline]:
    for inline in content:
        if isinstance(inline, Emphasis | Strong | Link):
            yield from _strip_marks(inline.children)
        else:
            yield inline


def _is_new_list(previous: Block, block: Block) -> bool:
    """Return whether a block begins a list right after another one: Markdown would read one list."""
    if not block.containers or len(previous.containers) < len(block.containers):
        return False
    container, previous_container = block.containers[-1], previous.containers[len(block.containers) - 1]
    return (
        container.kind == previous_container.kind == "ordered"
        and container.first
        and container.number != previous_container.number + 1
    )


def check_markdown(rendered: MarkdownText, blocks: Sequence[Block]) -> ParsedText:
    """Read a rendered text back, and return it; its words must be those of the blocks.

    Raises SourceError if they are not.
    """
    parsed = reader.read(rendered.text, "", ReaderOptions())
    parsed_words = [b.text.split() for b in parsed.blocks]
    if parsed_words != [b.text.split() for b in blocks]:
        wrong = next(
            (b for n, b in enumerate(blocks) if n >= len(parsed_words) or b.text.split() != parsed_words[n]), blocks[-1]
        )
        message = f"this text would not be read back unchanged: “{wrong.text[:60]}”"
        raise SourceError([Finding("T009", Place(""), message, "simplify it")])
    return parsed
