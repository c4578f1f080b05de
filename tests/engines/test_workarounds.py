"""Faults of libraries that we work around: each test fails when the library no longer needs it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from engine_alone import ARABIC, FACE, LATIN, document

from bookbuild.document.fonts import read_face
from bookbuild.document.theme import Sheet
from bookbuild.pdf.engine import breaking, render


def plain(html: str) -> bytes:
    return document(html).write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=True)


def test_weasyprint_gives_no_language_to_elements() -> None:
    assert plain('<html lang="en"><p lang="id">Teks</p></html>').count(b"/Lang ") == 1


def test_weasyprint_gives_header_cells_no_scope() -> None:
    table = '<table><tr><th scope="col">A</th></tr><tr><td>b</td></tr></table>'
    assert b"/Scope" not in plain(f'<html lang="en">{table}</html>')


def test_weasyprint_does_not_say_which_way_pages_turn() -> None:
    assert b"/R2L" not in plain('<html lang="ar" dir="rtl"><p>x</p></html>')


def test_weasyprint_maps_the_hyphen_of_a_divided_word_to_a_hyphen() -> None:
    made = document(
        f'<html lang="id"><p>{"mempertanggungjawabkan " * 4}</p></html>', "p { width: 90px; hyphens: auto }"
    )
    data = made.write_pdf(uncompressed_pdf=True)
    assert b"> <2010>" in data
    assert b"> <00ad>" not in data


def test_weasyprint_does_not_balance_titles() -> None:
    face = {"x.ttf": read_face(LATIN)}
    sheets = [Sheet("a.css", FACE), Sheet("b.css", "h1 { text-wrap: balance }")]
    rendering = render.render("<html lang=en><title>x</title><h1>x</h1></html>", sheets, face)
    assert [str(f.place) for f in rendering.complaints] == ["b.css"]
    assert "text-wrap" in rendering.complaints[0].message


def test_weasyprint_never_divides_a_row_whose_cells_are_aligned_by_base_line() -> None:
    lines = {}
    for align in ("top", "baseline"):
        cells = f'<td>{"kata " * 60}</td><td style="font-size: 14pt">{"kata " * 60}</td>'
        table = f"<table><tr><td>a</td><td>b</td></tr><tr>{cells}</tr></table>"
        css = f"@page {{ size: 100mm 60mm; margin: 5mm }} table {{ table-layout: fixed; width: 90mm }} td {{ vertical-align: {align} }}"
        page = document(f'<html lang="id">{table}</html>', css).pages[0]._page_box
        lines[align] = sum(type(box).__name__ == "TextBox" for box in page.descendants())
    assert lines["top"] > 10
    assert lines["baseline"] == 2


def test_weasyprint_fails_on_pictures_without_a_width_in_right_to_left_text() -> None:
    svg = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>"
    with pytest.raises(AttributeError, match="position_x"):
        document(f'<html lang="ar" dir="rtl"><p><img alt="x" src="{svg}"></p></html>')


def test_ebooklib_damages_documents_that_are_not_bytes() -> None:
    from ebooklib import epub

    item = epub.EpubHtml(title="x", file_name="x.xhtml", lang="ar")
    epub.EpubBook().add_item(item)
    item.content = '<html lang="ar" dir="rtl"><body dir="rtl"><svg viewBox="0 0 1 1"/><p>x</p></body></html>'
    written = item.get_content().decode()
    assert 'dir="rtl"' not in written
    assert "viewBox" not in written


def test_ebooklib_puts_times_of_the_clock_into_the_zip() -> None:
    from ebooklib import epub

    book = epub.EpubBook()
    book.set_title("x")
    book.add_item(epub.EpubItem(uid="p", file_name="p.xhtml", media_type="application/xhtml+xml", content=b"<html/>"))
    out = io.BytesIO()
    epub.EpubWriter(out, book).write()
    with zipfile.ZipFile(out) as archive:
        assert {info.date_time[0] for info in archive.infolist()} != {1980}
        assert "xml:lang" not in archive.read("EPUB/content.opf").decode()


def test_babel_has_no_quotation_marks() -> None:
    # CLDR's delimiters are not among what Babel carries, so data/typography.toml writes them down
    from babel import Locale

    assert not [key for key in Locale("ar")._data if "delim" in key or "quot" in key]


def _lines_of_one_word(end: str) -> int:
    """How many lines have one word though the next one would fit, at many widths, before a box."""
    count = 0
    words = "Pada 14 Mei 1955 pasukan itu menerima hak untuk mengerahkan di wilayah negara peserta."
    for quarter in range(280, 400):
        html = f'<html lang="id"><p>{words}{end}<b>Konfrontasi</b> antara dua sistem menyebabkan insiden</p>'
        page = document(html, f"p {{ width: {quarter / 4}mm; font-size: 11.6pt; hyphens: auto }}")
        lines = [b for b in page.pages[0]._page_box.descendants() if type(b).__name__ == "LineBox"]
        for line in lines[:-1]:
            count += len("".join(b.text for b in line.descendants() if type(b).__name__ == "TextBox").split()) == 1
    return count


@pytest.mark.slow
@pytest.mark.parametrize("end", [" ", "\u00a0"])
def test_weasyprint_breaks_after_the_first_word_where_a_space_before_a_box_hangs_over(end: str) -> None:
    assert _lines_of_one_word(end)
    with breaking.fix_lines(breaking.LineBreaks()):
        assert not _lines_of_one_word(end)


def test_weasyprint_indents_right_to_left_lines_at_their_ends() -> None:
    css = "@page { size: 200px 200px; margin: 20px } body { margin: 0 } p { text-indent: 30px }"
    page = document('<html lang="ar" dir="rtl"><p>x</p></html>', css).pages[0]._page_box
    text = next(box for box in page.descendants() if type(box).__name__ == "TextBox")
    assert text.position_x + text.width == pytest.approx(180)  # of 150


def test_weasyprint_forgets_kerning_that_a_justified_text_loses() -> None:
    from weasyprint.text.line_break import line_size

    css = "@page { size: 160px 300px; margin: 10px } p { text-align: justify }"
    html = '<html lang="ar" dir="rtl"><p>لا أرى شيئا غير التراب الذي سقيناه كل صباح قبل</p></html>'
    page = document(html, css, ARABIC).pages[0]._page_box
    grown = []
    for box in (box for box in page.descendants() if type(box).__name__ == "TextBox"):
        box.pango_layout.reactivate(box.style)
        box.pango_layout.set_text(box.text, justify=True)
        grown.append(line_size(box.pango_layout.get_first_line()[0], box.style)[0] - box.width)
    assert max(grown) > 1


def test_weasyprint_makes_a_second_link_of_what_is_inside_a_link() -> None:
    made = document('<html lang="en"><p><a href="https://example.org">one <b>two</b></a></p></html>')
    assert len(made.pages[0].links) == 2


def test_weasyprint_marks_page_numbers_as_text() -> None:
    made = document('<html lang="en"><p>x</p></html>', "@page { @bottom-center { content: counter(page) } }")
    data = made.write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=True)
    assert data.count(b"/MCID") == 2
    assert b"/Artifact" not in data


def opened(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def packed(**options: Any) -> dict[str, str]:
    """Write a book of one document with ebooklib alone."""
    from ebooklib import epub

    book = epub.EpubBook()
    book.set_identifier("x")
    book.set_title("x")
    book.set_language("ar")
    page = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body><p id="a" epub:type="z">x</p></body></html>'
    item = epub.EpubItem(uid="p", file_name="p.xhtml", media_type="application/xhtml+xml", content=page.encode())
    item.properties = ["svg"]
    book.add_item(item)
    book.spine.append(item)
    out = io.BytesIO()
    epub.write_epub(out, book, {"raise_exceptions": True, **options})
    return opened(out.getvalue())


def test_ebooklib_gives_the_package_no_language() -> None:
    files = packed()
    package = files["EPUB/content.opf"]
    assert "xml:lang" not in package.split(">")[1]
    assert 'properties="svg"' in package  # those it writes


def test_ebooklib_swallows_errors_of_the_file_system(tmp_path: Any) -> None:
    from ebooklib import epub

    book = epub.EpubBook()
    book.set_identifier("x")
    nowhere = str(tmp_path / "none" / "x.epub")
    with pytest.warns(UserWarning, match="In the future throwing exceptions"):
        assert epub.write_epub(nowhere, book) is False
    writer = epub.EpubWriter(nowhere, book)
    writer.process()
    with pytest.raises(OSError, match="No such file"):
        writer.write()


def test_ebooklib_makes_a_page_list_of_what_bears_a_type() -> None:
    from ebooklib import epub

    book = epub.EpubBook()
    book.set_identifier("x")
    book.add_item(epub.EpubNav())
    page = epub.EpubHtml(uid="p", file_name="p.xhtml")
    page.content = (
        '<html xmlns:epub="http://www.idpf.org/2007/ops"><body><p id="a" epub:type="pagebreak">x</p></body></html>'
    )
    book.add_item(page)
    book.spine = ["nav", page]
    for option, listed in ((True, True), (False, False)):
        out = io.BytesIO()
        epub.write_epub(out, book, {"raise_exceptions": True, "epub3_pages": option})
        assert ("page-list" in opened(out.getvalue())["EPUB/nav.xhtml"]) is listed


def test_several_files_need_no_option_for_invoke_too(tmp_path: Path) -> None:
    """invoke 3.0 takes one value a positional argument: options.adapt_parser() can go when this works without."""
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
