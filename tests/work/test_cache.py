"""The cache of results: what was made is not made again, and damage or malice costs only time."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from bookbuild.work.cache import Cache


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
