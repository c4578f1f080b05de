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
