"""Work in several processes: results, the cache, and tasks that never end or die."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import samples
from conftest import command, write

from bookbuild.cli import progress
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.cache import Cache
from bookbuild.work.workers import Task, Workers


def square(n: int) -> int:
    return n * n


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise SourceError([Finding("T003", Place("source/book/id.txt"), "the text is empty", "write it")])


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_the_order_of_the_tasks(jobs: int) -> None:
    with Workers(jobs) as workshop:
        assert workshop.run_all([Task("", square, (n,), cost=-n) for n in range(20)]) == [n * n for n in range(20)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_task_without_an_end_is_stopped_and_named(jobs: int) -> None:
    with Workers(jobs, limit=0.5) as workshop, pytest.raises(SourceError) as caught:
        workshop.run_all([Task("book, chapter 3", sleep, (60.0,)), Task("", sleep, (0.0,))])
    assert [f.code for f in caught.value.findings] == ["R004"]
    assert caught.value.findings[0].message == "book, chapter 3 took more than 0.5 seconds and was stopped"


def test_a_process_that_dies_is_named() -> None:
    with Workers(2) as workshop, pytest.raises(SourceError) as caught:
        workshop.run_all([Task("book, chapter 4", die, ()), Task("", sleep, (0.2,))])
    assert [f.code for f in caught.value.findings] == ["R005"]
    assert "book, chapter 4 died" in caught.value.findings[0].message


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_wrong_with_a_text_comes_through(jobs: int) -> None:
    with Workers(jobs) as workshop, pytest.raises(SourceError) as caught:
        workshop.run_all([Task("", fail, ()), Task("", square, (2,))])
    assert [str(f.place) for f in caught.value.findings] == ["source/book/id.txt"]


def test_what_was_made_before_is_not_made_again(tmp_path: Path) -> None:
    tasks = [Task("", square, (n,), key=f"{n:064}") for n in range(1, 5)]
    for done in (4, 0):
        workshop = Workers(1, Cache(tmp_path))
        assert workshop.run_all(tasks) == [1, 4, 9, 16]
        assert workshop.done == done


@pytest.mark.parametrize("damage", [b"", b"x", b"bookbuild 1\n", None])
def test_a_damaged_result_is_made_again(damage: bytes | None, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("k" * 64, {"a": 1})
    path = next(tmp_path.glob("??/*"))
    data = path.read_bytes()
    path.write_bytes(damage if damage is not None else data[:-1] + bytes([data[-1] ^ 1]))
    assert cache.get("k" * 64) is None
    assert not path.exists()
    cache.put("k" * 64, {"a": 1})
    assert cache.get("k" * 64) == {"a": 1}


class Harm:
    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, ("exit 1",))


def test_a_cache_that_somebody_else_wrote_runs_nothing(tmp_path: Path) -> None:
    import hashlib

    from bookbuild.work import cache as module

    cache = Cache(tmp_path)
    content = pickle.dumps(Harm())
    path = cache._path("k" * 64)
    path.parent.mkdir(parents=True)
    path.write_bytes(module._FORM + hashlib.sha256(content).digest() + content)
    assert cache.get("k" * 64) is None
    assert not path.exists()


def test_a_cache_stays_small_and_keeps_what_was_used_last(tmp_path: Path) -> None:
    cache = Cache(tmp_path, largest=5000)
    for n in range(10):
        cache.put(f"{n:064}", bytes(1000))
        os.utime(cache._path(f"{n:064}"), (n, n))
    assert cache.prune() > 0
    assert sum(path.stat().st_size for path in tmp_path.glob("??/*")) <= 5000
    assert cache.get(f"{9:064}") == bytes(1000)
    assert cache.get(f"{0:064}") is None


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
def test_a_cache_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("k" * 64, 1)
    assert cache.get("k" * 64) is None
    assert cache.prune() == 0


# ------------------------------------------------------------------ whole builds

LIBRARY = 12


def library(folder: Path) -> Path:
    """Make a project of small books, one of which is wrong, and a book of chapters."""
    for n in range(LIBRARY):
        texts = {"ar.txt": f"نص {n}.\nنص ثان.\n", "id.txt": f"Teks {n}.\n" + ("Teks dua.\n" if n != 3 else "")}
        write(folder / "source" / f"b{n:02}", texts)
    write(folder / "source" / "chapters", samples.files(("ar", "id"), chapters=2))
    return folder


def outputs(folder: Path) -> dict[str, bytes]:
    return {
        p.name: p.read_bytes()
        for p in (folder / "dist").iterdir()
        if p.suffix in {".pdf", ".epub"} and p.name[0] != "."
    }


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


def test_a_build_that_is_killed_leaves_nothing_torn_and_the_next_one_is_right(tmp_path: Path) -> None:
    whole = library(tmp_path / "whole")
    start = time.monotonic()
    assert command("build", "--root", str(whole), "--jobs", "2").status == 1
    lasted = time.monotonic() - start
    expected = outputs(whole)
    root = library(tmp_path / "killed")
    code = "import sys; sys.argv = ['bookbuild', *sys.argv[1:]]; from bookbuild.cli.program import main; main()"
    dice = random.Random(1954)  # noqa: S311 - moments
    for number in range(20):
        if number % 4 == 0:
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


def test_an_edit_lays_out_nothing_but_its_chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bookbuild.pdf import pieces

    write(tmp_path / "source" / "book", samples.files(("ar", "id"), chapters=3))
    done: list[str] = []
    part, furniture = pieces.draw_chapter, pieces.draw_furniture
    monkeypatch.setattr(pieces, "part", lambda job, *more: done.append(job.book.chapters[0].id) or part(job, *more))
    monkeypatch.setattr(pieces, "furniture", lambda job: done.append("furniture") or furniture(job))
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


# ------------------------------------------------------------------ progress


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


def test_a_quiet_build_says_what_is_wrong_and_nothing_else(tmp_path: Path) -> None:
    root = library(tmp_path)
    done = command("build", "--root", str(root), "--jobs", "1", "--format", "pdf", "--quiet")
    assert done.status == 1
    assert done.out == ""
    assert [line.rpartition("[")[2] for line in done.lines if line.endswith("]")] == ["A001]"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("out", "shown"), [(io.StringIO(), "1 of 3 parts, 4 pages, about"), (Terminal(), "1 of 3")])
def test_long_work_is_shown(out: io.StringIO, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("bookbuild.cli.progress.now", lambda: clock[0])
    told = progress.choose_progress(out)
    told.begin(3, 30.0)
    clock[0] = 20.0
    told.step("book, chapter 1", 10.0, 4)
    told.close()
    assert shown in out.getvalue()
    assert isinstance(progress.choose_progress(out, quiet=True), progress.Progress)


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


def test_a_renamed_book_is_made_as_if_it_had_that_name_always(tmp_path: Path) -> None:
    used, fresh = tmp_path / "used", tmp_path / "fresh"
    write(used / "source" / "old", TITLED)
    assert command("build", "--root", str(used)).status == 0
    (used / "source" / "old").rename(used / "source" / "new")
    shutil.copytree(used / "source", fresh / "source")
    assert command("build", "--root", str(used)).status == 0
    assert command("build", "--root", str(fresh), "--no-cache").status == 0
    assert {n: d for n, d in outputs(used).items() if n.startswith("new")} == outputs(fresh)


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
