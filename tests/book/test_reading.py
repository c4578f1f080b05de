"""Texts in: what the readers make of a file, and what reaches the book unchanged."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.book.headings import infer_headings
from bookbuild.book.readers import ReaderOptions, markdown, readers, txt
from bookbuild.model.book import Block, Kind
from bookbuild.model.characters import decode_text
from bookbuild.model.errors import SourceError
from bookbuild.model.inline import Code, plain

AUTO = ReaderOptions()


def read(text: str, mode: str = "auto") -> list[tuple[int | None, str]]:
    return [(b.place.line, b.text) for b in txt.read(text, "ar.txt", ReaderOptions(mode)).blocks]


def shapes(text: str) -> list[tuple[str, int, str, tuple[str, ...]]]:
    found = markdown.read(text, "ar.md", AUTO).blocks
    return [(b.kind.value, b.level, b.text, tuple(c.kind for c in b.containers)) for b in found]


def test_a_paragraph_a_line() -> None:
    assert read("one.\ntwo.\n\nthree.\n") == [(1, "one."), (2, "two."), (4, "three.")]


def test_paragraphs_of_an_editor_that_breaks_lines_stay_whole() -> None:
    text = "This paragraph was broken by an\neditor at some thirty signs.\n\nSo was this one, which goes on\nand on.\n"
    assert read(text) == [
        (1, "This paragraph was broken by an editor at some thirty signs."),
        (4, "So was this one, which goes on and on."),
    ]


@pytest.mark.parametrize("drawn", ["* * *", "-----", "ـــــ", "⁂", "  = = =  ", "•\u00a0•\u00a0•"])
def test_a_line_that_is_drawn_is_a_break(drawn: str) -> None:
    for text in (
        f"Satu kalimat.\n{drawn}\nDua kalimat.\n",
        f"Satu baris yang\nputus.\n\nDua baris\nputus\n{drawn}\n\nTiga baris\nputus.\n",
    ):
        found = txt.read(text, "ar.txt", AUTO).blocks
        assert [block.kind is Kind.BREAK for block in found].count(True) == 1
        assert not any(drawn.strip() in block.text for block in found)
    assert all(b.kind is Kind.PARAGRAPH for b in txt.read("--\n\n...\n\n- - a\n\n!!!\n", "ar.txt", AUTO).blocks)


def test_finished_lines_between_blank_lines_are_paragraphs_of_their_own() -> None:
    assert read("A heading\n\nFirst.\nSecond.\n\nThird.\n") == [
        (1, "A heading"), (3, "First."), (4, "Second."), (6, "Third."),
    ]  # fmt: skip


def test_book_toml_can_decide_what_ends_a_paragraph() -> None:
    text = "roses are red,\nviolets are blue\n\nend"
    assert len(read(text, "lines")) == 3
    assert len(read(text, "blank-lines")) == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_any_line_ending_and_a_byte_order_mark_are_understood(end: str, mark: bytes) -> None:
    assert decode_text(mark + f"satu{end}dua{end}".encode(), "id.txt") == "satu\ndua\n"


def test_no_break_spaces_joiners_and_mark_order_stay_as_typed() -> None:
    # shadda before fatha, as typed: NFC would swap them
    text = "می\u200cخواهم 5\u00a0km مُحَمَّدٌ"
    assert decode_text(text.encode(), "fa.txt") == text
    assert read(text) == [(1, text)]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=200))
def test_plain_text_keeps_its_code_points_but_for_white_space(text: str) -> None:
    found = "".join(t for _, t in read(decode_text(text.encode(), "x.txt")))
    lines = text.removeprefix("\ufeff").replace("\u2028", "\n").replace("\u2029", "\n").split("\n")
    drawn = re.compile(r"([-–—_=*~•·ـ])(\1| |\t|\xa0)*\1(\1| |\t|\xa0)*\1|⁂")
    # a line of odd spaces is a blank line, a drawn one is a break
    kept = "".join(line for line in lines if line.strip() and not drawn.fullmatch(line.strip()))
    assert found.replace(" ", "") == kept.replace(" ", "")


@given(st.text(alphabet="ab *_`[]()<>#-+>\\!&;\n.1\u0628\u0651", max_size=120))
def test_markdown_never_fails_but_with_findings(text: str) -> None:
    try:
        for block in markdown.read(text, "ar.md", AUTO).blocks:
            assert block.text == block.text.strip(" ") or block.kind is Kind.CODE
    except SourceError as error:
        assert all(f.place.line for f in error.findings)


def test_markdown_says_headings_verse_lists_and_quotations() -> None:
    text = """# One
Two *three* **four** [five](https://example.org) `six`.

> seven
>
> - eight
>
>   nine

3. ten
4. eleven

twelve\\
thirteen

---

    code  here
"""
    assert shapes(text) == [
        ("heading", 1, "One", ()),
        ("paragraph", 0, "Two three four five six.", ()),
        ("paragraph", 0, "seven", ("quote",)),
        ("paragraph", 0, "eight", ("quote", "bullet")),
        ("paragraph", 0, "nine", ("quote", "bullet")),
        ("paragraph", 0, "ten", ("ordered",)),
        ("paragraph", 0, "eleven", ("ordered",)),
        ("verse", 0, "twelve\nthirteen", ()),
        ("break", 0, "", ()),
        ("code", 0, "code  here", ()),
    ]


def test_list_items_know_their_numbers_and_what_continues_them() -> None:
    blocks = markdown.read("5. a\n\n   b\n6. c\n", "x.md", AUTO).blocks
    assert [(b.containers[0].number, b.containers[0].first) for b in blocks] == [(5, True), (5, False), (6, True)]


def test_raw_html_is_text() -> None:
    assert shapes('<b>bold</b> & <script>alert("x")</script>\n\n<div>\nblock\n</div>') == [
        ("paragraph", 0, '<b>bold</b> & <script>alert("x")</script>', ()),
        ("paragraph", 0, "<div> block </div>", ()),
    ]


def test_white_space_is_folded_across_markup() -> None:
    (block,) = markdown.read("a *b *  c\\\n d", "x.md", AUTO).blocks
    assert plain(block.content) == "a *b * c\nd"
    (block,) = markdown.read("a **b**   c  `x  y`", "x.md", AUTO).blocks
    assert block.text == "a b c x y"
    assert Code("x y") in block.content


def test_notes_are_read_with_their_blocks() -> None:
    parsed = markdown.read("a[^1] b[^two]\n\n[^1]: first\n[^two]: second\n\n    goes on\n", "x.md", AUTO)
    assert [(n.label, [b.text for b in n.blocks]) for n in parsed.notes] == [
        ("1", ["first"]), ("two", ["second", "goes on"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a\n\nb[^1]", "T005", 3),
        ("a\n\n[^1]: lost", "T005", 3),
        ("a\n\n[x](other.md)", "T006", 3),
        ("[x](javascript:alert)", "T006", 1),
        ("![x](../../secret.png)", "P005", 1),
        ("![x](/etc/passwd)", "P005", 1),
        ("![x](https://example.org/x.png)", "I001", 1),
    ],
)
def test_what_would_be_lost_or_lead_astray_is_an_error_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(SourceError) as caught:
        markdown.read(text, "x.md", AUTO)
    assert [(f.code, f.place.line) for f in caught.value.findings] == [(code, line)]


def lines(*texts: str) -> tuple[Block, ...]:
    return txt.read("\n".join(texts), "x.txt", ReaderOptions("lines")).blocks


def heads(*texts: tuple[Block, ...]) -> list[int]:
    return [n for n, block in enumerate(infer_headings(texts)[0]) if block.kind is Kind.HEADING]


def test_a_heading_is_a_short_line_in_every_language() -> None:
    ar = lines("جملة أولى.", "عنوان", "جملة ثانية.")
    assert heads(ar, lines("Satu kalimat.", "Judul", "Dua kalimat.")) == [1]
    assert heads(ar, lines("Satu kalimat.", "Bukan judul.", "Dua kalimat.")) == []


def test_verse_and_last_lines_are_no_headings() -> None:
    poem = lines("roses are red", "violets are blue", "sugar is sweet", "The end.")
    assert heads(poem, poem) == []
    last = lines("A sentence.", "Signed, the author")
    assert heads(last, last) == []


def test_the_first_line_is_the_title_and_others_are_below_it() -> None:
    text = lines("Title", "Sentence.", "Section", "Sentence.")
    assert [b.level for b in infer_headings([text, text])[0]] == [1, 0, 2, 0]


def test_readers_are_found_by_their_suffix() -> None:
    assert set(readers()) == {".txt", ".md", ".markdown"}
