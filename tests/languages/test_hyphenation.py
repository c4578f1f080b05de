"""Places where words may be divided."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.languages.hyphenation import find_divisions

DIVIDED = {
    "id": "ber-iman ber-sem-bu-nyi men-cip-ta-kan mengeta-hui sesung-guh-nya sem-bah-yang makh-luk instru-men "
    "diusul-kan kebi-jakan per-ja-lanan menger-ja-kan keadilan seorang golongan perin-tah-nya melin-dungi "
    "berikan-lah berilah berani sese-orang mau-pun dise-bab-kan",
    "ms": "ber-sem-bu-nyi",
    "tr": "hak-la-rı-nın kul-la-nıl-ma-sında saat-lerce insan-lar",
    "ka": "ადა-მი-ა-ნის თავი-სუფ-ლე-ბის დეკ-ლა-რა-ცია",
    "de": "Ver-fas-sung Frei-heit",
    "xx": "nothing",
}


@pytest.mark.parametrize(
    ("tag", "divided"), [(tag, divided) for tag, words in DIVIDED.items() for divided in words.split()]
)
def test_words_are_divided_as_their_language_does(tag: str, divided: str) -> None:
    word = divided.replace("-", "")
    places = [0, *find_divisions(word, tag, 3, 3), len(word)]
    assert "-".join(word[start:end] for start, end in pairwise(places)) == divided


@given(st.text("abcdefghijklmnopqrstuvwxyzé", min_size=1, max_size=30), st.sampled_from(sorted(DIVIDED)))
def test_parts_are_as_long_as_they_must_be(word: str, tag: str) -> None:
    places = find_divisions(word, tag, 3, 3)
    assert list(places) == sorted(set(places))
    assert all(3 <= place <= len(word) - 3 for place in places)
