"""The table of pairs: in any order, as any spreadsheet program writes it, and with its mistakes told."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from alignments import WANTED, codes, pairs, table, texts
from conftest import command, write

from bookbuild.book.folder import open_book
from bookbuild.book.pairs.table import Entry, parse_table, to_csv
from bookbuild.model.errors import SourceError
from bookbuild.model.project import Project


def test_rows_may_be_sorted_and_are_read_in_their_order(project: Callable[..., Project]) -> None:
    here = project(texts())
    run = command("align", "--book", "book", "--questions", "--root", str(here.root))
    assert run.status == 0
    assert table(here)[0]["row"] == "2"  # the one with a question
    assert pairs(here) == WANTED
    assert "A002" not in codes(here)


def test_a_spreadsheet_is_as_good_as_csv(project: Callable[..., Project]) -> None:
    here = project(texts())
    run = command("align", "--book", "book", "--xlsx", "--root", str(here.root))
    assert run.status == 0, run.err
    path = here.source / "book" / "aligned.xlsx"
    first = path.read_bytes()
    assert pairs(here) == WANTED
    assert command("align", "--book", "book", "--root", str(here.root)).status == 0
    again = path.read_bytes()
    assert command("align", "--book", "book", "--root", str(here.root)).status == 0
    assert path.read_bytes() == again  # no time of day in it
    assert again != first or again == first
    write(here.source / "book", {"aligned.csv": "ar,id\n"})
    with pytest.raises(SourceError, match="two tables of pairs"):
        open_book(here, "book")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_are_read_as_spreadsheet_programs_write_them(delimiter: str, encoding: str) -> None:
    rows = [["Row", "AR", "ID", "Checked"], ["1", 'قال "نعم"', "Ya; dan, lagi", "X"], ["2", "سطر\nسطر", "Baris", ""]]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    found = parse_table(out.getvalue().encode(encoding), "aligned.csv", ["ar", "id"])[""]
    assert [one.cells for one in found] == [('قال "نعم"', "Ya; dan, lagi"), ("سطر\nسطر", "Baris")]
    assert [one.checked for one in found] == [True, False]


def test_no_cell_is_a_formula_and_no_bead_a_date() -> None:
    data = to_csv(["ar", "id"], [Entry("", ("=1+1", "- satu"), "1–2", 1.0, "", note="'=x")])
    row = data.decode("utf-8-sig").split("\r\n")[1]
    assert row == ",1,'=1+1,'- satu,1–2,1.00,,,''=x"
    assert parse_table(data, "aligned.csv", ["ar", "id"])[""][0].cells == ("=1+1", "- satu")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("ar,en\nx,y\n", "aligned.csv:1: the table has no column id"),
        ("ar,id\n", "aligned.csv:1: the table has no rows"),
        ('ar,id\n"x,y\n', "aligned.csv:2: the table cannot be read"),
        (b"\xff\xfa\x00", "not UTF-8"),
    ],
)
def test_a_wrong_table_is_told_with_its_line(
    project: Callable[..., Project], content: str | bytes, message: str
) -> None:
    here = project({**texts(), "aligned.csv": content})
    run = command("build", "--root", str(here.root))
    assert run.status == 1
    assert message in run.err
    assert "[A003]" in run.err or "[T001]" in run.err
