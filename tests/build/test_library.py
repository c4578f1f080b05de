"""Projects of many books: built in any number of processes, interrupted, and built again from the cache."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import samples
from conftest import command, write
from library import LIBRARY, library, outputs


@pytest.mark.slow
def test_a_library_is_built_alike_in_any_number_of_processes_and_one_bad_book_stops_none(tmp_path: Path) -> None:
    made = []
    for jobs in ("1", "3"):
        root = library(tmp_path / jobs)
        done = command("build", "--root", str(root), "--jobs", jobs, "--format", "pdf")
        assert done.status == 1
        assert [line for line in done.lines if "not built" in line] == [
            "b03: not built; earlier outputs are as they were"
        ]
        assert len(outputs(root)) == LIBRARY
        made.append(outputs(root))
        report = json.loads((root / "dist" / "build-report.json").read_text("utf-8"))
        assert list(report["books"]) == sorted(report["books"])
        assert report["books"]["b03"]["status"] == "failed"
    assert made[0] == made[1]


@pytest.mark.slow
def test_two_builds_at_once_keep_each_others_outputs_in_the_report(tmp_path: Path) -> None:
    root = library(tmp_path)
    code = "import sys; sys.argv = ['bookbuild', *sys.argv[1:]]; from bookbuild.cli.program import main; main()"
    started = [
        subprocess.Popen([sys.executable, "-c", code, "build", "--root", root, "-f", "pdf", "-b", slug], stdout=-3)
        for slug in ("b00", "b01", "b02")
    ]
    assert [process.wait() for process in started] == [0, 0, 0]
    report = json.loads((root / "dist" / "build-report.json").read_text("utf-8"))
    assert set(report["books"]) == {"b00", "b01", "b02"}
    assert command("check", "--root", str(root), "-b", "b00", "-b", "b01", "-b", "b02").status == 0


@pytest.mark.slow
def test_a_build_that_is_killed_leaves_nothing_torn_and_the_next_one_is_right(tmp_path: Path) -> None:
    whole = library(tmp_path / "whole")
    start = time.monotonic()
    assert command("build", "--root", str(whole), "--jobs", "2").status == 1
    lasted = time.monotonic() - start
    expected = outputs(whole)
    root = library(tmp_path / "killed")
    code = "import sys; sys.argv = ['bookbuild', *sys.argv[1:]]; from bookbuild.cli.program import main; main()"
    dice = random.Random(1954)  # noqa: S311 - moments
    for number in range(4):
        if number % 3 == 0:
            shutil.rmtree(root / "dist", ignore_errors=True)
            shutil.rmtree(root / ".bookbuild", ignore_errors=True)
        process = subprocess.Popen(
            [sys.executable, "-c", code, "build", "--root", root, "--jobs", "2"], stdout=-3, stderr=-3, start_new_session=True
        )  # fmt: skip
        time.sleep(dice.random() * lasted)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert all(expected[name] == data for name, data in outputs(root).items())
    assert command("build", "--root", str(root), "--jobs", "2").status == 1
    assert outputs(root) == expected
    assert not list((root / "dist").glob(".writing-*"))
    assert command("build", "--root", str(root)).out.count("nothing changed") == LIBRARY


@pytest.mark.slow
def test_an_edit_lays_out_nothing_but_its_chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bookbuild.pdf import pieces

    write(tmp_path / "source" / "book", samples.files(("ar", "id"), chapters=3))
    done: list[str] = []
    part, furniture = pieces.draw_chapter, pieces.draw_furniture
    monkeypatch.setattr(
        pieces,
        "draw_chapter",
        lambda job, *more, **how: done.append(job.book.chapters[0].id) or part(job, *more, **how),
    )
    monkeypatch.setattr(pieces, "draw_furniture", lambda job: done.append("furniture") or furniture(job))
    root = ("--root", str(tmp_path), "--jobs", "1", "--format", "pdf")
    assert command("build", *root).status == 0
    assert sorted(done) == ["c1", "c1", "c1", "c2", "c3", *["furniture"] * 4]  # the title twice, with its numbers
    before = outputs(tmp_path)
    done.clear()
    path = sorted((tmp_path / "source" / "book" / "id").iterdir())[1]
    path.write_text(path.read_text("utf-8").replace("pagi", "hari", 1), "utf-8")
    assert command("build", *root).status == 0
    assert done == ["c2"]
    assert outputs(tmp_path) != before
    done.clear()
    edited = outputs(tmp_path)
    assert command("build", *root, "--no-cache").status == 0
    assert len(done) == 9
    assert outputs(tmp_path) == edited  # what came from the cache was right
    done.clear()
    assert command("build", *root).out.strip() == "book: nothing changed"
    assert done == []


@pytest.mark.slow
def test_events_tell_other_programs_what_is_done(tmp_path: Path) -> None:
    root = library(tmp_path)
    done = command("build", "--root", str(root), "--jobs", "1", "--format", "pdf", "--events")
    events = [json.loads(line) for line in done.out.splitlines()]
    assert {e["event"] for e in events} == {"begin", "step", "book", "end"}
    books = {e["book"]: e for e in events if e["event"] == "book"}
    assert books["b03"]["status"] == "failed"
    assert books["b03"]["findings"][0]["code"] == "A001"
    assert books["b00"]["files"] == ["b00.pdf"]
    assert events[-1]["done"] == events[-1]["tasks"] >= LIBRARY
    assert done.err == ""


@pytest.mark.slow
def test_a_quiet_build_says_what_is_wrong_and_nothing_else(tmp_path: Path) -> None:
    root = library(tmp_path)
    done = command("build", "--root", str(root), "--jobs", "1", "--format", "pdf", "--quiet")
    assert done.status == 1
    assert done.out == ""
    assert [line.rpartition("[")[2] for line in done.lines if line.endswith("]")] == ["A001]"]


@pytest.mark.slow
def test_what_the_cache_gives_is_what_would_be_made(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / name / "source" / "book", samples.files(brief=True))
    assert command("build", "--root", str(tmp_path / "a"), "-e", "all").status == 0
    cold = outputs(tmp_path / "a")
    shutil.rmtree(tmp_path / "a" / "dist")
    assert command("build", "--root", str(tmp_path / "a"), "-e", "all").status == 0
    assert outputs(tmp_path / "a") == cold
    assert len(cold) > 10
    assert command("build", "--root", str(tmp_path / "b"), "-e", "all", "--no-cache").status == 0
    assert outputs(tmp_path / "b") == cold
    assert not (tmp_path / "b" / ".bookbuild").exists()


TITLED = {
    "ar/1.md": "# كتاب[^a] [كبير](http://a.example)\n\nكلام.\n\n[^a]: حاشية",
    "id/1.md": "# Buku[^a] [besar](http://a.example)\n\nKata *miring*.\n\n[^a]: catatan",
    "ar/2.md": "# فصل\n\nكلام كثير.",
    "id/2.md": "# Bab\n\nKata banyak.",
    "book.toml": '[print]\nchapters = "page"\ncontents = true\n',
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"id/1.md": ("catatan", "catatan lain")},
        {"id/1.md": ("http://a.example", "http://b.example")},
        {"id/1.md": ("# Buku", "# *Buku*")},
        {"book.toml": ("contents = true\n", 'contents = true\n[ebook]\nidentifier = "urn:x:1"\n')},
        {"book.css": ("", "print.css")},
        {"id/2.md": ("banyak", "sedikit")},
    ],
    ids=["a note of the title", "a link in the title", "emphasis", "an identifier", "a stylesheet's name", "a word"],
)
def test_after_a_change_the_cache_gives_what_would_be_made(change: dict[str, tuple[str, str]], tmp_path: Path) -> None:
    used, fresh = tmp_path / "used", tmp_path / "fresh"
    folder = used / "source" / "book"
    write(folder, {**TITLED, "book.css": "p { color: #123456 }"})
    assert command("build", "--root", str(used)).status == 0
    for name, (old, new) in change.items():
        if not old:
            (folder / name).rename(folder / new)
        else:
            (folder / name).write_text((folder / name).read_text("utf-8").replace(old, new), "utf-8")
    shutil.copytree(used / "source", fresh / "source")
    assert "nothing changed" not in command("build", "--root", str(used)).out
    assert command("build", "--root", str(fresh), "--no-cache").status == 0
    assert outputs(used) == outputs(fresh)


@pytest.mark.slow
def test_a_renamed_book_is_made_as_if_it_had_that_name_always(tmp_path: Path) -> None:
    used, fresh = tmp_path / "used", tmp_path / "fresh"
    write(used / "source" / "old", TITLED)
    assert command("build", "--root", str(used)).status == 0
    (used / "source" / "old").rename(used / "source" / "new")
    shutil.copytree(used / "source", fresh / "source")
    assert command("build", "--root", str(used)).status == 0
    assert command("build", "--root", str(fresh), "--no-cache").status == 0
    assert {n: d for n, d in outputs(used).items() if n.startswith("new")} == outputs(fresh)


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new"), [("source/book/images", "source/book/pictures"), ("styles/a", "styles/b")])
def test_a_renamed_folder_is_a_change(old: str, new: str, tmp_path: Path) -> None:
    write(tmp_path, {"source/book/ar.txt": "كلمة.\n", "source/book/id.txt": "Kata.\n", f"{old}/x/x.css": "p {}"})
    assert command("build", "--root", str(tmp_path)).status == 0
    assert "nothing changed" in command("build", "--root", str(tmp_path)).out
    (tmp_path / old).rename(tmp_path / new)
    assert "nothing changed" not in command("build", "--root", str(tmp_path)).out


def test_a_report_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, {"source/book/ar.txt": "كلمة.\n", "source/book/id.txt": "Kata.\n"})
    (tmp_path / "dist").mkdir()
    os.mkfifo(tmp_path / "dist" / "build-report.json")
    assert command("build", "--root", str(tmp_path)).status == 0
