"""The first book, from each of the formats that can be imported: it is the same book."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NATO, build_once, command, write
from imports import LINES, TAGS, units

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")


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


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first book's texts alone, built."""

    def make(folder: Path) -> None:
        write(folder / "source" / "book", {f"{tag}.txt": (NATO / f"{tag}.txt").read_bytes() for tag in TAGS})
        assert command("build", "--format", "pdf", "--root", str(folder)).status == 0

    return build_once(tmp_path_factory, "original", make)


@pytest.mark.slow
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
