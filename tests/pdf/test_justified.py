"""Justified lines end at one edge, also where markup cuts them into boxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from conftest import Built
from glyph_positions import drawn

TEXT = (
    "هذا نص تجريبي يوضح **كلمات عريضة** في فقرة مضبوطة الحواف وفيها [رابط إلى موقع](https://example.org/a) ثم *كلمات"
    " مائلة* ثم رقم **١٢٣** و**NATO** في آخر السطر أو أوله، وتتكرر **الكلمات** حتى يملأ النص عدة أسطر متتالية لا"
    " فراغ بينها ولا تداخل."
)


def test_right_to_left_lines_with_markup_are_flush(built: Callable[..., Built]) -> None:
    book = built(
        {
            "ar.md": TEXT,
            "en.md": "Words.",
            "book.toml": '[print]\nalign = "justify"\ncolophon = false\nname_line = false\n',
        },
        formats=("pdf",),
    )
    lines: dict[int, list[float]] = defaultdict(list)
    for char in drawn(book.pdf):
        if char.x > 305 and 120 < char.y < 400 and not char.artifact:
            lines[round(char.y)].append(char.x)
    edges = [min(places) for _, places in sorted(lines.items()) if len(places) > 20]
    assert len(edges) > 3
    assert max(edges) - min(edges) < 0.1, edges


def test_a_name_and_its_colon_are_as_far_apart_in_justified_lines_as_in_ragged_ones(
    built: Callable[..., Built],
) -> None:
    words = "لا أرى شيئا غير التراب الذي سقيناه كل صباح قبل الدرس الأول ولم نسقه وقت الظهر"
    texts = {"ar.md": f"**كريم**: {words}", "en.md": "**Karim**: Words."}
    gaps = []
    for align in ("start", "justify"):
        toml = f'[print]\nalign = "{align}"\ncolophon = false\nname_line = false\n'
        places = {}
        for char in drawn(built({**texts, "book.toml": toml}, formats=("pdf",)).pdf):
            if char.x > 305 and not char.artifact:
                places.setdefault(char.char, char.x)
        gaps.append(places["ك"] - places[":"])  # its first letter and what follows its last
    assert abs(gaps[0] - gaps[1]) < 0.3


def test_turns_of_a_dialogue_hang_from_their_speakers(built: Callable[..., Built]) -> None:
    sides = {"ar.md": ("كريم", "كلمة أخرى "), "en.md": ("Karim", "some more words ")}
    texts = {name: f"**{who}:** {word * 20}\n\n{word * 20}" for name, (who, word) in sides.items()}
    toml = "[print]\ncolophon = false\nname_line = false\nnumbers = false\n"
    edges: dict[str, dict[int, float]] = {"ar.md": {}, "en.md": {}}
    for char in drawn(built({**texts, "book.toml": toml}, formats=("pdf",)).pdf):
        if char.artifact or not 130 < char.y < 400 or not char.char.strip():
            continue
        name, edge = ("ar.md", -char.x - char.width) if char.x > 305 else ("en.md", char.x)
        edges[name][round(char.y)] = min(edge, edges[name].get(round(char.y), 1000.0))
    for name, found in edges.items():
        starts = [start for _, start in sorted(found.items())]
        hanging = [n for n, start in enumerate(starts) if start > min(starts) + 10]
        assert hanging[0] > 0, name  # the first line stands out
        assert hanging == list(range(hanging[0], hanging[-1] + 1))
        assert hanging[-1] < len(starts) - 1, name  # the second paragraph does not hang
