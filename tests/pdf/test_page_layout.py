"""What stands where on the pages of printed editions: heads, margins, columns, notes, verse, tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
import samples
from conftest import Built
from glyph_positions import drawn
from printed import MM, text

from bookbuild.document.paper import PAPERS, Margins, fit_margins, measure_page
from bookbuild.languages.words import is_vocalised


@pytest.mark.slow
def test_contents_name_the_pages_on_which_headings_stand(edition: Callable[..., Path]) -> None:
    for name in ("handout", "facing", "stacked", "reader-id"):
        path = edition(name, samples.files(chapters=2, config="[print]\ncontents = true"))
        pages = text(path)
        listed = {
            match[1]: int(match[2])
            for match in re.finditer(r"(Bab \d)[ .]*?(\d+)(?=\s|$)", pages[0] + (pages[1] if name == "facing" else ""))
        }
        assert set(listed) == {f"Bab {n}" for n in (1, 2)}, (name, pages[0][:600])
        for title, page in listed.items():
            folio = [n for n, words in enumerate(pages, 1) if re.search(rf"{title}\b", words) and n > 1]
            # on facing pages the number is that of the original's page
            assert page in (folio[0], folio[0] - 1), (name, title, page, folio)


@pytest.mark.slow
def test_running_heads_name_the_chapter_in_both_languages(edition: Callable[..., Path]) -> None:
    path = edition("handout", samples.files(chapters=2))
    heads = ["".join(d.char for d in drawn(path) if d.page == page and d.artifact) for page in (2, 8)]
    assert "Bab 1" in heads[0]
    assert "Bab 2" in heads[1]
    assert "لصفلا" in heads[0]


@pytest.mark.parametrize("paper", PAPERS)
def test_pages_have_the_size_of_the_paper(paper: str, edition: Callable[..., Path]) -> None:
    path = edition("handout", {"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": f'[print]\npaper = "{paper}"'})
    with pikepdf.open(path) as pdf:
        width, height = (float(n) * MM for n in pdf.pages[0].mediabox[2:])
    assert (round(width, 1), round(height, 1)) == PAPERS[paper]


def test_a_book_page_is_half_a_sheet_unless_its_own_paper_is_named(edition: Callable[..., Path]) -> None:
    book = {"ar.txt": "نص.", "id.txt": "Teks."}
    for config, wanted in (
        ('[print]\npaper = "F4"', (165.0, 215.0)),
        ('[editions.reader]\npaper = "F4"', (215.0, 330.0)),
        ('[editions.reader-id]\npaper = "B5"', (176.0, 250.0)),
    ):
        with pikepdf.open(edition("reader-id", {**book, "book.toml": config})) as pdf:
            box = tuple(round(float(n) * MM, 1) for n in pdf.pages[0].mediabox[2:])
        assert box == wanted
    assert measure_page("A4", half=True) == (148.5, 210.0)
    assert measure_page("A4", landscape=True) == (297.0, 210.0)


def inner_and_outer(path: Path, page: int) -> tuple[float, float]:
    """White to the left and to the right of a page's text, in mm."""
    with pikepdf.open(path) as pdf:
        width = float(pdf.pages[page - 1].mediabox[2])
    xs = [d for d in drawn(path) if d.page == page and not d.artifact and not d.char.isspace()]
    return min(d.x for d in xs) * MM, (width - max(d.x for d in xs)) * MM


@pytest.mark.slow
def test_holes_and_both_sides_of_a_leaf_have_their_margin(edition: Callable[..., Path]) -> None:
    book = samples.files(chapters=1, config='[print]\nbinding = "holes"\nduplex = true\nnumbers = false')
    path = edition("handout", book)
    # a right-to-left book begins with a left page, whose spine is on its right
    left, right = inner_and_outer(path, 1)
    assert right >= 25
    assert left < 24
    left, _ = inner_and_outer(path, 2)
    assert left >= 24.9
    assert fit_margins(Margins(1, 1, 20, 20), "holes").inner == 25
    assert fit_margins(Margins(1, 1, 20, 20), "spine").inner == 26


def test_bleed_and_crop_marks(edition: Callable[..., Path]) -> None:
    path = edition(
        "handout", {"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": "[print]\nbleed = 3\ncrop_marks = true"}
    )
    with pikepdf.open(path) as pdf:
        page = pdf.pages[0]
        trim = [float(n) * MM for n in page.trimbox]
        assert round(trim[2] - trim[0]) == 210
        assert float(page.mediabox[2]) * MM - 210 > 5
        assert float(page.bleedbox[0]) < float(page.trimbox[0])


def test_columns_can_be_shared_by_number_or_by_length(edition: Callable[..., Path]) -> None:
    long = {
        "ar.txt": "نص قصير هنا.\n" * 6,
        "id.txt": ("Teks yang jauh lebih panjang daripada aslinya, berkali-kali. " * 3 + "\n") * 6,
    }
    gaps = {}
    for columns in ('"equal"', '"measured"', "[1, 3]"):
        path = edition(
            "handout",
            {
                **long,
                "book.toml": f'headings = "none"\n[print]\ncolumns = {columns}\nnumbers = false\nname_line = false\ncolumn_heads = false\ncolophon = false',
            },
        )
        arabic = [d.x for d in drawn(path) if "\u0621" <= d.char <= "\u064a" and 250 < d.y < 600]
        latin = [d.x for d in drawn(path) if d.char.isascii() and d.char.isalpha() and 250 < d.y < 600]
        assert max(latin) < min(arabic)
        gaps[columns] = max(latin)
    assert gaps['"equal"'] < gaps['"measured"']
    assert gaps['"equal"'] < gaps["[1, 3]"]


@pytest.mark.slow
def test_three_languages_lie_side_by_side_on_a_landscape_sheet(edition: Callable[..., Path]) -> None:
    path = edition("handout", samples.files(("ar", "id", "en"), chapters=1))
    with pikepdf.open(path) as pdf:
        assert float(pdf.pages[0].mediabox[2]) > float(pdf.pages[0].mediabox[3])
    first = [d for d in drawn(path) if d.page == 1 and not d.artifact]
    x = {
        name: min(d.x for d in first if d.char == char and d.y > 200)
        for name, char in (("ar", "ف"), ("id", "j"), ("en", "w"))
    }
    assert x["en"] < x["id"] < x["ar"]


@pytest.mark.slow
def test_notes_can_stand_at_the_end_of_the_chapter(edition: Callable[..., Path]) -> None:
    order = {}
    for notes in ("unit", "chapter"):
        words = "\n".join(text(edition("stacked", samples.files(chapters=1, config=f'[print]\nnotes = "{notes}"'))))
        order[notes] = words.index("Catatan tentang") < words.index("Butir pertama")
    assert order == {"unit": True, "chapter": False}


@pytest.mark.slow
def test_list_markers_can_be_letters_of_the_script(edition: Callable[..., Path]) -> None:
    words = "\n".join(text(edition("stacked", samples.files(chapters=1, config='[print]\nlist_markers = "letters"'))))
    assert re.search(r"(?<!\w)a\.(?!\w)", words)
    assert re.search(r"(?<!\w)b\.(?!\w)", words)
    assert re.search(r"(?<!\w)أ(?!\w)", words)
    assert re.search(r"(?<!\w)ب(?!\w)", words)
    assert not re.search(r"(?<!\w)[12]\.(?!\w)", words)


def test_stress_in_arabic_is_weight_or_overline_and_never_slant(edition: Callable[..., Path]) -> None:
    book = {"ar.md": "كلمة *مؤكدة* هنا.", "id.md": "Kata *tekanan* di sini."}
    strokes = {}
    for emphasis in ("weight", "overline"):
        config = f'title = "x"\n[print]\nemphasis = "{emphasis}"\ncolophon = false'
        with pikepdf.open(edition("reader-ar", {**book, "book.toml": config})) as pdf:
            names = {str(f.BaseFont) for page in pdf.pages for f in page.Resources.Font.values()}
            operators = [str(operator) for page in pdf.pages for _, operator in pikepdf.parse_content_stream(page)]
        assert not [name for name in names if "Italic" in name or "Oblique" in name]
        strokes[emphasis] = sum(operator in {"S", "f", "f*"} for operator in operators)
    assert strokes["overline"] > strokes["weight"]


def test_vocalised_text_is_given_more_leading() -> None:
    assert is_vocalised("ذَهَبَ الْوَلَدُ")
    assert not is_vocalised("ذهب الولد إلى المدرسةِ")
    assert not is_vocalised("kata")


def test_half_lines_of_verse_stand_beside_each_other_where_there_is_room(edition: Callable[..., Path]) -> None:
    verse = "قفا نبك من ذكرى // بسقط اللوى\\\nفتوضح فالمقراة // لما نسجتها"
    book = {"ar.md": f"{verse}\n", "id.md": "satu // dua\\\ntiga // empat\n", "book.toml": 'title = "x"'}
    for name, beside in (("stacked", True), ("handout", False)):
        rows = {}
        for one in drawn(edition(name, book)):
            rows.setdefault(round(one.y), []).append(one)
        first = next(row for row in rows.values() if "ق" in [d.char for d in row] and not row[0].artifact)
        letters = "".join(d.char for d in first)
        assert ("س" in letters) == beside, (name, letters)
        if beside:  # the first half on the right
            assert min(d.x for d in first if d.char == "ف") > max(d.x for d in first if d.char == "س")


def test_a_table_keeps_its_columns_in_the_order_of_the_script(edition: Callable[..., Path]) -> None:
    book = {
        "ar.md": "| شهر | مطر |\n|---|---|\n| يناير | قليل |",
        "id.md": "| Bulan | Hujan |\n|---|---|\n| Januari | sedikit |",
        "book.toml": 'title = "x"',
    }
    path = edition("stacked", book)
    place = {d.char: d.x for d in drawn(path) if not d.artifact and d.y > 150}
    assert place["ش"] > place["ط"]
    assert place["B"] < place["H"]


def test_columns_are_aligned_as_the_table_says_and_numbers_by_their_units(edition: Callable[..., Path]) -> None:
    book = {
        "ar.md": "| صنف | لون | عدد |\n|:---|:---:|---:|\n| تين | ببببببببب | ١٢ |\n| تفاح | ب | ٧ |\n| خوخ | ضض | ٣ |",
        "id.md": "| Buah | Nama | Kata |\n|:---|:---:|---:|\n| q | vvvvvvvv | zz |\n| q | v | zzzzzz |\n| q | w | z |",
        "book.toml": 'title = "x"',
    }
    marks = [d for d in drawn(edition("stacked", book)) if not d.artifact and d.y > 190]

    def edges(char: str) -> list[tuple[float, float]]:
        rows: dict[int, list[float]] = {}
        for mark in marks:
            if mark.char == char:
                rows.setdefault(round(mark.y), []).append(mark.x)
        return [(min(row), max(row)) for row in rows.values()]

    units = [x for char in "٢٧٣" for x, _ in edges(char)]  # of 12, 7 and 3
    assert max(units) - min(units) < 2, units
    long, short = (sum(row) / 2 for row in edges("v"))  # centred
    assert abs(long - short) < 1
    assert len({round(right) for _, right in edges("z")}) == 1  # at the end of the line


def test_a_language_without_labels_has_those_of_the_books_other_language(built: Callable[..., Built]) -> None:
    book = built({"sw.txt": "Neno moja.", "id.txt": "Satu kata."}, formats=("pdf",))
    shown = "".join(text(book.pdf))
    assert "Halaman 1 dari 1" in shown
    assert "Page 1" not in shown
