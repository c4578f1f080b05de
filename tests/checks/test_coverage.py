"""The ledger: no sentence is lost, doubled, moved or changed without being told."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.checks.coverage import ExpectedText, ShownText, check_coverage
from bookbuild.model.findings import Place
from bookbuild.pdf.lines import Line, follow_lines

BOOK = [
    ExpectedText("u1-ar", "ar", "الجملة الأولى هنا", Place("ar.txt", 1)),
    ExpectedText("u1-id", "id", "kalimat pertama di sini", Place("id.txt", 1)),
    ExpectedText("u2-ar", "ar", "والثانية", Place("ar.txt", 2)),
    ExpectedText("u2-id", "id", "dan kedua, prinsip-prinsip", Place("id.txt", 2)),
]


def shown(*changes: tuple[str, list[str]]) -> list[ShownText]:
    pages = {block.id: [block.text] for block in BOOK} | dict(changes)
    return [ShownText(identifier, text, "‐") for identifier, lines in pages.items() for text in lines]


def codes(pieces: list[ShownText]) -> list[str]:
    return [f"{f.place}:{f.code}" for f in check_coverage(BOOK, pieces, "x.pdf")[1]]


def test_all_there_is_complete() -> None:
    ledger, findings = check_coverage(BOOK, shown(), "x.pdf")
    assert findings == ()
    assert ledger.as_json() == {
        "complete": True,
        "percent": 100,
        "languages": {
            "ar": {"blocks": 2, "characters": 25, "shown_blocks": 2, "shown_characters": 25},
            "id": {"blocks": 2, "characters": 49, "shown_blocks": 2, "shown_characters": 49},
        },
    }


def test_lines_hyphens_and_pages_are_no_difference() -> None:
    assert codes(shown(("u2-id", ["dan ke‐", "dua, prinsip-", "prin‐", "sip"]))) == []
    assert codes(shown(("u1-ar", ["الجملة", "الأولى", "هنا"]))) == []


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "O001"),
        (["kalimat pertama"], "O001"),
        (["kalimat di sini"], "O003"),
        (["kalimat pertama di sin"], "O001"),
        (["kalimat pertama di sini", "di sini"], "O002"),
        (["kalimat pertama di sini", "kalimat pertama di sini"], "O002"),
        (["pertama kalimat di sini"], "O003"),
        (["kalimat pertamadi sini"], "O003"),
        (["kalimat  pertama di sani"], "O003"),
        (["kalimat per", "tama di sini lagi"], "O003"),
    ],
)
def test_what_is_lost_doubled_moved_or_changed_is_told_with_its_place(lines: list[str], code: str) -> None:
    assert codes(shown(("u1-id", lines))) == [f"id.txt:1:{code}"]


def test_paragraphs_in_another_order_are_told() -> None:
    pieces = [ShownText("u2-ar", BOOK[2].text), *(ShownText(b.id, b.text) for b in BOOK if b.id != "u2-ar")]
    assert codes(pieces) == ["ar.txt:2:O003"]


def test_a_ledger_with_a_loss_is_not_complete() -> None:
    ledger, _ = check_coverage(BOOK, shown(("u2-id", ["dan kedua,"])), "x.pdf")
    assert not ledger.complete
    assert ledger.languages["id"].shown_blocks == 1
    assert ledger.percent < 100


TEXT = st.text(alphabet="ab -\u0628\u064e", min_size=1, max_size=40).filter(lambda t: t.strip())


@given(TEXT, st.data())
def test_any_breaking_into_lines_is_complete_and_any_lost_letter_is_not(text: str, data: st.DataObject) -> None:
    book = [ExpectedText("x", "id", text, Place("id.txt", 1))]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)))))
    lines = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert check_coverage(book, [ShownText("x", line) for line in lines], "x")[1] == ()
    letters = [n for n, c in enumerate(text) if c.strip()]
    lost = data.draw(st.sampled_from(letters))
    cut = text[:lost] + text[lost + 1 :]
    if "".join(cut.split()) != "".join(text.split()):
        assert check_coverage(book, [ShownText("x", cut)], "x")[1]


@given(st.text("اب a-\u00ad\u2060.", max_size=60), st.lists(st.integers(0, 60), max_size=6), st.booleans())
def test_lines_are_followed_through_their_text(text: str, cuts: list[int], hyphens: bool) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in pairwise(places)]
    lines = [Line("u1", 1, piece.replace("\u00ad", "") if hyphens else piece, "", 0.0) for piece in pieces]
    wanted = []
    for start, piece in zip(places, pieces, strict=False):
        seen = [n for n, char in enumerate(piece) if not char.isspace() and char not in "\u00ad\u2060"]
        if seen:
            wanted.append((start + seen[0], start + seen[-1] + 1))
    assert [(one.start, one.end) for one in follow_lines(text, lines)] == wanted
