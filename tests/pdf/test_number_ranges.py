"""The numbers of a page's first and last paragraph in the middle of its head."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

HEAD = 48
"""pt from the page's upper edge."""


def write_files(chapters: int, digits: str = "latn") -> dict[str, str]:
    """Return a book in which each paragraph names its number, in a chapter whose numbers begin again."""
    files = {"book.toml": f'languages = ["ar", "id"]\nnumbering = "chapter"\ndigits = {{ar = "{digits}"}}\n'}
    files["book.toml"] += "title = 'Buku'\n[print]\nnumber_range = true\n"
    for chapter in range(1, chapters + 1):
        counted = range(1, 25 + 4 * chapter)
        words = {"ar": "ثم يمضي الكلام حتى يمتلئ السطر الأول ويبدأ سطر آخر بعده. ", "id": "Lalu baris lain dimulai. "}
        for tag, text in words.items():
            paragraphs = [f"(u{n}) " + text * (2 + n * chapter % 6) for n in counted]
            files[f"{tag}/{chapter}.md"] = f"# Bab {chapter}\n\n" + "\n\n".join(paragraphs)
    return files


@pytest.mark.parametrize("name", ["handout", "stacked", "facing"])
def test_heads_name_the_numbers_of_their_page(edition: Callable[..., Path], name: str) -> None:
    """Where chapters are laid out apart, and where they are not, a head has the numbers that the page has."""
    seen = set()
    with pymupdf.open(edition(name, write_files(3))) as pdf:
        going = 0
        for page in pdf:
            shown = [
                int(found[1]) for *_, word, _, _, _ in page.get_text("words") if (found := re.match(r"\(?u(\d+)", word))
            ]
            middle = (page.rect.width * 0.4, 0, page.rect.width * 0.6, HEAD)
            heads = [word for word in page.get_text(clip=middle).split() if re.fullmatch("[0-9–]+", word)]
            if not shown or not page.get_text(clip=(0, 0, page.rect.width, HEAD)):
                assert heads == []  # the title's page has no head
                continue
            first = min(shown)
            # a paragraph that goes on from the page before has its number in the range too
            begins = {first, first - 1} if first > 1 else {first}
            (head,) = heads
            ends = [int(end) for end in head.split("–")]
            assert min(ends) in begins, (page.number, head, shown)
            assert max(ends) == max(shown), (page.number, head, shown)
            assert len(ends) == len(set(ends))
            seen.add(len(ends))
            going += min(ends) != first
    assert 2 in seen
    assert going or name != "handout"  # elsewhere the other language begins where one goes on


def test_each_kind_of_digits_has_its_range(edition: Callable[..., Path]) -> None:
    """Arabic-Indic and Western digits stand beside each other."""
    with pymupdf.open(edition("stacked", write_files(1, "arab"))) as pdf:
        text = pdf[1].get_text(clip=(0, 0, pdf[1].rect.width, HEAD))
    assert re.search("[0-9]+–[0-9]+", text), text
    assert re.search("[٠-٩]+–[٠-٩]+", text), text
