"""Pandoc's tree in, blocks and notes out: what books have; the rest becomes plain text, and is told. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bookbuild.book.readers import RawNote
from bookbuild.exchange.importing import marks
from bookbuild.exchange.importing.ast_inlines import Inlines, Node
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
from bookbuild.model.inlines import halved, tidy

_HERE = Place("")


def convert(tree: Node, *, titled: bool) -> marks.Converted:
    """Convert a whole document; `titled` whether its title is a line of the text."""
    making = _Making()
    meta = tree.get("meta", {})
    front: list[Block] = []
    if titled:
        for key, level in (("title", 1), ("subtitle", 2)):
            content = making.meta(meta.get(key))
            if content:
                front.append(Block(Kind.HEADING, content, _HERE, level))
        for key in ("author", "date", "abstract"):
            front += [Block(Kind.PARAGRAPH, content, _HERE) for content in making.listed(meta.get(key))]
    making.run(tree["blocks"])
    blocks = making.blocks
    if front and front[0].level == 1 and any(b.level == 1 for b in blocks):  # chapters stand below the title
        blocks = [replace(b, level=min(6, b.level + 1)) if b.kind is Kind.HEADING else b for b in blocks]
    first = next((b.text for b in blocks), "")
    if front and front[0].text.split() == first.split():  # it stands there too
        front = front[1:]
    language = plain(making.meta(meta.get("lang")))
    losses = tuple(dict.fromkeys(making.losses))
    notes, grid = tuple(making.notes), tuple(making.grid)
    return marks.Converted((*front, *blocks), notes, grid, tuple(making.grid_notes), language, losses)


def _size(cell: Sequence[Any]) -> tuple[int, int]:
    """Give rows and columns that a cell reaches over."""
    return cell[2], cell[3]


def _on_one_line(inline: Inline) -> Inline:
    if isinstance(inline, Code):
        return Code(" ".join(inline.text.split()))
    return Text(" ") if isinstance(inline, LineBreak) else inline


class _Making(Inlines):
    """One pass over a tree."""

    def __init__(self) -> None:
        super().__init__()
        self.grid: list[tuple[Block | None, ...]] = []
        self.grid_notes: list[RawNote] = []
        self.containers: list[Container] = []

    def meta(self, node: Node | None) -> tuple[Inline, ...]:
        """Give a value of the metadata as inlines."""
        if not node:
            return ()
        match node["t"]:
            case "MetaInlines":
                return tidy(self.inlines(node["c"]))
            case "MetaString":
                return (Text(node["c"]),) if node["c"].strip() else ()
            case "MetaBlocks":
                return tidy(self._flat(node["c"]))
            case _:
                return ()

    def listed(self, node: Node | None) -> list[tuple[Inline, ...]]:
        """Give the values of a list of the metadata."""
        if not node:
            return []
        found = [self.meta(one) for one in node["c"]] if node["t"] == "MetaList" else [self.meta(node)]
        return [content for content in found if content]

    def run(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            self._block(node)

    def _block(self, node: Node) -> None:
        content: Any = node.get("c")
        match node["t"]:
            case "Para" | "Plain" if marks.listed_only(content):
                pass  # a line of a table of contents, which is made anew
            case "Para" | "Plain":
                self._paragraph(self.inlines(content))
            case "LineBlock":
                lines: list[Inline] = []
                for line in content:
                    lines += [*([LineBreak()] if lines else []), *self.inlines(line)]
                self._paragraph(lines)
            case "Header":
                words = tuple(i for i in tidy(self.inlines(content[2])) if not isinstance(i, LineBreak))
                if plain(words).strip():
                    self._add(Block(Kind.HEADING, words, _HERE, min(6, content[0])))
            case "BlockQuote":
                self._within(Container("quote"), content)
            case "BulletList":
                for item in content:
                    self._within(Container("bullet"), item)
            case "OrderedList":
                for number, item in enumerate(content[1], content[0][0]):
                    self._within(Container("ordered", number), item)
            case "DefinitionList":
                for term, definitions in content:
                    self._paragraph([Strong(tidy(self.inlines(term)))])
                    for blocks in definitions:
                        self._within(Container("quote"), blocks)
            case "CodeBlock":
                self._add(Block(Kind.CODE, (Code(content[1].rstrip("\n").expandtabs(4)),), _HERE))
            case "HorizontalRule":
                self._add(Block(Kind.BREAK, (), _HERE))
            case "Div":
                self.run(content[1])
            case "Figure":
                self._figure(content)
            case "Table":
                self._table(content)
            case "RawBlock" if content[1].strip() and not is_silent(*content):
                self.losses.append(f"a piece of {content[0]}: {content[1].strip()[:40]}")

    def _add(self, block: Block) -> None:
        self.blocks.append(replace(block, containers=tuple(self.containers)))
        self.containers = [replace(c, first=False) for c in self.containers]

    def _within(self, container: Container, nodes: Sequence[Node]) -> None:
        self.containers.append(container)
        depth = len(self.containers)
        self.run(nodes)
        self.containers = self.containers[: depth - 1]

    def _paragraph(self, content: Sequence[Inline]) -> None:
        made = marks.trimmed(tidy(content))
        if not plain(made).strip() and not any(isinstance(i, Image) for i in walk(made)):
            left = tuple(i for i in walk(made) if isinstance(i, NoteReference))
            if left and self.blocks:  # numbers of notes alone belong to what stands before
                self.blocks[-1] = replace(self.blocks[-1], content=(*self.blocks[-1].content, *left))
                return
            if not left:
                return
        if pictures := marks.only_pictures(made):
            for picture in pictures:
                self._add(Block(Kind.FIGURE, (picture,), _HERE))
        elif any(isinstance(i, LineBreak) for i in made):
            self._add(Block(Kind.VERSE, halved(made), _HERE))
        else:
            self._add(Block(Kind.PARAGRAPH, made, _HERE))

    def _figure(self, content: Sequence[Any]) -> None:
        caption = tidy(self._flat(content[1][1]))
        before = len(self.blocks)
        self.run(content[2])
        found = [b for b in self.blocks[before:] if b.kind is Kind.FIGURE]
        if len(found) == 1 and caption:
            at = self.blocks.index(found[0])
            picture, said = found[0].content[0], plain(caption)
            if isinstance(picture, Image) and picture.alt.endswith(said):  # with its number before it
                said = picture.alt
            self.blocks[at] = replace(found[0], content=(picture, Text(said)))
        elif caption:
            self._paragraph(caption)

    def _flat(self, nodes: Sequence[Node]) -> list[Inline]:
        """Give blocks as inlines, with spaces between them."""
        apart = _Making()
        apart.notes, apart.inside, apart.losses = self.notes, self.inside, self.losses
        apart.run(nodes)
        found: list[Inline] = []
        for block in apart.blocks:
            found += [
                *([Text(" ")] if found else []),
                *(_on_one_line(i) for i in block.content),
            ]
        return found

    def _table(self, content: Sequence[Any]) -> None:
        head = list(content[3][1])
        body = [row for one in content[4] for row in (*one[2], *one[3])]
        every = [*head, *body, *content[5][1]]
        self.grid += map(tuple, fill_spans([row[1] for row in every], _size, self._cell, None))
        caption = tidy(self._flat(content[1][1]))
        if caption:
            self._paragraph(caption)
        if len(every) == 1 or max((sum(cell[3] for cell in row[1]) for row in every), default=0) < 2:  # a frame
            for row in every:
                for cell in row[1]:
                    self.run(cell[4])
            return
        empty: tuple[Inline, ...] = ()
        rows = list(fill_spans([row[1] for row in every], _size, self._words, empty))
        width = max(len(row) for row in rows)
        joined: list[Inline] = []
        for row in rows:
            joined += [RowEnd()] if joined else []
            for number, cell in enumerate([*row, *([()] * (width - len(row)))]):
                joined += [*([CellEnd()] if number else []), *cell]
        if plain(tuple(joined)).strip():
            self._add(Block(Kind.TABLE, tuple(joined), _HERE))

    def _words(self, cell: Sequence[Any]) -> tuple[Inline, ...]:
        return marks.stripped(tidy(self._flat(cell[4])))

    def _cell(self, cell: Sequence[Any]) -> Block | None:
        apart = _Making()
        apart.notes = self.grid_notes
        apart.run(cell[4])
        if not apart.blocks:
            return None
        if len(apart.blocks) == 1:
            return replace(apart.blocks[0], containers=())
        content: list[Inline] = []
        for block in apart.blocks:
            content += [*([LineBreak()] if content else []), *block.content]
        return Block(Kind.VERSE, halved(tuple(content)), _HERE)
