"""Texts that do not match: from the error over the table of pairs to the book; what changes later."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from alignments import ALONE, AR, ID, WANTED, aligned, codes, pairs, rewrite, table, texts
from conftest import command, write

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.model.book import Kind
from bookbuild.model.errors import SourceError
from bookbuild.model.project import Project


def test_from_the_error_over_the_table_to_the_book(project: Callable[..., Project]) -> None:
    from pypdf import PdfReader

    here = project(texts())
    run = command("build", "--root", str(here.root))
    assert run.status == 1
    assert "bookbuild align --book NAME" in run.err

    run = command("align", "--book", "book", "--root", str(here.root))
    assert run.status == 0, run.err
    assert "source/book/aligned.csv: 4 rows, 3 of them one to one" in run.out
    assert pairs(here) == WANTED
    rows = table(here)
    assert [row["bead"] for row in rows] == ["1–1", "1–2", "1–1", "1–1"]
    assert rows[1]["id"] == f"{ID[1]}\n{ID[2]}"
    assert "paragraphs were joined" in rows[1]["look at"]

    run = command("build", "--root", str(here.root))
    assert run.status == 0, run.err
    assert "paragraphs paired by source/book/aligned.csv" in run.out
    assert "4 of 4" in run.out
    text = " ".join(page.extract_text() for page in PdfReader(here.dist / "book.pdf").pages)
    for line in ID:
        assert line.split()[-1] in text
    with zipfile.ZipFile(here.dist / "book.epub") as archive:
        chapter = archive.read("EPUB/c1.xhtml").decode()
    assert chapter.index(ID[1][:20]) < chapter.index(ID[2][:20]) < chapter.index(ID[3][:20])
    assert '<p class="part">' in chapter
    drawn = (here.dist / "book-alignment.svg").read_text("utf-8")
    assert drawn.count("<circle") == 3  # paragraphs; headings are no texts to be compared
    assert command("clean", "--root", str(here.root)).status == 0
    assert not (here.dist / "book-alignment.svg").exists()


def test_headings_are_found_in_rows(project: Callable[..., Project]) -> None:
    here = project(texts())
    aligned(here)
    units = list(load_book(here, open_book(here, "book")).book.units())
    assert [unit.kind for unit in units] == [Kind.HEADING, *[Kind.PARAGRAPH] * 3]


def test_a_correction_survives_a_later_edit_of_the_text(project: Callable[..., Project]) -> None:
    here = project(texts())
    aligned(here)
    rows = table(here)
    # by hand: the sentences of the second row are divided between two rows
    first, second = "الجملة الأولى هنا.", "والجملة الثانية بعدها في سنة 1954."
    rows[1:2] = [
        {**rows[1], "ar": first, "id": ID[1], "checked": "x", "note": "by hand"},
        {**rows[1], "row": "", "ar": second, "id": ID[2], "checked": "x"},
    ]
    rewrite(here, rows)
    corrected = [WANTED[0], (first, ID[1]), (second, ID[2]), *WANTED[2:]]
    assert pairs(here) == corrected
    assert "A002" not in codes(here)

    # another paragraph changes, and one is put in on both sides
    ar, id_ = [*AR], [*ID]
    ar[3] = "الخاتمة الجديدة جاءت في النهاية بعد كل شيء."
    ar.insert(3, "فقرة مضافة عن القاهرة سنة 1973.")
    id_.insert(4, "Paragraf tambahan tentang Kairo tahun 1973.")
    write(here.source / "book", texts(ar, id_))
    assert pairs(here) == [*corrected[:4], (ar[3], id_[4]), (ar[4], id_[5])]
    assert codes(here) == ["A002"]
    run = command("align", "--book", "book", "--root", str(here.root))
    assert "4 as they were" in run.out
    now = table(here)
    assert [row["look at"].startswith("new") for row in now] == [False] * 4 + [True] * 2
    assert now[1]["note"] == "by hand"
    assert now[1]["checked"] == "x"
    assert codes(here) == []


def test_words_put_into_a_paragraph_stay_in_its_row(project: Callable[..., Project]) -> None:
    here = project(texts())
    aligned(here)
    id_ = [*ID]
    id_[3] += " Dan satu kalimat lagi."
    write(here.source / "book", texts(AR, id_))
    assert pairs(here)[2] == (AR[2], id_[3])
    assert len(pairs(here)) == 4


def test_an_edited_cell_changes_no_text_and_is_told(project: Callable[..., Project]) -> None:
    here = project(texts())
    aligned(here)
    rows = table(here)
    rows[2]["id"] = "Paragraf yang diubah di tabel."
    rewrite(here, rows)
    assert pairs(here) == WANTED
    found = load_book(here, open_book(here, "book")).findings
    assert [f.code for f in found] == ["A002"]
    assert found[0].place.line == 5  # a cell above has two lines
    assert "edited in their own files" in found[0].advice


def test_what_has_no_partner_is_shown_alone(project: Callable[..., Project]) -> None:
    here = project({**texts(AR, [ID[0], ID[1], ID[2], ID[4]]), "aligned.csv": ALONE})
    assert (AR[2], "") in pairs(here)
    run = command(
        "build", "--root", str(here.root), "--edition", "handout", "--edition", "reader-id", "--edition", "popup"
    )
    assert run.status == 0, run.err
    assert "has no translation in id" in run.err
    (here.source / "book" / "aligned.csv").write_text(
        ALONE.replace(",\n", ",,ya\n").replace("ar,id", "ar,id,checked"), "utf-8"
    )
    assert codes(here) == []


def test_tables_and_pictures_are_not_joined_with_text(project: Callable[..., Project]) -> None:
    body = {
        "ar.md": "فقرة أولى.\n\n| أ | ب |\n|---|---|\n| ج | د |\n",
        "id.md": "Paragraf.\n\n| a | b |\n|---|---|\n| c | d |\n",
    }
    here = project({**body, "aligned.csv": 'ar,id\n"فقرة أولى.\nأ ب ج د","Paragraf.\na b c d"\n'})
    with pytest.raises(SourceError, match="joins a table with something else"):
        load_book(here, open_book(here, "book"))


def test_emphasis_and_notes_go_with_their_half(project: Callable[..., Project]) -> None:
    body = {
        "ar.md": "جملة **أولى مهمة**. جملة ثانية[^1].\n\n[^1]: حاشية.\n",
        "id.md": "Kalimat **pertama penting**.\n\nKalimat kedua[^1].\n\n[^1]: Catatan.\n",
        "aligned.csv": "ar,id\nجملة أولى مهمة.,Kalimat pertama penting.\nجملة ثانية.,Kalimat kedua.\n",
    }
    here = project(body)
    units = list(load_book(here, open_book(here, "book")).book.units())
    assert [tuple(b.text for b in u.blocks) for u in units] == [
        ("جملة أولى مهمة.", "Kalimat pertama penting."),
        ("جملة ثانية.", "Kalimat kedua."),
    ]
    assert [[len(n) for n in u.notes] for u in units] == [[0, 0], [1, 1]]
    assert any(type(i).__name__ == "Strong" for i in units[0].blocks[0].content)
    run = command("build", "--root", str(here.root))
    assert run.status == 0, run.err


def test_pins_in_markdown_hold_and_are_not_shown(project: Callable[..., Project]) -> None:
    ar = "فقرة أولى.\n\n<!-- = b -->\n\nفقرة ثانية.\n\n<!-- = c -->\nفقرة ثالثة.\n"
    id_ = "Satu.\n\nSatu setengah.\n\n<!-- = b -->\n\nDua.\n\n<!-- = c -->\nTiga.\n"
    here = project({"ar.md": ar, "id.md": id_})
    aligned(here)
    found = pairs(here)
    assert ("فقرة ثانية.", "Dua.") in found
    assert ("فقرة ثالثة.", "Tiga.") in found
    assert "<!--" not in str(found)
    write(here.source / "book", {"id.md": "Satu.\n\n<!-- = c -->\n\nDua.\n\n<!-- = b -->\nTiga.\n"})
    (here.source / "book" / "aligned.csv").unlink()
    with pytest.raises(SourceError, match="the pin 'b' stands at another paragraph"):
        load_book(here, open_book(here, "book"))
    write(here.source / "book", {"id.md": "Satu.\n\n<!-- = b -->\n\nDua.\n\n<!-- = b -->\nTiga.\n"})
    with pytest.raises(SourceError, match="the pin 'b' stands here again"):
        load_book(here, open_book(here, "book"))


def test_three_languages_and_chapters(project: Callable[..., Project]) -> None:
    en = [
        "Introduction of the book",
        "The first sentence is here. And the second follows in 1954.",
        "A short paragraph on Moscow.",
        "The end came at last after everything.",
    ]
    files = {f"ar/{n}.txt": "\n".join(AR) for n in ("1", "2")}
    files |= {f"id/{n}.txt": "\n".join(ID) for n in ("1", "2")}
    files |= {f"en/{n}.txt": "\n".join(en) for n in ("1", "2")}
    here = project({**files, "book.toml": 'languages = ["ar", "id", "en"]\n'})
    aligned(here)
    wanted = [(*row, en[n]) for n, row in enumerate(WANTED)]
    assert pairs(here) == [*wanted, *wanted]
    assert [row["chapter"] for row in table(here)] == ["1"] * 4 + ["2"] * 4
    assert command("build", "--root", str(here.root)).status == 0


def test_what_somebody_else_wrote_meanwhile_is_not_lost(project: Callable[..., Project]) -> None:
    from bookbuild.book.pairs import proposal

    here = project(texts())
    aligned(here)
    made = proposal.propose_pairs(here, "book")
    path = here.source / "book" / "aligned.csv"
    path.write_bytes(path.read_bytes() + b" ")
    before = path.read_bytes()
    with pytest.raises(SourceError, match="changed by something else meanwhile") as caught:
        proposal.write_table(here, made)
    assert [f.code for f in caught.value.findings] == ["A004"]
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(".")] == []


def test_align_asks_for_a_book_and_names_a_wrong_one(project: Callable[..., Project]) -> None:
    here = project(texts())
    assert command("align", "--root", str(here.root)).status == 0  # there is but one
    write(here.source / "other", texts())
    run = command("align", "--root", str(here.root))
    assert (run.status, "which book? Say --book NAME; there are book, other" in run.err) == (2, True)
    run = command("align", "--book", "bok", "--root", str(here.root))
    assert (run.status, "did you mean 'book'?" in run.err) == (2, True)


def test_a_model_that_is_none_is_told(project: Callable[..., Project], tmp_path: Path) -> None:
    here = project(texts())
    run = command("align", "--book", "book", "--model", str(tmp_path), "--root", str(here.root))
    assert run.status == 1
    assert "this is not the folder of a model" in run.err
