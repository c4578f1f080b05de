"""The printed editions: what each of them promises, read off its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pikepdf
import pypdf
import pytest
import samples
from conftest import NATO, Built, about_outputs, command
from glyph_positions import drawn

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.document.editions import expand_for_languages, find_editions, find_named_editions
from bookbuild.document.paper import PAPERS, Margins, fit_margins, measure_page
from bookbuild.model.project import Project
from bookbuild.pdf.css import is_vocalised

MM = 25.4 / 72


@pytest.fixture
def edition(project: Callable[..., Project]) -> Callable[..., Path]:
    """Build one printed edition of a book, without findings; gives its path."""

    def make(name: str, files: Mapping[str, str | bytes], *, warnings: tuple[str, ...] = ()) -> Path:
        made = project(files)
        result = build(made, BuildRequest(editions=(name,)))
        findings = about_outputs(f for o in result.outcomes for f in o.findings)
        assert [f.code for f in findings] == list(warnings), [str(f) for f in findings]
        one = next((e for e in find_named_editions(name) if e.format == "pdf"), None)
        assert one is not None
        ledger = Built(made, "book").report["outputs"][0]["ledger"]
        assert ledger["complete"]
        return made.dist / one.file_name("book")

    return make


def first_book() -> dict[str, str]:
    return {p.name: p.read_text("utf-8") for p in NATO.iterdir()}


def text(path: Path) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


def test_the_editions_that_the_program_promises_are_there() -> None:
    assert [(one.name, one.format) for one in find_editions() if not one.exchanged] == [
        ("bilingual", "epub"),
        ("booklet", "pdf"),
        ("facing", "pdf"),
        ("handout", "pdf"),
        ("large-print", "pdf"),
        ("popup", "epub"),
        ("reader", "pdf"),
        ("reader", "epub"),
        ("sheets", "pdf"),
        ("stacked", "pdf"),
        ("study", "pdf"),
    ]
    assert {e.name for e in expand_for_languages(["ar", "id"])} - {e.name for e in find_editions()} == {
        "reader-ar",
        "reader-id",
    }
    assert [one.format for one in find_named_editions("reader-ar")] == ["pdf", "epub"]
    assert find_named_editions("reader") == find_named_editions("nothing-ar") == ()


def units_by_page(path: Path) -> list[set[str]]:
    """Which of the sentences that begin with a made number stand on each page."""
    return [set(re.findall(r"Z(\d+)Z", page)) for page in text(path)]


def numbered(count: int, longest: int) -> dict[str, str]:
    """Paragraphs that name themselves, of very different lengths on both sides."""
    ar = "\n\n".join(f"Z{n}Z " + "كلمة طويلة " * (n * 13 % longest + 1) for n in range(count))
    id_ = "\n\n".join(f"Z{n}Z " + "kata panjang " * (n * 29 % longest + 1) for n in range(count))
    return {"ar.md": ar, "id.md": id_}


@pytest.mark.parametrize("languages", ['["ar", "id"]', '["id", "ar"]'])
def test_a_spread_of_facing_pages_has_the_same_units_on_both_sides(
    languages: str, edition: Callable[..., Path]
) -> None:
    path = edition("facing", {**numbered(40, 60), "book.toml": f'languages = {languages}\ntitle = "x"'})
    pages = units_by_page(path)
    assert len(pages) > 8
    assert pages[0] == set()  # the title
    for even in range(1, len(pages) - 1, 2):
        assert pages[even] == pages[even + 1], even
    assert set().union(*pages) == {str(n) for n in range(40)}
    first = "rtl" if '["ar' in languages else "ltr"
    with pikepdf.open(path) as pdf:
        assert ("/Direction" in pdf.Root.ViewerPreferences) == (first == "rtl")
    lefts = [min(d.x for d in drawn(path) if d.page == page and not d.artifact) * MM for page in (2, 3)]
    # even pages of a right-to-left book lie on the right: their spine, and wide margin, is on the left
    assert (lefts[0] > lefts[1]) == (first == "rtl")


def test_a_unit_longer_than_a_page_keeps_facing_pages_in_step(edition: Callable[..., Path]) -> None:
    files = numbered(6, 20)
    files["ar.md"] = files["ar.md"].replace("Z3Z", "Z3Z " + "كلمة طويلة " * 700)
    path = edition("facing", {**files, "book.toml": 'title = "x"'})
    starts: dict[str, list[int]] = {}
    for page, units in enumerate(units_by_page(path), 1):
        for unit in units:
            starts.setdefault(unit, []).append(page)
    for unit, pages in starts.items():
        assert pages == [pages[0], pages[0] + 1], (unit, pages)
        assert pages[0] % 2 == 0
    assert starts["4"][0] - starts["3"][0] >= 4


def test_a_reader_shows_one_language_in_its_own_direction_and_digits(edition: Callable[..., Path]) -> None:
    files = {
        **first_book(),
        "book.toml": (NATO / "book.toml").read_text("utf-8") + '\n[digits]\nar = "arab"\nid = "latn"',
    }
    arabic = edition("reader-ar", files)
    words = "\n".join(text(arabic))
    assert "Rivalitas" not in words
    assert "Ketika" not in words
    assert "١" in words
    with pikepdf.open(arabic) as pdf:
        assert pdf.Root.ViewerPreferences.Direction == "/R2L"
        assert str(pdf.Root.Lang) == "ar"
    indonesian = edition("reader-id", files)
    words = "\n".join(text(indonesian))
    assert not re.search("[\u0621-\u064a]", words)
    with pikepdf.open(indonesian) as pdf:
        assert "/Direction" not in pdf.Root.ViewerPreferences


def test_no_type_in_large_print_is_smaller_than_18_points(edition: Callable[..., Path]) -> None:
    path = edition("large-print", samples.files(chapters=1))
    with pikepdf.open(path) as pdf:
        sizes = set()
        for page in pdf.pages:
            size_, scale = 0.0, 1.0
            for operands, operator in pikepdf.parse_content_stream(page):
                match str(operator):
                    case "cm":
                        scale = abs(float(operands[0])) if not size_ else scale
                    case "Tf":
                        size_ = float(operands[1])
                    case "TJ":
                        sizes.add(round(size_ * 0.75, 1))
    # marks of notes stand in the line and are as large as it
    assert min(sizes) >= 18


@pytest.mark.parametrize("restart", ["page", "chapter"])
def test_every_fifth_line_of_the_original_is_numbered(restart: str, edition: Callable[..., Path]) -> None:
    config = (NATO / "book.toml").read_text("utf-8") + f'\n[print]\nline_numbers = "{restart}"\nnumbers = false'
    path = edition("study", {**first_book(), "book.toml": config})
    shown = [d for d in drawn(path) if not d.artifact and not d.char.isspace()]
    left = min(d.x for d in shown if "\u0621" <= d.char <= "\u064a")
    lines: dict[int, list[float]] = {}
    """Base lines of the original on each page; that of a title or a translation has fewer Arabic letters."""
    for page in {d.page for d in shown}:
        rows: dict[float, int] = {}
        for one in shown:
            if one.page == page and "\u0621" <= one.char <= "\u064a":
                rows[round(one.y)] = rows.get(round(one.y), 0) + 1
        lines[page] = sorted(y for y, letters in rows.items() if letters > 24)
    beside: dict[tuple[int, int], str] = {}
    for one in sorted((d for d in shown if d.x < left - 8 and d.char.isdigit()), key=lambda d: d.x):
        key = (one.page, round(one.y))
        beside[key] = beside.get(key, "") + one.char
    assert len(beside) >= 4
    for (page, y), number in beside.items():
        assert int(number) % 5 == 0
        line = min(range(len(lines[page])), key=lambda n: abs(lines[page][n] - y))
        assert abs(lines[page][line] - y) < 6, "it stands beside a line"
        if restart == "page":
            assert abs(line + 1 - int(number)) <= 2  # short lines were left out above
    if restart == "chapter":
        assert [int(number) for _, number in sorted(beside.items())] == list(range(5, 5 * len(beside) + 5, 5))


def test_contents_name_the_pages_on_which_headings_stand(edition: Callable[..., Path]) -> None:
    for name in ("handout", "facing", "stacked", "reader-id"):
        path = edition(name, samples.files(chapters=4, config="[print]\ncontents = true"))
        pages = text(path)
        listed = {
            match[1]: int(match[2])
            for match in re.finditer(r"(Bab \d)[ .]*?(\d+)(?=\s|$)", pages[0] + (pages[1] if name == "facing" else ""))
        }
        assert set(listed) == {f"Bab {n}" for n in range(1, 5)}, (name, pages[0][:600])
        for title, page in listed.items():
            folio = [n for n, words in enumerate(pages, 1) if re.search(rf"{title}\b", words) and n > 1]
            # on facing pages the number is that of the original's page
            assert page in (folio[0], folio[0] - 1), (name, title, page, folio)


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


def test_notes_can_stand_at_the_end_of_the_chapter(edition: Callable[..., Path]) -> None:
    order = {}
    for notes in ("unit", "chapter"):
        words = "\n".join(text(edition("stacked", samples.files(chapters=1, config=f'[print]\nnotes = "{notes}"'))))
        order[notes] = words.index("Catatan tentang") < words.index("Butir pertama")
    assert order == {"unit": True, "chapter": False}


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


def test_an_edition_that_is_not_known_is_told_with_the_nearest(project: Callable[..., Project]) -> None:
    made = project({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": '[editions.handuot]\npaper = "A5"'})
    done = command("build", "--root", str(made.root), "--format", "pdf")
    assert done.status == 1
    assert "editions.handuot" in done.err
    assert "did you mean 'handout'?" in done.err
    made = project({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": ""})
    done = command("build", "--root", str(made.root), "--edition", "reader-fr")
    assert done.status == 1
    assert "[P001]" in done.err


def test_all_editions_are_built_by_one_word_and_again_only_what_changed(project: Callable[..., Project]) -> None:
    made = project({"ar.txt": "نص.\nنص ثان.", "id.txt": "Teks.\nTeks dua."})
    done = command("build", "--root", str(made.root), "--edition", "all")
    assert done.status == 0, done.err
    assert len(done.out.splitlines()) == 13
    done = command("build", "--root", str(made.root), "--edition", "all")
    assert done.out == "book: nothing changed\n"
    done = command("check", "--root", str(made.root))
    assert done.status == 0, done.err
    assert done.out.count("sound") == 13


def test_make_up_is_measured_and_a_long_handout_stands_well(edition: Callable[..., Path], tmp_path: Path) -> None:
    edition("handout", samples.files(chapters=6))
    facts = Built(Project(tmp_path, tmp_path / "dist"), "book").report["outputs"][0]["make_up"]
    assert facts["pages"] > 20
    assert facts["torn_rows"] == []
    assert facts["headings_at_foot"] == []
    assert facts["single_lines"] == 0
    assert facts["white_lines_at_foot"]["median"] <= 2
    assert len(facts["pages_with_more_white"]) <= facts["pages"] / 6


def test_the_outline_begins_each_right_to_left_title_from_the_right(edition: Callable[..., Path]) -> None:
    book = {"ar.md": "# x\n\n## NATO والعالم\n\nنص.", "id.md": "# x\n\n## NATO dan dunia\n\nTeks."}
    titles = [entry.title for entry in pypdf.PdfReader(edition("handout", book)).outline]
    assert titles == ["\u200fNATO والعالم · NATO dan dunia"]
