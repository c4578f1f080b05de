"""Size, typefaces and styles of e-books; the same bytes each time."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from itertools import filterfalse
from pathlib import Path
from typing import Any

import pytest
from conftest import NATO, Built, judge
from ebooks import made, names
from lxml import etree

from bookbuild.model.characters import is_ignorable


def test_the_first_book_is_small(first_ebooks: list[Path]) -> None:
    assert {path.name: path.stat().st_size for path in first_ebooks if path.stat().st_size > 250_000} == {}


@pytest.mark.parametrize(("fonts", "suffix"), [("ttf", ".ttf"), ("woff2", ".woff2"), ("none", "")])
def test_typefaces_come_as_asked_for(fonts: str, suffix: str, built: Callable[..., Built]) -> None:
    book = built({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": f'[ebook]\nfonts = "{fonts}"'}, formats=("epub",))
    inside = [n for n in names(book.epub) if "/fonts/" in n]
    css = book.document("book.css")
    assert ("@font-face" in css) == ('font-family: "' in css) == bool(suffix)
    assert len([n for n in inside if n.endswith(suffix or "-")]) == (4 if suffix else 0)
    assert len([n for n in inside if n.endswith("licence.txt")]) == (2 if suffix else 0)
    for url in re.findall(r'url\("([^"]+)"\)', css):
        assert f"EPUB/{url}" in inside
    if suffix == ".woff2":
        from fontTools.ttLib import TTFont

        with zipfile.ZipFile(book.epub) as archive:
            font = TTFont(io.BytesIO(archive.read("EPUB/fonts/Amiri-400.woff2")))
        assert font.flavor == "woff2"
        assert {"GSUB", "GPOS"} <= set(font.keys())
    assert ("bookbuild" in book.document("about.xhtml")) == bool(suffix)  # the line on typefaces


def test_every_character_that_an_ebook_shows_is_in_its_typefaces(built: Callable[..., Built]) -> None:
    from fontTools.ttLib import TTFont

    items = "\n".join(f"{n}. {{}}" for n in range(1, 27))
    toml = '[print]\nlist_markers = "letters"'
    book = built({"he.md": items.format(*["דבר"] * 26), "en.md": items.format(*["on"] * 26), "book.toml": toml})
    with zipfile.ZipFile(book.epub) as archive:
        fonts = [archive.read(name) for name in archive.namelist() if name.endswith(".ttf")]
        pages = [archive.read(name) for name in archive.namelist() if name.endswith(".xhtml")]
    known = {chr(code) for font in fonts for code in TTFont(io.BytesIO(font)).getBestCmap()}
    shown = {char for page in pages for text in etree.fromstring(page).find("{*}body").itertext() for char in text}
    assert {"j", "q", "z", "F"} <= shown
    assert set(filterfalse(is_ignorable, shown - known - set("\n"))) == set()


@pytest.mark.judge
def test_a_mark_is_drawn_by_the_typeface_of_its_letter(built: Callable[..., Built]) -> None:
    face = Path("/usr/share/fonts/truetype/noto/NotoSerifHebrew-Regular.ttf")
    judge(face.is_file(), "cantillation marks need Debian's fonts-noto-core")
    added = {f"../../styles/fonts/{face.name}": face.read_bytes(), "en.txt": "And he returned."}
    for text, first in (("וַיָּ֥שָׁב", "Noto Serif Hebrew"), ("וַיָּשָׁב", "Frank Ruhl Libre")):
        book = built({"he.txt": text, **added}, formats=("epub",))
        (family,) = re.findall(r':lang\(he\)[^}]*font-family: "([^"]+)"', book.document("book.css"))[:1]
        assert family == first
        shutil.rmtree(book.project.root)


def test_subsets_shape_every_word_as_the_whole_typeface_does(first_ebooks: list[Path]) -> None:
    import uharfbuzz

    from bookbuild.document.fonts import find_packaged_families, read_face

    def shaped(face: Any, text: str) -> list[tuple[int, int, int]]:
        font = uharfbuzz.Font(face)
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        return [(p.x_advance, p.x_offset, p.y_offset) for p in buffer.glyph_positions]

    text = (NATO / "ar.txt").read_text("utf-8")
    with zipfile.ZipFile(first_ebooks[-1]) as archive:
        subset = uharfbuzz.Face(uharfbuzz.Blob(archive.read("EPUB/fonts/Amiri-400.ttf")))
    whole = uharfbuzz.Face(uharfbuzz.Blob(read_face(find_packaged_families()["Amiri"].face(400))))
    vocalised = ["الكِتَابُ", "لِلّٰهِ", "لا", "مُحَمَّدٌ"]
    assert subset.glyph_count < whole.glyph_count / 5
    compared = [w for w in {*text.split(), *vocalised} if not set(w) - set(text) and '"' not in w]
    assert len(compared) > 250
    assert [word for word in compared if shaped(subset, word) != shaped(whole, word)] == []


def test_readers_keep_their_own_sizes_and_colours(first_ebooks: list[Path]) -> None:
    for path in first_ebooks:
        with zipfile.ZipFile(path) as archive:
            css = "\n".join(archive.read(n).decode() for n in archive.namelist() if n.endswith(".css"))
        rules = re.sub(r"@font-face \{[^}]*\}", "", css)
        assert not re.search(r"\d(px|pt|cm|mm)\b", rules)
        assert not re.search(r"(?<![-\w])color\s*:(?! inherit)", rules)
        assert not re.search(
            r"(?<![-\w])(direction|unicode-bidi|position|grid|flex)\b\s*:?", rules.replace("flex", "flex")
        )
        assert "var(" not in rules
        assert "background" not in rules


def test_a_translation_stands_back_unless_it_must_not(built: Callable[..., Built]) -> None:
    files = {"ar.txt": "نص.", "id.txt": "Teks."}
    assert ".translation { font-size: 0.92em }" in built(files, formats=("epub",)).document("book.css")
    equal = built(
        {
            **files,
            "book.toml": '[ebook]\ntranslation = "equal"\nside_by_side = "never"\nnumbers = false\ncolophon = false',
        },
        formats=("epub",),
    )
    assert ".translation {" not in equal.document("book.css")
    assert "wide.css" not in " ".join(names(equal.epub))
    assert 'class="numbers"' not in equal.document("c1.xhtml")
    assert "about.xhtml" not in " ".join(names(equal.epub))


@pytest.mark.slow
def test_the_same_ebooks_are_the_same_bytes(first_ebooks: list[Path], tmp_path: Path) -> None:
    again = made(tmp_path / "elsewhere", None)
    assert [p.name for p in again] == [p.name for p in first_ebooks]
    assert [p.name for p, q in zip(again, first_ebooks, strict=True) if p.read_bytes() != q.read_bytes()] == []
    with zipfile.ZipFile(again[0]) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_numbers_between_columns_stand_lower_where_a_script_has_more_leading(built: Callable[..., Built]) -> None:
    leadings = []
    for texts in ({"de.txt": "Ein Satz.", "en.txt": "A sentence."}, {"ar.txt": "جملة.", "en.txt": "A sentence."}):
        with zipfile.ZipFile(built({**texts, "book.toml": 'title = "x"'}).epub) as archive:
            rules = archive.read("EPUB/wide.css").decode()
        found = re.findall(r"> \.numbers \{[^}]*line-height: ([\d.]+);", rules)
        assert len(set(found)) == 1, rules
        leadings.append(float(found[0]))
    assert 1 < leadings[0] < leadings[1] < 4
