"""What the package says of the book."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from conftest import Built, command, judge
from ebooks import part, words
from lxml import etree

from bookbuild.checks.epubcheck import find_epubcheck
from bookbuild.model.project import Project

METADATA = """
languages = ["ar", "id"]
date = 1954-03-31
identifier = "urn:doi:10.1000/182"
subjects = ["sejarah", "NATO"]
level = "B1"
publisher = "Penerbit Kecil"
rights = {ar = "الحقوق محفوظة", id = "Hak cipta"}
source = "https://example.org/artikel"
[title]
ar = "عنوان"
id = "Judul"
[subtitle]
id = "Anak judul"
[description]
ar = "وصف"
id = "Uraian"
[[creators]]
name = {ar = "كاتبة", id = "Seorang Penulis"}
sort = "Penulis, Seorang"
[[creators]]
role = "translator"
name = {id = "Penerjemah"}
[series]
name = {ar = "سلسلة", id = "Seri"}
number = 3
[ebook]
identifier = "978-3-16-148410-0"
certified_by = "Lembaga Uji"
"""


@pytest.mark.judge
def test_the_package_says_all_that_is_known_of_the_book(
    built: Callable[..., Built], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    book = built({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": METADATA})
    package = part(book.epub, "content.opf")
    dc = "{http://purl.org/dc/elements/1.1/}"
    lang = "{http://www.w3.org/XML/1998/namespace}lang"

    def texts(name: str) -> list[tuple[str | None, str]]:
        return [(e.get(lang), e.text) for e in package.iter(f"{dc}{name}")]

    assert texts("identifier") == [(None, "urn:isbn:9783161484100")]
    assert texts("title") == [("ar", "عنوان"), ("id", "Judul"), ("id", "Anak judul")]
    assert texts("language") == [(None, "ar"), (None, "id")]
    assert texts("creator") == [("ar", "كاتبة")]
    assert texts("contributor") == [("id", "Penerjemah")]
    assert texts("description") == [("ar", "وصف"), ("id", "Uraian")]
    assert texts("rights") == [("ar", "الحقوق محفوظة"), ("id", "Hak cipta")]
    assert texts("publisher") == [(None, "Penerbit Kecil")]
    assert texts("subject") == [(None, "sejarah"), (None, "NATO")]
    assert texts("date") == [(None, "1954-03-31")]
    metas = [(e.get("property"), e.get("refines"), e.text) for e in package.iter("{*}meta") if e.get("property")]
    for wanted in (
        ("dcterms:modified", None, "2001-09-09T01:46:40Z"),
        ("file-as", "#c1", "Penulis, Seorang"),
        ("alternate-script", "#c1", "Seorang Penulis"),
        ("role", "#c2", "trl"),
        ("belongs-to-collection", None, "سلسلة"),
        ("collection-type", "#series1", "series"),
        ("group-position", "#series1", "3"),
        ("schema:accessMode", None, "textual"),
        ("schema:accessModeSufficient", None, "textual"),
        ("schema:accessibilityFeature", None, "pageBreakMarkers"),
        ("schema:accessibilityHazard", None, "none"),
        ("ibooks:specified-fonts", None, "true"),
        ("dcterms:conformsTo", None, "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"),
        ("a11y:certifiedBy", "#conformance", "Lembaga Uji"),
        ("pageBreakSource", None, "urn:doi:10.1000/182"),  # the book's own, since the e-book has another
    ):
        assert wanted in metas, wanted
    modes = [text for name, _, text in metas if name == "schema:accessMode"]
    assert modes == ["textual"]  # no picture in the text
    assert package.get(lang) == "ar"
    page = pypdf.PdfReader(book.pdf).pages[0].extract_text()
    assert "Seri (3)" in page
    assert "Penerbit Kecil" in page
    judge(bool(shutil.which("java")) and find_epubcheck() is not None, "EPUBCheck needs Java and the package epubcheck")
    done = subprocess.run(
        ["java", "-jar", str(find_epubcheck()), str(book.epub)], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_edition_has_an_identifier_of_its_own(project: Callable[..., Project]) -> None:
    toml = 'identifier = "urn:doi:1"\n[ebook]\nidentifier = "urn:doi:2"\n[ebooks.popup]\nidentifier = "urn:doi:3"'
    made = project({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": toml})
    assert command("build", "--root", str(made.root)).status == 0
    done = command("build", "--root", str(made.root), "--edition", "all", "--format", "epub")
    assert done.status == 0, done.err
    found = {p.name: words(part(p, "content.opf").find(".//{*}identifier")) for p in made.dist.glob("*.epub")}
    assert found["book.epub"] == "urn:doi:2"
    assert found["book-popup.epub"] == "urn:doi:3"
    assert found["book-reader-ar.epub"].startswith("urn:uuid:")
    assert len(set(found.values())) == 4
    sources = {
        e.text
        for p in made.dist.glob("*.epub")
        for e in part(p, "content.opf").iter("{*}meta")
        if e.get("property") == "pageBreakSource"
    }
    assert sources == {"urn:doi:1"}


def test_conformance_is_claimed_only_where_somebody_vouches_for_it(first_ebooks: list[Path]) -> None:
    for path in first_ebooks:
        package = etree.tostring(part(path, "content.opf"), encoding="unicode")
        assert "conformsTo" not in package
        assert "certifiedBy" not in package
