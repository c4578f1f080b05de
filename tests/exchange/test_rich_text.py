"""RTF as Word, LibreOffice, TextEdit and old programs write it: all that it says becomes what a book has."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from conftest import command, write
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from bookbuild.exchange.importing.rich import convert_rich_text
from bookbuild.model.errors import SourceError

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

WORD = rb"""{\rtf1\adeflang1025\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\fswiss\fcharset0 Calibri;}
{\f1\fnil\fcharset178{\*\panose 02}Arial;}{\f2\fnil\fcharset128 MS Gothic;}}{\colortbl;\red0\green0\blue0;}
{\stylesheet{\ql Normal;}{\s1\ql\keepn\outlinelevel0\rtlch\ab \ltrch\b\f0 heading 1;}{\*\cs10 \b Strong;}
{\s15\qc\b Title;}{\s16\li864\ri864\i Quote;}}{\*\listtable{\list{\listlevel\levelnfc23{\leveltext\'01\u-3913 ?;}}}}
{\info{\title Nowhere}{\upr{\author Nobody}{\*\ud{\author Nob\u243?dy}}}}{\header\pard Head\par}
\pard\plain \s15\qc\b Judul\par
\pard\plain \s1\ql\b Bab \i satu\i0\par
\pard\plain \ltrpar Kata {\b tebal} dan\~{\i miring}{\cs10\ul garis}, H{\sub 2}O.{\cs16\super \chftn {\footnote \ltrpar
\pard\plain {\super \chftn} Catatan {\i kaki}.\par Lagi.}} {\deleted Hapus }{\v Rahasia }{\*\annotation Benarkah?}Ujung\line baris.\par
{\field\fldedit{\*\fldinst { TOC \\o "1-3" \\h }}{\fldrslt {\b Isi\tab 7\par Bab\tab 9}}}\par
{\listtext\pard\plain\f3 \'b7\tab}\pard\plain\s20\fi-360\li720\ls1 Butir\par
{\listtext\pard\plain o\tab}\pard\plain\fi-360\li1440\ls1\ilvl1 Anak\par
{\listtext\pard\plain 3.\tab}\pard\plain\fi-360\li720\ls2 Tiga\par
\pard\plain\s16\li864\ri864\i Kutipan {\i0 tegak}\par
\pard\plain
{\field{\*\fldinst {HYPERLINK "https://example.org/" \\l "a"}}{\fldrslt {\ul tautan}}} dan
 {\field{\*\fldinst HYPERLINK \\l "b"}{\fldrslt dalam}}.\par
\pard\plain {\f1\'c7\'e1\'d3\'e1\'c7\'e3} {\f2\'83\'65\'83\'58\'83\'67} {\upr{Rene}{\*\ud{Ren\u233\'e9}}} \u-10179?\u-8704? \'93x\'94\par
\pard\plain {\shp{\*\shpinst\shpleft0{\sp{\sn x}{\sv 1}}{\shptxt \pard\plain Kotak.\par}}{\shprslt{\*\do Lama}}}Luar.\par
\trowd\trhdr\cellx1\cellx2\pard\intbl A\cell B\cell\row\trowd\clmgf\cellx1\clmrg\cellx2\pard\intbl Lebar\cell\cell\row
\pard\plain {\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv Titik}}}\pngblip PIXEL}}{\nonshppict{\pict\wmetafile8 00}}\par
\pard\plain {\pict\wmetafile8 0100}Akhir.\par}
"""

MARKDOWN = """# Judul

## Bab *satu*

Kata **tebal** dan\u00a0*miringgaris*, H₂O.[^1] Ujung\\
baris.

- Butir

  - Anak

3. Tiga

> Kutipan tegak

[tautan](https://example.org/#a) dan dalam.

السلام テスト René 😀 “x”

Luar.

Kotak.

| A | B |
|---|---|
| Lebar |  |

![Titik](images/id-1.png)

Akhir.

[^1]: Catatan *kaki*.

    Lagi.
"""


def pixel() -> bytes:
    from PIL import Image as Picture

    out = io.BytesIO()
    Picture.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


def imported(folder: Path, data: bytes) -> tuple[str, list[str], Path]:
    """Import a text; give what was written, what was told as lost, and the book's folder."""
    write(folder, {"id.rtf": data, "ar.txt": "نص.\n"})
    run = command("import", str(folder / "id.rtf"), str(folder / "ar.txt"), "--book", "b", "--root", str(folder))
    assert run.status == 0, run.err
    book = folder / "source" / "b"
    text = next(book.glob("id.*")).read_text("utf-8")
    return text, [line.partition("id: ")[2] for line in run.err.splitlines() if "not taken over" in line], book


def test_what_word_says_in_rich_text_is_kept(tmp_path: Path) -> None:
    text, lost, book = imported(tmp_path, WORD.replace(b"PIXEL", pixel().hex().encode()))
    assert text == MARKDOWN
    assert (book / "images" / "id-1.png").read_bytes() == pixel()
    assert lost == [
        "the table of contents, which is rebuilt",
        "hidden text: “Rahasia”",
        "1 comment in the margin",
        "the picture 2.wmf",
    ]


def page(data: bytes) -> html.HtmlElement:
    return html.fromstring(convert_rich_text(data, "x.rtf").data)


def marked(data: bytes, tag: str) -> list[str]:
    return [element.text_content() for element in page(data).iter(tag)]


def test_bold_of_letters_that_run_from_right_to_left_is_its_own() -> None:
    office = rb"{\rtf1\pard\plain{\ltrch\rtlch\ab \u1606\'3f\u1589\'3f 1}{\rtlch\ab \ltrch\b0 Latin}{\rtlch\ab0 \ltrch\b \u1606?x}\par}"
    assert marked(office, "strong") == ["نص 1", "x"]
    assert marked(rb"{\rtf1 {\rtlch\b \u1606?}{\b\u1606?}}", "strong") == ["نن"]


def test_rich_text_of_plain_editors_has_lists_too() -> None:
    apple = rb"""{\rtf1\ansi\ansicpg1252\cocoartf2639{\fonttbl\f0\fswiss\fcharset0 Helvetica;}
\pard\tx560\pardirnatural\partightenfactor0\ls1\ilvl0\f0\fs24 \cf0 {\listtext	\uc0\u8226 	}Satu\
{\listtext	\uc0\u8226 	}Dua\uc0\u8232 \'96 \uc0\u1606 \u1589 \
\pard\li360\fi-360 1.\tab Tiga\par\bullet\tab Empat\par}"""
    made = page(apple)
    assert len(made.findall(".//br")) == 1
    assert [[item.text_content() for item in made.iter("li") if item.getparent() is box] for box in made.iter("ul", "ol")] == [
        ["Satu", "Dua– نص"], ["\ue0001.\ue001Tiga"], ["Empat"],
    ]  # fmt: skip


def test_letters_of_two_bytes_may_be_halves_of_two_kinds() -> None:
    japanese = rb"{\rtf1{\fonttbl{\f0\fcharset128 Gothic;}}\f0 \'83e\'83X\'83g{\b \'83}\par}"
    assert page(japanese).text_content() == "テスト\ufffd"


def test_tables_and_rows_that_are_not_ended_are_kept() -> None:
    made = page(rb"{\rtf1\trowd\cellx1\cellx2\intbl one\par two\cell three\cell\row\intbl four\cell\pard five\par six}")
    assert [[cell.text_content() for cell in row] for row in made.iter("tr")] == [["onetwo", "three"], ["four"]]
    assert [p.text_content() for p in made.find("body").iterchildren("p")] == ["five", "six"]


def test_a_file_that_is_cut_off_is_told(tmp_path: Path) -> None:
    text, lost, _ = imported(tmp_path, rb"{\rtf1 Satu.\par Dua {\b tebal")
    assert text == "Satu.\n\nDua **tebal**\n"
    assert lost == ["what came after its end: the file is cut off"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Just text", "this is not rich text"),
        (b"{\\rtf1 " + b"{" * 9000 + b"x" + b"}" * 9001, "the document is nested too deeply"),
        (b"{\\rtf1 {\\*\\generator x}}", "the document has no text"),
    ],
)
def test_what_is_no_rich_text_is_told(tmp_path: Path, data: bytes, message: str) -> None:
    write(tmp_path, {"id.rtf": data, "ar.txt": "نص.\n"})
    run = command("import", str(tmp_path / "id.rtf"), str(tmp_path / "ar.txt"), "--book", "b", "--root", str(tmp_path))
    assert run.status
    assert message in run.err
    assert not (tmp_path / "source" / "b").exists()


def escaped(text: str) -> str:
    units = memoryview(text.encode("utf-16-le")).cast("H")
    return "".join(chr(u) if 32 <= u < 127 and chr(u) not in "\\{}" else f"\\u{u - (u >> 15 << 16)}?" for u in units)


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WORDS, st.sampled_from(["", "\\b ", "\\i\\ul ", "\\rtlch\\ab "])), min_size=1, max_size=8))
def test_every_letter_of_a_rich_text_arrives(runs: list[tuple[str, str]]) -> None:
    body = "".join(f"{{{marks}{escaped(text)}}}" for text, marks in runs)
    got = page(f"{{\\rtf1\\ansi {body}\\par}}".encode("ascii")).text_content()
    assert got.split() == "".join(text for text, _ in runs).split()


PIECES = st.sampled_from(
    [
        *"{}{}{}", "\\par ", "\\cell ", "\\row ", "\\intbl ", "\\trowd\\clmrg\\cellx1 ", "\\footnote ", "\\shptxt ", "\\upr ",
        "\\*\\ud ", "\\*", "\\pict ", "\\bin9 ", "\\bin-9 ", "\\fldinst TOC", "\\fldrslt ", "\\sv ", "\\sn wzDescription",
        "\\listtext 3.", "\\ilvl9 ", "\\s1 ", "\\stylesheet ", "\\fonttbl ", "\\f1\\fcharset128 ", "\\'83", "\\u55357?", "\\uc0 ",
        "\\uc9 ", "\\fi-9 1.\\tab ", "\\line ", "\\v ", "\\plain ", "\\pard ", "\\ansicpg9 ", "word ", "\\", "\0", "\\\n",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_no_rich_text_breaks_the_reader(pieces: list[str]) -> None:
    try:
        made = convert_rich_text(("{\\rtf1 " + "".join(pieces)).encode("latin-1"), "x.rtf")
    except SourceError as error:
        assert "nested" in str(error)
    else:
        assert html.fromstring(made.data).find("body") is not None


@pytest.mark.parametrize("word", ["cs7", "unheardof"])
def test_a_star_in_the_middle_of_a_group_hides_nothing(tmp_path: Path, word: str) -> None:
    text = rf"{{\rtf1\ansi {{\b0 Satu\*\{word}  dua.}}\par {{\*\unheardof Hilang}}Tiga.\par}}"
    assert imported(tmp_path, text.encode())[0] == "Satu dua.\n\nTiga.\n"


def test_labels_that_rich_text_only_shows_are_kept(tmp_path: Path) -> None:
    """What Word would count stands in the file as text; only "3." and "3)" are numbers of Markdown."""
    data = rb"""{\rtf1\ansi{\stylesheet{\s1 heading 1;}}
{\pard\s1{\listtext Article 1\tab}Nom\par}
{\pard\ls1{\listtext a)\tab}Satu\par}{\pard\ls1{\listtext b)\tab}Dua\par}
{\pard\ls2{\listtext 3.\tab}Tiga\par}{\pard\ls2{\listtext 5.\tab}Lima\par}
{\pard\ls2{\listtext 6.\tab}\par}{\pard\ls3{\listtext \'a7 4\tab}\par}
{\pard\ls3{\listtext \'b7\tab}Titik\par}}"""
    text, lost, _ = imported(tmp_path, data)
    assert text == "# Article 1 Nom\n\na) Satu\n\nb) Dua\n\n3. Tiga\n\n<!-- -->\n\n5. Lima\n\n§ 4\n\n- Titik\n"
    assert not lost
