"""Texts that are hard to set: each of these once went wrong in print."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdf
import pytest
from conftest import about_outputs, command
from glyph_positions import Drawn, drawn
from PIL import Image as Picture

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.model.project import Project

LONG = "جملة طويلة تبدأ بها القصيدة وتسمى بها كما يفعل الناس كثيرا في كتبهم"


def made(project: Project, edition: str = "handout") -> Path:
    result = build(project, BuildRequest(editions=(edition,)))
    findings = [str(f) for o in result.outcomes for f in about_outputs(o.findings)]
    assert findings == []
    return project.dist / ("book.pdf" if edition == "handout" else f"book-{edition}.pdf")


def test_a_table_that_crosses_a_page_repeats_its_head_and_loses_nothing(project: Callable[..., Project]) -> None:
    rows = "\n".join(f"| {n} | kata{n} |" for n in range(70))
    table = f"| Nomor | Kata |\n|---|---|\n{rows}\n"
    path = made(project({"ar.md": table, "id.md": table, "book.toml": 'title = "x"'}))
    pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
    assert len(pages) > 1
    assert all("Nomor" in page for page in pages)
    assert "kata69" in pages[-1]


@pytest.mark.parametrize("where", ["heading", "title", "rights"])
def test_a_paragraph_may_begin_as_a_heading_or_title_does(where: str, project: Callable[..., Project]) -> None:
    head = f"# {LONG}\n\n" if where == "heading" else ""
    toml = {"heading": "[print]\ncontents = true", "title": f'title = "{LONG}"', "rights": f'rights = "{LONG}"'}[where]
    book = {"ar.md": f"{head}{LONG} ثم تمضي.", "id.md": f"{head}Kalimat.", "book.toml": toml}
    for edition in ("handout", "facing"):
        made(project(book), edition)


def test_a_book_of_a_break_alone_has_facing_pages_too(project: Callable[..., Project]) -> None:
    made(project({"ar.md": "---\n\n---", "id.md": "---\n\n---"}), "facing")


@pytest.mark.parametrize("toml", ["", '[title]\nid = "Judul"', '[title]\nar = "عنوان"'])
@pytest.mark.parametrize("edition", ["reader-ar", "reader-id", "facing"])
def test_an_edition_without_a_title_of_its_own_has_another(
    toml: str, edition: str, project: Callable[..., Project]
) -> None:
    path = made(project({"ar.md": "كلمة.", "id.md": "Kata.", "book.toml": toml}), edition)
    assert pypdf.PdfReader(path).metadata.title in {"book", "Judul", "عنوان"}


def test_code_runs_from_left_to_right_in_any_column(project: Callable[..., Project]) -> None:
    code = "```\nif a: b // c\n    kata\n```\n"
    path = made(project({"ar.md": code, "id.md": code, "book.toml": 'title = "x"'}))
    with pikepdf.open(path) as pdf:
        middle = float(pdf.pages[0].mediabox[2]) / 2
    found = [d for d in drawn(path) if not d.artifact and not d.char.isspace()]
    for inside in (lambda d: d.x < middle, lambda d: d.x > middle):
        line = next(d.y for d in found if inside(d) and d.char == "/")
        row = sorted((d for d in found if inside(d) and abs(d.y - line) < 1), key=lambda d: d.x)
        assert "".join(d.char for d in row).strip("1") == "ifa:b//c"


def beyond(path: Path) -> list[Drawn]:
    """Characters that stand outside of the margins' half, or off the page."""
    with pikepdf.open(path) as pdf:
        width = float(pdf.pages[0].mediabox[2])
    return [d for d in drawn(path) if not d.artifact and not (28 < d.x < width - 28)]


@pytest.mark.slow
def test_many_columns_and_many_half_lines_stay_on_the_page(project: Callable[..., Project]) -> None:
    head = (
        "|"
        + "|".join(f"Kolom{n}" for n in range(12))
        + "|\n|"
        + "---|" * 12
        + "\n|"
        + "|".join("x" * 9 for _ in range(12))
        + "|\n"
    )
    verse = "satu bagian panjang // dua bagian panjang // tiga bagian panjang\\\nempat // lima // enam\n"
    book = {"ar.md": f"{head}\n{verse}", "id.md": f"{head}\n{verse}", "book.toml": 'title = "x"'}
    for edition in ("handout", "stacked", "large-print", "facing"):
        assert beyond(made(project(book), edition)) == [], edition


@pytest.mark.slow
def test_a_long_title_is_shortened_in_running_heads(project: Callable[..., Project]) -> None:
    title = "Judul yang amat sangat panjang sekali " * 8
    text = "\n\n".join("Kata. " * 120 for _ in range(12))
    path = made(project({"ar.md": text, "id.md": text, "book.toml": f'title = "{title.strip()}"'}))
    heads = [d for d in drawn(path) if d.page == 2 and d.artifact]
    assert min(d.y for d in heads) > 20
    assert "…" in "".join(d.char for d in heads)


@pytest.mark.slow
def test_a_units_number_is_never_parted_from_it(project: Callable[..., Project]) -> None:
    texts = "\n\n".join("Kata demi kata. " * (n * 7 % 23 + 4) for n in range(40))
    path = made(
        project({"ar.md": texts, "id.md": texts, "book.toml": 'title = "x"\n[print]\ncolophon = false'}), "stacked"
    )
    with pikepdf.open(path) as pdf:
        count = len(pdf.pages)
    assert count > 4
    for page in range(1, count + 1):
        shown = [d for d in drawn(path) if d.page == page and not d.artifact and not d.char.isspace()]
        lowest = max(d.y for d in shown if d.char.isalpha())
        assert max((d.y for d in shown if d.char.isdigit()), default=0) < lowest + 6, page


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[print]\ncolumns = [3, 2, 1]", "print.columns has 3 shares for 2 languages"),
        ("[print]\nruled = 13", "print.ruled is 13, which is out of range"),
        ('[print]\nbinding = "glue"', "write one of none, staple, holes, spine"),
        ('[print]\npaper = "A3"', "write one of A4, F4, Folio, Letter, Legal, A5, B5"),
        ('[editions.booklet]\npaper = "A5"', "the key 'editions.booklet' is not known"),
        ('[editions.handout]\npapr = "A5"', "did you mean 'paper'?"),
        ("[booklet]\nsignature = 99", "booklet.signature is 99, which is out of range"),
    ],
)
def test_wrong_options_are_told_with_what_is_allowed(toml: str, said: str, project: Callable[..., Project]) -> None:
    book = project({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": toml})
    done = command("build", "--root", str(book.root), "--format", "pdf")
    assert done.status == 1
    assert re.match(r"source/book/book\.toml(:\d+)?: ", done.err)
    assert said in done.err, done.err


@pytest.mark.slow
def test_notes_of_one_language_alone_keep_facing_pages_in_step(project: Callable[..., Project]) -> None:
    ar = "\n\n".join(f"Z{n}Z " + "كلمة " * (n * 17 % 70 + 5) + f"[^{n}]" for n in range(25))
    ar += "".join(f"\n\n[^{n}]: " + "حاشية " * (n * 5 % 40 + 1) for n in range(25))
    latin = "\n\n".join(f"Z{n}Z " + "kata " * (n * 31 % 90 + 5) for n in range(25))
    path = made(project({"ar.md": ar, "id.md": latin, "book.toml": 'title = "x"'}), "facing")
    pages = [set(re.findall(r"Z(\d+)Z", page.extract_text())) for page in pypdf.PdfReader(path).pages]
    for even in range(1, len(pages) - 1, 2):
        assert pages[even] == pages[even + 1], even
    assert set().union(*pages) == {str(n) for n in range(25)}


@pytest.mark.parametrize("languages", [("ar", "id"), ("ar", "id", "en")])
def test_pictures_of_each_language_stay_in_their_columns(
    languages: tuple[str, ...], project: Callable[..., Project]
) -> None:
    pymupdf = pytest.importorskip("pymupdf")
    files: dict[str, str | bytes] = {}
    for number, tag in enumerate(languages):
        out = io.BytesIO()
        Picture.new("RGB", (1600, 900), (80 * number, 90, 120)).save(out, "PNG")
        files |= {f"{tag}.md": f"# A\n\n![x](images/{tag}.png)\n\nB.\n", f"images/{tag}.png": out.getvalue()}
    with pymupdf.open(made(project(files))) as opened:
        boxes = sorted(tuple(image["bbox"]) for image in opened[0].get_image_info())
        width = opened[0].rect.width
    assert len(boxes) == len(languages)
    assert all(left[2] <= right[0] + 0.5 for left, right in pairwise(boxes)), boxes
    assert boxes[0][0] >= 40
    assert boxes[-1][2] <= width - 40


def test_a_language_without_words_of_its_own_repeats_no_english_label(project: Callable[..., Project]) -> None:
    path = made(project({"ps.txt": "هغوی ډېر ښه خلک دي.", "en.txt": "They are very good people."}))
    text = pypdf.PdfReader(path).pages[0].extract_text()
    assert text.count("Page 1 of 1") == text.count("Page") == text.count("Name") == 1


def test_names_of_typefaces_follow_each_other_from_the_right(project: Callable[..., Project]) -> None:
    path = made(project({"he.txt": "דבר.", "ja.txt": "言葉。", "en.txt": "Words."}))
    lines: dict[float, list[Drawn]] = {}
    for char in drawn(path):
        lines.setdefault(round(char.y), []).append(char)
    written = ["".join(char.char for char in sorted(line, key=lambda char: char.x)) for line in lines.values()]
    (hebrew,) = [line for line in written if "Crimson" in line and not line.startswith("Set")][:1]
    assert hebrew.index("Noto") < hebrew.index("Crimson") < hebrew.index("Frank")
