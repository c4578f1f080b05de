"""What people who never heard of TOML type into book.toml, and what they are told to type instead."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.book.config.book_toml import parse_config
from bookbuild.book.config.mistakes import read_toml
from bookbuild.model.errors import SourceError


def complain(text: str) -> list[str]:
    with pytest.raises(SourceError) as caught:
        parse_config(text, "book.toml")
    return [str(finding) for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("head", "line", "better"),
    [
        ("", "title = “Judul”", 'title = "Judul"'),
        ("", "title = „Judul“ # buku", 'title = "Judul"'),
        ("", 'title = "Judul', 'title = "Judul"'),
        ("", "title = Judul buku", 'title = "Judul buku"'),
        ("", 'title: "Judul"', 'title = "Judul"'),
        ("", 'title "Judul"', 'title = "Judul"'),
        ("", 'source = "Kata "ini" saja"', "source = 'Kata \"ini\" saja'"),
        ("", r'source = "C:\Users\x"', r"source = 'C:\Users\x'"),
        ("", 'title = "x" // komentar', 'title = "x"  # komentar'),
        ("", 'languages = ["ar" "id"]', 'languages = ["ar", "id"]'),
        ("", "languages = ar, id", 'languages = ["ar", "id"]'),
        ("", "date = 31-12-1954", 'date = "1954-12-31"'),
        ("", "typography = yes", "typography = true"),
        ("", "typography = False", "typography = false"),
        ("[print]\n", "text_size = 110%", "text_size = 110"),
        ("[print]\n", "bleed = 1,5 mm", "bleed = 1.5"),
        ("[print]\n", "text size = 110", "text_size = 110"),
        ("[print]\n", "paper = F4", 'paper = "F4"'),
        ("[print]\n", "margins = 20, 20, 20, 20", "margins = [20, 20, 20, 20]"),
        ("[print]\n", "colour = ya", "colour = true"),
        ("[print]\n", "margins = narrow", 'margins = "narrow"'),
        ("[print]\n", "columns = equal", 'columns = "equal"'),
        ("[checks]\n", "ignore = Q009", 'ignore = ["Q009"]'),
    ],
)
def test_a_line_that_cannot_be_read_is_written_as_it_should_be(head: str, line: str, better: str) -> None:
    (message,) = complain(f'level = "B1"\n{head}{line}\n')
    assert message.startswith(f"book.toml:{2 + head.count(chr(10))}: ")
    assert message.endswith(f": write {' '.join(better.split())} [C001]")
    assert parse_config(f"{head}{better}\n", "book.toml")


def test_what_is_there_twice_names_the_other_line() -> None:
    assert complain('[print]\npaper = "A4"\n\npaper = "F4"\n') == [
        "book.toml:4: the key 'paper' is in line 2 already: delete one of the two lines [C001]"
    ]
    assert complain('[print]\npaper = "A4"\n[print]\nnumbers = false\n') == [
        "book.toml:3: the table [print] is in line 1 already: put all that belongs to it below one of the two [C001]"
    ]
    assert complain('[print\npaper = "A4"\n') == ["book.toml:1: the bracket ] is missing: write [print] [C001]"]


def test_all_mistakes_are_told_in_one_run() -> None:
    found = complain('title = “Judul”\n[print]\npapper = "A4"\nnumbers = no\n[fonts]\nid = Amiri\n')
    assert [(line.split(":")[1], line[-6:]) for line in found] == [
        ("1", "[C001]"),
        ("3", "[C002]"),
        ("4", "[C001]"),
        ("6", "[C001]"),
    ]


def test_a_table_is_not_blamed_for_a_line_that_could_not_be_read() -> None:
    assert len(complain("[title]\nid = Judul\n")) == len(complain("[[creators]]\nname = Budi\n")) == 1


@given(st.text(alphabet="ab =:\"'“”[]{}#,.-1234\\\n", max_size=80))
def test_any_text_is_read_or_its_mistakes_are_told_with_their_lines(text: str) -> None:
    data, readable, found = read_toml(text, "book.toml")
    lines = text.count("\n") + 1
    assert readable.count("\n") + 1 == lines
    assert all(1 <= (one.place.line or 0) <= lines for one in found)
    if not found:
        assert data == tomllib.loads(text)
    elif data:
        assert data == tomllib.loads(readable)
