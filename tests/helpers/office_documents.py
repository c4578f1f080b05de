"""Word and OpenDocument files, written by hand, piece by piece."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from conftest import command, write

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def run(text: str, how: str = "") -> str:
    return f'<w:r><w:rPr>{how}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(instruction: str, result: str) -> str:
    """Write a field as Word does, of runs; its result may be any number of paragraphs' pieces."""
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    return (
        f'{begin}<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


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
