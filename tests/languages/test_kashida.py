"""Kashida: where it goes, that lines are filled by it, and that nobody copies it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from conftest import NATO, Built
from copied_text import texts, words
from glyph_positions import drawn

from bookbuild.languages.kashida import (
    INSERTED_TATWEEL,
    MOST_PLACES,
    MOST_UNITS,
    RESERVE,
    STRETCH,
    fill_line,
    find_place,
)


@pytest.mark.parametrize(
    ("word", "rank", "before"),
    [
        ("مسلم", 1, "ل"),  # after seen
        ("كتاب", 3, "ا"),
        ("كتابة", 2, "ة"),
        ("مدينة", 2, "ة"),
        ("جميل", 3, "ل"),
        ("منير", 4, "ي"),  # before the tooth that reh follows
        ("مشروع", 1, "ر"),
        ("قديم", 2, "د"),
        ("بَيْتٌ", 6, "ت"),  # marks stay with their letters
    ],
)
def test_a_word_is_stretched_at_its_best_place(word: str, rank: int, before: str) -> None:
    found = find_place(word)
    assert found is not None
    assert (found[0], word[found[1]]) == (rank, before)


@pytest.mark.parametrize("word", ["", "من", "لا", "دار", "الله", "1954", "NATO", "وراء", "كتـاب"])
def test_words_that_cannot_or_must_not_be_stretched(word: str) -> None:
    assert find_place(word) is None


def test_lam_and_alef_are_never_parted() -> None:
    found = find_place("سلام")
    assert found is not None
    assert "سلام"[found[1]] != "ا"


def width(word: str) -> float:
    return word.count(INSERTED_TATWEEL) * 2.0 + (10.0 if word.strip() else 1.0)


def test_slack_is_shared_by_words_and_never_exceeded() -> None:
    line = "قال المعلم للتلميذ اجلس معنا"
    for slack in (0.0, 4.1, 4.3, 7.0, 13.0, 500.0):
        units = fill_line(line, slack, width)
        assert sum(units.values()) * 2.0 <= max(0.0, slack - RESERVE - 4 * STRETCH)
        assert all(count <= MOST_UNITS for count in units.values())
    # spaces give first
    assert fill_line(line, 4.1, width) == {}
    assert fill_line(line, 4.3, width) != {}
    # one in each of them before there are two in any
    assert set(fill_line(line, 6.3, width).values()) == {1}


def test_few_words_are_stretched_and_no_neighbours() -> None:
    words = ["المعلم", "للتلميذ", "المعلم", "للتلميذ", "المعلم", "للتلميذ", "المعلم", "للتلميذ", "المعلم"]
    line = " ".join(words)
    units = fill_line(line, 500.0, width)
    stretched = sorted(line[:offset].count(" ") for offset in units)
    assert len(stretched) == MOST_PLACES
    assert all(two - one > 1 for one, two in pairwise(stretched))


def gaps(book: Built) -> list[float]:
    """The spaces between words of the Arabic column, in its own units."""
    rows: dict[tuple[int, float], list] = {}
    for one in drawn(book.pdf):
        if one.x > 300 and not one.artifact:
            rows.setdefault((one.page, round(one.y)), []).append(one)
    found = []
    for row in rows.values():
        row.sort(key=lambda one: one.x)
        for before, space, after in zip(row, row[1:], row[2:], strict=False):
            if space.char == " " and "\u0621" <= before.char <= "\u064a" and "\u0621" <= after.char <= "\u064a":
                found.append(after.x - space.x)
    return found


@pytest.mark.slow
def test_lines_are_filled_with_even_gaps_and_copied_without_a_trace(built: Callable[..., Built]) -> None:
    text = (NATO / "ar.txt").read_text("utf-8").split("\n", 1)[1]
    widest = {}
    for align in ("justify", "kashida"):
        files = {"ar.txt": text, "id.txt": (NATO / "id.txt").read_text("utf-8").split("\n", 1)[1]}
        made = built(
            {**files, "book.toml": f'headings = "none"\n[print]\nalign = "{align}"\ncolophon = false'}, formats=("pdf",)
        )
        spaces = sorted(gaps(made))
        widest[align] = spaces[int(len(spaces) * 0.98)]
        for reader, found in texts(made.pdf):
            assert "ـ" not in found, reader
            assert not words(text) - words(found), reader
        made.pdf.unlink()
    assert len(spaces) > 100
    assert widest["kashida"] < widest["justify"] * 0.9
