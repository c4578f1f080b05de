"""Pairing: what belongs together stands together, and where it does not, the message leads there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.book.pairs.in_order import pair_blocks
from bookbuild.languages.tables import find_language
from bookbuild.model.book import Block, Kind
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Place
from bookbuild.model.inline import Text

AR, ID = find_language("ar"), find_language("id")


def text(path: str, *lengths: int) -> list[Block]:
    """Paragraphs of these lengths; 0 is a heading."""
    return [
        Block(
            Kind.PARAGRAPH if n else Kind.HEADING,
            (Text("x" * max(n, 5) + "." * bool(n)),),
            Place(path, line),
            int(not n),
        )
        for line, n in enumerate(lengths, 1)
    ]


def refused(left: list[Block], right: list[Block]) -> str:
    with pytest.raises(SourceError) as caught:
        pair_blocks([left, right], [AR, ID])
    (finding,) = caught.value.findings
    assert finding.code == "A001"
    return str(finding)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=20))
def test_equal_shapes_pair_one_to_one(lengths: list[int]) -> None:
    rows = pair_blocks([text("ar.txt", *lengths), text("id.txt", *lengths)], [AR, ID])
    assert [tuple(b.place.line for b in row) for row in rows] == [(n, n) for n in range(1, len(lengths) + 1)]


@given(st.lists(st.integers(20, 400), min_size=2, max_size=15), st.data())
def test_a_dropped_paragraph_is_found_where_lengths_tell(lengths: list[int], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(lengths) - 1))
    message = refused(text("ar.txt", *lengths), text("id.txt", *lengths[:gone], *lengths[gone + 1 :]))
    assert f"ar has {len(lengths)} paragraphs and headings, id has {len(lengths) - 1}" in message


def test_the_place_of_a_missing_paragraph_is_named_with_its_neighbours() -> None:
    lengths = [300, 40, 500, 90, 210, 30, 400]
    message = refused(text("ar.txt", *lengths), text("id.txt", *lengths[:3], *lengths[4:]))
    assert message.startswith(
        "ar.txt:4: ar and id do not match paragraph by paragraph (ar has 7 paragraphs and headings, id has 6)"
    )
    assert "(line 3), then “" in message.split(" beside ")[0]
    assert "(line 4): find the 1 extra paragraph" in message
    assert "find the 1 extra paragraph of ar (around ar.txt:4)" in message


def test_headings_narrow_the_search() -> None:
    left = text("ar.txt", 100, 0, 100, 100, 0, 100)
    right = text("id.txt", 100, 0, 100, 0, 100)
    assert "find the 1 extra paragraph of ar (around ar.txt:" in refused(left, right)
    assert refused(left, right).split(":")[1] in {"3", "4"}


def test_kinds_that_differ_are_named() -> None:
    message = refused(text("ar.md", 10, 0, 10), text("id.md", 10, 10, 10))
    assert message.startswith("ar.md:2: ar and id diverge here: a heading of level 1")
    assert "make both the same kind (id is at id.md:2), or run `invoke align" in message


def test_the_place_is_found_in_a_long_text_too() -> None:
    lengths = [50 + n * 37 % 400 for n in range(20_000)]
    message = refused(text("ar.txt", *lengths), text("id.txt", *lengths[:12_345], *lengths[12_346:]))
    assert message.startswith("ar.txt:12346:")
