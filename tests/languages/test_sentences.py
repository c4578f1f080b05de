"""Where sentences end, in many languages."""

from __future__ import annotations

import json

import pytest
from conftest import HERE
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.languages.sentences import sentences
from bookbuild.languages.tables import find_language

SENTENCES = [
    ("ar", ["قال د. محمد: أين أنت؟ ", "أنا هنا! ", "ثم ذهب."]),
    ("ar", ["وصل في الساعة 3.5 مساءً. ", "نام."]),
    ("ar", ["كتب (انظر ص. 12) ومضى. ", "انتهى."]),
    ("id", ["Dr. Moh. Hatta dkk. pergi ke Jl. Merdeka No. 5. ", "Ya."]),
    ("id", ["Prof. H. Agus Salim berkata. ", "Lalu ia diam."]),
    ("id", ["Harganya Rp. 5.000 dsb. tetapi murah. ", "Benar?"]),
    ("id", ["H.O.S. Tjokroaminoto datang. ", "“Apa?” tanya ia."]),
    ("en", ["Mr. Smith paid 3.50 dollars. ", "He left."]),
    ("ja", ["雨が降った。", "彼は帰った。"]),
    ("de", ["Das ist z. B. richtig. ", "Gut."]),
]


@pytest.mark.parametrize(("tag", "expected"), SENTENCES)
def test_sentences_end_where_they_end(tag: str, expected: list[str]) -> None:
    spoken = find_language(tag)
    assert spoken is not None
    text = "".join(expected)
    assert [text[a:b] for a, b in sentences(text, spoken)] == expected


def boundaries(parts: list[str]) -> set[int]:
    """Where sentences end, in letters without spaces."""
    ends, at = set(), 0
    for part in parts[:-1]:
        at += len("".join(part.split()))
        ends.add(at)
    return ends


def test_our_rules_mend_what_the_segmenter_does_not_know() -> None:
    from sentencex import segment

    scores = {"ours": [0, 0, 0], "sentencex": [0, 0, 0]}
    for tag, joiner, expected in json.loads((HERE / "tests" / "languages" / "sentences.json").read_text("utf-8")):
        spoken, text = find_language(tag), joiner.join(expected)
        assert spoken is not None
        gold = boundaries(expected)
        found = {"ours": [text[a:b] for a, b in sentences(text, spoken)], "sentencex": list(segment(tag, text))}
        for name, parts in found.items():
            own = boundaries(parts)
            scores[name] = [x + y for x, y in zip(scores[name], (len(own & gold), len(own), len(gold)), strict=True)]
    f1 = {name: 2 * hits / (found + gold) for name, (hits, found, gold) in scores.items()}
    assert f1["ours"] > 0.92
    assert f1["ours"] > f1["sentencex"] + 0.1


@given(st.text(max_size=200), st.sampled_from(["ar", "id", "en", "ja", "he", "th", "jv-Arab"]))
def test_sentences_hold_the_whole_text(text: str, tag: str) -> None:
    spoken = find_language(tag)
    assert spoken is not None
    assert "".join(text[a:b] for a, b in sentences(text, spoken)) == text
