"""A book of chapters where its author stands: in a copy of the checkout, whose styles/ are the shipped ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import samples
from conftest import HERE, command, write

from bookbuild.document.theme import Theme
from bookbuild.model.project import open_project
from bookbuild.pdf.spanning_rules import list_spanning_rules


def checkout(folder: Path) -> Path:
    """Copy what a checkout's books are built from, and put a book of three chapters into it."""
    shutil.copytree(HERE / "styles", folder / "styles")
    write(folder / "source" / "book", samples.files(("ar", "id"), chapters=3))
    return folder


def chapters(folder: Path) -> dict[str, int]:
    report = json.loads((folder / "dist" / "build-report.json").read_text("utf-8"))
    return next(output["chapters"] for output in report["books"]["book"]["outputs"] if output["format"] == "pdf")


@pytest.mark.slow
def test_an_edit_in_a_checkout_lays_out_one_chapter(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    assert command("build", "--root", str(root), "--format", "pdf").status == 0
    assert chapters(root) == {"laid_out": 3, "cached": 0}
    text = root / "source" / "book" / "id" / "02.md"
    text.write_text(text.read_text("utf-8").replace("Setiap pagi", "Setiap sore", 1), "utf-8")
    # a look of one's own for every chapter alike: still laid out apart, but all of them again
    assert command("build", "--root", str(root), "--format", "pdf").status == 0
    assert chapters(root) == {"laid_out": 1, "cached": 2}
    with (root / "styles" / "print.css").open("a", encoding="utf-8") as sheet:
        sheet.write(".unit.heading h2 { color: #333 } /* a counter, a page: words say nothing */\n")
    assert command("build", "--root", str(root), "--format", "pdf").status == 0
    assert chapters(root) == {"laid_out": 3, "cached": 0}


def test_a_file_that_says_what_ours_says_replaces_nothing(tmp_path: Path) -> None:
    theme = Theme(open_project(checkout(tmp_path)), "book")
    assert theme.find_override("print.css") is None
    assert theme.read_overrides(("design.css", "print.css", "book.css")) == {}
    write(tmp_path / "styles", {"print.css": "p { color: red }"})
    assert theme.find_override("print.css") == theme.project.styles / "print.css"
    write(tmp_path / "source" / "book", {"print.css": (HERE / "styles" / "print.css").read_text("utf-8")})
    assert theme.find_override("print.css") is None, "the book's own file comes first, and it is ours again"


@pytest.mark.parametrize(
    "css",
    [
        "@page :first { margin-top: 0 }",
        "@page wide { size: A3 }",
        "@page { @top-center { content: 'x' } }",
        "@page { counter-increment: page 2 }",
        "h2 { counter-increment: section }",
        "h2::before { content: counter(section) }",
        "a::after { content: target-counter(attr(href), page) }",
        "h2 { string-set: title content() }",
        ".chapter { page: wide }",
        ".running { position: running(head) }",
        ".chapter { break-before: recto }",
        ".note { float: footnote }",
        ".chapter:first-child p { color: red }",
        ".chapter + .chapter { margin-top: 4cm }",
        "@media print { tbody:nth-of-type(2) td { color: red } }",
    ],
)
def test_rules_over_several_chapters_are_seen(css: str) -> None:
    assert list_spanning_rules(css)


@pytest.mark.parametrize(
    "css",
    [
        "/* counter(page) */ p { color: red }",
        "@page { size: A5; margin: 12mm }",
        ".encounter, .page { color: red }",
        "p + p { text-indent: 1em } li:first-child { margin: 0 } .number + .number { display: none }",
        ".unit { break-before: page; break-inside: avoid }",
        "@media print { h2 { color: red } }",
        ":root { --line: 15pt }",
    ],
)
def test_rules_that_hold_in_each_chapter_alike_are_not(css: str) -> None:
    assert list_spanning_rules(css) == frozenset()
