"""Copying and searching: the words that viewers find in a PDF are those of the source, whatever the typeface."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from conftest import NATO, Built, judge
from copied_text import texts, words

from bookbuild.languages.kashida import INSERTED_TATWEEL
from bookbuild.pdf.engine import clusters, glyphs
from bookbuild.pdf.engine.codes import FontCodes

SYSTEM = Path("/usr/share/fonts/truetype")
FAMILIES = {
    "Amiri": (),
    "Noto Naskh Arabic": ("noto/NotoNaskhArabic-Regular.ttf", "noto/NotoNaskhArabic-Bold.ttf"),
    "Scheherazade": ("scheherazade/Scheherazade-Regular.ttf", "scheherazade/Scheherazade-Bold.ttf"),
    "Noto Nastaliq Urdu": ("noto/NotoNastaliqUrdu-Regular.ttf",),
    "Noto Sans Arabic": ("noto/NotoSansArabic-Regular.ttf",),
}
"""Family to files of Debian's packages fonts-noto-core and fonts-sil-scheherazade."""

VOCALISED = """ذَهَبَ الْوَلَدُ إِلَى الْمَدْرَسَةِ صَبَاحًا، وَمَعَهُ كِتَابٌ جَدِيدٌ وَقَلَمٌ أَزْرَقُ.
قَالَتِ الْمُعَلِّمَةُ لِلتَّلَامِيذِ: اِقْرَؤُوا النَّصَّ بِصَوْتٍ مُرْتَفِعٍ، ثُمَّ اكْتُبُوا مَا فَهِمْتُمْ مِنْهُ.
لَا يَنْبَغِي لِلْإِنْسَانِ أَنْ يَتَكَلَّمَ قَبْلَ أَنْ يُفَكِّرَ، فَالْكَلِمَةُ كَالسَّهْمِ إِذَا انْطَلَقَتْ لَا تَعُودُ.
كَانَ الشِّتَاءُ بَارِدًا جِدًّا فِي تِلْكَ السَّنَةِ، فَلَمْ نَخْرُجْ مِنَ الْبَيْتِ إِلَّا قَلِيلًا.
"""


@pytest.mark.judge
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", ["plain", "vocalised"])
def test_every_word_of_the_source_is_found(family: str, kind: str, built: Callable[..., Built]) -> None:
    files = [SYSTEM / name for name in FAMILIES[family]]
    judge(all(f.is_file() for f in files), f"{family} needs Debian's fonts-noto-core and fonts-sil-scheherazade")
    text = VOCALISED if kind == "vocalised" else (NATO / "ar.txt").read_text("utf-8")
    lines = text.splitlines()
    book = {"ar.txt": text, "id.txt": "Kata.\n" * len(lines), "book.toml": f'headings = "none"\nfonts.ar = "{family}"'}
    made = built({**book, **{f"../../styles/fonts/{f.name}": f.read_bytes() for f in files}}, formats=("pdf",))
    wanted = words(text)
    for reader, found in texts(made.pdf):
        missing = wanted - words(found)
        assert not missing, (reader, missing)
    if kind == "vocalised":  # pypdf keeps the marks with their letters
        assert not words(text, marks=True) - words(next(texts(made.pdf))[1], marks=True)


@pytest.mark.judge
def test_weasyprint_alone_gives_a_glyph_one_text_wherever_it_stands(
    built: Callable[..., Built], monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    files = [SYSTEM / name for name in FAMILIES["Noto Naskh Arabic"]]
    judge(all(f.is_file() for f in files), "this test needs Debian's fonts-noto-core")
    monkeypatch.setattr(glyphs, "draw_clusters", lambda *_: nullcontext())
    book = {
        "ar.txt": VOCALISED,
        "id.txt": "Kata.\n" * 4,
        "book.toml": 'headings = "none"\nfonts.ar = "Noto Naskh Arabic"',
    }
    made = built({**book, **{f"../../styles/fonts/{f.name}": f.read_bytes() for f in files}}, formats=("pdf",))
    assert words(VOCALISED) - words(next(texts(made.pdf))[1])


PERSIAN = "می‌خواهم کتاب‌ها را بخوانم."


def test_non_joiners_are_copied_and_joiners_of_markup_are_not(built: Callable[..., Built]) -> None:
    made = built({"fa.md": f"{PERSIAN}\n\nگف**ت**م.", "id.md": "Saya ingin.\n\nKataku.", "book.toml": 'headings = "none"'},
                 formats=("pdf",))  # fmt: skip
    for reader, found in texts(made.pdf):
        for word in ("می\u200cخواهم", "کتاب\u200cها", "گفتم"):
            assert word in found, (reader, found)


def test_text_drawn_by_clusters_looks_as_the_engine_draws_it(
    built: Callable[..., Built], monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from PIL import ImageChops

    pictures = []
    files = {"ar.txt": VOCALISED, "id.txt": "Affable official office.\n" * 4, "book.toml": 'headings = "none"'}
    for drawing in (glyphs.draw_clusters, lambda *_: nullcontext()):
        monkeypatch.setattr(glyphs, "draw_clusters", drawing)
        made = built(files, formats=("pdf",))
        opened = pypdfium2.PdfDocument(made.pdf)
        pictures.append(opened[0].render(scale=3).to_pil().convert("L"))
        shutil.rmtree(made.project.dist)
    different = ImageChops.difference(*pictures).point(lambda grey: 255 if grey > 128 else 0)
    ink = sum(pictures[0].histogram()[:128])
    # WeasyPrint moves marks by 1024ths where PDF has 1000ths, so that edges of marks differ by a hair
    assert different.histogram()[255] < ink * 0.01
    assert ink > 10_000


def _cluster(start: int, text: str, *shapes: int, advance: float = 0.5) -> clusters.Cluster:
    return clusters.Cluster(start, text, [(shape, 0.0, 0.0) for shape in shapes], advance)


def test_an_inserted_kashida_is_drawn_with_its_letter_and_copied_with_none() -> None:
    visual = [_cluster(6, "ر", 3), _cluster(2, INSERTED_TATWEEL, 2), _cluster(0, "ح", 1)]
    joined = clusters.merge_clusters(visual, backward=True)
    assert [(c.text, [g for g, _, _ in c.glyphs], c.advance) for c in joined] == [("ر", [3], 0.5), ("ح", [2, 1], 1.0)]


def test_the_same_shape_has_a_code_a_text() -> None:
    codes = FontCodes(count=100)
    plain = ((7, 0, 0),)
    assert codes.assign_code(plain, "ب", 500) == 7
    assert codes.assign_code(plain, "ب", 500) == 7
    other = codes.assign_code(plain, "ت", 500)
    assert other == 100
    assert codes.composites[other] == (plain, 500)
    assert codes.assign_code(plain, "ت", 500) == other


def test_a_divided_word_beside_other_scripts_is_copied_once(built: Callable[..., Built]) -> None:
    latin = "Kata كتاب dan слово serta mempertanggungjawabkan kesejahteraan masyarakat berkesinambungan. " * 9
    made = built(
        {
            "ar.txt": "نص.",
            "id.txt": latin,
            "book.toml": 'headings = "none"\nfonts.id = "PT Serif"\n[print]\ncolophon = false',
        },
        formats=("pdf",),
    )
    latin_words = Counter(re.findall("[A-Za-z]{3,}", latin))
    for reader, found in texts(made.pdf):
        shown = Counter(re.findall("[A-Za-z]{3,}", re.sub("[\u00ad\u2010]\\s*", "", found)))
        assert all(shown[word] <= count for word, count in latin_words.items()), reader
        if reader == "pypdf":  # PDFium parts some words that are divided in lines of several scripts
            assert {word: shown[word] for word in latin_words} == dict(latin_words)


def test_signs_of_lines_that_the_engine_draws_are_kept(built: Callable[..., Built]) -> None:
    # a line with a face of cubic curves is drawn by the engine; its colon stands in no other line
    files = {"ru.md": "# Глава\n\nДождь и слово.\n", "zh.md": "# 雨\n\n雨。\n"}
    made = built({**files, "book.toml": 'title = {ru = "Слово: 雨", zh = "雨"}'}, formats=("pdf",))
    text = pypdfium2.PdfDocument(made.pdf.read_bytes())[0].get_textpage().get_text_range()
    assert "Слово: 雨" in text
