"""Render one block as Markdown, as the reader of Markdown reads it back. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bookbuild.model.book import Block, Container, Kind
from bookbuild.model.inline import (
    Caesura,
    CellEnd,
    Code,
    Emphasis,
    Equation,
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
from bookbuild.model.inlines import split_inlines

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|]|(?<=!)\[|^\$|\$$")
_BLOCK_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+](?=\s|$)|[-+_~=]{3,}|:?-+:?$)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_NEEDS_BRACKETS = re.compile(r"[\s()<>\\]")
"""In the target of a link."""
_BAR = re.compile(r"(?<!\\)\|")


def render_lines(block: Block) -> Iterator[str]:
    """Yield the lines of a block in Markdown."""
    first, further = "", ""
    for container in block.containers:
        mark = render_marker(container)
        first += mark if container.first or container.kind == "quote" else " " * len(mark)
        further += mark if container.kind == "quote" else " " * len(mark)
    for number, line in enumerate(_render_content(block)):
        yield ((first if number == 0 else further) + line).rstrip(" ") if line.strip() else further.rstrip(" ")


def render_marker(container: Container) -> str:
    """Return what marks the beginning of a list item, or a quotation."""
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


def _render_code(text: str) -> str:
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _render_inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return _SPECIAL.sub(_escape, text)
        case Code(text):
            return _render_code(text)
        case Equation(source, display):
            dollars = "$$" if display else "$"
            return f"{dollars}{_render_code(source)}{dollars}"
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
