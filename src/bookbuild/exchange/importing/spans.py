"""Cells that reach over several rows: their places in the rows below are filled with empty cells. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from lxml import html

Cell = TypeVar("Cell")
Content = TypeVar("Content")
_WIDEST = 100
"""Columns that a cell may reach over; pages may say more than any table has."""
_MOST = 1_000_000
"""Places of all tables of a page; no more are filled."""


def placed(
    rows: Iterable[Sequence[Cell]],
    size: Callable[[Cell], tuple[int, int]],
    content: Callable[[Cell], Content],
    empty: Content,
) -> Iterator[list[Content]]:
    """Give rows with a place for every column; `size` gives rows and columns of a cell."""
    covered: dict[int, int] = {}
    for row in rows:
        line: list[Content] = []
        for cell in row:
            _covered(line, covered, empty)
            high, wide = size(cell)
            line.append(content(cell))
            line += [empty] * (wide - 1)
            if high > 1:
                covered |= dict.fromkeys(range(len(line) - wide, len(line)), high - 1)
        _covered(line, covered, empty)
        yield line


def _covered(line: list[Content], covered: dict[int, int], empty: Content) -> None:
    while covered.get(len(line), 0):
        covered[len(line)] -= 1
        line.append(empty)


def squared(root: Any) -> None:
    """Let no cell of a page's tables reach over several rows: pandoc drops what they push out."""
    left = _MOST
    for table in root.iter("table"):
        left -= _squared(table, left)


def _squared(table: Any, most: int) -> int:
    """Square a table; gives the number of new cells, which are not made if there were too many."""
    made = 0
    groups: dict[Any, list[Any]] = {}
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is table:
            groups.setdefault(row.getparent(), []).append(row)
    for rows in groups.values():
        if not any(cell.get("rowspan") for row in rows for cell in row):
            continue
        lines = placed([list(row.iterchildren("td", "th")) for row in rows], _size, lambda cell: cell, None)
        whole: list[list[Any]] = []
        for line in lines:
            whole.append(line)
            made += len(line)
            if made > most:
                return 0
        for row, line in zip(rows, whole, strict=True):
            _filled(row, line)
    return made


def _size(cell: Any) -> tuple[int, int]:
    return _number(cell, "rowspan"), min(_WIDEST, _number(cell, "colspan"))


def _number(cell: Any, name: str) -> int:
    text = (cell.get(name) or "").strip()
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _filled(row: Any, line: Sequence[Any]) -> None:
    """Put an empty cell wherever one from above reaches; the others keep their width."""
    at = 0
    waiting: list[Any] = []
    while at < len(line):
        cell = line[at]
        if cell is None:
            waiting.append(html.Element("td"))
            at += 1
            continue
        for one in waiting:
            cell.addprevious(one)
        waiting = []
        cell.attrib.pop("rowspan", None)
        at += min(_WIDEST, _number(cell, "colspan"))
    row.extend(waiting)
