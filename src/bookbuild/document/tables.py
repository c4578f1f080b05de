"""Rows of a table in, its HTML out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import zip_longest

from markupsafe import Markup

from bookbuild.model.inline import Inline, plain

_NUMBER = re.compile(r"[-+−]?[\d.,٫٬/ %٪\u00a0]*\d[\d.,٫٬ %٪\u00a0]*")
_CLASSES = {"center": "center", "right": "end"}
"""By the alignment of a column in Markdown, where the right end is that of a line, in every direction."""

Cell = tuple[Inline, ...]


def write_table(rows: Sequence[Sequence[Cell]], columns: Sequence[str], write: Callable[[Cell], Markup]) -> Markup:
    """Write the inside of a table, whose first row is its head (HTML 4.9); `columns` are their alignments."""
    head, *others = rows
    count = max(map(len, rows))
    own = [_CLASSES.get(alignment, "") for alignment in columns] + [""] * count
    # the head of a column of numbers stands over them
    figures = [bool(column) and all(map(_is_number, column)) for column in zip_longest(*others, fillvalue=())]
    lines = [_write_row('th scope="col"', head, figures + [False] * count, own, write)]
    lines += [_write_row("td", row, [*map(_is_number, row)], own, write) for row in others]
    return Markup("<thead>{}</thead>\n<tbody>{}</tbody>").format(lines[0], Markup("\n").join(lines[1:]))


def _write_row(
    tag: str, cells: Sequence[Cell], figures: Sequence[bool], own: Sequence[str], write: Callable[[Cell], Markup]
) -> Markup:
    written = []
    for cell, figure, alignment in zip(cells, figures, own, strict=False):
        name = "figure" if figure else alignment
        opening = Markup("<{}{}>").format(Markup(tag), Markup(' class="{}"').format(name) if name else "")  # noqa: S704
        written.append(Markup("{}{}</{}>").format(opening, write(cell), tag.split(maxsplit=1)[0]))
    # white space keeps words apart wherever the text alone is taken
    return Markup("<tr>{}</tr>").format(Markup("\n").join(written))


def _is_number(cell: Cell) -> bool:
    """Return whether a cell is a number, whose units stand under each other."""
    return bool(_NUMBER.fullmatch(plain(cell).strip()))
