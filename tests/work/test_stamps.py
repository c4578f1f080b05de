"""Digests that are remembered: what changed is seen, whoever changed it, and nothing else is read."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

import pytest

from bookbuild.work import stamps
from bookbuild.work.stamps import Stamps


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file that was written some time ago, as far as the system's clock of changes can say."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"one")
    return path


def remembered(tmp_path: Path) -> dict[str, list[int | str]]:
    path = tmp_path / "kept" / "stamps.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def look(tmp_path: Path, path: Path) -> str:
    made = Stamps(tmp_path / "kept" / "stamps.json")
    found = made.digest(path)
    made.save()
    return found


def test_a_file_that_stays_is_not_read_again(tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "_SETTLED", -1)
    assert look(tmp_path, old) == sha256(b"one")
    known = remembered(tmp_path)
    known[str(old)][4] = "5ee" + "0" * 61  # had the file been read, this would not come back
    (tmp_path / "kept" / "stamps.json").write_text(json.dumps(known))
    assert look(tmp_path, old) == "5ee" + "0" * 61


@pytest.mark.parametrize("same_time", [False, True])
def test_a_file_that_changed_is_read(
    tmp_path: Path, old: Path, same_time: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_SETTLED", -1)
    look(tmp_path, old)
    before = old.stat()
    time.sleep(0.02)
    old.write_bytes(b"two")
    if same_time:  # a program that sets the time back: the time of change of its entry tells
        os.utime(old, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert look(tmp_path, old) == sha256(b"two")


def test_a_file_that_was_changed_just_now_is_not_remembered(tmp_path: Path, old: Path) -> None:
    look(tmp_path, old)  # it could change once more within the same tick of the clock
    assert remembered(tmp_path) == {}


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"a": 1}', '{"%s": [1, 2]}', '{"%s": ["1", null, {}, 4, 5]}', "\ud800"]
)
def test_a_damaged_file_of_digests_costs_nothing_but_time(tmp_path: Path, old: Path, damage: str) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "stamps.json").write_bytes(damage.replace("%s", str(old)).encode("utf-8", "surrogatepass"))
    assert look(tmp_path, old) == sha256(b"one")


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="is not a file"):
        Stamps().digest(tmp_path / "pipe")
    assert Stamps(tmp_path / "pipe")._known == {}


@pytest.mark.parametrize("digest", ["zz", "00", "Z" * 64, "٣" * 64])
def test_what_is_no_digest_is_made_anew(
    tmp_path: Path, old: Path, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_SETTLED", -1)
    look(tmp_path, old)
    known = remembered(tmp_path)
    known[str(old)][4] = digest
    (tmp_path / "kept" / "stamps.json").write_text(json.dumps(known))
    assert look(tmp_path, old) == sha256(b"one")


def test_digests_of_files_that_are_gone_are_forgotten(
    tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_SETTLED", -1)
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "stamps.json").write_text(json.dumps({f"/gone/{n}": [0, 0, 0, 0, ""] for n in range(2000)}))
    look(tmp_path, old)
    assert list(remembered(tmp_path)) == [str(old)]


def test_without_a_place_nothing_is_remembered(old: Path) -> None:
    made = Stamps()
    assert made.digest(old) == sha256(b"one")
    made.save()
