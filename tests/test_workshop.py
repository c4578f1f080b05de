"""Work in several processes: results, the cache, and tasks that never end or die."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bookbuild.cache import Cache
from bookbuild.errors import SourceError
from bookbuild.findings import Finding, Place
from bookbuild.workshop import Task, Workshop


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
    with Workshop(jobs) as workshop:
        assert workshop.results([Task("", square, (n,), cost=-n) for n in range(20)]) == [n * n for n in range(20)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_task_without_an_end_is_stopped_and_named(jobs: int) -> None:
    with Workshop(jobs, limit=0.5) as workshop, pytest.raises(SourceError) as caught:
        workshop.results([Task("book, chapter 3", sleep, (60.0,)), Task("", sleep, (0.0,))])
    assert [f.code for f in caught.value.findings] == ["R004"]
    assert caught.value.findings[0].message == "book, chapter 3 took more than 0.5 seconds and was stopped"


def test_a_process_that_dies_is_named() -> None:
    with Workshop(2) as workshop, pytest.raises(SourceError) as caught:
        workshop.results([Task("book, chapter 4", die, ()), Task("", sleep, (0.2,))])
    assert [f.code for f in caught.value.findings] == ["R005"]
    assert "book, chapter 4 died" in caught.value.findings[0].message


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_wrong_with_a_text_comes_through(jobs: int) -> None:
    with Workshop(jobs) as workshop, pytest.raises(SourceError) as caught:
        workshop.results([Task("", fail, ()), Task("", square, (2,))])
    assert [str(f.place) for f in caught.value.findings] == ["source/book/id.txt"]


def test_what_was_made_before_is_not_made_again(tmp_path: Path) -> None:
    tasks = [Task("", square, (n,), key=f"{n:064}") for n in range(1, 5)]
    for done in (4, 0):
        workshop = Workshop(1, Cache(tmp_path))
        assert workshop.results(tasks) == [1, 4, 9, 16]
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

    from bookbuild import cache as module

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
