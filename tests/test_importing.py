"""Other formats in and out: the real book from each of them is the same book; nothing is lost without a word."""

from __future__ import annotations

import base64
import io
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import HERE, NATO, command, judge, write
from engines import JUDGES
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.exchange import markdown
from bookbuild.exchange.file_languages import FileLanguage, detect_language
from bookbuild.model.book import Block, Container, Kind
from bookbuild.model.findings import Place
from bookbuild.model.inline import Code, Emphasis, Inline, LineBreak, Link, Strong, Text
from bookbuild.model.inlines import tidy_inlines
from bookbuild.model.project import open_project

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

TAGS = ("ar", "id")
LINES = {tag: [line for line in (NATO / f"{tag}.txt").read_text("utf-8").split("\n") if line.strip()] for tag in TAGS}


def docx_files(folder: Path) -> list[Path]:
    import docx

    for tag in TAGS:
        document = docx.Document()
        for line in LINES[tag]:
            document.add_paragraph(line)
        document.save(str(folder / f"{tag}.docx"))
    return [folder / f"{tag}.docx" for tag in TAGS]


def odt_files(folder: Path) -> list[Path]:
    from odf.opendocument import OpenDocumentText
    from odf.text import P

    for tag in TAGS:
        document = OpenDocumentText()
        for line in LINES[tag]:
            document.text.addElement(P(text=line))
        document.save(str(folder / f"{tag}.odt"))
    return [folder / f"{tag}.odt" for tag in TAGS]


def html_files(folder: Path) -> list[Path]:
    for tag in TAGS:
        body = "\n".join(f"<p class=MsoNormal><span lang={tag}>{line}</span></p>" for line in LINES[tag])
        page = f"<html lang={tag}><head><title>x</title><script>no</script></head><body>{body}</body></html>"
        (folder / f"{tag}.html").write_text(page, "utf-8")
    return [folder / f"{tag}.html" for tag in TAGS]


def epub_files(folder: Path) -> list[Path]:
    from ebooklib import epub

    for tag in TAGS:
        book = epub.EpubBook()
        book.set_identifier(f"x-{tag}")
        book.set_title("x")
        book.set_language(tag)
        chapter = epub.EpubHtml(title="x", file_name="c.xhtml", lang=tag)
        chapter.content = "".join(f"<p>{line}</p>" for line in LINES[tag])
        book.add_item(chapter)
        book.add_item(epub.EpubNcx())
        book.add_item(epub.EpubNav())
        book.spine = [chapter]
        epub.write_epub(str(folder / f"{tag}.epub"), book)
    return [folder / f"{tag}.epub" for tag in TAGS]


def fb2_files(folder: Path) -> list[Path]:
    for tag in TAGS:
        body = "".join(f"<p>{line}</p>" for line in LINES[tag])
        head = f"<description><title-info><lang>{tag}</lang></title-info></description>"
        text = f'<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0">{head}<body><section>{body}</section></body></FictionBook>'
        (folder / f"{tag}.fb2").write_text(text, "utf-8")
    return [folder / f"{tag}.fb2" for tag in TAGS]


def rtf_files(folder: Path) -> list[Path]:
    for tag in TAGS:
        lines = ["".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in line) for line in LINES[tag]]
        body = "".join(f"{{\\pard {line}\\par}}\n" for line in lines)
        (folder / f"{tag}.rtf").write_text("{\\rtf1\\ansi\n" + body + "}", "ascii")
    return [folder / f"{tag}.rtf" for tag in TAGS]


def tex_files(folder: Path) -> list[Path]:
    for tag in TAGS:
        body = "\n\n".join(LINES[tag]).replace("%", "\\%").replace("&", "\\&")
        (folder / f"{tag}.tex").write_text(
            f"\\documentclass{{article}}\\begin{{document}}\n{body}\n\\end{{document}}", "utf-8"
        )
    return [folder / f"{tag}.tex" for tag in TAGS]


def tmx_file(folder: Path) -> list[Path]:
    from translate.storage import tmx

    store = tmx.tmxfile(sourcelanguage="ar", targetlanguage="id")
    for left, right in zip(LINES["ar"], LINES["id"], strict=True):
        store.addtranslation(left, "ar", right, "id")
    (folder / "memory.tmx").write_bytes(bytes(store))
    return [folder / "memory.tmx"]


def po_file(folder: Path) -> list[Path]:
    import polib

    po = polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "id"}
    for left, right in zip(LINES["ar"], LINES["id"], strict=True):
        po.append(polib.POEntry(msgid=left, msgstr=right))
    po.save(str(folder / "book.po"))
    return [folder / "book.po"]


def xliff_file(folder: Path) -> list[Path]:
    units = "".join(
        f'<unit id="u{n}"><segment><source>{a}</source><target>{b}</target></segment></unit>'
        for n, (a, b) in enumerate(zip(LINES["ar"], LINES["id"], strict=True))
    )
    text = f'<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="ar" trgLang="id"><file id="f">{units}</file></xliff>'
    (folder / "book.xlf").write_text(text, "utf-8")
    return [folder / "book.xlf"]


def xlsx_file(folder: Path) -> list[Path]:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["No", "العربية", "Indonesian"])
    for n, row in enumerate(zip(LINES["ar"], LINES["id"], strict=True), 1):
        sheet.append([n, *row])
    book.save(folder / "book.xlsx")
    return [folder / "book.xlsx"]


def csv_file(folder: Path) -> list[Path]:
    rows = "\r\n".join(f'"{a.replace(chr(34), chr(34) * 2)}";"{b.replace(chr(34), chr(34) * 2)}"' for a, b in zip(LINES["ar"], LINES["id"], strict=True))  # fmt: skip
    (folder / "book.csv").write_bytes(f"ar;id\r\n{rows}\r\n".encode("utf-8-sig"))
    return [folder / "book.csv"]


MAKERS: dict[str, Callable[[Path], list[Path]]] = {
    "docx": docx_files, "odt": odt_files, "html": html_files, "epub": epub_files, "fb2": fb2_files, "rtf": rtf_files, "tex": tex_files,
    "tmx": tmx_file, "po": po_file, "xliff": xliff_file, "xlsx": xlsx_file, "csv": csv_file,
}  # fmt: skip


def units(root: Path, slug: str) -> list[tuple[Any, ...]]:
    project = open_project(root)
    book = load_book(project, open_book(project, slug)).book
    return [(u.id, u.kind, u.blocks[0].level, tuple(b.text for b in u.blocks)) for u in book.units()]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first book's texts alone, built."""
    root = tmp_path_factory.mktemp("original")
    write(root / "source" / "book", {f"{tag}.txt": (NATO / f"{tag}.txt").read_bytes() for tag in TAGS})
    assert command("build", "--format", "pdf", "--root", str(root)).status == 0
    return root


@pytest.mark.parametrize("kind", list(MAKERS))
def test_the_real_book_from_another_format_is_the_same_book(tmp_path: Path, original: Path, kind: str) -> None:
    from pypdf import PdfReader

    (tmp_path / "in").mkdir()
    files = MAKERS[kind](tmp_path / "in")
    named = ["--languages", "ar,id"] if kind == "po" else []
    run = command("import", *map(str, files), "--book", "book", *named, "--root", str(tmp_path))
    assert run.status == 0, run.err
    assert "next: bookbuild build --book book" in run.out
    assert "not taken over" not in run.err
    assert units(tmp_path, "book") == units(original, "book")
    built = command("build", "--format", "pdf", "--root", str(tmp_path))
    assert built.status == 0, built.err
    pages = [
        [page.extract_text() for page in PdfReader(root / "dist" / "book.pdf").pages] for root in (tmp_path, original)
    ]
    assert pages[0] == pages[1]


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


NOTES = {
    "word.html": (
        '<p>Teks<a style="mso-footnote-id:ftn1" href="#_ftn1" name="_ftnref1"><span>[1]</span></a> lagi.</p>'
        '<div style="mso-element:footnote-list"><br clear=all><hr><div style="mso-element:footnote" id=ftn1>'
        '<p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1"><span>[1]</span></a> Catatan.</p></div></div>'
    ),
    "libreoffice.html": (
        '<p>Teks<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a> lagi.</p>'
        '<div id="sdfootnote1"><p><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>Catatan.</p></div>'
    ),
    "google.html": (
        '<p>Teks<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup> lagi.</p><hr>'
        '<div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;Catatan.</span></p></div>'
    ),
    "wiki.html": (
        '<p>Teks<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a></sup> lagi.</p>'
        '<ol class="references"><li id="cite_note-1"><span class="mw-cite-backlink"><b><a href="#cite_ref-1">^</a></b></span> '
        '<span class="reference-text">Catatan.</span></li></ol>'
    ),
    "pandoc.html": (
        '<p>Teks<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a> lagi.</p>'
        '<section id="footnotes" role="doc-endnotes"><hr><ol><li id="fn1"><p>Catatan.<a href="#fnref1" role="doc-backlink">↩︎</a></p></li></ol></section>'
    ),
    "epub.html": (
        '<p>Teks<a epub:type="noteref" href="#n1">[*]</a> lagi.</p><aside epub:type="footnote" id="n1"><p>[*] Catatan.</p></aside>'
    ),
}  # fmt: skip


def written(folder: Path, page: str, **files: str | bytes) -> str:
    """Import a page as id.html, beside a text; give what was written of it, in Markdown or plain text."""
    names = {name.replace("_", "."): content for name, content in files.items()}
    write(folder, {"id.html": f"<html lang=id><body>{page}</body></html>", "ar.txt": "نص.\n", **names})
    run = command("import", str(folder / "id.html"), str(folder / "ar.txt"), "--book", "b", "--root", str(folder))
    assert (run.status, run.err) == (0, "")
    return next((folder / "source" / "b").glob("id.*")).read_text("utf-8")


@pytest.mark.parametrize("name", list(NOTES))
def test_what_a_page_links_to_as_a_note_is_a_note(tmp_path: Path, name: str) -> None:
    assert written(tmp_path, NOTES[name]) == "Teks[^1] lagi.\n\n[^1]: Catatan.\n"


PIECES = {
    "<p><i>https://example.org/a_b_c</i> <a href='https://example.org/a_b'>https://example.org/a_b</a></p>": (
        "*https://example.org/a\\_b\\_c* [https://example.org/a\\_b](https://example.org/a_b)"
    ),
    "<p><b><i>dua `tiga'</i></b></p>": "***dua \\`tiga'***",
    "<p>これは<b>注意（大切）</b>です。<b>「はい」</b>と</p>": "これは**注意（大切**）です。「**はい**」と",
    "<p>x<i>a</i><b>b</b>c<i>d</i></p>": "x*a***b**c*d*",
    "<p>x <i><code>a</code></i><i><code>b</code></i></p>": "x *`ab`*",
    "<p><code>ln <em>satu</em> <em>dua</em></code></p>": "`ln satu dua`",
    "<p>satu <code></code>dua</p>": "satu dua",
    "<div role=navigation>menu<nav>a</nav></div><p>satu</p><div role=search>cari</div>dua": "satu\n\ndua",
    "<table><tr><th>a</th><th>b</th></tr><tr><td><code>x | y</code>&nbsp;</td><td><pre>1\n 2</pre></td></tr></table>": (
        "| a | b |\n|---|---|\n| `x \\| y` | `1 2` |"
    ),
    "<table><colgroup><col></colgroup><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>": (
        "| a | b |\n|---|---|\n| 1 | 2 |"
    ),
}  # fmt: skip


@pytest.mark.parametrize("piece", list(PIECES))
def test_pieces_of_web_pages_are_written_in_markdown(tmp_path: Path, piece: str) -> None:
    assert written(tmp_path, f"<h1>x</h1>{piece}") == f"# x\n\n{PIECES[piece]}\n"


def test_only_the_emphasis_that_markdown_cannot_say_is_dropped(tmp_path: Path) -> None:
    write(tmp_path, {"id.html": "<p>x<i>+1</i>y <b>tebal</b> dan <i>miring</i></p>", "ar.txt": "نص.\n"})
    run = command(
        "import", *(str(tmp_path / name) for name in ("id.html", "ar.txt")), "--book", "b", "--root", str(tmp_path)
    )
    assert run.err == "warning: not taken over: id: some bold, italics or links of “x+1y tebal dan miring”\n"
    assert (tmp_path / "source" / "b" / "id.md").read_text("utf-8") == "x+1y **tebal** dan *miring*\n"


def test_a_number_of_a_note_in_a_paragraph_of_its_own_belongs_to_the_one_before(tmp_path: Path) -> None:
    page = '<p>Teks.</p><p><a href="#n1" role="doc-noteref">1</a></p><aside id="n1"><p>Catatan.</p></aside><p><img src="a.png"><img src="b.png"></p>'
    text = written(tmp_path, page, a_png=pixel(), b_png=pixel("blue"))
    assert text == "Teks.[^1]\n\n![](images/id-1.png)\n\n![](images/id-2.png)\n\n[^1]: Catatan.\n"


def test_links_that_are_no_notes_stay_text(tmp_path: Path) -> None:
    page = '<p id=top>Lihat <a href="#a1">1</a>, <a href="#a2">bab dua</a>.</p><p id="a1">Satu.</p><p id="a2">Dua <a href="#x">↩</a>.</p>'
    assert written(tmp_path, page) == "Lihat 1, bab dua.\n\nSatu.\n\nDua ↩.\n"


def bound(tag: str, more: str = "") -> bytes:
    """An EPUB as calibre's editor leaves them: the package below, a cover, a contents page, notes in a file of their own."""
    words = {"ar": ("عنوان", "نص", "حاشية"), "id": ("Judul", "Teks", "Catatan")}[tag]

    def page(body: str) -> str:
        head = f'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>{body}</body></html>'
        return f'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "xhtml11.dtd">{head}'

    texts = {
        "cover": '<svg xmlns="http://www.w3.org/2000/svg"><image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="../c.png"/></svg>',
        "title": f'<section epub:type="titlepage"><h1>{words[0]}</h1></section>',
        "toc": f'<h2>X</h2><p><a href="one.xhtml">{words[0]} 1</a></p><p><a href="notes.xhtml#n1">{words[0]} 2</a></p>',
        "one": f'<h2>{words[0]} 1<a id="x"/></h2><p>{words[1]}&nbsp;1<sup><a id="r1" href="notes.xhtml#n1">1</a></sup>.</p><p><img src="../c.png" alt=""/></p>',
        "notes": f'<p id="n1"><a href="one.xhtml#r1">1</a>. {words[2]}.</p>{more}',
    }
    items = "".join(f'<item id="{n}" href="../text/{n}.xhtml" media-type="application/xhtml+xml"/>' for n in texts)
    spine = "".join(f'<itemref idref="{n}"/>' for n in texts)
    package = f'<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:language>{tag}</dc:language></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
        )
        archive.writestr("OEBPS/content.opf", package)
        archive.writestr("c.png", pixel())
        for name, body in texts.items():
            archive.writestr(f"text/{name}.xhtml", page(body))
    return out.getvalue()


def pixel(colour: str = "red") -> bytes:
    from PIL import Image as Picture

    out = io.BytesIO()
    Picture.new("RGB", (8, 8), colour).save(out, "PNG")
    return out.getvalue()


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


def test_letters_that_have_several_codes_are_not_taken_for_lost(tmp_path: Path) -> None:
    assert written(tmp_path, "<p>\u0906\u095b\u093e\u0926\u0940 \u0e04\u0e33 ﬁ</p>")


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


def test_files_of_one_language_are_told_with_the_option_that_names_them(tmp_path: Path) -> None:
    words = "Kalimat ini ditulis dalam bahasa Indonesia, dan karena itu bukan bahasa Arab.\n" * 9
    write(tmp_path, {"id.txt": words, "ar.txt": words})
    run = command("import", str(tmp_path / "id.txt"), str(tmp_path / "ar.txt"), "--book", "b", "--root", str(tmp_path))
    assert run.status == 2
    assert "by their names and words all files are in id: add a file in another one, or name the languages" in run.err


def written_and_lost(folder: Path, *names: str) -> tuple[list[list[str]], list[str]]:
    """Import files; give the lines that were written a language, in the order of the alphabet, and what was told as lost."""
    run = command("import", *(str(folder / name) for name in names), "--book", "b", "--root", str(folder))
    assert run.status == 0, run.err
    texts = sorted((folder / "source" / "b").glob("*.[tm][xd]*"))
    lines = [[line for line in text.read_text("utf-8").splitlines() if line] for text in texts]
    return lines, [line.partition("taken over: ")[2] for line in run.err.splitlines() if "not taken over" in line]


def test_memories_of_several_regions_and_second_texts(tmp_path: Path) -> None:
    def unit(**texts: str) -> str:
        variants = "".join(
            f'<tuv xml:lang="{tag.rstrip("2").replace("_", "-")}"><seg>{t}</seg></tuv>' for tag, t in texts.items()
        )
        return f"<tu>{variants}</tu>"

    units = [
        unit(ar="واحد", id="satu", zh_Hans="一", zh_Hant="壹"), unit(ar_EG="اثنان", id_ID="dua <ph>x<sub>dalam</sub></ph>"),
        unit(ar="ثلاثة", id="tiga", id2="tiga lagi"), unit(ar="أربعة", id="empat"),
    ]  # fmt: skip
    head = '<header srclang="ar" adminlang="en" datatype="x" segtype="block" o-tmf="x" creationtool="x" creationtoolversion="1"/>'
    write(tmp_path, {"m.tmx": f'<tmx version="1.4">{head}<body>{"".join(units)}</body></tmx>'})
    lines, lost = written_and_lost(tmp_path, "m.tmx")
    assert lines == [["واحد", "اثنان", "ثلاثة", "أربعة"], ["satu", "dua", "tiga", "empat"], ["一"], ["壹"]]
    assert lost == ["texts inside codes: “dalam”", "second texts of id in a unit: “tiga lagi”"]


def test_spaces_between_segments_are_kept_and_characters_that_are_none_left_out(tmp_path: Path) -> None:
    segments = "".join(
        f"<segment><source>{a}</source><target>{b}</target></segment>{between}"
        for a, b, between in (
            (
                "أولى.",
                'Satu<cp hex="110000"/><cp hex="zz"/><cp hex="0001"/><cp hex="D800"/>.',
                "<ignorable><source> </source></ignorable>",
            ),
            ("ثانية.", "Dua.", "<ignorable><source> لا </source></ignorable>"),
            ("ثالثة.", "Tiga.", ""),
        )
    )
    space = 'xmlns="urn:oasis:names:tc:xliff:document:2.0"'
    write(
        tmp_path,
        {
            "x.xlf": f'<xliff version="2.0" {space} srcLang="ar" trgLang="id"><file id="f"><unit id="1">{segments}</unit></file></xliff>'
        },
    )
    assert written_and_lost(tmp_path, "x.xlf") == ([["أولى. ثانية. لا ثالثة."], ["Satu. Dua. Tiga."]], [])


def test_what_catalogues_do_not_give_is_told(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: id\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
    entries = '#, fuzzy\nmsgid "One"\nmsgstr "Satu"\n\nmsgid "File"\nmsgid_plural "Files"\nmsgstr[0] "Berkas"\n'
    write(tmp_path, {"c.po": head + entries})
    lines, lost = written_and_lost(tmp_path, "c.po")
    assert lines == [["One", "File"], ["Berkas"]]
    assert lost == ["translations that are marked as unsure (fuzzy): “Satu”", "other plural forms: “Files”"]


def test_entities_of_subtitles_are_characters(tmp_path: Path) -> None:
    for tag, word in (("ar", "ثم"), ("id", "lalu")):
        cue = f"00:00:01.000 --> 00:00:02.000\n<v A>{word} &amp; &lt;b&gt; &unknown; &#x2014;</v>\n"
        write(tmp_path, {f"{tag}.vtt": f"WEBVTT\n\n{cue}"})
    lines, lost = written_and_lost(tmp_path, "ar.vtt", "id.vtt")
    assert lines == [["ثم & <b> &unknown; —"], ["lalu & <b> &unknown; —"]]
    assert lost == ["ar: the names of speakers (A)", "id: the names of speakers (A)"]


BOXES = r"""\documentclass{article}\begin{document}
\lettrine{A}{wal} \fbox{bingkai} \makebox[2cm]{buat} \raisebox{1pt}{naik} \rotatebox{90}{putar} \resizebox{1cm}{2cm}{ubah}
\ruby{漢}{kan} \textcquote[x]{y}{dikutip} tepi\marginpar{catatan tepi}\footnotemark\footnotetext{kaki}

\begin{theorem}[Nama orang]Teorema.\end{theorem}
\begin{shortlist}[H]Butir.\end{shortlist}
\begin{tcolorbox}[title={Judul kotak},colback=red]Isi.\end{tcolorbox}
\begin{multicols}{2}Kolom.\end{multicols}
\begin{thebibliography}{9}\bibitem{k} Buku satu.\bibitem[B2]{l} Buku dua.\end{thebibliography}
\end{document}"""


def test_boxes_notes_and_titles_of_latex_are_kept_or_told(tmp_path: Path) -> None:
    write(tmp_path, {"id.tex": BOXES, "ar.txt": "نص.\n"})
    lines, lost = written_and_lost(tmp_path, "id.tex", "ar.txt")
    assert lines[1] == [
        "Awal bingkai buat naik putar ubah 漢（kan） “dikutip” tepi[^1][^2]", "Nama orang", "Teorema.", "Butir.", "Isi.", "Kolom.",
        "Buku satu.", "Buku dua.", "[^1]: catatan tepi", "[^2]: kaki",
    ]  # fmt: skip
    assert lost == ["id: an option of tcolorbox: title={Judul kotak},colback=red"]


LATEX = r"""\documentclass{book}\newcommand{\asing}[1]{\textit{#1}}\title{Judul}
\begin{document}\maketitle
\chapter{Bab}\label{bab}
Kata \asing{asing} ``dalam'' \foreign{et al.} --- l'art \textarabic{عربي}.\footnote{Catatan \emph{kaki}.}
\begin{tcolorbox}[title=x]\begin{shaded}Kotak \emph{dalam}.

Dua.\end{shaded}\end{tcolorbox}\vspace{2cm}
\begin{pairs}\begin{Leftside}\beginnumbering\pstart Kiri.\pend\pstart Lagi.\pend\endnumbering\end{Leftside}\end{pairs}
\begin{boxed}{5cm}Ukuran.\end{boxed} Lihat \ref{bab}, \setthing{roman}.
\begin{tikzpicture}\node{Titik};\end{tikzpicture}
\end{document}"""


def test_words_in_latex_that_pandoc_does_not_know_are_kept(tmp_path: Path) -> None:
    write(tmp_path, {"id.tex": LATEX, "ar.txt": "نص.\n"})
    run = command("import", str(tmp_path / "id.tex"), str(tmp_path / "ar.txt"), "--book", "b", "--root", str(tmp_path))
    assert run.status == 0, run.err
    assert (tmp_path / "source" / "b" / "id.md").read_text("utf-8").split("\n\n") == [
        "# Judul", "## Bab", "Kata *asing* “dalam” et al. — l’art عربي.[^1]", "Kotak *dalam*.", "Dua.", "Kiri.", "Lagi.",
        "Ukuran.", "Lihat , .", "[^1]: Catatan *kaki*.\n",
    ]  # fmt: skip
    told = [line.partition("id: ")[2].removeprefix("a piece of latex: ") for line in run.err.splitlines()]
    assert told == [
        "an option of tcolorbox: title=x",
        "\\ref{bab}",
        "\\setthing{roman}",
        "\\begin{tikzpicture}\\node{Titik};\\end{tik",
    ]


FICTION = """<?xml version="1.0" encoding="windows-1251"?>
<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" xmlns:l="http://www.w3.org/1999/xlink">
<description><title-info><lang>ru</lang></title-info></description>
<body><title><p>Книга</p><p>первая</p></title><epigraph><p>Эпиграф&nbsp;мой &unknown;</p></epigraph>
<section><title><p>Глава</p></title><p>Слово<a l:href="#n1" type="note">[1]</a> и <emphasis>дело</emphasis><image l:href="#i"/>.</p>
<poem><stanza><v>Строка</v><v>другая</v></stanza></poem><subtitle>Ещё</subtitle>
<table><tr><th>а</th><th>б</th></tr><tr><td>в</td><td>г</td></tr></table></section></body>
<body name="notes"><section id="n1"><title><p>1</p></title><p>Примечание.</p></section></body>
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
        "Строка\\\nдругая\n\n### Ещё\n\n| а | б |\n|---|---|\n| в | г |\n\n[^1]: Примечание.\n"
    )


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


def test_untranslated_rows_make_a_table_of_pairs(tmp_path: Path) -> None:
    write(tmp_path, {"x.csv": "ar,id,en\nواحد هنا.,Satu.,One.\nاثنان هنا.,,Two.\nثلاثة هنا.,Tiga.,Three.\n"})
    run = command("import", str(tmp_path / "x.csv"), "--book", "book", "--root", str(tmp_path))
    assert run.status == 0, run.err
    assert (tmp_path / "source" / "book" / "aligned.csv").is_file()
    assert [u[3] for u in units(tmp_path, "book")] == [
        ("واحد هنا.", "Satu.", "One."), ("اثنان هنا.", "", "Two."), ("ثلاثة هنا.", "Tiga.", "Three."),
    ]  # fmt: skip


SRT = {
    "en": "1\n00:00:01,000 --> 00:00:03,000\n<i>Hello</i> there.\n\n2\n00:00:04,000 --> 00:00:06,000\nHow are\nyou?\n\n3\n00:00:07,000 --> 00:00:11,000\nI am fine, and I go.\n",
    "id": "1\n00:00:01,100 --> 00:00:03,100\nHalo.\n\n2\n00:00:04,000 --> 00:00:05,900\nApa kabar?\n\n3\n00:00:07,000 --> 00:00:09,000\nAku baik,\n\n4\n00:00:09,000 --> 00:00:11,000\ndan aku pergi.\n",
}


def test_subtitles_are_paired_by_their_times(tmp_path: Path) -> None:
    vtt = "WEBVTT\n\nNOTE x\n\n" + SRT["id"].replace(",100", ".100").replace(",000", ".000").replace(",900", ".900")
    write(tmp_path, {"film.en.srt": "\ufeff" + SRT["en"], "film.id.vtt": vtt})
    run = command(
        "import",
        str(tmp_path / "film.en.srt"),
        str(tmp_path / "film.id.vtt"),
        "--book",
        "film",
        "--root",
        str(tmp_path),
    )
    assert run.status == 0, run.err
    assert [u[3] for u in units(tmp_path, "film")] == [
        ("Hello there.", "Halo."), ("How are you?", "Apa kabar?"), ("I am fine, and I go.", "Aku baik, dan aku pergi."),
    ]  # fmt: skip


MEMORY = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"><header/><body>
<tu><tuv xml:lang="ar-SA"><seg>نص <bpt i="1" type="bold">{\\b </bpt>مهم<ept i="1">}</ept> هنا<ph>&lt;br/&gt;</ph>.</seg></tuv>
<tuv xml:lang="id-ID"><seg>Teks <bpt i="1">&lt;b&gt;</bpt>penting<ept i="1">&lt;/b&gt;</ept> di sini.</seg></tuv>
<tuv xml:lang="EN-US"><seg>An <hi type="italic">important</hi> text.</seg></tuv></tu></body></tmx>"""


def test_codes_of_other_programs_become_emphasis_or_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"m.tmx": MEMORY.encode("utf-16")})
    run = command("import", str(tmp_path / "m.tmx"), "--languages", "ar,id", "--book", "book", "--root", str(tmp_path))
    assert run.status == 0, run.err
    project = open_project(tmp_path)
    unit = next(load_book(project, open_book(project, "book")).book.units())
    assert [b.text for b in unit.blocks] == ["نص مهم هنا.", "Teks penting di sini."]
    assert [[type(i) for i in b.content] for b in unit.blocks] == [[Text, Strong, Text], [Text, Strong, Text]]


XLIFF = """<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file original="a" source-language="ar" target-language="id" datatype="x">
<body><group id="g"><trans-unit id="1"><source>واحد. اثنان.</source><seg-source><mrk mtype="seg" mid="1">واحد.</mrk> <mrk mtype="seg" mid="2">اثنان.</mrk></seg-source>
<target><mrk mtype="seg" mid="1">Satu.</mrk> <mrk mtype="seg" mid="2"><g id="1" ctype="bold">Dua</g><x id="2"/><bpt id="3" rid="7" ctype="italic">[i]</bpt> lagi<ept id="4" rid="7">[/i]</ept>.</mrk></target>
<alt-trans><target>Salah.</target></alt-trans></trans-unit></group></body></file></xliff>"""


def test_xliff_with_segments_and_alternatives(tmp_path: Path) -> None:
    write(tmp_path, {"x.xliff": XLIFF})
    run = command("import", str(tmp_path / "x.xliff"), "--book", "book", "--root", str(tmp_path))
    assert run.status == 0, run.err
    assert [u[3] for u in units(tmp_path, "book")] == [("واحد. اثنان.", "Satu. Dua lagi.")]
    assert (tmp_path / "source" / "book" / "id.md").read_text("utf-8") == "Satu. **Dua** *lagi*.\n"


# ---------------------------------------------------------------- what is wrong


TRADOS = """<xliff xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0" xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2" sdl:version="1.0">
<file original="a.docx" source-language="ar-SA" target-language="id-ID"><header><reference><internal-file form="base64">UEs=</internal-file></reference>
<tag-defs xmlns="http://sdl.com/FileTypes/SdlXliff/1.0"><tag id="pt2"><bpt name="cf">&lt;cf bold="on" italic="off"&gt;</bpt><ept>&lt;/cf&gt;</ept></tag>
<tag id="3"><bpt>&lt;cf italic=True&gt;</bpt></tag><tag id="4"><ph>&lt;br/&gt;</ph></tag></tag-defs></header><body>
<trans-unit id="lock" translate="no" sdl:locktype="Manual"><source>NATO</source></trans-unit>
<trans-unit translate="no" id="t"><source><x id="0"/></source></trans-unit>
<group><trans-unit id="1"><source>نص <g id="pt2">مهم</g> هنا. ثم <x id="l" xid="lock"/>.</source>
<seg-source><mrk mtype="seg" mid="1">نص <g id="pt2">مهم</g> هنا.</mrk> <mrk mtype="seg" mid="2">ثم <x id="l" xid="lock"/>.</mrk></seg-source>
<target><mrk mtype="seg" mid="1">Teks <g id="pt2">pen<g id="3">ting</g></g> di sini.</mrk> <mrk mtype="seg" mid="2">Lalu <x id="l" xid="lock"/>.</mrk></target>
<sdl:seg-defs><sdl:seg id="1" conf="Translated"/></sdl:seg-defs></trans-unit></group></body></file></xliff>"""

MEMOQ = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" xmlns:mq="MQXliff"><file original="x" source-language="ar" target-language="id"><body>
<trans-unit id="1" mq:status="Confirmed"><source xml:space="preserve">نص <bpt id="1" ctype="bold">{}</bpt>مهم<ept id="1">{}</ept><ph id="2">&lt;mq:ch val=" " /&gt;</ph>هنا. ثم NATO.</source>
<target xml:space="preserve">Teks <bpt id="1" ctype="bold">{}</bpt>pen<bpt id="2" ctype="italic">{}</bpt>ting<ept id="2">{}</ept><ept id="1">{}</ept><ph id="2">&lt;mq:ch val="&#10;" /&gt;</ph>di sini. Lalu NATO.</target>
<mq:minorversions><mq:historical-unit><source>Lama</source><target>Tua</target></mq:historical-unit></mq:minorversions></trans-unit></body></file></xliff>"""

PHRASE = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" xmlns:m="http://www.memsource.com/mxlf/2.0">
<file original="a.docx" source-language="ar" target-language="id"><body>
<group id="0" m:para-id="7"><trans-unit id="t:0" m:para-id="7"><source>نص {b>مهم&lt;b} هنا.{1}</source><target>Teks {b>pen{i>ting&lt;i}&lt;b} di sini.</target>
<alt-trans><target>Bukan ini.</target></alt-trans><m:tunit-metadata><m:mark id="1"><m:content>x</m:content></m:mark></m:tunit-metadata></trans-unit></group>
<group id="1" m:para-id="7"><trans-unit id="t:1" m:para-id="7"><source>ثم NATO.</source><target>Lalu NATO.</target></trans-unit></group></body></file></xliff>"""


@pytest.mark.parametrize(("name", "data"), [("a.sdlxliff", TRADOS), ("a.mqxliff", MEMOQ), ("a.mxliff", PHRASE)])
def test_files_of_translators_programs_are_read(tmp_path: Path, name: str, data: str) -> None:
    write(tmp_path, {name: "\ufeff" + data})
    run = command("import", str(tmp_path / name), "--book", "book", "--languages", "ar,id", "--root", str(tmp_path))
    assert run.status == 0, run.err
    book = tmp_path / "source" / "book"
    found = [next(book.glob(f"{tag}*.md")).read_text("utf-8") for tag in TAGS]
    assert found == ["نص **مهم** هنا. ثم NATO.\n", "Teks **pen*ting*** di sini. Lalu NATO.\n"]


REPEATED = f"""<xliff version="1.2"><file source-language="ar" target-language="id"><body>
<trans-unit id="l"><source>{"x" * 10_000}</source></trans-unit>
<trans-unit id="1"><source>{'<x id="1" xid="l"/>' * 10_000}</source><target>y</target></trans-unit></body></file></xliff>""".encode()


def lone(folder: Path, name: str, data: bytes, *options: str) -> Any:
    write(folder, {name: data, "id.txt": "Satu.\n"})
    return command(
        "import", str(folder / name), str(folder / "id.txt"), "--book", "book", *options, "--root", str(folder)
    )


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("ar.docx", b"PK\x03\x04 broken", "T009"),
        ("ar.docx", b"\xd0\xcf\x11\xe0" + bytes(600), "T009"),
        ("ar.docx", b"", "T009"),
        ("ar.odt", b"nothing", "T009"),
        ("ar.epub", b"PK\x05\x06" + bytes(18), "T009"),
        ("ar.fb2", b"<FictionBook><body>", "T009"),
        ("ar.html", b"", "T009"),
        ("ar.html", b"<div>" * 20000 + b"x" + b"</div>" * 20000, "T009"),
        ("ar.html", b"<ul><li>x " * 60, "T009"),
        ("ar.html", b"<html><body><script>x</script></body></html>", "T003"),
        ("ar.tex", b"\\begin{document}{", "T009"),
        ("ar.sdlxliff", REPEATED, "T004"),
        ("ar.tmx", b"<tmx><body>", "T009"),
        ("ar.tmx", b"<html/>", "T009"),
        ("ar.tmx", b'<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/passwd">]><tmx><body><tu><tuv xml:lang="ar"><seg>&x;</seg></tuv></tu></body></tmx>', "T009"),
        ("ar.xliff", b'<xliff version="1.2"/>', "T009"),
        ("ar.po", b'msgid "unclosed\n', "T009"),
        ("ar.po", b"\xff\xfe", "T001"),
        ("ar.xlsx", b"PK", "T009"),
        ("ar.csv", b"x,y\n1,2\n", "T009"),
        ("ar.csv", b"", "T003"),
        ("ar.srt", b"no times here", "T00"),
        ("ar.txt", b"\xff\xff", "T001"),
    ],
)  # fmt: skip
def test_damaged_files_are_told_in_a_line_and_write_nothing(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    run = lone(tmp_path, name, data)
    assert run.status == 1, run.err
    assert name in run.lines[0] or "ar.md" in run.lines[0]
    assert f"[{code}" in run.lines[0]
    assert "Traceback" not in run.err
    assert not (tmp_path / "source").exists()


def test_a_document_reads_no_other_file_and_no_address(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes((HERE / "docs" / "handout-1.png").read_bytes())
    (tmp_path / "in").mkdir()
    page = '<p>نص هنا طويل.</p><iframe src="http://127.0.0.1:9/x"></iframe><p><img src="../secret.png" alt="x"> <img src="http://127.0.0.1:9/y.png"> كلمة.</p>'
    write(tmp_path / "in", {"ar.html": f"<body>{page}</body>", "id.html": "<p>Teks di sini.</p><p>Kata.</p>"})
    run = command(
        "import",
        str(tmp_path / "in" / "ar.html"),
        str(tmp_path / "in" / "id.html"),
        "--book",
        "book",
        "--root",
        str(tmp_path),
    )
    assert run.status == 0, run.err
    assert run.err.count("not taken over: ar: the picture") == 2
    assert not (tmp_path / "source" / "book" / "images").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{a}", "--book", "x"], "all files are in ar"),
        (["{a}", "{b}"], "name the folder of the new book"),
        (["{a}", "{b}", "--book", "../x"], "cannot name a book's folder"),
        (["{a}", "{b}", "--book", "x", "--languages", "ar,arabic"], "did you mean 'ar'?"),
        (["{a}", "{b}", "--book", "x", "--languages", "ar,ar"], "names a language twice"),
        (["{c}", "--book", "x"], "is of an unknown kind"),
        (
            ["letter.DOC", "--book", "x"],
            "letter.DOC is of an unknown kind: open it in Word or LibreOffice and save it as .docx",
        ),
        (["letter.pdf", "--book", "x"], "take the file that it was made from"),
        (["--book", "x"], "name the files to import"),
    ],
)
def test_wrong_usage_is_told(tmp_path: Path, arguments: list[str], message: str) -> None:
    write(tmp_path, {"ar.txt": "نص.\n", "id.txt": "Teks.\n", "c.doc": "x"})
    names = {"a": tmp_path / "ar.txt", "b": tmp_path / "id.txt", "c": tmp_path / "c.doc"}
    run = command("import", *(a.format(**names) for a in arguments), "--root", str(tmp_path))
    assert run.status == 2
    assert message in run.err
    assert not (tmp_path / "source").exists()


def test_messages_call_tasks_as_the_user_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKBUILD_COMMAND", "./invokew")
    write(tmp_path, {"ar.txt": "نص.\nآخر.\n", "id.txt": "Teks `invoke build` ini.\n"})
    run = command("import", *(str(tmp_path / f"{t}.txt") for t in TAGS), "--book", "b", "--root", str(tmp_path))
    assert "next: ./invokew align --book b" in run.out
    assert "BOOKBUILD_COMMAND=./invokew" in (HERE / "invokew").read_text("utf-8")


def test_texts_that_are_there_are_not_replaced(tmp_path: Path) -> None:
    write(tmp_path, {"ar.txt": "نص جديد.\n", "id.txt": "Teks baru.\n"})
    write(tmp_path / "source" / "book", {"ar.txt": "قديم.\n"})
    names = [str(tmp_path / "ar.txt"), str(tmp_path / "id.txt")]
    run = command("import", *names, "--book", "book", "--root", str(tmp_path))
    assert run.status == 1
    assert "[P011]" in run.err
    assert sorted(p.name for p in (tmp_path / "source" / "book").iterdir()) == ["ar.txt"]
    assert command("import", *names, "--book", "book", "--over", "--root", str(tmp_path)).status == 0
    assert (tmp_path / "source" / "book" / "ar.txt").read_text("utf-8") == "نص جديد.\n"


def test_a_text_takes_the_place_of_one_in_another_form(tmp_path: Path) -> None:
    write(tmp_path, {"ar.md": "# نص\n", "id.md": "# Teks\n"})
    folder = tmp_path / "source" / "book"
    write(folder, {"ar.txt": "قديم.\n", "id/1.md": "Lama.\n", "id/2.txt": "Lama.\n", "id.wav": b"", "book.toml": ""})
    arguments = ["import", *(str(tmp_path / f"{t}.md") for t in TAGS), "--book", "book", "--root", str(tmp_path)]
    run = command(*arguments)
    assert run.status == 1
    assert [line.split(":")[0] for line in run.lines] == [
        f"source/book/{name}" for name in ("ar.txt", "id/1.md", "id/2.txt")
    ]
    assert all("[P011]" in line for line in run.lines)
    assert not (folder / "ar.md").exists()
    assert command(*arguments, "--over").status == 0
    assert sorted(p.name for p in folder.iterdir()) == ["ar.md", "book.toml", "id.md", "id.wav"]


def test_a_missing_extra_is_named_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    run = lone(tmp_path, "ar.docx", b"PK")
    assert run.status == 1
    assert "needs the extra bookbuild[import]" in run.err
    assert "-m pip install pypandoc-binary" in run.err
    assert "[X001]" in run.err


def test_languages_are_found_out_and_told(tmp_path: Path) -> None:
    write(tmp_path, {"asli.txt": "\n".join(LINES["ar"]), "terjemahan.txt": "\n".join(LINES["id"])})
    run = command(
        "import",
        str(tmp_path / "asli.txt"),
        str(tmp_path / "terjemahan.txt"),
        "--book",
        "book",
        "--root",
        str(tmp_path),
    )
    assert run.status == 0, run.err
    assert "by its words, asli.txt is ar" in run.out
    assert {p.name for p in (tmp_path / "source" / "book").iterdir()} == {"ar.txt", "id.txt"}


LONG = {
    "en": "How to read a letter of somebody who is not there any more, and what to say to those who are. " * 5,
    "id": "Bagaimana membaca surat dari seseorang yang sudah tidak ada lagi, dan apa yang harus dikatakan. " * 5,
}


@pytest.mark.parametrize(
    ("stem", "folder", "said", "words", "tag", "guessed"),
    [
        ("how-to", "", "", "en", "en", True),
        ("how-to", "", "en-GB", "en", "en-GB", False),
        ("how-to-id", "", "", "id", "id", False),
        ("as_it_is", "", "", "id", "id", True),
        ("letter-en-GB", "", "", "en", "en-GB", False),
        ("letter.jv-Arab", "", "", "id", "jv-Arab", False),
        ("melayu", "", "", "id", "ms", False),
        ("1", "id", "", "id", "id", False),
        ("gnu-linux", "it", "", "en", "en", True),
        ("ban", "", "", "id", "ban", False),
    ],
)
def test_names_say_the_language_unless_words_say_another(
    stem: str, folder: str, said: str, words: str, tag: str, guessed: bool
) -> None:
    assert detect_language(stem, folder, said, LONG[words]) == FileLanguage(tag, guessed)


def test_several_files_need_no_option_for_invoke_too(tmp_path: Path) -> None:
    """invoke 3.0 takes one value a positional argument: task_parts.take_many_values() can go when this works without."""
    from invoke.collection import Collection
    from invoke.context import Context
    from invoke.exceptions import ParseError
    from invoke.parser import Parser
    from invoke.tasks import task

    @task(positional=["names"], iterable=["names"])
    def other(_: Context, names: list[str]) -> None:
        """Take names."""

    collection = Collection(other)
    with pytest.raises(ParseError, match="No idea what"):
        Parser(contexts=collection.to_contexts()).parse_argv(["other", "a", "b"])


# ---------------------------------------------------------------- out

EVERYTHING = {
    "ar.md": '# عنوان <&>\n\nنص **مهم** و*مائل* و[رابط](https://example.org/?a=1&b=2)[^1].\n\n- بند\n\nبيت //  شطر\\\nسطر\n\n| أ | ب |\n|---|---|\n| ج | د |\n\n[^1]: حاشية "هنا".\n',
    "id.md": '# Judul <&>\n\nTeks **penting** dan *miring* dan [tautan](https://example.org/?a=1&b=2)[^1].\n\n- butir\n\nLarik //  tengah\\\nBaris\n\n| a | b |\n|---|---|\n| =c | d |\n\n[^1]: Catatan "di sini".\n',
}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("exported")
    write(root / "source" / "all", EVERYTHING)
    shutil.copytree(NATO, root / "source" / "nato-1954")
    run = command("build", "--format", "tmx,xliff,xlsx,html,txt", "--root", str(root))
    assert run.status == 0, run.err
    assert command("check", "--root", str(root)).status == 0
    return root


def test_exports_are_well_formed_and_read_by_others(exported: Path) -> None:
    from translate.storage import tmx, xliff

    memory = etree.parse(str(exported / "dist" / "all.tmx"))
    assert memory.getroot().get("version") == "1.4"
    assert memory.find("header").get("srclang") == "ar"
    with (exported / "dist" / "nato-1954.tmx").open("rb") as file:
        store = tmx.tmxfile(file, "ar", "id")
    assert [u.target for u in store.units][1] == units(exported, "nato-1954")[1][3][1]
    with (exported / "dist" / "all.xliff").open("rb") as file:
        pairs = [(u.source, u.target) for u in xliff.Xliff1File(file).units]
    assert pairs[0] == ("عنوان <&>", "Judul <&>")
    page = etree.fromstring((exported / "dist" / "all.html").read_bytes().replace(b"<!DOCTYPE html>\n", b""))
    cells = page.findall(".//{*}tbody/{*}tr[@id='u1']/{*}td")
    assert [c.get("dir") for c in cells] == [None, "rtl", "ltr"]
    assert (exported / "dist" / "all.txt").read_text("utf-8").startswith("[h1-ar] عنوان <&>\n[h1-id] Judul <&>\n")


def debian(path: str) -> Path:
    """Give a file of a Debian package: installed, or unpacked beside the judges."""
    unpacked = JUDGES / "debian" / path
    return unpacked if unpacked.exists() else Path("/") / path


SCHEMAS = debian("usr/share/php/Symfony/Component/Translation/Resources/schemas")
"""The schemas of XLIFF, as Debian packages them (php-symfony-translation)."""
OMEGAT = debian("usr/share/omegat/OmegaT.jar")
"""Debian's package of OmegaT, which carries the DTD of TMX 1.4."""


class Beside(etree.Resolver):
    """Finds the schema of xml: attributes beside the other, instead of at its address."""

    def resolve(self, url: str, _: str, context: Any) -> Any:
        return self.resolve_filename(str(SCHEMAS / "xml.xsd"), context) if url.endswith("xml.xsd") else None


def test_exports_obey_the_schemas_of_the_standards(exported: Path) -> None:
    strict = SCHEMAS / "xliff-core-1.2-strict.xsd"
    judge(strict.is_file(), "the schema of XLIFF needs the Debian package php-symfony-translation")
    judge(OMEGAT.is_file(), "the DTD of TMX needs the Debian package omegat")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    with zipfile.ZipFile(OMEGAT) as jar:
        memory = etree.DTD(io.BytesIO(jar.read("schemas/tmx14.dtd")))
    for slug in ("nato-1954", "all"):
        etree.XMLSchema(etree.parse(str(strict), parser)).assertValid(
            etree.parse(str(exported / "dist" / f"{slug}.xliff"))
        )
        tree = etree.parse(str(exported / "dist" / f"{slug}.tmx"))
        assert memory.validate(tree), memory.error_log


@pytest.mark.parametrize("kind", ["tmx", "xliff", "xlsx", "html"])
def test_exports_come_back_as_the_same_book(exported: Path, tmp_path: Path, kind: str) -> None:
    for slug in ("nato-1954", "all"):
        file = exported / "dist" / f"{slug}.{kind}"
        run = command("import", str(file), "--book", slug, "--root", str(tmp_path))
        assert run.status == 0, run.err
        before, after = units(exported, slug), units(tmp_path, slug)
        if slug == "nato-1954":
            assert after == before
        else:  # notes come as paragraphs, or not at all; lists, verse and tables as their words
            texts = {" ".join(t.split()).removeprefix("• ") for _, _, _, row in after for t in row}
            assert {" ".join(t.split()) for _, _, _, row in before for t in row} <= texts


def test_exports_are_the_same_bytes_each_time(exported: Path, tmp_path: Path) -> None:
    shutil.copytree(exported / "source", tmp_path / "source")
    assert command("build", "--format", "tmx,xliff,xlsx,html,txt", "--root", str(tmp_path)).status == 0
    for path in (exported / "dist").iterdir():
        if path.suffix != ".json":
            assert path.read_bytes() == (tmp_path / "dist" / path.name).read_bytes(), path.name


# ---------------------------------------------------------------- Markdown back

PLAIN = st.text("ab ج*_`[]<>#|-+=.1)!&~", min_size=1, max_size=20) | st.just("a\\b") | st.just("\\*c")


def test_a_backslash_at_the_end_is_no_verse() -> None:
    block = Block(Kind.PARAGRAPH, (Text("C:\\dir\\"),), Place(""))
    assert markdown.check_markdown(markdown.render_markdown([block]), [block]).blocks[0].kind is Kind.PARAGRAPH


def inline(depth: int) -> st.SearchStrategy[Inline]:
    leaf: st.SearchStrategy[Inline] = PLAIN.map(Text) | st.text("ab*_ c", min_size=1, max_size=8).map(
        lambda t: Code(" ".join(t.split()) or "x")
    )
    if depth == 0:
        return leaf
    inner = st.lists(inline(depth - 1), min_size=1, max_size=3).map(tuple)
    return (
        leaf
        | inner.map(Emphasis)
        | inner.map(Strong)
        | inner.map(lambda c: Link("https://example.org/a_b", c))
        | st.just(LineBreak())
    )


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([Kind.PARAGRAPH, Kind.HEADING]),
            st.lists(inline(2), min_size=1, max_size=4),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_every_word_survives_markdown(rows: list[tuple[Kind, list[Inline], int]]) -> None:
    blocks = []
    for kind, content, depth in rows:
        made = tuple(i for i in tidy_inlines(content) if kind is not Kind.HEADING or not isinstance(i, LineBreak))
        while made and isinstance(made[0], LineBreak):
            made = made[1:]
        while made and isinstance(made[-1], LineBreak):
            made = made[:-1]
        made = tidy_inlines(made)
        block = Block(kind, made, Place(""), 2 if kind is Kind.HEADING else 0)
        if not block.text.strip():
            continue
        if any(isinstance(i, LineBreak) for i in made):
            block = Block(Kind.VERSE, made, Place(""))
        containers = (Container("quote"), Container("bullet"), Container("ordered", 3))[:depth]
        blocks.append(Block(block.kind, block.content, block.place, block.level, containers))
    if blocks:
        made_text = markdown.render_markdown(blocks)
        markdown.check_markdown(made_text, blocks)
