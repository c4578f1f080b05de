"""Word files: what pandoc drops arrives all the same, and what is left out is told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from conftest import command, write
from office_documents import NAMES, field, imported, packed, run, word

from bookbuild.exchange.importing.packages import STRICT_TO_TRANSITIONAL

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")
SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"

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


def test_a_title_of_several_paragraphs_is_one_heading_and_later_ones_are_headings(tmp_path: Path) -> None:
    def titled(text: str, style: str) -> str:
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run(text)}</w:p>'

    body = (
        titled("Besar", "Title") + titled("sekali", "Title") + titled("Kecil", "Subtitle") + titled("saja", "Subtitle")
    )
    body += f"<w:p>{run('Isi.')}</w:p>{titled('Bagian dua', 'Title')}<w:p>{run('Akhir.')}</w:p>"
    text, losses = imported(tmp_path, "id.docx", word(body))
    assert losses == []
    assert text == "# Besar sekali\n\n## Kecil saja\n\nIsi.\n\n## Bagian dua\n\nAkhir.\n"


def test_marks_within_the_same_marks_are_one(tmp_path: Path) -> None:
    body = run("Ini ") + run("miring bergaris", '<w:i/><w:u w:val="single"/>') + run(" dan ")
    body += run("tiga", '<w:b/><w:i/><w:u w:val="single"/>') + run(".")
    assert imported(tmp_path, "id.docx", word(f"<w:p>{body}</w:p>")) == ("Ini *miring bergaris* dan ***tiga***.\n", [])


def test_a_carriage_return_in_a_line_begins_another(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>Satu</w:t><w:cr/><w:t>dua</w:t></w:r></w:p>"
    assert imported(tmp_path, "id.docx", word(body)) == ("Satu\\\ndua\n", [])


def test_a_picture_that_a_word_file_names_but_does_not_hold_is_told(tmp_path: Path) -> None:
    picture = '<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><a:blip r:embed="rId99"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    text, losses = imported(tmp_path, "id.docx", word(f"<w:p>{run('Teks')}{picture}</w:p>"))
    assert (text, losses) == ("Teks\n", ["1 picture that the file names but does not hold"])


def test_equations_of_word_become_latex(tmp_path: Path) -> None:
    import pypandoc

    text = "Luasnya $A = \\pi r^2$ saja.\n\n$$x = \\frac{1}{2}$$\n"
    pypandoc.convert_text(text, "docx", "markdown", outputfile=str(tmp_path / "id.docx"))
    write(tmp_path, {"ar.txt": "نص.\n\nنص.\n"})
    files = [str(tmp_path / name) for name in ("id.docx", "ar.txt")]
    done = command("import", *files, "--book", "book", "--root", str(tmp_path))
    assert done.status == 0, done.err
    assert "not taken over" not in done.err
    written = (tmp_path / "source" / "book" / "id.md").read_text("utf-8")
    assert written == "Luasnya $`A = \\pi r^{2}`$ saja.\n\n$$`x = \\frac{1}{2}`$$\n"
