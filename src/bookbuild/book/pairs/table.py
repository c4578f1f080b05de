"""aligned.csv and aligned.xlsx: bytes in, rows of cells out, and back. The only place that knows their columns. Pure.

A row is a unit: what stands together. The columns are the chapter, the row's number, a language each, named by its tag,
and what the aligner has to say; a last one is the user's own.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookbuild.book.pairs.by_table import Written
from bookbuild.book.spreadsheets import read_csv
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

_FORMULA = ("=", "+", "-", "@")
_NO = frozenset({"", "0", "no", "n", "tidak", "false", "-", "لا"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A row to be written."""

    chapter: str
    cells: tuple[str, ...]
    shape: str
    confidence: float
    look: str
    """What to look at; empty if there is no question."""
    checked: bool = False
    note: str = ""


def header(tags: Sequence[str]) -> list[str]:
    """Give the names of the columns."""
    return ["chapter", "row", *tags, "bead", "confidence", "look at", "checked", "note"]


def values(entries: Iterable[Entry], *, questions_first: bool = False) -> list[list[str]]:
    """Give what stands in the cells, row by row; rows keep their numbers where those with questions come first."""
    numbered = list(enumerate(entries, 1))
    if questions_first:
        numbered.sort(key=lambda one: (not one[1].look, one[0]))
    return [
        [
            one.chapter,
            str(number),
            *one.cells,
            one.shape,
            f"{one.confidence:.2f}",
            one.look,
            "x" if one.checked else "",
            one.note,
        ]
        for number, one in numbered
    ]


def to_csv(tags: Sequence[str], entries: Iterable[Entry], *, questions_first: bool = False) -> bytes:
    """Write a table as spreadsheets read it best: UTF-8 with its mark, lines of RFC 4180, nothing that is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header(tags))
    for row in values(entries, questions_first=questions_first):
        writer.writerow([_guarded(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def read(data: bytes, path: str, tags: Sequence[str]) -> dict[str, list[Written]]:
    """Read a table: chapter to its rows, in order.

    Raises SourceError on a column that is missing, and where it is no table at all.
    """
    if path.endswith(".xlsx"):
        from bookbuild.book.spreadsheets import read_xlsx

        rows: Iterable[tuple[int, list[str]]] = read_xlsx(data, path)
    else:
        advice = "save it again as CSV, or delete it and run `invoke align`"
        rows = ((line, [_unguarded(c) for c in row]) for line, row in read_csv(data, path, "A003", advice))
    return _read(rows, path, tags)


def _read(rows: Iterable[tuple[int, list[str]]], path: str, tags: Sequence[str]) -> dict[str, list[Written]]:
    found: dict[str, list[tuple[float, Written]]] = {}
    last = 0.0
    places: Mapping[str, int] | None = None
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if places is None:
            places = {name.strip().lower(): n for n, name in reversed(list(enumerate(row)))}
            missing = [tag for tag in tags if tag.lower() not in places]
            if missing:
                message = f"the table has no column {', '.join(missing)}"
                advice = f"its first line names the columns: {', '.join(header(tags))}"
                raise SourceError([Finding("A003", Place(path, line), message, advice)])
            continue

        def cell(name: str, row: Sequence[str] = row, places: Mapping[str, int] = places) -> str:
            at = places.get(name, len(row))
            return row[at].strip() if at < len(row) else ""

        written = Written(
            tuple(cell(tag.lower()) for tag in tags),
            _number(cell("confidence")),
            cell("checked").lower() not in _NO,
            cell("note"),
            line,
        )
        # rows may be sorted by anything: their numbers say in which order they belong; a new row follows the one above
        last = _row_number(cell("row"), last)
        found.setdefault(cell("chapter"), []).append((last, written))
    if not found:
        advice = "delete it, and run `invoke align`, which writes it anew"
        raise SourceError([Finding("A003", Place(path, 1), "the table has no rows", advice)])
    return {chapter: [one for _, one in sorted(rows, key=lambda r: r[0])] for chapter, rows in found.items()}


def _row_number(text: str, above: float) -> float:
    try:
        value = float(text)
    except ValueError:
        return above
    return value if math.isfinite(value) else above


def _number(text: str) -> float:
    try:
        value = float(text.replace(",", ".").rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return 0.0
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.0
