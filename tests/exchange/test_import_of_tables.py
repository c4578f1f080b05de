"""Tables and spreadsheets with a column for each language."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from pathlib import Path

import pytest
from conftest import command, write
from imports import LINES, units

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")


@pytest.mark.parametrize(
    ("table", "tags", "lost"),
    [
        ("No,Arab,Indonesia,Catatan\n1,جملة,Kalimat,periksa\n2,أخرى,Lain,\n", "ar id", ["the column “Catatan”"]),
        ("No;Arab;Inggris\n1;جملة;One\n2;أخرى;Two;lebih\n", "ar en", ["column 4, which has no name"]),
        ("Nr\tArabe\tFrançais\n1\tجملة\tUne\n", "ar fr", []),
        (
            "chapter,row,ar,id,bead,confidence,look at,checked,note\n,1,جملة,Kalimat,1–1,1.00,lihat,ya,catatan\n",
            "ar id",
            [],
        ),
    ],
)
def test_columns_are_named_in_any_language_and_others_are_told(
    tmp_path: Path, table: str, tags: str, lost: list[str]
) -> None:
    write(tmp_path, {"t.csv": table})
    run = command("import", str(tmp_path / "t.csv"), "--book", "b", "--root", str(tmp_path))
    assert run.status == 0, run.err
    assert {p.stem for p in (tmp_path / "source" / "b").glob("*.txt")} == set(tags.split())
    assert [line.partition("taken over: ")[2] for line in run.err.splitlines() if "not taken over" in line] == lost


def test_a_column_of_numbers_is_no_language(tmp_path: Path) -> None:
    write(tmp_path, {"t.csv": "No,ar,x\n1,جملة,Kalimat\n2,أخرى,Lain\n"})
    run = command("import", str(tmp_path / "t.csv"), "--book", "b", "--root", str(tmp_path))
    assert run.status == 1
    assert "t.csv:1: the first row names fewer than two languages: write their tags there" in run.err


def test_sheets_that_are_not_read_are_told(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (("ar", "id"), ("جملة", "Kalimat")):
        book.active.append(row)
    book.create_sheet("Lain").append(("catatan",))
    book.create_sheet("Kosong")
    book.save(tmp_path / "t.xlsx")
    run = command("import", str(tmp_path / "t.xlsx"), "--book", "b", "--root", str(tmp_path))
    assert (run.status, run.err) == (0, "warning: not taken over: the other sheets: Lain\n")


def test_the_library_of_spreadsheets_warns_of_nothing(tmp_path: Path) -> None:
    from openpyxl import Workbook, load_workbook

    book, made = Workbook(), io.BytesIO()
    for row in (("ar", "id"), ("جملة", "Kalimat")):
        book.active.append(row)
    book.save(made)
    with zipfile.ZipFile(made) as full, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as bare:
        for name in full.namelist():
            bare.writestr(name, re.sub(rb"<cellStyles.*</cellStyles>", b"", full.read(name)))
    with pytest.warns(UserWarning, match="no default style"):
        load_workbook(tmp_path / "t.xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = command("import", str(tmp_path / "t.xlsx"), "--book", "b", "--root", str(tmp_path))
    assert (run.status, run.err) == (0, "")


def test_a_table_with_a_column_a_language_is_a_book(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    table = document.add_table(0, 2)
    for left, right in zip(LINES["ar"], LINES["id"], strict=True):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = left, right
    document.save(str(tmp_path / "both.docx"))
    run = command(
        "import", str(tmp_path / "both.docx"), "--languages", "ar,id", "--book", "book", "--root", str(tmp_path)
    )
    assert run.status == 0, run.err
    assert [u[3][1].split() for u in units(tmp_path, "book")][:2] == [line.split() for line in LINES["id"]][:2]


def test_untranslated_rows_make_a_table_of_pairs(tmp_path: Path) -> None:
    write(tmp_path, {"x.csv": "ar,id,en\nواحد هنا.,Satu.,One.\nاثنان هنا.,,Two.\nثلاثة هنا.,Tiga.,Three.\n"})
    run = command("import", str(tmp_path / "x.csv"), "--book", "book", "--root", str(tmp_path))
    assert run.status == 0, run.err
    assert (tmp_path / "source" / "book" / "aligned.csv").is_file()
    assert [u[3] for u in units(tmp_path, "book")] == [
        ("واحد هنا.", "Satu.", "One."), ("اثنان هنا.", "", "Two."), ("ثلاثة هنا.", "Tiga.", "Three."),
    ]  # fmt: skip
