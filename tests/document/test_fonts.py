"""Typefaces: those of the project, and those that a foreign word takes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from conftest import Built, command, judge, write
from fontTools import unicodedata as scripts

from bookbuild.document.font_files import find_characters
from bookbuild.languages.tables import find_free_faces
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


NOTO = Path("/usr/share/fonts/truetype/noto")
"""Debian's package fonts-noto-core, the same fonts that are free elsewhere."""


@pytest.mark.judge
def test_faces_that_are_named_have_the_letters_of_the_script() -> None:
    judge(NOTO.is_dir(), "the coverage of typefaces is held against Debian's package fonts-noto-core")
    letters: dict[str, list[int]] = {}
    for point in range(0x110000):
        if unicodedata.category(chr(point))[0] in "LM":
            letters.setdefault(scripts.script(chr(point)), []).append(point)
    known = 0
    del letters["Zyyy"]  # signs of no script
    for code, points in letters.items():
        families, _ = find_free_faces(code, scripts.script_name(code).replace("_", " "))
        paths = [NOTO / f"{family.replace(' ', '')}-Regular.ttf" for family in families]
        for path in filter(Path.is_file, paths):
            known += 1
            assert len(find_characters(path).intersection(points)) > 0.75 * len(points), path.name
    assert known > 90  # nearly all scripts; those of later years have fonts that this package lacks
