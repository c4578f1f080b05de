"""How far long work has come."""

from __future__ import annotations

import io

import pytest

from bookbuild.cli import progress


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
