"""Books with mathematics: drawn on pages, MathML in e-books, LaTeX where neither can be had."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pypdfium2
import pytest
import samples
from conftest import Built
from fontTools.ttLib import TTFont

EQUATIONS = {f"{tag}.md": text for tag, text in samples.EQUATIONS.items() if tag != "en"}
ARABIC = r"\text{إذا } x > 0"


@pytest.mark.slow
def test_equations_are_drawn_on_pages_and_stand_in_the_ledger(built: Callable[..., Built]) -> None:
    book = built(EQUATIONS, formats=("pdf",))
    with pypdfium2.PdfDocument(book.pdf) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
        shapes = sum(1 for page in pdf for item in page.get_objects() if item.type == 2)
    assert "frac" not in text
    assert "$5" in text
    assert shapes > 100  # each sign of an equation is one
    ledger = book.report["outputs"][0]["ledger"]
    assert ledger["complete"]
    source = sum(len(part) for part in samples.EQUATIONS["id"].split("`")[1::2])
    assert ledger["languages"]["id"]["characters"] > source


@pytest.mark.slow
def test_e_books_carry_mathml_and_the_typeface_of_its_signs(built: Callable[..., Built]) -> None:
    book = built(EQUATIONS, formats=("epub",))
    chapter = book.document("c1.xhtml")
    assert chapter.count("<math ") == 14
    assert r'alttext="x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}"' in chapter
    with zipfile.ZipFile(book.epub) as archive:
        package = archive.read("EPUB/content.opf").decode()
        face = TTFont(io.BytesIO(archive.read("EPUB/fonts/STIXTwoMath-400.ttf")))
    assert 'href="c1.xhtml" id="p5" media-type="application/xhtml+xml" properties="mathml"' in package
    assert 'property="schema:accessibilityFeature">MathML</meta>' in package
    assert set(map(ord, "√𝑎𝑥∑0=")) <= face.getBestCmap().keys()
    assert "MATH" in face


@pytest.mark.slow
def test_a_book_without_equations_carries_no_typeface_of_mathematics(first_book: Built) -> None:
    with zipfile.ZipFile(first_book.epub) as archive:
        assert not [name for name in archive.namelist() if "STIX" in name]


def test_an_equation_that_cannot_be_drawn_is_printed_as_latex_and_that_is_told(built: Callable[..., Built]) -> None:
    texts = {"ar.md": f"معادلة $`{ARABIC}`$ هنا.\n", "id.md": f"Persamaan $`{ARABIC}`$ dan $`{ARABIC}`$ di sini.\n"}
    book = built(texts, formats=("pdf",), warnings=("T010", "T010"))
    with pypdfium2.PdfDocument(book.pdf) as pdf:
        assert "text" in pdf[0].get_textpage().get_text_range()


def test_a_paragraph_of_an_equation_alone_raises_no_question(built: Callable[..., Built]) -> None:
    lone = "$$`\\mathrm{Kecepatan} = ]a, b[ + \\frac{12}{\\mathrm{waktu}}`$$\n"
    report = built({"ar.md": lone, "id.md": lone}, formats=("epub",)).report
    assert [f for f in report["findings"] if f["code"].startswith("Q")] == []
