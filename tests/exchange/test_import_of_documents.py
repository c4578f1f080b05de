"""Word files, e-books and FictionBooks: what they say is kept, and what is lost is told."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from conftest import command, write
from imports import TAGS, bound, pixel, units, written_and_lost

from bookbuild.model.book import Kind

pypandoc = pytest.importorskip("pypandoc", reason="the extra `import` is not installed")


def rich(tag: str) -> bytes:
    import docx
    from PIL import Image as Picture

    words = {
        "ar": ("العنوان", "الفصل", "كلمة", "مهمة", "سطر", "بند"),
        "id": ("Judul", "Bab", "Kata", "penting", "Baris", "Butir"),
    }[tag]
    document = docx.Document()
    document.add_paragraph(words[0], style="Title")
    document.add_heading(words[1], 1)
    paragraph = document.add_paragraph(f"{words[2]} ")
    paragraph.add_run(words[3]).bold = True
    paragraph.add_run(" H")
    paragraph.add_run("2").font.subscript = True
    paragraph.add_run("O *bukan* _tanda_ 1. #x <b>.")
    paragraph = document.add_paragraph(words[4])
    paragraph.add_run().add_break()
    paragraph.add_run(words[4])
    document.add_paragraph(words[5], style="List Bullet")
    document.add_paragraph(words[5], style="List Number")
    document.add_paragraph(words[2], style="Intense Quote")
    table = document.add_table(2, 2)
    for n, cell in enumerate(c for row in table.rows for c in row.cells):
        cell.text = f"{words[5]}|{n}"
    picture = io.BytesIO()
    Picture.new("RGB", (8, 8), "red").save(picture, "PNG")
    picture.seek(0)
    document.add_picture(picture)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.slow
def test_what_word_says_is_kept(tmp_path: Path) -> None:
    write(tmp_path, {f"{tag}.docx": rich(tag) for tag in TAGS})
    run = command(
        "import", str(tmp_path / "ar.docx"), str(tmp_path / "id.docx"), "--book", "rich", "--root", str(tmp_path)
    )
    assert run.status == 0, run.err
    assert run.err == ""
    found = units(tmp_path, "rich")
    assert [(kind, level) for _, kind, level, _ in found] == [
        (Kind.HEADING, 1), (Kind.HEADING, 2), (Kind.PARAGRAPH, 0), (Kind.VERSE, 0), (Kind.PARAGRAPH, 0), (Kind.PARAGRAPH, 0),
        (Kind.PARAGRAPH, 0), (Kind.TABLE, 0), (Kind.FIGURE, 0),
    ]  # fmt: skip
    assert found[2][3][1] == "Kata penting H₂O *bukan* _tanda_ 1. #x <b>."
    assert found[7][3][1] == "Butir|0\tButir|1\nButir|2\tButir|3"
    folder = tmp_path / "source" / "rich"
    assert {p.name for p in (folder / "images").iterdir()} == {"ar-1.png", "id-1.png"}
    built = command("build", "--root", str(tmp_path))
    assert built.status == 0, built.err


def test_an_e_book_of_many_files_is_one_text(tmp_path: Path) -> None:
    write(tmp_path, {f"{tag}.epub": bound(tag) for tag in TAGS})
    run = command(
        "import", str(tmp_path / "id.epub"), str(tmp_path / "ar.epub"), "--book", "b", "--root", str(tmp_path)
    )
    assert run.status == 0, run.err
    told = [line.removeprefix("warning: not taken over: ") for line in run.err.splitlines()]
    contents = "the table of contents, which is rebuilt (toc.xhtml)"
    assert told == [f"{tag}: {what}" for tag in ("id", "ar") for what in ("the cover (cover.xhtml)", contents)]
    folder = tmp_path / "source" / "b"
    assert (folder / "id.md").read_text("utf-8") == (
        "# Judul\n\n## Judul 1\n\nTeks\u00a01[^1].\n\n![](images/id-1.png)\n\n[^1]: Catatan.\n"
    )
    assert (folder / "book.toml").read_text("utf-8") == 'languages = ["id", "ar"]\n'  # as the files were named
    built = command("build", "--root", str(tmp_path))
    assert built.status == 0, built.err


def test_several_files_a_language_are_chapters(tmp_path: Path) -> None:
    inputs = []
    for tag, words in (("ar", ("واحد", "اثنان")), ("id", ("Satu", "Dua"))):
        for number, word in enumerate(words, 1):
            picture = base64.b64encode(pixel("red" if tag == "ar" else "blue")).decode()
            page = f'<h1>{word}</h1><p>{word}.</p><p><b>x<img src="data:image/png;base64,{picture}"></b></p>'
            write(tmp_path / tag, {f"bab {number} awal.html": f"<html><body>{page}</body></html>"})
            inputs.append(str(tmp_path / tag / f"bab {number} awal.html"))
    run = command("import", *inputs, "--book", "b", "--root", str(tmp_path))
    assert (run.status, run.err) == (0, "")
    folder = tmp_path / "source" / "b"
    found = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert found == [
        "ar/01-bab-awal.md", "ar/02-bab-awal.md", "id/01-bab-awal.md", "id/02-bab-awal.md",
        "images/bab-1-awal-1-id.png", "images/bab-1-awal-1.png", "images/bab-2-awal-1-id.png", "images/bab-2-awal-1.png",
    ]  # fmt: skip
    assert "![](images/bab-2-awal-1-id.png)" in (folder / "id" / "02-bab-awal.md").read_text("utf-8")
    assert (folder / "images" / "bab-2-awal-1-id.png").read_bytes() == pixel("blue")
    assert command("build", "--format", "pdf", "--root", str(tmp_path)).status == 0
    uneven = command("import", *inputs[:3], "--book", "c", "--root", str(tmp_path))
    assert uneven.status == 2
    assert (
        "the files are 2 of ar, 1 of id: give one file per language, or the same number of chapters for each"
        in uneven.err
    )


def test_words_that_are_lost_are_told_for_other_formats_too(tmp_path: Path) -> None:
    rich = '{\\rtf1\\ansi One {\\caps two}.{\\nonshppict Hilang}\\par {\\field{\\*\\fldinst{HYPERLINK "https://example.org/"}}{\\fldrslt three}}\\par}'
    write(tmp_path, {"id.epub": bound("id", "<textarea>Katahilang</textarea>"), "en.rtf": rich})
    run = command("import", str(tmp_path / "id.epub"), str(tmp_path / "en.rtf"), "--book", "b", "--root", str(tmp_path))
    assert run.status == 0, run.err
    told = [line for line in run.err.splitlines() if "words" in line]
    assert told == [
        "warning: not taken over: id: words that pandoc dropped: Katahilang",
        "warning: not taken over: en: words that pandoc dropped: Hilang",
    ]


FICTION = """<?xml version="1.0" encoding="windows-1251"?>
<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" xmlns:l="http://www.w3.org/1999/xlink">
<description><title-info><lang>ru</lang></title-info></description>
<body><title><p>Книга</p><p>первая</p></title><epigraph><p>Эпиграф&nbsp;мой &unknown;</p></epigraph>
<section><title><p>Глава</p></title><p>Слово<a l:href="#n1" type="note">[1]</a> и <emphasis>дело</emphasis><image l:href="#i"/>.</p>
<poem><stanza><v>Строка</v><v>другая</v></stanza></poem><subtitle>Ещё</subtitle>
<table><tr><th>а</th><th>б</th></tr><tr><td>в</td><td>г</td></tr></table></section></body>
<body name="notes"><section id="n1"><title><p>1</p></title><p>Примечание<image l:href="#i"/>.</p></section></body>
<binary id="i" content-type="image/png">{}</binary></FictionBook>"""


def test_fiction_books_are_kept_whole(tmp_path: Path) -> None:
    book = FICTION.format(base64.b64encode(pixel()).decode()).encode("cp1251")
    write(tmp_path, {"book.fb2": book, "ar.txt": "نص.\n"})
    run = command(
        "import", str(tmp_path / "book.fb2"), str(tmp_path / "ar.txt"), "--book", "b", "--root", str(tmp_path)
    )
    assert (run.status, run.err) == (0, "")
    assert (tmp_path / "source" / "b" / "ru.md").read_text("utf-8") == (
        "# Книга первая\n\n> Эпиграф\u00a0мой \\&unknown;\n\n## Глава\n\nСлово[^1] и *дело*![](images/book-1.png).\n\n"
        "Строка\\\nдругая\n\n### Ещё\n\n| а | б |\n|---|---|\n| в | г |\n\n[^1]: Примечание![](images/book-1.png).\n"
    )


def test_a_word_table_keeps_its_notes_and_pictures(tmp_path: Path) -> None:
    rows = (
        "<tr><th>Bahasa Indonesia</th><th>العربية</th></tr>"
        '<tr><td>Satu <b>dua</b><a href="#n1" role="doc-noteref">1</a>.</td><td>واحد اثنان<a href="#n2" role="doc-noteref">2</a>.</td></tr>'
        f'<tr><td><img src="data:image/png;base64,{base64.b64encode(pixel()).decode()}"></td><td>ثلاثة.</td></tr>'
    )
    page = f'<table>{rows}</table><aside id="n1"><p>Catatan.</p></aside><aside id="n2"><p>حاشية.</p></aside>'
    write(tmp_path, {"x.html": f"<html><body>{page}</body></html>"})
    run = command("import", str(tmp_path / "x.html"), "--book", "b", "--root", str(tmp_path))
    assert (run.status, run.err) == (0, "")
    folder = tmp_path / "source" / "b"
    assert (folder / "id.md").read_text("utf-8") == "Satu **dua**[^1].\n\n![](images/x-1.png)\n\n[^1]: Catatan.\n"
    assert (folder / "ar.md").read_text("utf-8").startswith("واحد اثنان[^2].\n\nثلاثة.\n")
    assert (folder / "images" / "x-1.png").read_bytes() == pixel()


def test_a_title_page_that_repeats_the_first_heading_is_left_out(tmp_path: Path) -> None:
    for tag, words in (("ar", "عنوان"), ("id", "Judul")):
        pypandoc.convert_text(
            f"# {words}\n\nTeks.", "epub", "markdown",
            outputfile=str(tmp_path / f"{tag}.epub"), extra_args=["--metadata", f"title={words}"],
        )  # fmt: skip
    lines, lost = written_and_lost(tmp_path, "ar.epub", "id.epub")
    assert lines == [["# عنوان", "Teks."], ["# Judul", "Teks."]]
    assert [loss for loss in lost if "title page" in loss] == [
        f"{tag}: the title page, whose words come again (title_page.xhtml)" for tag in ("ar", "id")
    ]


def test_one_language_is_imported_again_alone(tmp_path: Path) -> None:
    import office_documents as office

    def file(name: str, *texts: str) -> str:
        path = tmp_path / name
        path.write_bytes(office.word("".join(f"<w:p>{office.run(text)}</w:p>" for text in texts)))
        return str(path)

    root = ("--book", "b", "--root", str(tmp_path))
    arabic = file("ar.docx", "في الصباح ذهب الولد إلى البستان.", "ثم رجع إلى البيت.")
    assert command("import", arabic, file("id.docx", "Pagi hari.", "Lalu pulang."), *root).status == 0
    config = tmp_path / "source" / "b" / "book.toml"
    config.write_text('languages = ["id", "ar"]\n', "utf-8")
    done = command("import", file("baru id.docx", "Pada pagi hari.", "Lalu ia pulang."), "--over", *root)
    assert (done.status, done.err) == (0, "")
    assert (tmp_path / "source" / "b" / "id.txt").read_text("utf-8") == "Pada pagi hari.\n\nLalu ia pulang.\n"
    assert "ذهب الولد" in (tmp_path / "source" / "b" / "ar.txt").read_text("utf-8")
    assert config.read_text("utf-8") == 'languages = ["id", "ar"]\n'
