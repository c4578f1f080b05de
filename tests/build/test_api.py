"""The public face: its examples are true, and it says what is wrong as data."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from conftest import write

from bookbuild import api


def test_the_example_of_the_public_face_is_true() -> None:
    outcome = doctest.testmod(api)
    assert outcome.attempted
    assert not outcome.failed


def test_a_book_that_is_wrong_is_an_outcome_and_an_unknown_one_an_error(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {"ar.txt": "أول\n\nثان", "id.txt": "satu"})
    project = api.open_project(tmp_path, tmp_path / "elsewhere")
    (outcome,) = api.build(project).outcomes
    assert (outcome.status, [finding.code for finding in outcome.findings]) == ("failed", ["A001"])
    with pytest.raises(api.UsageError, match="there is no book 'bok'"):
        api.build(project, ["bok"])
