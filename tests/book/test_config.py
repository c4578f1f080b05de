"""book.toml: every mistake in one run, with its line and what would be right."""

from __future__ import annotations

import json

import jsonschema
import pytest
from conftest import HERE
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.book.config.book_toml import Config, build_json_schema, parse_config
from bookbuild.model.errors import SourceError

FULL = """
languages = ["ar", "id"]
rights = "CC BY"
source = {ar = "مصدر", id = "sumber"}
date = 1954-03-31
identifier = "urn:isbn:9780000000000"
level = "B1"
subjects = ["sejarah"]
headings = "none"
paragraphs = "lines"
digits = {ar = "arab"}
fonts = {ar = "Amiri"}

[title]
ar = "عنوان"
id = "Judul"

[[creators]]
name = "Someone"

[[creators]]
role = "translator"
name = {ar = "مترجم", id = "Penerjemah"}

[typography]
quotes = false

[print]
name_line = false
"""


def findings(text: str) -> list[str]:
    with pytest.raises(SourceError) as caught:
        parse_config(text, "book.toml")
    return [str(f) for f in caught.value.findings]


def test_all_that_a_book_can_say_is_understood() -> None:
    config = parse_config(FULL, "book.toml")
    assert config.date == "1954-03-31"
    assert config.creators[1].role == "translator"
    assert config.typography.quotes is False
    assert config.print.name_line is False
    assert parse_config("", "book.toml") == Config()


def test_every_mistake_is_told_in_one_run_with_its_line() -> None:
    wrong = FULL.replace("headings", "headigns").replace('"lines"', '"line"').replace('"translator"', '"traductor"')
    wrong = wrong.replace("name_line = false", 'name_line = "no"').replace("quotes =", "quoets =")
    assert findings(wrong) == [
        "book.toml:9: the key 'headigns' is not known: did you mean 'headings'? Known: " + ", ".join(sorted(Config.model_fields)) + " [C002]",
        "book.toml:10: paragraphs is 'line', which is not allowed: write one of auto, lines, blank-lines [C003]",
        "book.toml:22: creators.role is 'traductor', which is not allowed: write one of author, translator, editor, illustrator, narrator, contributor [C003]",
        "book.toml:26: the key 'typography.quoets' is not known: did you mean 'quotes'? Known: apostrophes, dots, no_break, quotes, ranges, spaces, strip [C002]",
        "book.toml:29: print.name_line is 'no', which is of the wrong type: a line to fill in under the title: true (name and class), false, or up to four fields: name, class, date or words of your own [C003]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "code", "words"),
    [
        ("title = ", 1, "C001", "there is no value after the ="),
        ("date = 1954\ndate = 1955\n", 2, "C001", "the key 'date' is in line 1 already"),
        ("\n\ndate = 'soon'", 3, "C003", "date is 'soon', which does not have the right form: when it was published: 1954"),
        ("date = 1954-13", 1, "C001", "not valid TOML"),
        ("title = ''", 1, "C003", "title is empty"),
        ("languages = 'ar'", 1, "C003", 'write a list of tags, for example languages = ["ar", "id"]'),
        ("languages = ['ar', 'zzz']", 1, "C003", "unknown language 'zzz'"),
        ("digits = 'roman'", 1, "C003", "write one of auto, latn, arab, arabext"),
        ("[title]\nid = 3", 2, "C003", "wrong type"),
        ("[title]\nid = 'x'\nlanguages = ['id']", 3, "C002", "move the line above the first [table]"),
        ("[[creators]]\nname = 'x'\nrights = 'y'", 3, "C002", "move the line above the first [table]"),
        ("[title]\nindonesia = 'x'", 2, "C002", "write the tag of a language before the ="),
        ("[[creators]]\nrole = 'author'", 1, "C003", "creators.name is missing"),
        ('subjects = ["a", "b\\u0000"]', 1, "C003", "control character"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_line_and_what_would_be_right(text: str, line: int, code: str, words: str) -> None:
    (message,) = findings(text)
    assert message.startswith(f"book.toml:{line}: ")
    assert message.endswith(f"[{code}]")
    assert words in message


KEYS = st.sampled_from([*Config.model_fields, "other", "a.b"])
VALUES = st.sampled_from(["1", "true", "'x'", "[1]", "{a = 1}", "{ar = 'x'}", "1954-01-01", "[[1]]", "nan", "'\\''"])


@given(st.lists(st.tuples(KEYS, VALUES), max_size=5))
def test_no_book_toml_breaks_the_program(pairs: list[tuple[str, str]]) -> None:
    try:
        parse_config("\n".join(f"{k} = {v}" for k, v in pairs), "book.toml")
    except SourceError as error:
        assert error.findings
        assert all(f.place.line for f in error.findings)
        assert all("\n" not in str(f) for f in error.findings)


def test_the_schema_for_editors_is_the_shipped_one_and_accepts_what_the_program_accepts() -> None:
    import tomllib

    shipped = json.loads((HERE / "docs" / "reference" / "book.schema.json").read_text("utf-8"))
    assert shipped == json.loads(json.dumps(build_json_schema()))
    validator = jsonschema.Draft202012Validator(shipped)
    data = tomllib.loads(FULL) | {"date": "1954-03-31"}
    assert list(validator.iter_errors(data)) == []
    assert list(validator.iter_errors({"headigns": "none"})) != []
