"""Books of other languages, shapes and formats: what stands in the PDF and the EPUB."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable

import pypdf
import pypdfium2
import pytest
from conftest import Built, about_outputs, judge
from lxml import etree
from small_books import RICH, SAMPLES

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.checks.epubcheck import find_epubcheck, run_epubcheck
from bookbuild.model.findings import Place
from bookbuild.pdf.page_breaks import PageReview


@pytest.mark.judge
@pytest.mark.parametrize("languages", SAMPLES)
def test_two_texts_in_a_folder_are_a_book_without_any_configuration(
    languages: str, built: Callable[..., Built]
) -> None:
    book = built(SAMPLES[languages])
    for output in book.report["outputs"]:
        assert output["ledger"]["complete"]
    package = book.document("content.opf")
    assert sorted(re.findall("<dc:language>(.*?)</dc:language>", package)) == sorted(languages.split())
    judge(bool(shutil.which("java")) and find_epubcheck() is not None, "EPUBCheck needs Java and the package epubcheck")
    assert run_epubcheck(book.epub, Place("book.epub"))[0] == []


BARE = "[print]\nname_line = false\ncolumn_heads = false\ncolophon = false"


def side(page: pypdfium2.PdfPage, pattern: str) -> set[str]:
    """On which side of the page characters stand."""
    text = page.get_textpage()
    middle = page.get_width() / 2
    found = set()
    for index, char in enumerate(text.get_text_range()):
        if re.match(pattern, char):
            left, bottom, right, _ = text.get_charbox(index)
            if 500 < bottom < 720:  # below the title
                found.add("left" if right < middle else "right" if left > middle else "middle")
    return found


def test_right_to_left_columns_stand_on_the_right(built: Callable[..., Built]) -> None:
    page = pypdfium2.PdfDocument(built({**SAMPLES["ar id"], "book.toml": BARE}, formats=("pdf",)).pdf)[0]
    assert side(page, "[\u0621-\u064a]") == {"right"}
    assert side(page, "[a-z]") == {"left"}


def test_book_toml_turns_the_order_of_languages_and_pages(built: Callable[..., Built]) -> None:
    book = built({**SAMPLES["ja en"], "book.toml": 'languages = ["ja", "en"]\n' + BARE})
    page = pypdfium2.PdfDocument(book.pdf)[0]
    assert side(page, "[\u3040-\u9fff]") == {"left"}
    assert side(page, "[a-z]") == {"right"}
    assert 'page-progression-direction="ltr"' in book.document("content.opf")
    assert "/Direction" not in pypdf.PdfReader(book.pdf).trailer["/Root"]["/ViewerPreferences"]


@pytest.fixture
def rich(built: Callable[..., Built]) -> Built:
    return built(RICH)


def test_every_construct_of_markdown_reaches_both_outputs(rich: Built) -> None:
    root = etree.fromstring(rich.document("c1.xhtml").encode())
    text = {e.get("id"): "".join(e.itertext()) for e in root.iter("{*}p", "{*}h2", "{*}pre") if e.get("id")}
    assert text["u1-id"] == "Paragraf pertama dengan tebal, tautan dan kode <b>.1"
    assert text["u6-id"] == "<b>bukan markah</b> & tetap teks.2"
    assert text["c1-n2-id-2"] == "Masih catatan kedua."
    one = root.find(".//{*}p[@id='u1-id']")
    assert [e.tag.split("}")[1] for e in one] == ["em", "strong", "a", "code", "a"]
    assert one.find("{*}a").get("href") == "https://example.org/a?b=1&c=2"
    assert len(root.findall(".//{*}div[@id='u5-ar']/{*}p")) == 2
    assert [e.get("alt") for e in root.iter("{*}img")] == ["نقطة / Sebuah titik"]
    assert [e.text for e in root.findall(".//{*}span[@class='marker']")] == ["•", "•", "•", "•", "7.", "7."]
    printed = "\n".join(page.extract_text() for page in pypdf.PdfReader(rich.pdf).pages)
    for words in ("Kutipan dari buku.", "masih dua", "Burung terbang\ndi atas awan", "Catatan kedua.", "bukan markah"):
        assert words in printed


def test_notes_are_linked_both_ways(rich: Built) -> None:
    root = etree.fromstring(rich.document("c1.xhtml").encode())
    identifiers = {e.get("id") for e in root.iter() if e.get("id")}
    marks = [e for e in root.iter("{*}a") if e.get("role") == "doc-noteref"]
    backs = [e for e in root.iter("{*}a") if e.get("role") == "doc-backlink"]
    assert len(marks) == len(backs) == 4
    for link in (*marks, *backs):
        assert link.get("href")[1:] in identifiers
    assert {e.get("{http://www.idpf.org/2007/ops}type") for e in marks} == {"noteref"}


@pytest.mark.judge
def test_the_rich_epub_is_valid(rich: Built) -> None:
    judge(bool(shutil.which("java")) and find_epubcheck() is not None, "EPUBCheck needs Java and the package epubcheck")
    assert run_epubcheck(rich.epub, Place("book.epub"))[0] == []


def test_chapters_are_documents_with_one_numbering(built: Callable[..., Built]) -> None:
    files = {}
    for number in (1, 2, 10):
        files[f"ar/{number}-bab.md"] = f"# الباب {number}\n\nنص أول.\n\n## قسم\n\nنص ثان.\n"
        files[f"id/{number}-bab.md"] = f"# Bab {number}\n\nTeks satu.\n\n## Bagian\n\nTeks dua.\n"
    book = built({**files, "book.toml": "[title]\nar = 'كتاب'\nid = 'Buku'"})
    assert [n for n in book.documents if re.search(r"/c\d", n)] == ["EPUB/c1.xhtml", "EPUB/c2.xhtml", "EPUB/c3.xhtml"]
    assert "Bab 10" in book.document("c3.xhtml")
    assert 'id="u6-id"' in book.document("c3.xhtml")
    nav = etree.fromstring(book.document("nav.xhtml").encode())
    entries = [a.get("href") for a in nav.find(".//{*}nav[@id='toc']").iter("{*}a")]
    assert entries == ["c1.xhtml", "c1.xhtml#h2", "c2.xhtml", "c2.xhtml#h4", "c3.xhtml", "c3.xhtml#h6"]
    outline = pypdf.PdfReader(book.pdf).outline
    assert outline[0].title == "الباب 1 · Bab 1"
    assert outline[1][0].title == "قسم · Bagian"


@pytest.mark.judge
def test_the_title_block_says_all_that_book_toml_says(built: Callable[..., Built]) -> None:
    toml = """
rights = {ar = "الحقوق محفوظة", id = "Hak cipta dilindungi"}
source = "https://example.org/artikel"
date = "2001-05"
level = "B1"
identifier = "978-3-16-148410-0"
subjects = ["sejarah"]
title = {ar = "عنوان", id = "Judul & <lain>"}
subtitle = {id = "Anak judul"}
[[creators]]
name = {ar = "كاتبة", id = "Seorang Penulis"}
[[creators]]
role = "translator"
name = {id = "Seorang Penerjemah"}
"""
    book = built({**SAMPLES["ar id"], "book.toml": toml})
    page = pypdf.PdfReader(book.pdf).pages[0].extract_text()
    for words in ("Judul & <lain>", "Anak judul", "Penulis: Seorang Penulis", "Penerjemah: Seorang Penerjemah",
                  "https://example.org/artikel", "Tingkat", "B1", "2001-05", "Hak cipta dilindungi"):  # fmt: skip
        assert words in page, words
    facts = [
        "".join(p.itertext())
        for p in etree.fromstring(book.document("title.xhtml").encode()).iter("{*}p")
        if p.get("class") == "fact"
    ]
    assert facts == [
        "المؤلف: كاتبة",
        "Penulis: Seorang Penulis",
        "Penerjemah: Seorang Penerjemah",
        "المصدر: https://example.org/artikel",
        "Sumber: https://example.org/artikel",
        "التاريخ: 2001-05",
        "Tanggal: 2001-05",
        "المستوى: B1",
        "Tingkat: B1",
    ]
    package = book.document("content.opf")
    assert '<dc:identifier id="id">urn:isbn:9783161484100</dc:identifier>' in package
    assert 'property="role" scheme="marc:relators">trl<' in package
    assert '<meta property="dcterms:modified">2001-05-01T00:00:00Z</meta>' in package
    for words in ("Judul &amp; &lt;lain&gt;", "<dc:subject>sejarah</dc:subject>", "<dc:date>2001-05</dc:date>"):
        assert words in package
    reader = pypdf.PdfReader(book.pdf)
    assert reader.metadata.author == "كاتبة / Seorang Penulis"
    judge(bool(shutil.which("java")) and find_epubcheck() is not None, "EPUBCheck needs Java and the package epubcheck")
    assert run_epubcheck(book.epub, Place("book.epub"))[0] == []


def test_numbers_follow_the_texts_digits_or_the_books_choice(built: Callable[..., Built]) -> None:
    files = {"ar.txt": "في عام ١٩٥٤ كان ذلك.\nنص.", "id.txt": "Itu tahun 1954.\nTeks."}
    book = built(files, formats=("epub",))
    root = etree.fromstring(book.document("c1.xhtml").encode())
    assert ["".join(p.itertext()) for p in root.iter("{*}p") if p.get("class") == "numbers"] == [
        "١\u00a0\u00a01",
        "٢\u00a0\u00a02",
    ]


def test_switches_of_the_handout(built: Callable[..., Built]) -> None:
    toml = "typography = false\n[print]\nname_line = false\ncolumn_heads = false\nnumbers = false\ncolophon = false"
    page = pypdf.PdfReader(built({**SAMPLES["ar id"], "book.toml": toml}).pdf).pages[0].extract_text()
    for words in ("Nama", "Bahasa Indonesia", "bookbuild"):
        assert words not in page
    assert '"Siapa yang' in page


def test_a_layout_and_a_stylesheet_of_the_book_replace_ours(built: Callable[..., Built]) -> None:
    layout = """<html lang="ar" dir="rtl"><body><p>KEPALA</p>{% for s in document.sections %}{% for r in s.rows %}
      {% for c in r.cells %}{{ c.html }}{% endfor %}{% endfor %}{% endfor %}</body></html>"""
    files = {
        **SAMPLES["ar id"],
        "handout.html": layout,
        "print.css": "@page { size: A5 }",
        "book.css": ".t { margin: 1em }",
    }
    book = built(files)
    page = pypdf.PdfReader(book.pdf).pages[0]
    assert "KEPALA" in page.extract_text()
    assert round(float(page.mediabox.width)) == 420
    assert ".t { margin: 1em }" in book.document("book.css")


# Arabic of three lines, which cannot be divided, beside Indonesian of five, which can
TEARING = {
    "ar.txt": "كان المعسكر الاشتراكي يقترب من المعسكر الرأسمالي في ذلك الوقت الطويل جدا. كان ذلك في الشتاء البارد.\n"
    * 80,
    "id.txt": ("Kubu sosialis saat itu berusaha mendekati kubu kapitalis. " * 4 + "\n") * 80,
    "book.toml": 'headings = "none"',
}


@pytest.mark.slow
def test_a_row_is_not_torn_at_a_pages_foot(built: Callable[..., Built], monkeypatch: pytest.MonkeyPatch) -> None:
    first = built(TEARING, formats=("pdf",))
    assert len(pypdf.PdfReader(first.pdf).pages) > 8
    # without a look at rows and pages some rows are: the book that was just built has rows to mend
    monkeypatch.setattr("bookbuild.pdf.engine.pages.MAX_ATTEMPTS", 1)
    monkeypatch.setattr(PageReview, "is_torn", lambda *_: False)
    result = build(first.project, BuildRequest(formats=("pdf",), again=True))
    assert {f.code for f in about_outputs(result.outcomes[0].findings)} == {"O005"}


@pytest.mark.judge
def test_odd_but_sound_texts_reach_both_outputs_whole(built: Callable[..., Built]) -> None:
    text = """# عنوان[^t]

```
\tsatu
```

![satu](images/dot.svg) *dan* ![dua](images/dot.svg)

\\[^1\\] bukan catatan

[a]: https://example.org/x|y

[tautan][a] dan [lain](https://example.org/b%20c)

[^t]: Catatan judul.
"""
    files = {"ar.md": text, "id.md": text, "images/dot.svg": RICH["images/dot.svg"]}
    book = built(files)
    root = etree.fromstring(book.document("c1.xhtml").encode())
    text_of = {e.get("id"): "".join(e.itertext()) for e in root.iter("{*}p", "{*}pre") if e.get("id")}
    assert text_of["u1-id"] == "    satu"
    assert text_of["u3-id"] == "[^1] bukan catatan"
    assert len(root.findall(".//{*}p[@id='u2-id']/{*}img")) == 2
    assert root.find(".//{*}p[@id='u4-id']/{*}a").get("href") == "https://example.org/x%7Cy"
    assert "Catatan judul." in book.document("title.xhtml")
    assert "Catatan judul." in pypdf.PdfReader(book.pdf).pages[0].extract_text()
    judge(bool(shutil.which("java")) and find_epubcheck() is not None, "EPUBCheck needs Java and the package epubcheck")
    assert run_epubcheck(book.epub, Place("book.epub"))[0] == []


def test_a_line_end_in_japanese_is_no_space(built: Callable[..., Built]) -> None:
    files = {
        "ja.txt": "日本語の\n文章です。\n\n二つ目の\n段落。\n",
        "en.txt": "One.\n\nTwo.\n",
        "book.toml": 'headings = "none"',
    }
    book = built({**files, "book.toml": 'headings = "none"\nparagraphs = "blank-lines"'}, formats=("epub",))
    assert "日本語の文章です。" in book.document("c1.xhtml")
