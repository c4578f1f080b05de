"""Books built by a Dask cluster: a real scheduler and two workers on this machine, one of which is killed half-way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import samples
from conftest import command, write
from library import LIBRARY, library, outputs

from bookbuild.build.cluster import Cluster
from bookbuild.work.fingerprints import styles_folder
from bookbuild.work.workers import Task


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """The address of a scheduler, and its workers."""
    environment = {**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    dask = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
    ]
    scheduler = subprocess.Popen(dask, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=environment)
    assert scheduler.stderr is not None
    address = next(m[0] for line in scheduler.stderr if (m := re.search(r"tcp://127\.0\.0\.1:\d+", line)))
    threading.Thread(target=lambda: list(scheduler.stderr or ()), daemon=True).start()
    dask = [
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        address,
        "--nthreads",
        "1",
        "--no-nanny",
        "--no-dashboard",
    ]
    dask += ["--host", "127.0.0.1", "--local-directory", str(tmp_path)]
    workers = [
        subprocess.Popen(dask, cwd=tmp_path, stderr=subprocess.DEVNULL, text=True, env=environment) for _ in range(2)
    ]
    try:
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_also_if_a_worker_dies(
    cluster: tuple[str, list[subprocess.Popen[str]]], tmp_path: Path
) -> None:
    address, workers = cluster
    here = library(tmp_path / "here")
    assert command("build", "--root", str(here), "--jobs", "2").status == 1
    there = library(tmp_path / "there")

    def kill() -> None:
        deadline = time.monotonic() + 60
        while not list((there / "dist").glob("b0[4-9].pdf")) and time.monotonic() < deadline:
            time.sleep(0.05)
        workers[0].send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    done = command("build", "--root", str(there), "--scheduler", address)
    killer.join()
    assert workers[0].wait() == -signal.SIGKILL
    assert done.status == 1
    assert [line for line in done.lines if "not built" in line] == ["b03: not built; earlier outputs are as they were"]
    assert len(outputs(there)) == 2 * LIBRARY
    assert outputs(there) == outputs(here)


@pytest.mark.slow
def test_the_chapters_of_a_large_book_are_made_by_several_workers_also_if_one_dies(
    cluster: tuple[str, list[subprocess.Popen[str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, workers = cluster
    monkeypatch.setattr("bookbuild.build.project._LARGE", 0)
    look = {"book.css": "p { color: #123 }", "images/2.svg": samples.PICTURE}
    for name in ("here", "there"):
        write(tmp_path / name / "source" / "book", samples.files(("ar", "id"), chapters=6) | look)
        ours = (styles_folder() / "stacked.css").read_text("utf-8")
        write(tmp_path / name / "styles", {"stacked.css": f"{ours} .unit {{ color: #321 }}"})
    options = ("--edition", "handout", "--edition", "stacked", "--edition", "bilingual")
    assert command("build", "--root", str(tmp_path / "here"), "--jobs", "2", *options).status == 0
    done: list[str] = []
    monkeypatch.setattr(Cluster, "_run_here", _noting(Cluster._run_here, done, workers[0]))
    sent = command("build", "--root", str(tmp_path / "there"), "--scheduler", address, *options)
    assert sent.status == 0, sent.err
    assert workers[0].wait() == -signal.SIGKILL
    assert sum(what.startswith("book, edition handout") for what in done) == 8  # the title twice, for its numbers
    assert outputs(tmp_path / "there") == outputs(tmp_path / "here")


def _noting(run: Callable[..., Iterator[tuple[int, Any]]], done: list[str], victim: subprocess.Popen[str]) -> Any:
    """Note what was done, and kill a worker after the second piece of work."""

    def run_here(self: Cluster, tasks: Sequence[Task], waiting: Sequence[int]) -> Iterator[tuple[int, Any]]:
        for n, result in run(self, tasks, waiting):
            done.append(tasks[n].what)
            if sum(what.startswith("book, edition") for what in done) == 2:
                victim.send_signal(signal.SIGKILL)
            yield n, result

    return run_here


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookbuild.build.cluster._PATIENCE", "1s")
    root = library(tmp_path)
    done = command("build", "--root", str(root), "--scheduler", "tcp://127.0.0.1:1")
    assert done.status == 2
    assert "there is no Dask scheduler at 'tcp://127.0.0.1:1'" in done.err
