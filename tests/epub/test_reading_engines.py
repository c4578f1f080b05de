"""E-books in the engines that readers are made of: foliate-js, epub.js, Readium, in headless Chromium.

Set BOOKBUILD_SHOTS to a folder to keep a picture of every page.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import reading_engines
import samples
from conftest import about_outputs, judge, write
from ebooks import document
from reading_engines import ENGINES, SIZES, opened, read, settled

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.model.project import open_project

pytestmark = pytest.mark.judge


@pytest.fixture(autouse=True)
def _engines_are_there() -> None:
    judge(not reading_engines.missing(), f"reading engines need {reading_engines.missing()}")


def shots(engine: str, path: Path, size: str, tmp_path: Path) -> Path:
    folder = os.environ.get("BOOKBUILD_SHOTS")
    return (Path(folder) if folder else tmp_path) / f"{path.stem}-{engine}-{size}"


def paged(engine: str, path: Path, size: str, tmp_path: Path, *, side: str) -> reading_engines.Reading:
    """Turn all pages; whatever is shown must be whole, in order, in its direction, with the book's typefaces."""
    folder = shots(engine, path, size, tmp_path)
    reading = read(engine, path, SIZES[size], folder)
    assert reading.errors == []
    assert reading.info["direction"] == side
    assert len(list(folder.glob("*.png"))) == len(reading.pages) > 3
    assert sorted(set(reading.sections)) == list(range(reading.info["sections"]))  # no document is left out
    wanted = {block.id for block in document(path).expected if not block.note}
    assert wanted - reading.blocks() == set()
    assert reading.lost() == {}
    assert reading.disorder() == []
    for page in reading.pages:
        for block in page:
            assert block["direction"] == ("rtl" if block["lang"] == "ar" else "ltr"), block["id"]
    assert reading.letters["wrong"] == 0
    assert [name for name, status in reading.fonts.items() if status == "error"] == []
    return reading


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("edition", ["", "-popup"])
def test_every_word_of_the_first_book_is_shown(
    edition: str,
    engine: str,
    size: str,
    first_ebooks: list[Path],
    tmp_path: Path,
) -> None:
    (path,) = [p for p in first_ebooks if p.stem == f"nato-1954{edition}"]
    reading = paged(engine, path, size, tmp_path, side="rtl")
    assert reading.letters["right"] > 200
    assert {f"{family} {weight} normal" for family in ("Amiri", "Crimson Text") for weight in (400, 700)} <= {
        name for name, status in reading.fonts.items() if status == "loaded"
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_every_word_of_a_book_with_everything_is_shown(
    engine: str,
    rich_ebooks: list[Path],
    tmp_path: Path,
) -> None:
    sizes = dict(zip(ENGINES, SIZES, strict=True))
    for edition in ("book", "book-popup"):
        (path,) = [p for p in rich_ebooks if p.stem == edition]
        paged(engine, path, sizes[engine], tmp_path, side="rtl")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_left_to_right_book_turns_to_the_left(
    engine: str,
    first_ebooks: list[Path],
    tmp_path: Path,
) -> None:
    (path,) = [p for p in first_ebooks if p.stem == "nato-1954-reader-id"]
    reading = paged(engine, path, "phone", tmp_path, side="ltr")
    assert reading.letters == {"right": 0, "wrong": 0}


@pytest.mark.parametrize("engine", ["foliate", "readium"])  # epub.js leaves it to the program around it
@pytest.mark.parametrize(("edition", "forward"), [("", "left"), ("-reader-id", "right")])
def test_the_side_that_one_presses_turns_as_the_script_runs(
    edition: str,
    forward: str,
    engine: str,
    first_ebooks: list[Path],
) -> None:
    (path,) = [p for p in first_ebooks if p.stem == f"nato-1954{edition}"]
    back = "right" if forward == "left" else "left"
    with opened(engine, path, SIZES["phone"]) as (page, errors):

        def press(side: str) -> tuple[int, int]:
            page.evaluate(f"Promise.resolve(R.{side}()).then(() => 0)")
            blocks = settled(page)
            return page.evaluate("R.section()"), min(
                (b["order"] * 1000 + b["seen"][0] for b in blocks if b["seen"]), default=0
            )

        ahead = [press(forward) for _ in range(6)]
        assert ahead == sorted(ahead)
        assert ahead[-1][0] >= 3
        assert press(back) <= ahead[-2]
        assert errors == []


def columns(blocks: list[dict[str, Any]], width: int) -> dict[str, set[str]]:
    """In which half of the window the words of each language begin."""
    found: dict[str, set[str]] = {}
    for block in blocks:
        for left in block["lefts"]:
            found.setdefault(block["lang"], set()).add("left" if left < width / 2 else "right")
    return found


def test_languages_stand_beside_each_other_where_the_screen_is_wide(
    first_ebooks: list[Path],
) -> None:
    (path,) = [p for p in first_ebooks if p.stem == "nato-1954"]
    for engine, size, beside in (("epubjs", SIZES["tablet"], True), ("epubjs", SIZES["e-ink"], False), ("readium", SIZES["phone"], False)):  # fmt: skip
        with opened(engine, path, size) as (page, _):
            while page.evaluate("R.section()") < 3:
                page.evaluate("Promise.resolve(R.next()).then(() => 0)")
                settled(page)
            found = columns(settled(page), size[0])
        assert (found == {"ar": {"right"}, "id": {"left"}}) is beside, (engine, size, found)


def test_two_columns_of_a_spread_run_from_right_to_left(
    first_ebooks: list[Path],
) -> None:
    (path,) = [p for p in first_ebooks if p.stem == "nato-1954-reader-ar"]
    with opened("foliate", path, SIZES["tablet"]) as (page, _):
        page.evaluate("R.goto('c1.xhtml')")
        blocks = [b for b in settled(page) if b["lefts"]]
    halves = [
        half for b in blocks for half in ("right" if left > SIZES["tablet"][0] / 2 else "left" for left in b["lefts"])
    ]
    assert halves == sorted(halves, reverse=True)  # all that is on the right comes first
    assert set(halves) == {"left", "right"}


def test_a_mark_opens_the_translation(first_ebooks: list[Path]) -> None:
    (path,) = [p for p in first_ebooks if p.stem == "nato-1954-popup"]
    with opened("foliate", path, SIZES["phone"]) as (page, errors):
        page.evaluate("R.goto('c1.xhtml')")
        settled(page)
        page.evaluate("R.frames()[0].doc.getElementById('u2-mark').click()")
        page.wait_for_function("R.state.popup || R.state.error", timeout=10_000)
        popup = page.evaluate("R.state.popup")
        assert page.evaluate("R.state.error") is None
        assert popup["type"] == "footnote"
        assert "Pembentukan blok NATO dirasakan oleh Soviet" in popup["text"]
        assert "ditandatangani sebelumnya." in popup["text"]
        assert "Rivalitas" not in popup["text"]  # this paragraph's alone
        assert popup["directions"] == ["ltr"]
        assert errors == []


@pytest.mark.parametrize("engine", ["foliate", "epubjs"])
def test_where_popups_are_not_known_a_mark_leads_to_the_translation_and_back(
    engine: str,
    first_ebooks: list[Path],
) -> None:
    (path,) = [p for p in first_ebooks if p.stem == "nato-1954-popup"]
    with opened(engine, path, SIZES["phone"]) as (page, _):
        for target, shown in (("c1.xhtml#u5-note", "u5-id"), ("c1.xhtml#u5-mark", "u5-ar"), ("c1.xhtml#u7", "u7-ar")):
            page.evaluate("target => Promise.resolve(R.goto(target)).then(() => 0)", target)
            assert shown in {block["id"] for block in settled(page) if block["seen"]}, target


@pytest.mark.parametrize("engine", ["foliate", "epubjs"])
def test_readers_find_titles_contents_and_pages(
    engine: str,
    rich_ebooks: list[Path],
) -> None:
    (path,) = [p for p in rich_ebooks if p.stem == "book"]
    with opened(engine, path) as (page, _):
        info = page.evaluate("R.info")
        page.evaluate("Promise.resolve(R.goto('c2.xhtml')).then(() => 0)")
        settled(page)
        assert page.evaluate("R.section()") == 4
    assert len(info["toc"]) == 2
    assert info["landmarks"] == ["cover", "titlepage", "toc", "bodymatter", "colophon"]
    assert info["pages"][:3] == ["1", "2", "3"]


def test_the_text_is_read_aloud_unit_by_unit(tmp_path: Path) -> None:
    lameenc = pytest.importorskip("lameenc")
    from speech import spoken_book

    write(tmp_path / "source" / "book", spoken_book(lameenc))
    result = build(open_project(tmp_path), BuildRequest(formats=("epub",)))
    assert [str(f) for outcome in result.outcomes for f in about_outputs(outcome.findings)] == []
    with opened("foliate", tmp_path / "dist" / "book.epub", SIZES["phone"]) as (page, errors):
        page.evaluate("R.goto('c1.xhtml')")
        settled(page)
        page.evaluate("R.speak()")
        wanted = ["h1-ar", "h1-id", "u1-ar", "u1-id", "u2-ar", "u2-id"]
        page.wait_for_function("R.state.lit.length >= 6 || R.state.error", timeout=60_000)
        assert page.evaluate("R.state.error") is None
        assert page.evaluate("R.state.spoken")[:6] == wanted
        assert page.evaluate("R.state.lit")[:6] == wanted
        ground = page.evaluate(
            "(() => { const e = R.frames()[0].doc.querySelector('.-epub-media-overlay-active');"
            " const s = getComputedStyle(e); return [s.backgroundColor, s.color] })()"
        )
        assert ground == ["rgb(255, 233, 168)", "rgb(0, 0, 0)"]
        assert errors == []


def test_a_planted_fault_is_seen(tmp_path: Path) -> None:
    """That the bench can fail: text that a box cuts off, and a paragraph that runs the wrong way."""
    files = samples.files(chapters=1)
    css = ".t { white-space: nowrap; overflow: hidden }"
    write(tmp_path / "source" / "book", {**files, "book.css": css})
    build(open_project(tmp_path), BuildRequest(formats=("epub",)))
    reading = read("foliate", tmp_path / "dist" / "book.epub", SIZES["phone"])
    assert reading.lost() != {}
