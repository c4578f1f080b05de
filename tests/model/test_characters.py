"""Characters: which ones a text has."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bookbuild.model.characters import alphabet


@given(st.text(max_size=200), st.integers(1, 60), st.text(max_size=5))
def test_the_alphabet_is_every_character_and_no_other(text: str, times: int, end: str) -> None:
    whole = text * times + end
    assert alphabet(whole) == set(whole)


def test_characters_that_come_late_are_in_the_alphabet() -> None:
    whole = "ab " * 5000 + "".join(map(chr, range(0x4E00, 0x6000))) + "c]" + "^-\\" * 3000 + "z"
    assert alphabet(whole) == set(whole)
