"""Render blocks as Markdown that is read back as the same blocks: the reverse of readers.markdown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bookbuild.book.readers import ParsedText, RawNote, ReaderOptions
from bookbuild.book.readers import markdown as reader
from bookbuild.model.book import Block, Container, Kind
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import (
    Caesura,
    CellEnd,
    Code,
    Emphasis,
    Image,
    Inline,
    LineBreak,
    Link,
    NoteReference,
    RowEnd,
    Strong,
    Text,
    plain,
)
from bookbuild.model.inlines import split_inlines, tidy_inlines

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|]|(?<=!)\[")
_BLOCK_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+](?=\s|$)|[-+_~=]{3,}|:?-+:?$)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_NEEDS_BRACKETS = re.compile(r"[\s()<>\\]")
"""In the target of a link."""
_BAR = re.compile(r"(?<!\\)\|")
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
            marks = [(c.kind, _render_marker(c)) for c in block.containers[:-1]]
            parts.append("".join(m if kind == "quote" else " " * len(m) for kind, m in marks) + "<!-- -->")
        parts.append("\n".join(_render_lines(block)))
        previous = block
    text = "\n\n".join(parts) + "\n"
    for note in notes:
        note_text = "\n\n".join("\n".join(_render_lines(_simplify_block(b, losses))) for b in note.blocks)
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
    losses.append(f"some bold, italics or links of “{block.text[:40]}”")
    bare = replace(block, content=tidy_inlines(list(_strip_marks(block.content))))
    if _is_read_back(bare):
        return _restore_marks(bare, tight.content)
    inlines = tidy_inlines([Text(i.text) if isinstance(i, Code) else i for i in bare.content])
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
        parsed = reader.read("\n".join(_render_lines(bare)) + "\n" + notes, "", ReaderOptions())
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


def _render_lines(block: Block) -> Iterator[str]:
    first, further = "", ""
    for container in block.containers:
        mark = _render_marker(container)
        first += mark if container.first or container.kind == "quote" else " " * len(mark)
        further += mark if container.kind == "quote" else " " * len(mark)
    for number, line in enumerate(_render_content(block)):
        yield ((first if number == 0 else further) + line).rstrip(" ") if line.strip() else further.rstrip(" ")


def _render_marker(container: Container) -> str:
    return {"quote": "> ", "bullet": "- "}.get(container.kind, f"{container.number}{container.delimiter} ")


def _render_content(block: Block) -> list[str]:
    match block.kind:
        case Kind.BREAK:
            return ["***"]
        case Kind.CODE:
            text = block.text
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return [fence, *text.split("\n"), fence]
        case Kind.HEADING:
            return [f"{'#' * block.level} {re.sub(r'(#+)$', _escape, _render_inlines(block.content))}"]
        case Kind.TABLE:
            return _render_table(block)
        case Kind.FIGURE:
            image = block.content[0]
            title = plain(block.content[1:]).replace("\\", "\\\\").replace('"', '\\"')
            written = _render_inlines((image,))
            return [f'{written[:-1]} "{title}")' if title else written]
        case _:
            lines = [_render_line(part) for part in split_inlines(block.content, LineBreak)]
            if block.kind is Kind.VERSE and len(lines) == 1:
                return [f"{lines[0]}\\"]
            return [f"{line}\\" for line in lines[:-1]] + lines[-1:]


def _escape(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _render_line(content: Sequence[Inline]) -> str:
    """Render a line of a paragraph so that it is not read as a heading, list or rule."""
    written = _render_inlines(content)
    written = _NUMBERED.sub(r"\1\\\2", written)
    return _BLOCK_START.sub(_escape, written)


_RULES = {"left": ":---", "center": ":---:", "right": "---:"}
"""Under the head of a table, by the alignment of a column."""


def _render_table(block: Block) -> list[str]:
    rows = [
        [_render_inlines(cell) for cell in split_inlines(row, CellEnd)] for row in split_inlines(block.content, RowEnd)
    ]
    rows = [[_BAR.sub(r"\\|", cell) for cell in row] for row in rows]
    written = [f"| {' | '.join(row)} |" for row in rows]
    rules = [_RULES.get(alignment, "---") for alignment in (*block.columns, *[""] * len(rows[0]))][: len(rows[0])]
    return [written[0], f"|{'|'.join(rules)}|", *written[1:]]


def _render_inlines(content: Sequence[Inline]) -> str:
    return "".join(map(_render_inline, content))


def _render_inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return _SPECIAL.sub(_escape, text)
        case Code(text):
            ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
            space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
            return f"{ticks}{space}{text}{space}{ticks}"
        case Emphasis(children):
            return f"*{_render_inlines(children)}*"
        case Strong(children):
            return f"**{_render_inlines(children)}**"
        case Link(href, children):
            target = f"<{href}>" if _NEEDS_BRACKETS.search(href) else href
            return f"[{_render_inlines(children)}]({target})"
        case Image(source, alt):
            target = f"<{source}>" if _NEEDS_BRACKETS.search(source) else source
            return f"![{_SPECIAL.sub(_escape, alt)}]({target})"
        case NoteReference(label):
            return f"[^{label}]"
        case Caesura():
            return " // "
        case LineBreak():  # where Markdown allows none
            return " "
        case _:
            return ""


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
