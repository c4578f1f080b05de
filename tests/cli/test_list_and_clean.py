"""`list` and `clean`: what there is, and what goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import command
from small_books import GOOD, SAMPLES

from bookbuild.model.project import Project


def test_the_command_lists_what_there_is_and_cleans_up(project: Callable[..., object], tmp_path: Path) -> None:
    project(SAMPLES["ar id"])
    root = ("--root", str(tmp_path))
    assert command("build", *root, "--format", "epub").status == 0
    listed = command("list", *root).out
    for words in (
        "book: ar (العربية), id (Bahasa Indonesia)",
        "handout (pdf, built by default)",
        "Amiri: weights 400, 700",
    ):
        assert words in listed
    (tmp_path / "dist" / "mine.txt").write_text("x")
    assert command("clean", *root).out.strip() == "removed 2 files"
    assert [p.name for p in (tmp_path / "dist").iterdir()] == ["mine.txt"]
    assert command("check", *root).status == 1


def test_names_may_be_separated_by_commas(project: Callable[..., Project]) -> None:
    here = project(GOOD)
    done = command(
        "build", "--root", str(here.root), "--edition", "handout, stacked", "--edition", "study", "--format=pdf"
    )
    assert done.status == 0
    assert sorted(path.name for path in here.dist.glob("*.pdf")) == ["book-stacked.pdf", "book-study.pdf", "book.pdf"]
