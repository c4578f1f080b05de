"""Notes at the foot of the page that bears their mark, whole, below all text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

COUNT = 18
"""Paragraphs, each with a note in both languages."""


def write_files() -> dict[str, str]:
    """Return a book of short and long paragraphs, each with a note whose words name its number."""
    texts = {"ar": ["# كتاب\n"], "id": ["# Buku\n"]}
    notes: dict[str, list[str]] = {"ar": [], "id": []}
    for n in range(1, COUNT + 1):
        more = n % 5
        texts["ar"].append(
            f"فقرة{n} تبدأ هنا[^{n}]" + " ثم تمضي في الكلام حتى يمتلئ السطر الأول ويبدأ سطر آخر بعده." * (1 + more)
        )
        texts["id"].append(
            f"Mark{n} di sini[^{n}]" + " lalu berlanjut sampai baris pertama penuh dan baris lain dimulai." * (1 + more)
        )
        notes["ar"].append(f"[^{n}]: حاشية{n} تشرح ما فوقها بكلمات قليلة.")
        notes["id"].append(f"[^{n}]: Note{n} menjelaskan yang di atas dengan beberapa kata saja.")
    files = {f"{tag}.md": "\n\n".join([*texts[tag], *notes[tag]]) for tag in texts}
    return files | {"book.toml": 'languages = ["ar", "id"]\n[print]\nnotes = "page"\n'}


@pytest.mark.parametrize("name", ["handout", "stacked", "study", "facing"])
def test_notes_stand_at_the_foot_of_their_page(edition: Callable[..., Path], name: str) -> None:
    """Every note stands on the page that its mark is on, and below every paragraph there."""
    with pymupdf.open(edition(name, write_files())) as pdf:
        places: dict[str, tuple[int, float]] = {}
        lowest: dict[int, float] = {}
        for page in pdf:
            for _, top, _, bottom, word, *_ in page.get_text("words"):
                if found := re.match(r"(Mark|Note)\d+", word):
                    places[found[0]] = page.number, top
                if word in {"baris", "dimulai.", "penuh"}:
                    lowest[page.number] = max(lowest.get(page.number, 0.0), bottom)
    assert len(places) == 2 * COUNT
    for n in range(1, COUNT + 1):
        page, top = places[f"Note{n}"]
        assert page == places[f"Mark{n}"][0], n
        assert top > lowest[page], n
