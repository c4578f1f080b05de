"""Blocks in, Markdown out, which is read as the same blocks: the reverse of readers.markdown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bookbuild.book.readers import Parsed, RawNote, ReaderOptions
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
from bookbuild.model.inlines import split, tidy

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|]|(?<=!)\[")
_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+](?=\s|$)|[-+_~=]{3,}|:?-+:?$)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_LINKED = re.compile(r"[\s()<>\\]")


_BAR = re.compile(r"(?<!\\)\|")
_EDGES = ".,;:!?()[]{}«»“”‘’\"'…–—-،؛؟、。，；：！？（）「」『』【】《》"
"""Punctuation that may as well stand outside of emphasis."""
_PATIENCE = 400
"""Pieces of a paragraph that are tried one by one."""


@dataclass(frozen=True, slots=True)
class Made:
    """A text in Markdown."""

    text: str
    losses: tuple[str, ...]
    """What could not be said in Markdown, for messages."""


def markdown(blocks: Sequence[Block], notes: Sequence[RawNote] = ()) -> Made:
    """Write blocks and notes; marks that Markdown would not read back are dropped and told.

    Raises SourceError if the reader would refuse the result.
    """
    losses: list[str] = []
    kept = [_safe(block, losses) for block in blocks]
    parts: list[str] = []
    before: Block | None = None
    delimiter = "."
    for block in kept:
        if before is not None and _begins_list(before, block):
            delimiter = ")" if delimiter == "." else "."
        parts.append("\n".join(_lines(block, delimiter)))
        before = block
    text = "\n\n".join(parts) + "\n"
    for note in notes:
        own = "\n\n".join("\n".join(_lines(_safe(b, losses), ".")) for b in note.blocks)
        text += f"\n[^{note.label}]: " + own.replace("\n", "\n    ").replace("    \n", "\n") + "\n"
    return Made(text, tuple(losses))


def same(blocks: Sequence[Block], other: Sequence[Block]) -> bool:
    """Tell whether two texts are the same but for where they stand."""
    return [_bare(b) for b in blocks] == [_bare(b) for b in other]


def _bare(block: Block) -> tuple[object, ...]:
    containers = tuple((c.kind, c.number, c.first or c.kind == "quote") for c in block.containers)
    return block.kind, block.level, _plainest(block.content), containers


def _plainest(content: Sequence[Inline]) -> tuple[Inline, ...]:
    """Write what means the same in one way: texts that follow each other as one, bold in italics as italics in bold."""
    made: list[Inline] = []
    for inline in content:
        if isinstance(inline, Text) and made and isinstance(made[-1], Text):
            made[-1] = Text(made[-1].text + inline.text)
        elif isinstance(inline, Emphasis | Strong | Link):
            children = _plainest(inline.children)
            if isinstance(inline, Strong) and len(children) == 1 and isinstance(children[0], Emphasis):
                made.append(Emphasis((Strong(children[0].children),)))
            else:
                made.append(replace(inline, children=children))
        else:
            made.append(inline)
    return tuple(made)


def _safe(block: Block, losses: list[str]) -> Block:
    """Give a block that is read back as it is: as it is, or without emphasis and links."""
    if block.kind in {Kind.CODE, Kind.BREAK} or _read_back(block):
        return block
    tight = replace(block, content=tidy(list(_tightened(block.content))))
    if _read_back(tight):
        return tight
    losses.append(f"some bold, italics or links of “{block.text[:40]}”")
    bare = replace(block, content=tidy(list(_unmarked(block.content))))
    if _read_back(bare):
        return _remarked(bare, tight.content)
    words = tidy([Text(i.text) if isinstance(i, Code) else i for i in bare.content])
    last = words[-1] if words else None
    if isinstance(last, Text) and last.text.endswith("\\"):  # which would mark a line of verse
        kept = last.text.rstrip("\\")
        words = (*words[:-1], *([Text(kept)] if kept else []), Code(last.text[len(kept) :]))
    return replace(block, content=words)


def _tightened(content: Sequence[Inline]) -> Iterator[Inline]:
    """Put punctuation at the ends of emphasis outside of it: beside a letter, Markdown would not see the end there."""
    joined: list[Inline] = []
    for inline in content:  # *a**b* would not be two
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
        children = list(_tightened(inline.children))
        before, after = "", ""
        if children and isinstance(children[0], Text):
            rest = children[0].text.lstrip(_EDGES)
            before, children[0] = children[0].text[: len(children[0].text) - len(rest)], Text(rest)
        if children and isinstance(children[-1], Text):
            rest = children[-1].text.rstrip(_EDGES)
            after, children[-1] = children[-1].text[len(rest) :], Text(rest)
        kept = tuple(i for i in children if i != Text(""))
        yield from (Text(before), *([replace(inline, children=kept)] if kept else []), Text(after))


def _remarked(block: Block, marked: Sequence[Inline]) -> Block:
    """Mark what can be marked in a block, one after the other, from its beginning."""
    kept: list[Inline] = []
    rest = list(marked)
    while rest and len(kept) <= _PATIENCE:
        inline = rest.pop(0)
        if isinstance(inline, Emphasis | Strong | Link):
            trial = replace(block, content=tidy([*kept, inline, *_unmarked(rest)]))
            kept += [inline] if _read_back(trial) else _unmarked([inline])
        else:
            kept.append(inline)
    return replace(block, content=tidy([*kept, *_unmarked(rest)]))


def _read_back(block: Block) -> bool:
    alone = replace(block, containers=())
    labels = [i.label for i in block.content if isinstance(i, NoteReference)]
    given = "".join(f"\n[^{label}]: x\n" for label in labels)
    try:
        parsed = reader.read("\n".join(_lines(alone, ".")) + "\n" + given, "", ReaderOptions())
    except SourceError:
        return False
    return same([alone], parsed.blocks)


def _unmarked(content: Sequence[Inline]) -> Iterator[Inline]:
    for inline in content:
        if isinstance(inline, Emphasis | Strong | Link):
            yield from _unmarked(inline.children)
        else:
            yield inline


def _begins_list(before: Block, block: Block) -> bool:
    """Tell whether a block begins a list right after another one, which Markdown would take for one list."""
    if not block.containers or len(before.containers) < len(block.containers):
        return False
    here, there = block.containers[-1], before.containers[len(block.containers) - 1]
    return here.kind == there.kind == "ordered" and here.first and here.number != there.number + 1


def _lines(block: Block, delimiter: str) -> Iterator[str]:
    first, further = "", ""
    for container in block.containers:
        mark = _mark(container, delimiter)
        first += mark if container.first or container.kind == "quote" else " " * len(mark)
        further += mark if container.kind == "quote" else " " * len(mark)
    for number, line in enumerate(_content(block)):
        yield ((first if number == 0 else further) + line).rstrip(" ") if line.strip() else further.rstrip(" ")


def _mark(container: Container, delimiter: str) -> str:
    return {"quote": "> ", "bullet": "- "}.get(container.kind, f"{container.number}{delimiter} ")


def _content(block: Block) -> list[str]:
    match block.kind:
        case Kind.BREAK:
            return ["***"]
        case Kind.CODE:
            text = block.text
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return [fence, *text.split("\n"), fence]
        case Kind.HEADING:
            return [f"{'#' * block.level} {re.sub(r'(#+)$', _escaped, _inlines(block.content))}"]
        case Kind.TABLE:
            return _table(block)
        case Kind.FIGURE:
            image = block.content[0]
            title = plain(block.content[1:]).replace("\\", "\\\\").replace('"', '\\"')
            written = _inlines((image,))
            return [f'{written[:-1]} "{title}")' if title else written]
        case Kind.VERSE:
            lines = [_line(part) for part in split(block.content, LineBreak)]
            return [f"{line}\\" for line in lines[:-1]] + [lines[-1] if len(lines) > 1 else f"{lines[-1]}\\"]
        case _:
            lines = [_line(part) for part in split(block.content, LineBreak)]
            return [f"{line}\\" for line in lines[:-1]] + lines[-1:]


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _line(content: Sequence[Inline]) -> str:
    """Write a line of a paragraph, so that it does not look like a heading, list or rule."""
    written = _inlines(content)
    written = _NUMBERED.sub(r"\1\\\2", written)
    return _START.sub(_escaped, written)


def _table(block: Block) -> list[str]:
    rows = [[_inlines(cell) for cell in split(row, CellEnd)] for row in split(block.content, RowEnd)]
    rows = [[_BAR.sub(r"\\|", cell) for cell in row] for row in rows]
    written = [f"| {' | '.join(row)} |" for row in rows]
    return [written[0], f"|{'---|' * len(rows[0])}", *written[1:]]


def _inlines(content: Sequence[Inline]) -> str:
    return "".join(map(_inline, content))


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return _SPECIAL.sub(_escaped, text)
        case Code(text):
            ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
            space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
            return f"{ticks}{space}{text}{space}{ticks}"
        case Emphasis(children):
            return f"*{_inlines(children)}*"
        case Strong(children):
            return f"**{_inlines(children)}**"
        case Link(href, children):
            target = f"<{href}>" if _LINKED.search(href) else href
            return f"[{_inlines(children)}]({target})"
        case Image(source, alt):
            target = f"<{source}>" if _LINKED.search(source) else source
            return f"![{_SPECIAL.sub(_escaped, alt)}]({target})"
        case NoteReference(label):
            return f"[^{label}]"
        case Caesura():
            return " // "
        case LineBreak():  # where there can be none
            return " "
        case _:
            return ""


def checked(made: Made, blocks: Sequence[Block]) -> Parsed:
    """Read a text back and see that every word is there: nothing may be lost on the way.

    Raises SourceError if one is not.
    """
    parsed = reader.read(made.text, "", ReaderOptions())
    there = [b.text.split() for b in parsed.blocks]
    if there != [b.text.split() for b in blocks]:
        wrong = next((b for n, b in enumerate(blocks) if n >= len(there) or b.text.split() != there[n]), blocks[-1])
        message = f"this piece would not be read back as it was: “{wrong.text[:60]}”"
        raise SourceError([Finding("T009", Place(""), message, "make it simpler")])
    return parsed
