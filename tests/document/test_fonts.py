"""Typefaces: those of the project, and those that a foreign word takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdf
from conftest import Built, command, write

from bookbuild.model.project import open_project


def test_a_font_of_the_project_draws_what_ours_lack(tmp_path: Path) -> None:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    write(tmp_path / "source" / "book", {"ar.txt": "نص.", "id.txt": "Teks ก."})
    root = ("--root", str(tmp_path), "--format", "pdf")
    assert "-m pip install fontpkg-noto-sans-thai" in command("build", *root).err
    pen = TTGlyphPen(None)
    for point, draw in (((0, 0), pen.moveTo), ((500, 0), pen.lineTo), ((250, 700), pen.lineTo)):
        draw(point)
    pen.closePath()
    triangle = pen.glyph()
    font = FontBuilder(1000)
    font.setupGlyphOrder([".notdef", "na"])
    font.setupCharacterMap({ord("ก"): "na"})
    font.setupGlyf({".notdef": triangle, "na": triangle})
    font.setupHorizontalMetrics({".notdef": (500, 0), "na": (500, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "My Thai", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    (tmp_path / "styles" / "fonts").mkdir(parents=True)
    font.save(tmp_path / "styles" / "fonts" / "mine.ttf")
    done = command("build", *root)
    assert done.status == 0, done.err
    assert "My Thai" in Built(open_project(tmp_path), "book").report["outputs"][0]["fonts"]


def test_a_foreign_word_takes_a_font_that_has_it(built: Callable[..., Built]) -> None:
    book = built({"ar.txt": "نص.", "id.txt": "Kata 日本 dari Jepang."}, formats=("pdf",))
    assert book.report["outputs"][0]["fonts"] == ["Amiri", "Crimson Text", "Noto Sans CJK JP"]
    assert "日本" in pypdf.PdfReader(book.pdf).pages[0].extract_text()
