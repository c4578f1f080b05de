"""Sections: what an edit lays out again, and that nobody can tell from the bytes."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import samples
from conftest import NATO
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.model.book import Block, Kind, Unit
from bookbuild.model.findings import Place
from bookbuild.model.inline import Text
from bookbuild.model.project import Project
from bookbuild.pdf import passes, pieces
from bookbuild.pdf.engine.folios import DIGITS, SAMPLES, DigitShapes, choose_sample, write_number
from bookbuild.pdf.engine.render import Rendering
from bookbuild.pdf.sections import list_sections


def unit(number: int, kind: Kind = Kind.PARAGRAPH) -> Unit:
    return Unit(f"u{number}", number, (Block(kind, (Text(f"teks {number}"),), Place("x")),), ((),))


@st.composite
def layouts(draw: st.DrawFn) -> tuple[list[Unit], list[list[str]]]:
    """Units, and those that each page has something of: in order, and any of them may go on on the next page."""
    kinds = draw(st.lists(st.sampled_from([Kind.PARAGRAPH, Kind.PARAGRAPH, Kind.HEADING]), min_size=1, max_size=60))
    units = [unit(n, kind) for n, kind in enumerate(kinds)]
    pages, at = [], 0
    while at < len(units):
        count = draw(st.integers(1, 3))
        goes_on = draw(st.booleans()) and at + count < len(units)
        pages.append([u.id for u in units[at : at + count + goes_on]])
        at += count
    return units, pages


@given(layouts(), st.booleans())
def test_sections_share_out_pages_and_units_and_begin_with_whole_ones(
    layout: tuple[list[Unit], list[list[str]]], goes_on: bool
) -> None:
    units, pages = layout
    sections = list_sections(units, pages, goes_on=goes_on)
    page = start = 0
    for section in sections:
        assert (section.first, section.start) == (page, start)
        assert pages[page][0] == units[start].id
        assert all(units[start].id not in before for before in pages[:page])
        assert section.units <= section.reach <= len(units) - start
        page, start = page + section.pages, start + section.units
    whole = list_sections(units, pages, goes_on=False)
    if not goes_on:
        assert (page, start) == (len(pages), len(units))
    else:  # what depends on what follows is left out
        assert sections == whole[: len(sections)]
        assert len(sections) < len(whole)
        assert all(section.start + section.reach <= len(units) for section in sections)


@given(layouts())
def test_sections_of_a_stretch_are_those_of_the_whole(layout: tuple[list[Unit], list[list[str]]]) -> None:
    units, pages = layout
    sections = list_sections(units, pages, goes_on=False)
    for one in sections:
        rest = list_sections(units[one.start :], pages[one.first :], goes_on=False)
        assert [(s.pages, s.units, s.reach) for s in rest] == [
            (s.pages, s.units, s.reach) for s in sections[sections.index(one) :]
        ]


@given(st.integers(1, 10**6), st.lists(st.floats(1, 20), min_size=10, max_size=10))
def test_any_number_takes_the_place_of_a_samples_digits(number: int, widths: list[float]) -> None:
    shapes = DigitShapes(tuple(f"<{digit}>" for digit in DIGITS), tuple(widths), sum(widths))
    content = b"%move 0 1\n1 0 0 -1 300 50 Tm\n%move 0 -1\n1 0 0 -1 100 50 Tm\n%number 0\nET"
    right, left, shown, end = write_number(content, number, [shapes]).split(b"\n")
    grown = sum(widths[int(digit)] for digit in str(number)) - sum(widths)
    assert shown == f"[{''.join(f'<{digit}>' for digit in str(number))}] TJ".encode()
    assert abs(float(right.split()[4]) - 300 - grown) < 1e-4
    assert abs(float(left.split()[4]) - 100 + grown) < 1e-4
    assert end == b"ET"


def test_each_page_is_like_a_sample_of_its_side() -> None:
    assert [choose_sample(page, SAMPLES) for page in range(6)] == [0, 1, 2, 1, 2, 1]
    assert [choose_sample(page, SAMPLES - 1) for page in range(4)] == [0, 1, 1, 1]
    assert choose_sample(5, 1) == 0


def long_chapter(seed: int) -> dict[str, list[str]]:
    """Beginnings of paragraphs of the first book, each with its number, in any order."""
    chance = random.Random(seed)  # noqa: S311 - a book, no secret
    sides = {tag: (NATO / f"{tag}.txt").read_text("utf-8").split("\n") for tag in ("ar", "id")}
    lines = [pair for pair in zip(sides["ar"], sides["id"], strict=True) if pair[0].strip()]
    order = [(chance.randrange(1, len(lines)), chance.randrange(12, 60)) for _ in range(220)]
    return {
        tag: [f"{' '.join(lines[n][side].split()[:words])} {count}" for count, (n, words) in enumerate(order)]
        for side, tag in enumerate(("ar", "id"))
    }


EDITS: tuple[tuple[str, Callable[[list[str]], None]], ...] = (
    ("a word", lambda texts: texts.__setitem__(60, texts[60].replace(" yang ", " yg ", 1) + " kata")),
    ("a few lines more", lambda texts: texts.__setitem__(20, texts[20] + " dan seterusnya, sampai hari ini" * 9)),
    ("a paragraph nearly gone", lambda texts: texts.__setitem__(100, "Pendek.")),
    ("the first one", lambda texts: texts.__setitem__(0, "Awal. " + texts[0])),
    ("the last one", lambda texts: texts.__setitem__(-1, texts[-1] + " Tamat.")),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edition", "options", "chapters", "compared"),
    [
        ("handout", "duplex = true", 2, [name for name, _ in EDITS]),
        ("handout", 'align = "justify"', 1, ["a few lines more", "the last one"]),
        ("stacked", "", 2, ["a few lines more", "the last one"]),
        ("study", 'line_numbers = "page"', 2, ["a few lines more", "the last one"]),
    ],
)
def test_an_edit_lays_out_some_pages_and_gives_the_bytes_of_a_whole_build(
    edition: str,
    options: str,
    chapters: int,
    compared: list[str],
    project: Callable[..., Project],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = long_chapter(1954)
    book = project(
        {
            "book.toml": f'headings = "none"\n[title]\nar = "كتاب"\nid = "Buku"\n[print]\ncontents = false\n{options}',
            **{f"{tag}/1.txt": "\n\n".join(texts[tag]) for tag in texts},
            **({f"{tag}/2.txt": "\n\n".join(texts[tag][:30]) for tag in texts} if chapters == 2 else {}),
        }
    )
    pages: list[int] = []
    original = pieces.draw_chapter

    def draw(*arguments: object, **options: object) -> pieces.DrawnSections:
        drawn = original(*arguments, **options)  # type: ignore[arg-type]
        pages.append(drawn.pages)
        return drawn

    def made(*, cached: bool) -> bytes:
        request = BuildRequest(editions=(edition,), formats=("pdf",), again=not cached, cached=cached, jobs=1)
        result = build(book, request)
        assert not result.failed, result.outcomes[0].findings
        return next(book.dist.glob("*.pdf")).read_bytes()

    monkeypatch.setattr(pieces, "draw_chapter", draw)
    made(cached=True)
    cold = sum(pages)
    assert cold > 25
    path = next(iter(sorted((book.source / "book" / "id").iterdir())))
    laid_out = []
    for name, edit in EDITS:
        edit(texts["id"])
        path.write_text("\n\n".join(texts["id"]), "utf-8")
        pages.clear()
        warm = made(cached=True)
        laid_out.append(sum(pages))
        assert name not in compared or made(cached=False) == warm, name
    # what moves all lines after it may lay out most of a chapter, until a page begins where one began before
    assert all(laid_out)
    assert max(laid_out[0], laid_out[-1]) < cold / 2
    assert min(laid_out[1:-1]) < cold * 2 / 3


@pytest.mark.slow
def test_a_damaged_section_is_laid_out_again(project: Callable[..., Project]) -> None:
    texts = long_chapter(7)
    book = project(
        {
            "book.toml": 'headings = "none"\n[print]\ncontents = false',
            **{f"{tag}/1.txt": "\n\n".join(texts[tag][:110]) for tag in texts},
            **{f"{tag}/2.txt": "\n\n".join(texts[tag][110:]) for tag in texts},
        }
    )
    request = BuildRequest(editions=("handout",), formats=("pdf",), jobs=1)
    build(book, request)
    before = (book.dist / "book.pdf").read_bytes()
    for path in book.cache.glob("??/*"):
        if path.stat().st_size > 5000:
            path.write_bytes(path.read_bytes()[:-1] + b"?")
    (book.dist / "book.pdf").unlink()
    assert not build(book, request).failed
    assert (book.dist / "book.pdf").read_bytes() == before


def test_the_numbers_of_a_table_of_contents_lay_out_its_own_pages_again_alone(
    project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = project(samples.files(("ar", "id"), chapters=1))
    made: list[int] = []
    original = passes.render_parts

    def render(*arguments: object, **options: object) -> Rendering:
        rendering = original(*arguments, **options)  # type: ignore[arg-type]
        made.append(rendering.pages)
        return rendering

    def build_all() -> dict[str, bytes]:
        request = BuildRequest(editions=("handout", "study"), formats=("pdf",), again=True, cached=False, jobs=1)
        result = build(book, request)
        assert not result.failed, result.outcomes[0].findings
        return {path.name: path.read_bytes() for path in book.dist.glob("*.pdf")}

    monkeypatch.setattr(passes, "render_parts", render)
    quick = build_all()
    handout, again, *_ = made
    assert 0 < again < handout / 2
    monkeypatch.setattr(passes, "_renumber", lambda *_: None)
    assert build_all() == quick


@pytest.mark.parametrize(("numbering", "laid_out"), [("book", 3), ("chapter", 1)])
def test_an_inserted_paragraph_touches_no_other_chapter_where_each_has_its_own_numbers(
    numbering: str, laid_out: int, project: Callable[..., Project]
) -> None:
    texts = {
        f"{tag}/{n}.txt": f"{word} {n}.\n{word}." for tag, word in (("ar", "نص"), ("id", "Teks")) for n in (1, 2, 3)
    }
    config = f'numbering = "{numbering}"\nheadings = "none"\n[print]\nchapters = "page"\ncontents = false\n'
    book = project({**texts, "book.toml": config})

    def made(*, cached: bool) -> tuple[bytes, int]:
        request = BuildRequest(editions=("handout",), formats=("pdf",), again=not cached, cached=cached, jobs=1)
        result = build(book, request)
        assert not result.failed, result.outcomes[0].findings
        return next(book.dist.glob("*.pdf")).read_bytes(), result.outcomes[0].outputs[0]["chapters"]["laid_out"]

    made(cached=True)
    for tag, text in (("ar", "جديد"), ("id", "Baru")):
        path = book.source / "book" / tag / "1.txt"
        path.write_text(f"{path.read_text('utf-8')}\n{text}.\n", "utf-8")
    warm, count = made(cached=True)
    assert count == laid_out
    assert made(cached=False)[0] == warm
