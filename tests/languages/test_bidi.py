"""Embedding levels, held against Unicode's own cases; which letters join."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from conftest import judge

from bookbuild.languages.bidi import are_joined, levels

UNICODE = Path("/usr/share/unicode/BidiCharacterTest.txt")
"""Unicode's own cases, as Debian packages them (unicode-data)."""


@pytest.mark.judge
def test_levels_are_those_of_unicodes_own_cases() -> None:
    judge(UNICODE.is_file(), "Unicode's cases need the Debian package unicode-data")
    count = 0
    for line in UNICODE.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        codes, direction, base, wanted, _ = line.split(";")
        text = "".join(chr(int(code, 16)) for code in codes.split())
        if direction == "2" or any(unicodedata.bidirectional(c) == "B" for c in text[:-1]):
            continue  # our paragraphs declare their direction, and are one each
        count += 1
        got = levels(text, "rtl" if base == "1" else "ltr")
        given_levels = wanted.split()
        while given_levels and (
            unicodedata.bidirectional(text[len(given_levels) - 1]) in {"WS", "FSI", "LRI", "RLI", "PDI", "BN", "S", "B"}
            or given_levels[-1] == "x"
        ):
            given_levels.pop()  # rule L1, at the end of a line
        for char, level, want in zip(text, got, given_levels, strict=False):
            assert want == "x" or unicodedata.bidirectional(char) == "S" or level == int(want), line
    assert count > 50_000


def test_letters_join_across_marks_and_not_across_a_non_joiner() -> None:
    assert are_joined("بَ", "ت")
    assert are_joined("ب", "ا")
    assert not are_joined("ا", "ب")
    assert not are_joined("ب\u200c", "ت")
    assert not are_joined("a", "b")
