"""Wrong usage has an exit status of its own, and the nearest right word is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import command, write
from small_books import GOOD

from bookbuild.cli import program


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--book", "bok"], "there is no book 'bok': did you mean 'book'? Known: book"),
        (
            ["--edition", "handuot"],
            "there is no edition 'handuot': did you mean 'handout'? Known: all, bilingual, booklet, facing, handout, large-print, popup, reader, sheets, stacked, study",
        ),
        (
            ["--format", "pfd"],
            "there is no format 'pfd': did you mean 'pdf'? Known: epub, html, pdf, tmx, txt, xliff, xlsx",
        ),
        (["--jobs", "zero"], "--jobs needs a number, not 'zero'"),
        (["--book"], "--book needs a value"),
        (["--root", "/nowhere/at all"], "there is no folder '/nowhere/at all': give the project's folder with --root"),
        (
            ["--colour"],
            "No idea what '--colour' is! The tasks are align, build, check, clean, fonts, import, list, new, preview and review; see bookbuild --help TASK.",
        ),
    ],
)
def test_wrong_usage_has_status_2_and_names_the_nearest(arguments: list[str], said: str, tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", GOOD)
    root = [] if "--root" in arguments or arguments == ["--book"] else ["--root", str(tmp_path)]
    done = command("build", *arguments, *root)
    assert (done.status, done.err.strip()) == (2, said)


def test_without_a_task_the_page_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[list[str]] = []
    monkeypatch.setattr(program.BookbuildProgram, "run", lambda _, arguments: runs.append(arguments))
    for typed in (["bookbuild"], ["bookbuild", "--list"]):
        monkeypatch.setattr("sys.argv", typed)
        program.main()
    assert runs == [["bookbuild", "preview", "--open"], ["bookbuild", "--list"]]
