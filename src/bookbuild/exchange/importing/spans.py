"""Replace cells that span several rows: empty cells fill their places in the rows below. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from lxml import html

Cell = TypeVar("Cell")
Content = TypeVar("Content")
_MAX_COLUMNS = 100
"""Columns that a cell may span; pages may claim more than any table has."""
_MAX_CELLS = 1_000_000
"""Cells of all tables of a page; tables beyond it keep their spans."""


def fill_spans(
    rows: Iterable[Sequence[Cell]],
    size: Callable[[Cell], tuple[int, int]],
    content: Callable[[Cell], Content],
    empty: Content,
) -> Iterator[list[Content]]:
    """Yield rows with one cell per column; `size` returns the rows and columns that a cell spans."""
    covered: dict[int, int] = {}
    for row in rows:
        line: list[Content] = []
        for cell in row:
            _add_covered(line, covered, empty)
            height, width = size(cell)
            line.append(content(cell))
            line += [empty] * (width - 1)
            if height > 1:
                covered |= dict.fromkeys(range(len(line) - width, len(line)), height - 1)
        _add_covered(line, covered, empty)
        yield line


def _add_covered(line: list[Content], covered: dict[int, int], empty: Content) -> None:
    while covered.get(len(line), 0):
        covered[len(line)] -= 1
        line.append(empty)


def remove_row_spans(root: Any) -> None:
    """Remove the row spans of a page's tables, in place: pandoc drops the cells that they push out."""
    remaining = _MAX_CELLS
    for table in root.iter("table"):
        remaining -= _remove_row_spans(table, remaining)


def _remove_row_spans(table: Any, most: int) -> int:
    """Remove the row spans of a table; return the number of cells filled in, or 0 if it would exceed `most`."""
    count = 0
    groups: dict[Any, list[Any]] = {}
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is table:
            groups.setdefault(row.getparent(), []).append(row)
    for rows in groups.values():
        if not any(cell.get("rowspan") for row in rows for cell in row):
            continue
        lines = fill_spans([list(row.iterchildren("td", "th")) for row in rows], _read_spans, lambda cell: cell, None)
        filled: list[list[Any]] = []
        for line in lines:
            filled.append(line)
            count += len(line)
            if count > most:
                return 0
        for row, line in zip(rows, filled, strict=True):
            _insert_empty_cells(row, line)
    return count


def _read_spans(cell: Any) -> tuple[int, int]:
    return _read_span(cell, "rowspan"), min(_MAX_COLUMNS, _read_span(cell, "colspan"))


def _read_span(cell: Any, name: str) -> int:
    text = (cell.get(name) or "").strip()
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _insert_empty_cells(row: Any, line: Sequence[Any]) -> None:
    """Insert an empty cell wherever a cell from above reaches (None); the others keep their widths."""
    column = 0
    waiting: list[Any] = []
    while column < len(line):
        cell = line[column]
        if cell is None:
            waiting.append(html.Element("td"))
            column += 1
            continue
        for empty in waiting:
            cell.addprevious(empty)
        waiting = []
        cell.attrib.pop("rowspan", None)
        column += min(_MAX_COLUMNS, _read_span(cell, "colspan"))
    row.extend(waiting)
