"""The first book, on the real texts: what a teacher prints and a student reads."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections import Counter

import pypdf
import pypdfium2
import pytest
from conftest import HERE, NATO, Built, judge, python
from lxml import etree

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.checks.epubcheck import find_epubcheck, run_epubcheck
from bookbuild.model.findings import Place
from bookbuild.model.project import open_project

LETTERS = re.compile(r"[^\W\d_]+")


def words(text: str) -> list[str]:
    """Runs of letters, without marks, tatweel and hyphens at line ends."""
    text = re.sub(r"[-\u2010\u00ad]\n", "", text)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn" and c != "ـ")
    # neighbouring scripts are not one word, however closely they are set
    return [w for run in LETTERS.findall(text) for w in re.findall(r"[A-Za-z]+|[^A-Za-z]+", run)]


def paragraphs(language: str) -> list[str]:
    return (NATO / f"{language}.txt").read_text("utf-8").splitlines()


def typeset(language: str) -> list[str]:
    """The source with what typography changes in it, written down by hand from the rules."""
    found = []
    for line in paragraphs(language):
        text = line
        if language == "ar":
            text = text.replace(" ،", "،").replace(" و BSSR", " و\u00a0BSSR").replace(" و SSR", " و\u00a0SSR")
            text = re.sub(r"(عام) (\d)", "\\1\u00a0\\2", text)
            text = re.sub(r"(\d) (مارس|أبريل|مايو) (\d)", "\\1\u00a0\\2\u00a0\\3", text)
            text = re.sub('"([^"]*)"', r"«\1»", text)
        else:
            text = re.sub('"([^"]*)"', r"“\1”", text)
            text = re.sub(r"(tahun|tanggal) (\d)", "\\1\u00a0\\2", text)
            text = re.sub(r"(\d) (Maret|April|Mei) (\d)", "\\1\u00a0\\2\u00a0\\3", text)
        found.append(text)
    return found


def test_the_books_texts_are_the_teachers_word_for_word() -> None:
    # sha256 of the two texts as they were handed in
    sums = {p.name: hashlib.sha256(p.read_bytes()).hexdigest()[:16] for p in NATO.glob("*.txt")}
    assert sums == {"ar.txt": "438d89135409ed1e", "id.txt": "519daba585cb2bdb"}


def test_every_word_can_be_copied_from_the_pdf(first_book: Built) -> None:
    opened = pypdfium2.PdfDocument(first_book.pdf)
    texts = {
        "pypdf": "\n".join(page.extract_text() for page in pypdf.PdfReader(first_book.pdf).pages),
        "PDFium": "\n".join(page.get_textpage().get_text_range() for page in opened),
    }
    opened.close()
    wanted = Counter(words("\n".join(paragraphs("ar") + paragraphs("id"))))
    for reader, text in texts.items():
        assert not wanted - Counter(words(text)), reader
    assert "komunisme" in texts["PDFium"]  # which is divided at a line's end


def test_every_paragraph_is_in_the_epub_word_for_word(first_book: Built) -> None:
    root = etree.fromstring(first_book.document("c1.xhtml").encode())
    blocks = [e for e in root.iter("{*}p", "{*}h2") if "t" in e.get("class", "").split()]
    for language in ("ar", "id"):
        shown = ["".join(e.itertext()) for e in blocks if e.get("lang") == language]
        assert shown == typeset(language)
        assert {e.get("dir") for e in blocks if e.get("lang") == language} == {"rtl" if language == "ar" else "ltr"}


def test_only_spaces_and_quotation_marks_differ_from_the_source() -> None:
    for language in ("ar", "id"):
        for source, shown in zip(paragraphs(language), typeset(language), strict=True):
            bare = [re.sub(r'[\s"«»“”]', "", text) for text in (source, shown)]
            assert bare[0] == bare[1]


def test_the_ledger_of_both_outputs_is_complete(first_book: Built) -> None:
    for output in first_book.report["outputs"]:
        ledger = output["ledger"]
        assert ledger["complete"]
        assert ledger["percent"] == 100
        assert {tag: tally["blocks"] for tag, tally in ledger["languages"].items()} == {"ar": 9, "id": 9}
        for tag, tally in ledger["languages"].items():
            # the layout shows as many characters as the typeset source has
            assert tally["shown_characters"] == sum(map(len, typeset(tag)))


def test_the_report_names_what_typography_changed(first_book: Built) -> None:
    listed = {
        tag: [(c["rule"], c["before"], c["after"], c["count"]) for c in changes]
        for tag, changes in first_book.report["typography"].items()
    }
    assert listed == {
        "ar": [
            ("no_break", " ", "\u00a0", 12),
            ("quotes", '"', "«", 2),
            ("quotes", '"', "»", 2),
            ("spaces", " ", "", 21),
        ],
        "id": [("no_break", " ", "\u00a0", 10), ("quotes", '"', "“", 3), ("quotes", '"', "”", 3)],
    }


def test_every_font_of_the_pdf_is_embedded_and_subset(first_book: Built) -> None:
    names = set()
    for page in pypdf.PdfReader(first_book.pdf).pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            name = descendant["/BaseFont"]
            names.add(name.split("+")[1])
            assert re.match(r"/[A-Z]{6}\+", name), "not a subset"
            assert "/FontFile2" in descendant["/FontDescriptor"].get_object()
    assert names == {"Amiri", "Amiri-Bold", "Crimson-Text", "Crimson-Text-Bold"}


def test_the_pdf_says_its_titles_language_and_direction(first_book: Built) -> None:
    reader = pypdf.PdfReader(first_book.pdf)
    catalog = reader.trailer["/Root"]
    assert catalog["/Lang"] == "ar"
    assert catalog["/ViewerPreferences"]["/Direction"] == "/R2L"
    assert "طلب الاتحاد السوفيتي" in reader.metadata.title
    assert "Ketika Uni Soviet" in reader.metadata.title
    outline = [entry.title for entry in reader.outline]
    assert outline[0] == "إنشاء الناتو · Pembentukan NATO"
    assert len(outline) == 2


def test_arabic_stands_on_the_right_and_indonesian_on_the_left(first_book: Built) -> None:
    page = pypdfium2.PdfDocument(first_book.pdf)[0]
    text = page.get_textpage()
    middle = page.get_width() / 2
    sides: dict[str, list[float]] = {"ar": [], "id": []}
    for index, char in enumerate(text.get_text_range()):
        left, bottom, right, _ = text.get_charbox(index)
        if 80 < bottom < 600 and right > left:  # below the title and its line, above the page number
            if "\u0621" <= char <= "\u064a":
                sides["ar"].append(left)
            elif char.isascii() and char.islower():
                sides["id"].append(right)
    assert len(sides["ar"]) > 500
    assert min(sides["ar"]) > middle
    assert len(sides["id"]) > 500
    assert max(sides["id"]) < middle


@pytest.mark.judge
def test_epubcheck_finds_nothing(first_book: Built) -> None:
    judge(bool(shutil.which("java")) and find_epubcheck() is not None, "EPUBCheck needs Java and the package epubcheck")
    findings, said = run_epubcheck(first_book.epub, Place("nato-1954.epub"))
    assert findings == []
    assert said == "EPUBCheck 5.3.0: 0/0/0 fatal, errors, warnings"


def test_the_epub_turns_pages_to_the_left_and_names_both_languages(first_book: Built) -> None:
    package = first_book.document("content.opf")
    assert 'page-progression-direction="rtl"' in package
    assert re.findall("<dc:language>(.*?)</dc:language>", package) == ["ar", "id"]
    nav = first_book.document("nav.xhtml")
    assert '<span lang="ar" xml:lang="ar" dir="rtl">إنشاء الناتو</span>' in nav
    assert '<span lang="id" xml:lang="id" dir="ltr">Pembentukan NATO</span>' in nav


def test_the_stylesheet_of_the_epub_is_one_that_old_readers_accept(first_book: Built) -> None:
    css = first_book.document("book.css")
    for modern in ("var(", "--", "grid", "flex", "inline-start", "direction", "unicode-bidi", "calc("):
        assert modern not in css


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes_anywhere(first_book: Built, tmp_path) -> None:
    elsewhere = tmp_path / "another folder, ünd deeper"
    shutil.copytree(NATO, elsewhere / "source" / "nato-1954")
    done = python(
        "-m", "bookbuild", "build", "--root", str(elsewhere), cwd=HERE,
        TZ="Pacific/Kiritimati", LC_ALL="C", LANG="tr_TR.UTF-8", PYTHONHASHSEED="7", HOME=str(tmp_path), COLUMNS="20",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for path in (first_book.pdf, first_book.epub):
        assert (elsewhere / "dist" / path.name).read_bytes() == path.read_bytes(), path.name


def test_source_date_epoch_is_the_only_date_in_the_outputs(first_book: Built, tmp_path, monkeypatch) -> None:
    shutil.copytree(NATO, tmp_path / "source" / "nato-1954")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    build(open_project(tmp_path), BuildRequest())
    dated = Built(open_project(tmp_path), "nato-1954")
    assert "2023-11-14T22:13:20Z" in dated.document("content.opf")
    assert pypdf.PdfReader(dated.pdf).metadata.creation_date.year == 2023
    assert pypdf.PdfReader(first_book.pdf).metadata.creation_date is None


def test_a_second_build_says_that_nothing_changed_and_lays_out_nothing(first_book: Built, tmp_path) -> None:
    first_book = first_book.copied(tmp_path / "copy")  # other processes are reading the shared one
    before = first_book.pdf.stat().st_mtime_ns
    code = (
        "import sys; sys.argv = ['bookbuild', 'build', '--root', sys.argv[1]]\n"
        "from bookbuild.cli.program import main\n"
        "try: main()\n"
        "finally: print([m for m in ('weasyprint', 'ebooklib', 'lxml', 'jinja2', 'pydantic') if m in sys.modules])"
    )
    done = python("-c", code, str(first_book.project.root))
    assert done.stdout.splitlines() == ["nato-1954: nothing changed", "[]"]
    assert first_book.pdf.stat().st_mtime_ns == before


@pytest.mark.slow
def test_check_judges_the_outputs_anew_and_sees_damage(first_book: Built, tmp_path) -> None:
    from conftest import command

    root = tmp_path / "copy"
    shutil.copytree(first_book.project.root, root)
    done = command("check", "--root", str(root))
    assert done.status == 0
    assert "dist/nato-1954.pdf: sound" in done.out
    epub = root / "dist" / "nato-1954.epub"
    epub.write_bytes(epub.read_bytes().replace(b"PK\x01\x02", b"PK\x01\x09"))
    (root / "dist" / "nato-1954.pdf").write_bytes(b"%PDF-1.7 nothing")
    done = command("check", "--root", str(root))
    assert done.status == 1
    assert [line.split(":")[0] for line in done.lines] == ["dist/nato-1954.pdf"] * 2 + ["dist/nato-1954.epub"] * 2


def test_the_cover_is_a_picture_of_the_size_that_stores_ask_for(first_book: Built) -> None:
    import io
    import zipfile

    from PIL import Image

    with zipfile.ZipFile(first_book.epub) as archive:
        picture = Image.open(io.BytesIO(archive.read("EPUB/cover.png")))
    assert picture.size == (1600, 2560)
    greys = picture.convert("L")
    assert greys.getpixel((800, 2500)) == greys.getpixel((5, 1500)) < 70  # the ground of the translation
    ink = greys.crop((0, 0, 1600, 1400)).point(lambda grey: 255 if grey < 100 else 0).getbbox()
    assert ink is not None
    assert abs((ink[0] + ink[2]) / 2 - 800) < 40  # the title stands in the middle
