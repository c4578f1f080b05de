"""The printed editions: what each of them promises, read off its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pytest
import samples
from conftest import NATO, Built, command
from glyph_positions import drawn
from printed import MM, first_book, text

from bookbuild.document.editions import expand_for_languages, find_editions, find_named_editions
from bookbuild.model.project import Project


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_make_up_is_measured_and_a_long_handout_stands_well(edition: Callable[..., Path], tmp_path: Path) -> None:
    edition("handout", samples.files(chapters=6))
    facts = Built(Project(tmp_path, tmp_path / "dist"), "book").report["outputs"][0]["make_up"]
    assert facts["pages"] > 20
    assert facts["torn_rows"] == []
    assert facts["headings_at_foot"] == []
    assert facts["single_lines"] == 0
    assert facts["white_lines_at_foot"]["median"] <= 2.5  # of every fourth page a verse is kept whole
    assert facts["pages_with_more_white"] == []


def test_the_outline_begins_each_right_to_left_title_from_the_right(edition: Callable[..., Path]) -> None:
    book = {"ar.md": "# x\n\n## NATO والعالم\n\nنص.", "id.md": "# x\n\n## NATO dan dunia\n\nTeks."}
    titles = [entry.title for entry in pypdf.PdfReader(edition("handout", book)).outline]
    assert titles == ["\u200fNATO والعالم · NATO dan dunia"]
