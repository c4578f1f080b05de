"""What stands before the items of lists, and how far their texts are from it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable

import pytest
from conftest import Built
from glyph_positions import drawn

from bookbuild.languages.tables import find_language, write_letter


@pytest.mark.parametrize(
    ("tag", "letters"),
    [
        ("he", {1: "א", 10: "י", 11: "יא", 15: "טו", 16: "טז", 23: "כג", 99: "צט", 115: "קטו", 500: "תק", 1000: ""}),
        ("ar", {1: "أ", 11: "ك", 28: "غ", 29: ""}),
        ("id", {1: "a", 26: "z", 27: "", 0: ""}),
    ],
)
def test_letters_number_items_as_the_language_counts(tag: str, letters: dict[int, str]) -> None:
    language = find_language(tag)
    assert language is not None
    assert {value: write_letter(value, language) for value in letters} == letters


def test_a_bracket_after_the_number_stays(built: Callable[..., Built]) -> None:
    book = built({"ar.md": "1) واحد\n2) اثنان\n", "id.md": "1. satu\n2. dua\n"})
    assert re.findall(r'class="marker"[^>]*>([^<]*)<', book.document("c1.xhtml")) == ["1)", "1.", "2)", "2."]


def test_long_numbers_keep_clear_of_their_texts_which_begin_at_one_edge(built: Callable[..., Built]) -> None:
    items = {"he": "סעיף", "en": "Items"}
    texts = {f"{tag}.md": "\n".join(f"{n}. {word}" for n in (98, 99, 100, 101)) for tag, word in items.items()}
    book = built({**texts, "book.toml": "[print]\nname_line = false\nnumbers = false\n"}, formats=("pdf",))
    lines: dict[int, list[tuple[float, str, float]]] = defaultdict(list)
    for char in drawn(book.pdf):
        if not char.artifact and char.x < 290:
            lines[round(char.y)].append((char.x, char.char, char.width))
    edges = set()
    for line in lines.values():
        text = "".join(char for _, char, _ in sorted(line))
        if match := re.fullmatch(r"\D?(\d+\.)(Items)", text):
            row = sorted(line)
            stop = next(x for x, char, _ in row if char == ".")
            start = next(x for x, char, _ in row if char == "I")
            assert start - stop > 4, match[0]
            edges.add(round(start, 1))
    assert len(edges) == 1, lines
