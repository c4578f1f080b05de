"""OpenDocument files, FictionBooks and web pages: what pandoc drops arrives all the same."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from conftest import command
from office_documents import CLOSED, OPEN, imported, open_document

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")


def test_what_pandoc_drops_of_opendocument_files_is_kept(tmp_path: Path) -> None:
    text, lost = imported(tmp_path, "id.odt", open_document(OPEN))
    assert [line for line in text.splitlines() if line] == [
        "Di halaman.", "Tuan rumah berkata.", "Dalam kotak.", "Dua.", "Di bentuk.",
        "Lihat 17, Bab Dua, kontrol, 漢（kan） .", "Pustaka.", "Akhir.",
    ]  # fmt: skip
    assert sorted(lost) == [
        "1 comment in the margin", "hidden text: “Bagian gelap.”", "hidden text: “rahasia”",
        "the index, whose page numbers refer to the old pages", "the picture ../lain.png", "the table of contents, which is rebuilt",
    ]  # fmt: skip


def test_pictures_of_opendocument_files_keep_their_descriptions(tmp_path: Path) -> None:
    from PIL import Image as Picture

    made = io.BytesIO()
    Picture.new("RGB", (8, 8), "red").save(made, "PNG")
    frame = '<text:p><draw:frame><draw:image xlink:href="Pictures/a.png"/><svg:title>x</svg:title><svg:desc>Kotak merah</svg:desc></draw:frame></text:p>'
    content = f"{OPEN.partition('<draw:frame')[0]}{frame}{CLOSED}"
    text, lost = imported(tmp_path, "id.odt", open_document(content, a=made.getvalue()))
    assert (text, lost) == ("![Kotak merah](images/id-1.png)\n\nAkhir.\n", [])


def test_rows_of_joined_cells_are_kept_and_what_stands_outside_is_told(tmp_path: Path) -> None:
    import docx

    rows = [
        ("العربية", "Bahasa Indonesia"), ("جملة أولى طويلة", "Kalimat satu panjang"), ("جملة ثانية طويلة", "Kalimat dua"),
        ("", "Kalimat dua lagi"), ("رأس", ""), ("جملة ثالثة", "Kalimat tiga"),
    ]  # fmt: skip
    document = docx.Document()
    document.add_paragraph("Pembuka di luar.")
    table = document.add_table(len(rows), 2)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(2, 0).merge(table.cell(3, 0))
    table.cell(4, 0).merge(table.cell(4, 1))
    document.save(str(tmp_path / "both.docx"))
    done = command("import", str(tmp_path / "both.docx"), "--book", "b", "--root", str(tmp_path))
    assert done.status == 0
    assert "not taken over: text outside the columns: Pembuka di luar" in done.err
    book = tmp_path / "source" / "b"
    texts = [[line for line in (book / name).read_text("utf-8").splitlines() if line] for name in ("ar.txt", "id.txt")]
    assert texts == [
        ["جملة أولى طويلة", "جملة ثانية طويلة", "رأس", "جملة ثالثة"],
        ["Kalimat satu panjang", "Kalimat dua", "Kalimat dua lagi", "Kalimat tiga"],
    ]
    pairs = list(csv.reader((book / "aligned.csv").read_text("utf-8-sig").splitlines()))
    assert [row[2:5] for row in pairs[2:5]] == [
        ["جملة ثانية طويلة", "Kalimat dua", "1–1"], ["", "Kalimat dua lagi", "0–1"], ["رأس", "", "1–0"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "written"),
    [
        ("<tr><td rowspan=2>a<td>b<tr><td>c<tr><td>d<td>e", "| a | b |\n|---|---|\n|  | c |\n| d | e |\n"),
        (
            "<tr><td>a<tr><td rowspan=3>b<td colspan=2 rowspan=2>c<tr><tr><td>d",
            "| a |  |  |\n|---|---|---|\n| b | c |  |\n|  |  |  |\n|  | d |  |\n",
        ),
        ("<tr><td rowspan=999999>a<td>b<tr><td>c", "| a | b |\n|---|---|\n| c |  |\n"),
        ("<tr><td rowspan=9999 colspan=99>a<td>b<tr><td>c", None),
    ],
)
def test_cells_that_reach_over_rows_keep_the_others_in_their_columns(
    tmp_path: Path, rows: str, written: str | None
) -> None:
    text, lost = imported(tmp_path, "id.html", f"<p>Teks.</p><table>{rows}</table>".encode())
    assert lost == []
    assert written is None or text == f"Teks.\n\n{written}"
    assert re.findall(r"\b[a-e]\b", text) == re.findall(r"(?<=>)[a-e]", rows)


def test_a_note_that_nothing_refers_to_is_a_paragraph(tmp_path: Path) -> None:
    notes = "".join(f'<aside epub:type="footnote" id="n{n}"><p>{n}. Catatan {n}.</p></aside>' for n in (1, 2))
    page = f'<p>Teks<a epub:type="noteref" href="#n1">1</a>.</p>{notes}'
    assert imported(tmp_path, "id.html", page.encode()) == ("Teks[^1].\n\n2\\. Catatan 2.\n\n[^1]: Catatan 1.\n", [])


def test_cells_of_fictionbooks_reach_over_rows_too(tmp_path: Path) -> None:
    table = '<table><tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr><tr><td colspan="2">d</td></tr></table>'
    book = f'<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><body><section>{table}</section></body></FictionBook>'
    assert imported(tmp_path, "id.fb2", book.encode()) == ("| a | b |\n|---|---|\n|  | c |\n| d |  |\n", [])


def test_how_words_of_a_web_page_are_read_stands_in_brackets(tmp_path: Path) -> None:
    page = "<p><ruby>漢<rt>kan</rt></ruby> <ruby>字<rt><b>ji</b></rt></ruby> <ruby>読<rp>(</rp><rt>yo</rt><rp>)</rp></ruby></p>"
    assert imported(tmp_path, "id.html", page.encode()) == ("漢（kan） 字（**ji**） 読(yo)\n", [])


def test_the_title_of_an_opendocument_file_is_its_first_heading(tmp_path: Path) -> None:
    start = OPEN[: OPEN.index("<office:automatic-styles>")]
    styles = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    body = (
        '<text:p text:style-name="P1"/><text:p text:style-name="P1">Judul</text:p>'
        '<text:h text:outline-level="1">Bab</text:h><text:p>Isi.</text:p><text:h text:outline-level="2">Anak</text:h>'
    )
    whole = f"{start}<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    assert imported(tmp_path, "id.odt", open_document(whole)) == ("# Judul\n\n## Bab\n\nIsi.\n\n### Anak\n", [])
