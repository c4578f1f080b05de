"""Worker processes: results in order, time limits, and who it was that died."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

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


def fill(size: int) -> None:
    chunks = []
    while len(chunks) * 1024**2 < size:
        chunks.append(b"x" * 1024**2)
        time.sleep(0.001)
    time.sleep(60)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_task_that_fills_the_memory_is_stopped_and_named(jobs: int) -> None:
    with Workers(jobs) as workshop:
        workshop.memory = 1 << 28
        with pytest.raises(SourceError) as caught:
            workshop.run_all([Task("book, chapter 5", fill, (1 << 29,)), Task("", sleep, (0.0,))])
    assert [f.code for f in caught.value.findings] == ["R006"]
    assert caught.value.findings[0].message == "book, chapter 5 needs more than 256 MiB of memory and was stopped"


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
