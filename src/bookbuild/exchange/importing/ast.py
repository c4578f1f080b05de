"""Take pandoc's tree (JSON AST); return blocks and notes. Pure.

What books have no element for becomes plain text or is reported as a loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bookbuild.book.readers import RawNote
from bookbuild.exchange.importing import labels, marks
from bookbuild.exchange.importing.ast_inlines import InlineBuilder, Node
from bookbuild.exchange.importing.latex import is_silent
from bookbuild.exchange.importing.spans import fill_spans
from bookbuild.model.book import Block, Container, Kind
from bookbuild.model.findings import Place
from bookbuild.model.inline import (
    CellEnd,
    Code,
    Image,
    Inline,
    LineBreak,
    NoteReference,
    RowEnd,
    Strong,
    Text,
    plain,
    walk,
)
from bookbuild.model.inlines import insert_caesuras, tidy_inlines

_NO_PLACE = Place("")


def convert(tree: Node, *, include_title: bool) -> marks.ConvertedDocument:
    """Convert a whole document.

    `include_title`: whether title, subtitle, authors, date and abstract, which pandoc reads as metadata, are lines of
    the text.
    """
    builder = _BlockBuilder()
    metadata = tree.get("meta", {})
    front: list[Block] = []
    if include_title:
        for key, level in (("title", 1), ("subtitle", 2)):
            content = builder.convert_value(metadata.get(key))
            if content:
                front.append(Block(Kind.HEADING, content, _NO_PLACE, level))
        for key in ("author", "date", "abstract"):
            front += [
                Block(Kind.PARAGRAPH, content, _NO_PLACE) for content in builder.convert_values(metadata.get(key))
            ]
    builder.convert_blocks(tree["blocks"])
    blocks = builder.blocks
    if front and front[0].level == 1 and any(b.level == 1 for b in blocks):  # chapters stand below the title
        blocks = [replace(b, level=min(6, b.level + 1)) if b.kind is Kind.HEADING else b for b in blocks]
    first_text = next((b.text for b in blocks), "")
    if front and front[0].text.split() == first_text.split():  # the text repeats the title
        front = front[1:]
    language = plain(builder.convert_value(metadata.get("lang")))
    return marks.ConvertedDocument(
        blocks=(*front, *blocks),
        notes=tuple(builder.notes),
        table_cells=tuple(builder.table_cells),
        table_notes=tuple(builder.table_notes),
        language=language,
        numbers=tuple(builder.numbers),
        losses=tuple(dict.fromkeys(builder.losses)),
    )


def _measure_cell(cell: Sequence[Any]) -> tuple[int, int]:
    """Return the numbers of rows and columns that a cell spans."""
    return cell[2], cell[3]


def _replace_line_breaks(inline: Inline) -> Inline:
    """Return an inline of verse or code as it stands within a line."""
    if isinstance(inline, Code):
        return Code(" ".join(inline.text.split()))
    return Text(" ") if isinstance(inline, LineBreak | CellEnd | RowEnd) else inline


class _BlockBuilder(InlineBuilder):
    """Converts blocks, in one pass over a tree."""

    def __init__(self) -> None:
        super().__init__()
        self.table_cells: list[tuple[Block | None, ...]] = []
        self.table_notes: list[RawNote] = []
        self.containers: list[Container] = []
        self.label = ""
        """The label of a list's item that the next block begins with."""
        self.flat = False
        """Whether the blocks become inlines, so that numbers of lists must be part of the text."""

    def convert_value(self, node: Node | None) -> tuple[Inline, ...]:
        """Return a value of the metadata as inlines."""
        if not node:
            return ()
        match node["t"]:
            case "MetaInlines":
                return tidy_inlines(self.convert_inlines(node["c"]))
            case "MetaString":
                return (Text(node["c"]),) if node["c"].strip() else ()
            case "MetaBlocks":
                return tidy_inlines(self._flatten_blocks(node["c"]))
            case _:
                return ()

    def convert_values(self, node: Node | None) -> list[tuple[Inline, ...]]:
        """Return the values of a metadata list (a single value is a list of one) that are not empty."""
        if not node:
            return []
        items = node["c"] if node["t"] == "MetaList" else [node]
        return [content for content in map(self.convert_value, items) if content]

    def convert_blocks(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            self._convert_block(node)

    def _convert_block(self, node: Node) -> None:
        content: Any = node.get("c")
        match node["t"]:
            case "Para" | "Plain" if marks.is_contents_entry(content):
                pass  # a line of the table of contents, which is rebuilt
            case "Para" | "Plain":
                self._add_paragraph(self.convert_inlines(content))
            case "LineBlock":
                lines: list[Inline] = []
                for line in content:
                    lines += [*([LineBreak()] if lines else []), *self.convert_inlines(line)]
                self._add_paragraph(lines)
            case "Header":
                words = tuple(i for i in tidy_inlines(self.convert_inlines(content[2])) if not isinstance(i, LineBreak))
                if plain(words).strip():
                    self._add(Block(Kind.HEADING, words, _NO_PLACE, min(6, content[0])))
            case "BlockQuote":
                self._add_container(Container("quote"), content)
            case "BulletList":
                for item in content:
                    self._add_item(item, None)
            case "OrderedList":
                start, style, delimiter = content[0]
                for number, item in enumerate(content[1], start):
                    self._add_item(item, labels.format_label(number, style["t"], delimiter["t"]))
            case "DefinitionList":
                for term, definitions in content:
                    self._add_paragraph([Strong(tidy_inlines(self.convert_inlines(term)))])
                    for blocks in definitions:
                        self._add_container(Container("quote"), blocks)
            case "CodeBlock":
                self._add(Block(Kind.CODE, (Code(content[1].rstrip("\n").expandtabs(4)),), _NO_PLACE))
            case "HorizontalRule":
                self._add(Block(Kind.BREAK, (), _NO_PLACE))
            case "Div":
                self.convert_blocks(content[1])
            case "Figure":
                self._add_figure(content)
            case "Table":
                self._add_table(content)
            case "RawBlock" if content[1].strip() and not is_silent(*content):
                self.losses.append(f"a piece of {content[0]}: {content[1].strip()[:40]}")

    def _add_item(self, item: Sequence[Node], label: str | None) -> None:
        """Add an item of a list; a label that Markdown cannot express becomes part of the text.

        `label` is None for a bullet. What the document itself says comes before it.
        """
        first = next((b["c"][0] for b in item[:1] if b["t"] in {"Para", "Plain"} and b["c"]), {"t": "", "c": ""})
        if first["t"] == "Str" and (shown := labels.read_label(first["c"])):
            label, rest = shown
            item = [{**item[0], "c": [{"t": "Str", "c": rest}, *item[0]["c"][1:]]}, *item[1:]]
        if label is None:
            self._add_container(Container("bullet"), item)
            return
        plain_label = None if self.flat else labels.split_plain_label(label)
        if plain_label:
            self.numbers.append(label)
            self._add_container(Container("ordered", plain_label[0], delimiter=plain_label[1]), item)
            return
        self.label += f"{label} " if label else ""
        self.convert_blocks(item)
        if self.label:
            self._add(Block(Kind.PARAGRAPH, (), _NO_PLACE))

    def _add(self, block: Block) -> None:
        if self.label:
            label, self.label = self.label, ""
            if block.kind in {Kind.PARAGRAPH, Kind.HEADING, Kind.VERSE}:
                block = replace(block, content=marks.trim_white_space(tidy_inlines([Text(label), *block.content])))
            else:
                self._add(Block(Kind.PARAGRAPH, (Text(label.rstrip()),), _NO_PLACE))
        self.blocks.append(replace(block, containers=tuple(self.containers)))
        self.containers = [replace(c, first=False) for c in self.containers]

    def _add_container(self, container: Container, nodes: Sequence[Node]) -> None:
        self.containers.append(container)
        depth = len(self.containers)
        self.convert_blocks(nodes)
        self.containers = self.containers[: depth - 1]

    def _add_paragraph(self, content: Sequence[Inline]) -> None:
        inlines = marks.trim_line_breaks(tidy_inlines(content))
        if not plain(inlines).strip() and not any(isinstance(i, Image) for i in walk(inlines)):
            references = tuple(i for i in walk(inlines) if isinstance(i, NoteReference))
            if references and self.blocks:  # a line of note numbers only belongs to the block before
                self.blocks[-1] = replace(self.blocks[-1], content=(*self.blocks[-1].content, *references))
                return
            if not references:
                return
        if pictures := marks.find_lone_pictures(inlines):
            for picture in pictures:
                self._add(Block(Kind.FIGURE, (picture,), _NO_PLACE))
        elif any(isinstance(i, LineBreak) for i in inlines):
            self._add(Block(Kind.VERSE, insert_caesuras(inlines), _NO_PLACE))
        else:
            self._add(Block(Kind.PARAGRAPH, inlines, _NO_PLACE))

    def _add_figure(self, content: Sequence[Any]) -> None:
        caption = tidy_inlines(self._flatten_blocks(content[1][1]))
        start = len(self.blocks)
        self.convert_blocks(content[2])
        figures = [b for b in self.blocks[start:] if b.kind is Kind.FIGURE]
        if len(figures) == 1 and caption:
            position = self.blocks.index(figures[0])
            picture, description = figures[0].content[0], plain(caption)
            if isinstance(picture, Image) and picture.alt.endswith(description):  # the alt text has its number too
                description = picture.alt
            self.blocks[position] = replace(figures[0], content=(picture, Text(description)))
        elif caption:
            self._add_paragraph(caption)

    def _flatten_blocks(self, nodes: Sequence[Node]) -> list[Inline]:
        """Return the inlines of blocks, with a space between blocks."""
        builder = _BlockBuilder()
        builder.notes, builder.in_note, builder.losses, builder.flat = self.notes, self.in_note, self.losses, True
        builder.convert_blocks(nodes)
        inlines: list[Inline] = []
        for block in builder.blocks:
            if block.kind is Kind.TABLE:
                self.losses.append(f"the rows and columns of a table in a table: “{' '.join(block.text.split())[:40]}”")
            inlines += [*([Text(" ")] if inlines else []), *map(_replace_line_breaks, block.content)]
        return inlines

    def _add_table(self, content: Sequence[Any]) -> None:
        body = [row for table_body in content[4] for row in (*table_body[2], *table_body[3])]
        table_rows = [row[1] for row in (*content[3][1], *body, *content[5][1])]
        self.table_cells += map(tuple, fill_spans(table_rows, _measure_cell, self._convert_cell, None))
        caption = tidy_inlines(self._flatten_blocks(content[1][1]))
        if caption:
            self._add_paragraph(caption)
        columns = max((sum(cell[3] for cell in row) for row in table_rows), default=0)
        if len(table_rows) == 1 or columns < 2:  # a frame for layout, not a table
            for row in table_rows:
                for cell in row:
                    self.convert_blocks(cell[4])
            return
        empty: tuple[Inline, ...] = ()
        rows = list(fill_spans(table_rows, _measure_cell, self._flatten_cell, empty))
        width = max(len(row) for row in rows)
        inlines: list[Inline] = []
        for row in rows:
            inlines += [RowEnd()] if inlines else []
            for number, cell in enumerate([*row, *([()] * (width - len(row)))]):
                inlines += [*([CellEnd()] if number else []), *cell]
        if plain(tuple(inlines)).strip():
            self._add(Block(Kind.TABLE, tuple(inlines), _NO_PLACE))

    def _flatten_cell(self, cell: Sequence[Any]) -> tuple[Inline, ...]:
        return marks.trim_white_space(tidy_inlines(self._flatten_blocks(cell[4])))

    def _convert_cell(self, cell: Sequence[Any]) -> Block | None:
        """Return a cell as one block: verse if it has several; None if it is empty."""
        builder = _BlockBuilder()
        builder.notes, builder.flat = self.table_notes, True
        builder.convert_blocks(cell[4])
        if not builder.blocks:
            return None
        if len(builder.blocks) == 1:
            return replace(builder.blocks[0], containers=())
        content: list[Inline] = []
        for block in builder.blocks:
            content += [*([LineBreak()] if content else []), *block.content]
        return Block(Kind.VERSE, insert_caesuras(tuple(content)), _NO_PLACE)
