"""aligned.csv and aligned.xlsx: bytes in, rows of cells out, and back. The only place that knows their columns. Pure.

A row is a unit of partners. The columns are the chapter, the row's number, one per language, named by its tag, the
aligner's results, and the user's check and note.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookbuild.book.pairs.by_table import TableRow
from bookbuild.book.spreadsheets import read_csv
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

_FORMULA = ("=", "+", "-", "@")
_UNCHECKED = frozenset({"", "0", "no", "n", "tidak", "false", "-", "لا"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A row to write."""

    chapter: str
    cells: tuple[str, ...]
    shape: str
    confidence: float
    look: str
    """What to check; empty if there is nothing."""
    checked: bool = False
    note: str = ""


def header(tags: Sequence[str]) -> list[str]:
    """Return the names of the columns for language tags."""
    return ["chapter", "row", *tags, "bead", "confidence", "look at", "checked", "note"]


def format_rows(entries: Iterable[Entry], *, questions_first: bool = False) -> list[list[str]]:
    """Return the cells, row by row; rows keep their numbers if those with questions come first."""
    numbered = list(enumerate(entries, 1))
    if questions_first:
        numbered.sort(key=lambda entry: (not entry[1].look, entry[0]))
    return [
        [
            entry.chapter,
            str(number),
            *entry.cells,
            entry.shape,
            f"{entry.confidence:.2f}",
            entry.look,
            "x" if entry.checked else "",
            entry.note,
        ]
        for number, entry in numbered
    ]


def to_csv(tags: Sequence[str], entries: Iterable[Entry], *, questions_first: bool = False) -> bytes:
    """Return a table as CSV for spreadsheets: UTF-8 with a byte order mark, lines of RFC 4180, no cell a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header(tags))
    for row in format_rows(entries, questions_first=questions_first):
        writer.writerow([_guard_formula(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _guard_formula(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _unguard_formula(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def parse_table(data: bytes, path: str, tags: Sequence[str]) -> dict[str, list[TableRow]]:
    """Parse a table: chapter to its rows, in order. `path` is for messages; its suffix gives the format.

    Raises SourceError if a column is missing, there is no row, or the file is not a table.
    """
    if path.endswith(".xlsx"):
        from bookbuild.book.spreadsheets import read_xlsx

        rows: Iterable[tuple[int, list[str]]] = read_xlsx(data, path)
    else:
        advice = "save it again as CSV, or delete it and run `invoke align`"
        rows = ((line, [_unguard_formula(c) for c in row]) for line, row in read_csv(data, path, "A003", advice))
    return _parse_rows(rows, path, tags)


def _parse_rows(rows: Iterable[tuple[int, list[str]]], path: str, tags: Sequence[str]) -> dict[str, list[TableRow]]:
    chapters: dict[str, list[tuple[float, TableRow]]] = {}
    last = 0.0
    columns: Mapping[str, int] | None = None
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            columns = {name.strip().lower(): n for n, name in reversed(list(enumerate(row)))}
            missing = [tag for tag in tags if tag.lower() not in columns]
            if missing:
                message = f"the table has no column {', '.join(missing)}"
                advice = f"its first line names the columns: {', '.join(header(tags))}"
                raise SourceError([Finding("A003", Place(path, line), message, advice)])
            continue

        def read_cell(name: str, row: Sequence[str] = row, columns: Mapping[str, int] = columns) -> str:
            index = columns.get(name, len(row))
            return row[index].strip() if index < len(row) else ""

        table_row = TableRow(
            cells=tuple(read_cell(tag.lower()) for tag in tags),
            confidence=_parse_confidence(read_cell("confidence")),
            checked=read_cell("checked").lower() not in _UNCHECKED,
            note=read_cell("note"),
            line=line,
        )
        # the user may have sorted the rows: their numbers give the order; a row without one follows the row above
        last = _parse_row_number(read_cell("row"), last)
        chapters.setdefault(read_cell("chapter"), []).append((last, table_row))
    if not chapters:
        advice = "delete it, and run `invoke align`, which rewrites it"
        raise SourceError([Finding("A003", Place(path, 1), "the table has no rows", advice)])
    return {
        chapter: [table_row for _, table_row in sorted(rows, key=lambda r: r[0])] for chapter, rows in chapters.items()
    }


def _parse_row_number(text: str, above: float) -> float:
    try:
        value = float(text)
    except ValueError:
        return above
    return value if math.isfinite(value) else above


def _parse_confidence(text: str) -> float:
    try:
        value = float(text.replace(",", ".").rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return 0.0
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.0
