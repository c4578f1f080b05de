"""Word and OpenDocument files: what pandoc drops arrives all the same, and what is left out is told."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from pathlib import Path

import pytest
from conftest import command, write
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bookbuild.exchange.importing import ImportedText, ImportOptions, documents
from bookbuild.exchange.importing.packages import STRICT_TO_TRANSITIONAL, drop_element, unwrap_element
from bookbuild.exchange.importing.word import prepare

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


def run(text: str, how: str = "") -> str:
    return f'<w:r><w:rPr>{how}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(instruction: str, result: str) -> str:
    """Write a field as Word does, of runs; its result may be any number of paragraphs' pieces."""
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    return (
        f'{begin}<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


BOX = f"<w:txbxContent><w:p>{run('Dalam kotak.')}</w:p><w:p>{run('Tebal.', '<w:b/>')}</w:p></w:txbxContent>"
BODY = f"""
<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>
<w:p>{run("Daftar")}</w:p><w:p>{run("Satu")}<w:r><w:tab/><w:t>7</w:t></w:r></w:p></w:sdtContent></w:sdt>
<w:p>{run("Tuan rumah ")}<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic>
<a:graphicData uri="{SHAPE}"><wps:wsp><wps:txbx>{BOX}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>
</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>
{run("berkata.")}</w:p>
<w:p><w:r><w:pict><v:shape><v:textbox>{BOX.replace("Dalam", "Lama").replace("Tebal", "Tipis")}</v:textbox></v:shape></w:pict></w:r></w:p>
<w:p>{run("Lihat ")}<w:fldSimple w:instr=" PAGEREF x ">{run("halaman 17")}</w:fldSimple>{run(", ")}{field("REF y", run("Bab Dua"))}
<w:fldSimple w:instr=' HYPERLINK "https://example.org/" '>{run(" di sini")}</w:fldSimple>{run(".")}</w:p>
<w:p>{run("Baca ")}<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>kan</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>
<w:dir w:val="rtl">{run(" عربي")}</w:dir><w:bdo w:val="ltr">{run(" latin")}</w:bdo><w:r><w:ptab/></w:r>
<w:customXml w:element="x">{run("kustom")}</w:customXml>{run(" rahasia", "<w:vanish/>")}{run(" tampak", '<w:vanish w:val="0"/>')}</w:p>
<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><a:blip r:link="rId9"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>
<w:p>{field("INDEX", run("Indeks 5"))}</w:p>
<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>
{run("Gambar satu")}</w:p><w:p>{run("Gambar dua")}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>
<w:customXml w:element="q"><w:p>{run("Akhir.")}</w:p></w:customXml>"""
COMMENTS = (
    f'<w:comments {NAMES}><w:comment w:id="0" w:author="a"><w:p>{run("Benarkah?")}</w:p></w:comment></w:comments>'
)
DIAGRAM = f"<x {NAMES}><a:t>Atas</a:t><a:t>Bawah</a:t></x>"
WORDS = """Tuan rumah berkata.

Dalam kotak.

**Tebal.**

Lama kotak.

**Tipis.**

Lihat halaman 17, Bab Dua [di sini](https://example.org/).

Baca 漢（kan） عربي latin kustom tampak

Akhir.
"""


def word(body: str, **parts: str) -> bytes:
    """Give a Word file; of the parts, the names without their folder and end."""
    import docx

    made = io.BytesIO()
    docx.Document().save(made)
    with zipfile.ZipFile(made) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["word/document.xml"] = (
        f"<w:document {NAMES}><w:body>{body.replace(chr(10), '')}</w:body></w:document>".encode()
    )
    files |= {f"word/{name.replace('_', '/')}.xml": content.encode() for name, content in parts.items()}
    return packed(files)


def packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def imported(folder: Path, name: str, data: bytes) -> tuple[str, list[str]]:
    """Import a file as Indonesian; give what was written of it, and what was told as lost."""
    write(folder, {name: data, "ar.txt": "نص.\n"})
    done = command("import", str(folder / name), str(folder / "ar.txt"), "--book", "b", "--root", str(folder))
    assert done.status == 0, done.err
    text = next((folder / "source" / "b").glob("id.*")).read_text("utf-8")
    return text, [line.partition("id: ")[2] for line in done.err.splitlines() if "not taken over" in line]


@pytest.mark.parametrize("strict", [False, True])
def test_what_pandoc_drops_of_word_files_is_kept(tmp_path: Path, strict: bool) -> None:
    data = word(BODY, comments=COMMENTS, diagrams_data1=DIAGRAM)
    if strict:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name).replace(*reversed(STRICT_TO_TRANSITIONAL)) for name in archive.namelist()}
        data = packed(files)
    text, lost = imported(tmp_path, "id.docx", data)
    assert text == WORDS
    assert sorted(lost) == [
        "1 comment in the margin", "1 picture outside of the file, which only links to it", "hidden text: “rahasia”",
        "the index, whose page numbers refer to the old pages", "the table of contents, which is rebuilt", "the words of a diagram: “Atas Bawah”",
    ]  # fmt: skip


def test_what_only_the_second_look_sees_is_told(tmp_path: Path) -> None:
    body = f"<w:p>{run('Teks.')}</w:p><w:p><w:unknown>{run('Katahilang')}</w:unknown></w:p>"
    assert imported(tmp_path, "id.docx", word(body)) == ("Teks.\n", ["words that pandoc dropped: Katahilang"])


def test_text_in_a_part_of_another_format_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"id.docx": word(f"<w:p>{run('Teks.')}</w:p><w:altChunk/>"), "ar.txt": "نص.\n"})
    done = command(
        "import", str(tmp_path / "id.docx"), str(tmp_path / "ar.txt"), "--book", "b", "--root", str(tmp_path)
    )
    assert done.status == 1
    assert "id.docx: the document embeds text in another format" in done.err
    assert "save it again as .docx [T009]" in done.err


def test_a_document_of_nothing_but_hidden_words_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"id.docx": word(f"<w:p>{run('Rahasia', '<w:vanish/>')}</w:p>"), "ar.txt": "نص.\n"})
    done = command(
        "import", str(tmp_path / "id.docx"), str(tmp_path / "ar.txt"), "--book", "b", "--root", str(tmp_path)
    )
    assert done.status == 1
    assert (
        "id.docx: the document has no text (hidden text: “Rahasia”): check that it is the right file [T003]" in done.err
    )


OPEN = """<office:document-content office:version="1.3"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0">
<office:automatic-styles><style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>
</office:automatic-styles><office:body><office:text>
<draw:frame text:anchor-type="page"><draw:text-box><text:p>Di halaman.</text:p></draw:text-box></draw:frame>
<text:table-of-content><text:table-of-content-source/><text:index-body><text:index-title><text:p>Daftar</text:p></text:index-title>
<text:p>Satu<text:tab/>7</text:p></text:index-body></text:table-of-content>
<text:p>Tuan rumah <draw:frame><draw:text-box><text:p>Dalam kotak.</text:p><text:p>Dua.</text:p></draw:text-box></draw:frame>berkata.</text:p>
<text:p><draw:custom-shape><text:p>Di bentuk.</text:p></draw:custom-shape></text:p>
<text:p>Lihat <text:page-number>17</text:page-number>, <text:chapter>Bab <text:s/>Dua</text:chapter>,
 <loext:content-control>kontrol</loext:content-control><text:script>skrip()</text:script>, <text:ruby><text:ruby-base>漢</text:ruby-base>
<text:ruby-text>kan</text:ruby-text></text:ruby> <text:span text:style-name="T1">rahasia</text:span>.<office:annotation><dc:creator>a</dc:creator>
<text:p>Benarkah?</text:p></office:annotation></text:p>
<text:section text:display="none"><text:p>Bagian gelap.</text:p></text:section>
<text:alphabetical-index><text:index-body><text:p>Indeks 5</text:p></text:index-body></text:alphabetical-index>
<text:bibliography><text:bibliography-source/><text:index-body><text:p>Pustaka.</text:p></text:index-body></text:bibliography>
<text:p><draw:a xlink:href="x"><draw:frame><draw:image xlink:href="../lain.png"/><svg:title>Judul</svg:title></draw:frame></draw:a></text:p>
<text:p>Akhir.</text:p></office:text></office:body></office:document-content>"""
CLOSED = "<text:p>Akhir.</text:p></office:text></office:body></office:document-content>"


def open_document(content: str, **pictures: bytes) -> bytes:
    """Give an OpenDocument text with pictures."""
    from odf.opendocument import OpenDocumentText

    made = io.BytesIO()
    OpenDocumentText().write(made)
    with zipfile.ZipFile(made) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["content.xml"] = content.replace(">\n<", "><").encode()
    return packed(files | {f"Pictures/{name}.png": data for name, data in pictures.items()})


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


AROUND = [
    f'<w:fldSimple w:instr=" {name} ">%s</w:fldSimple>' for name in ("PAGE", "TOC", "INDEX")
] + [
    field("TOC \\o", "%s"), field("REF a", "%s"), '<w:customXml w:element="x"><w:customXmlPr/>%s</w:customXml>',
    '<w:bdo w:val="rtl">%s</w:bdo>', '<w:dir w:val="rtl">%s</w:dir>', "<w:sdt><w:sdtPr/><w:sdtContent>%s</w:sdtContent></w:sdt>",
    f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('§')}</w:rt><w:rubyBase>{run('§')}</w:rubyBase></w:ruby></w:r>%s",
    f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p>%s</w:p><w:p>{run('§')}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>",
    f"{run('§', '<w:vanish/>')}%s",
]  # fmt: skip
PIECES = st.recursive(
    st.just(run("§")),
    lambda inner: st.builds(
        lambda around, parts: around % "".join(parts), st.sampled_from(AROUND), st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


NOTE = '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>%s</text:note-body></text:note>'
LINES = [
    "<text:p>%s</text:p>", '<text:h text:outline-level="1">%s</text:h>', "<text:p><text:span>%s</text:span>§</text:p>",
    '<text:p><text:a xlink:type="simple" xlink:href="http://a.b/">§</text:a>%s</text:p>', "<text:p>§<text:page-number>%s</text:page-number></text:p>",
    "<text:p><loext:content-control>%s</loext:content-control></text:p>",
    "<text:p><text:ruby><text:ruby-base>§</text:ruby-base><text:ruby-text>§</text:ruby-text></text:ruby>%s</text:p>",
]  # fmt: skip
HOLDERS = [
    "<text:section>%s</text:section>", "<text:p>§<draw:frame><draw:text-box>%s</draw:text-box></draw:frame>§</text:p>",
    "<text:p><draw:custom-shape>%s</draw:custom-shape></text:p>", "<draw:frame><draw:text-box>%s</draw:text-box></draw:frame>",
    f"<text:p>§{NOTE}</text:p>", "<text:list><text:list-item><text:p>§</text:p></text:list-item></text:list>%s",
    ("<table:table><table:table-column table:number-columns-repeated='2'/><table:table-row><table:table-cell>%s</table:table-cell>"
    "<table:table-cell><text:p>§</text:p></table:table-cell></table:table-row></table:table>"),
]  # fmt: skip
OPENED = st.recursive(
    st.sampled_from(LINES).map(lambda line: line % "§"),
    lambda inner: st.builds(
        lambda around, parts: around % "".join(parts), st.sampled_from(HOLDERS), st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=25)
@given(st.one_of(st.lists(PIECES, min_size=1, max_size=4), st.lists(OPENED, min_size=1, max_size=4).map(tuple)))
def test_every_word_of_a_document_is_kept_or_told_once(pieces: list[str] | tuple[str, ...]) -> None:
    count = itertools.count(1)
    inside = "".join(pieces if isinstance(pieces, tuple) else [f"<w:p>{piece}</w:p>" for piece in pieces])
    body = re.sub("§", lambda _: f"kata{next(count)}x ", inside)
    if isinstance(pieces, tuple):
        name, data = "a.odt", open_document(f"{OPEN.partition('<draw:frame')[0]}{body}{CLOSED}")
        left_out = []
    else:
        name, data = "a.docx", word(f"{body}<w:p>{run('Akhir.')}</w:p>")
        left_out = prepare(data, name).left_out
    found = documents.read(Path(name), data, name, ImportOptions())
    assert isinstance(found, ImportedText)
    texts = [block.text for block in (*found.blocks, *(b for note in found.notes for b in note.blocks))]
    hidden = re.findall(r"<w:vanish/></w:rPr><w:t[^>]*>(kata\d+x)", body)
    left_out = [re.sub("|".join(hidden) or "$^", "", text) for text in left_out]
    wanted = [word for word in re.findall(r"kata\d+x", body) if word not in hidden]
    assert sorted(re.findall(r"kata\d+x", " ".join([*texts, *left_out]))) == sorted(wanted)
    assert not [loss for loss in found.losses if "pandoc" in loss]


TREES = st.recursive(
    st.text("ab ", max_size=3),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: f"<x>{'c'.join(parts)}</x>"),
    max_leaves=8,
)


@settings(deadline=None)
@given(TREES, st.integers(0, 9))
def test_taking_elements_out_of_a_tree_leaves_all_else(inside: str, number: int) -> None:
    root = etree.fromstring(f"<r>d{inside}e</r>")
    whole = "".join(root.itertext())
    elements = list(root.iterdescendants())
    if elements:
        unwrap_element(elements[number % len(elements)])
        assert len(list(root.iterdescendants())) == len(elements) - 1
    assert "".join(root.itertext()) == whole
    elements = list(root.iterdescendants())
    if elements:
        element = elements[number % len(elements)]
        element.set("n", "1")
        out = etree.tostring(element, encoding="unicode", with_tail=False)
        rest = etree.fromstring(etree.tostring(root, encoding="unicode").replace(out, ""))
        drop_element(element)
        assert etree.tostring(root) == etree.tostring(rest)
