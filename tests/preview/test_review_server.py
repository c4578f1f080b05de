"""The review of pairs without a browser: what is sent to it is not trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import previews
import pytest
from conftest import command, write
from previews import previewed
from reviews import project

from bookbuild.model.errors import SourceError
from bookbuild.preview import review


def sent(state: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": state["version"],
        "chapters": [
            [{k: r[k] for k in ("sizes", "checked", "confidence", "note")} for r in c["rows"]]
            for c in state["chapters"]
        ],
    }


def test_what_is_sent_is_checked(tmp_path: Path) -> None:
    here = project(tmp_path)
    state = review.read_state(here, "book")
    good = sent(state)
    for wrong in (
        b"",
        b"[]",
        json.dumps({**good, "more": 1}).encode(),
        json.dumps({**good, "chapters": []}).encode(),
        json.dumps({**good, "chapters": [good["chapters"][0][:-1]]}).encode(),  # a row is missing
        json.dumps({**good, "chapters": [[{**good["chapters"][0][0], "sizes": [-1, 1]}]]}).encode(),
        json.dumps({**good, "chapters": [[{**r, "sizes": [*r["sizes"], 0]} for r in good["chapters"][0]]]}).encode(),
    ):
        with pytest.raises(SourceError, match="not a table of pairs"):
            review.save(here, "book", wrong)
        assert not (tmp_path / "source" / "book" / "aligned.csv").exists()
    with pytest.raises(SourceError, match="changed in the meantime"):
        review.save(here, "book", json.dumps({**good, "version": "x"}).encode())
    after = review.save(here, "book", json.dumps(good).encode())
    assert after["table"] == "source/book/aligned.csv"
    assert [r["sizes"] for r in after["chapters"][0]["rows"]] == [r["sizes"] for r in state["chapters"][0]["rows"]]
    assert review.version(here, "book") == after["version"]


def test_other_sites_can_neither_read_nor_write_pairs(tmp_path: Path) -> None:
    project(tmp_path)
    with previewed(tmp_path) as server:
        for method, headers in (("GET", {"Origin": "http://attacker.example"}), ("POST", {"Origin": "http://attacker.example", "Content-Type": "application/json"}), ("POST", {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"})):  # fmt: skip
            status, _, body = server.ask("/pairs/book", method, **headers)
            assert (status, b"Pendahuluan" in body) == (403, False)
        assert server.ask("/pairs/book", "POST", **{"Content-Type": "text/plain"})[0] == 415
        assert server.ask("/pairs/..%2f..%2fetc")[0] == 404
        assert server.ask("/pairs/other")[0] == 404
        status, headers, body = server.ask("/pairs/book/plot.svg")
        assert (status, headers["content-type"]) == (200, "image/svg+xml")
        assert body.startswith(b"<svg")
        assert server.ask("/review?book=book")[0] == 200
    assert not (tmp_path / "source" / "book" / "aligned.csv").exists()


def test_review_is_a_task_of_its_own(tmp_path: Path) -> None:
    project(tmp_path)
    write(tmp_path / "source" / "other", {"ar.txt": "نص.\n", "id.txt": "Teks.\n"})
    run = command("review", "--root", str(tmp_path))
    assert (run.status, "which book? Say --book NAME; there are book, other" in run.err) == (2, True)
    assert previews.PATIENCE
