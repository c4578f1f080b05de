"""The order of characters in real PDFs: glyphs stand where UAX #9 wants them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from conftest import NATO, Built
from glyph_positions import lines
from visual_order import folded, visual

WORDS = {
    "rtl": ["قال", "الكتاب", "محمد", "شعر", "אבג", "و", "المدرسة"],
    "ltr": ["NATO", "New York", "Ünal", "kata", "e-mail", "ISO"],
    "number": ["1954", "12,5", "3.141", "١٢٣", "٥٫٢", "50%", "٪٥٠", "$20", "€ 7", "−5", "+62 812-3456", "12/05/2024", "2024-05-12",
               "10:30", "9–12", "1/2", "km/h 90", "37°C", "№ 5", "#3"],
    "sign": ["(", ")", "[", "]", "«", "»", "“", "”", ".", ",", "،", "؛", ":", "!", "؟", "–", "…", "/", "&", "="],
    "address": ["https://example.org/a?b=1", "nama@example.org", "../a/b.txt"],
}  # fmt: skip
CONSTRUCTS = ("bold", "emphasis", "link", "code", "nested", "note")


def cases(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Markdown, and the text that it stands for; code is an isolate (HTML, 15.3.6)."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    notes = 0
    for _ in range(count):
        source, text = [], []
        for _ in range(chance.randint(3, 8)):
            kind = chance.choice([*WORDS, "rtl", "ltr"])
            word = chance.choice(WORDS[kind])
            written = "".join(f"\\{c}" if c in r"\`*_{}[]()#+-.!<>&|~=:/@$" else c for c in word)
            construct = chance.choice((*CONSTRUCTS, "", "", "")) if kind in {"rtl", "ltr", "number"} else ""
            other = chance.choice(WORDS[chance.choice(["rtl", "ltr"])])
            match construct:
                case "bold":
                    source.append(f"**{written}**")
                case "emphasis":
                    source.append(f"*{written}*")
                case "link":
                    source.append(f"[{written} {other}](https://example.org/x)")
                    word = f"{word} {other}"
                case "nested":
                    source.append(f"**{other} *{written}* {other}**")
                    word = f"{other} {word} {other}"
                case "note":  # its mark is a neutral (HTML, 15.3.6), and no part of the text
                    notes += 1
                    source.append(f"{written}[^{notes}]")
                    word = f"{word}\ufffc"
                case "code":
                    source.append(f"`{word}`")
                    word = f"\u2066{word}\u2069"
                case _:
                    source.append(written)
            text.append(word)
        yield " ".join(source), " ".join(text)


def noted(made: Sequence[tuple[str, str]]) -> str:
    """The notes that cases mark."""
    marks = sum(text.count("\ufffc") for _, text in made)
    assert marks > 20
    return "".join(f"\n\n[^{n}]: x" for n in range(1, marks + 1))


PAPER = """
@page { size: 900mm 297mm }
.t, .unit .t { font-size: 10pt !important; line-height: 24pt !important; hyphens: manual; white-space: nowrap }
code { font-family: inherit }
"""
PLAIN = """
headings = "none"
typography = false
[print]
name_line = false
column_heads = false
numbers = false
colophon = false
"""


def column(path: Path, side: str) -> list[str]:
    """The lines of a column of the page, folded."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        width = float(pdf.pages[0].mediabox[2])
    spans = {"left": (0, width / 2), "right": (width / 2, width)}
    return [folded(line) for line in lines(path, *spans[side])]


@pytest.mark.slow
def test_glyphs_of_generated_paragraphs_stand_where_the_standard_wants_them(built: Callable[..., Built]) -> None:
    right, left = list(cases(180, 1)), list(cases(180, 2))
    files = {
        # a strong character at the start, so that no generated line begins a list or heading
        "ar.md": "\n\n".join(f"أ {source}" for source, _ in right) + noted(right),
        "id.md": "\n\n".join(f"A {source}" for source, _ in left) + noted(left),
        "book.toml": PLAIN,
        "book.css": PAPER,
    }
    book = built(files, formats=("pdf",))
    shown = {"right": column(book.pdf, "right"), "left": column(book.pdf, "left")}
    for side, direction, first, made in (("right", "rtl", "أ", right), ("left", "ltr", "A", left)):
        wanted = [visual(f"{first} {text}", direction) for _, text in made]
        missing = [w for w in wanted if w not in shown[side]]
        assert not missing, (len(missing), missing[:3], [s for s in shown[side] if s not in wanted][:3])


def reordered(text: str, level: Sequence[int]) -> str:
    """Rule L2 for one line, as the standard words it."""
    order = list(range(len(text)))
    for lowest in range(max(level, default=0), 0, -1):
        start = 0
        while start < len(text):
            end = start
            while end < len(text) and level[order[end]] >= lowest:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end + 1
    return "".join(text[n] for n in order)


def reference_levels(text: str, direction: str) -> list[int]:
    """The levels of python-bidi's other implementation, in Python, which knows no isolates."""
    from bidi import algorithm

    storage = algorithm.get_empty_storage()
    storage["base_level"] = 1 if direction == "rtl" else 0
    storage["base_dir"] = "R" if direction == "rtl" else "L"
    algorithm.get_embedding_levels(text, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    return [char["level"] for char in storage["chars"]]


@pytest.mark.slow
@pytest.mark.parametrize("width", [148, 176, 210])
def test_every_line_of_the_first_book_stands_in_order_at_three_widths(width: int, built: Callable[..., Built]) -> None:
    files: dict[str, str | bytes] = {f"{tag}.txt": (NATO / f"{tag}.txt").read_bytes() for tag in ("ar", "id")}
    css = f"@page {{ size: {width}mm 297mm; margin: 20mm 12mm }} * {{ hyphens: manual !important }}"
    book = built({**files, "book.toml": PLAIN, "book.css": css}, formats=("pdf",))
    for side, direction, name in (("right", "rtl", "ar"), ("left", "ltr", "id")):
        shown = column(book.pdf, side)
        for paragraph in files[f"{name}.txt"].decode().splitlines()[1:]:
            level = reference_levels(paragraph, direction)
            kept = [n for n, c in enumerate(paragraph) if not c.isspace()]
            letters = folded(paragraph)
            own = [level[n] for n in kept]
            assert len(letters) == len(own)
            start = 0
            while start < len(letters):
                # a line is as many characters as stand on it, in the standard's order
                end = next(
                    (end for end in range(len(letters), start, -1)
                     if reordered(letters[start:end], own[start:end]) in shown), None)  # fmt: skip
                assert end, (paragraph[:60], letters[start : start + 60], shown)
                start = end


def test_brackets_are_mirrored_where_the_text_runs_from_right_to_left(built: Callable[..., Built]) -> None:
    import io

    import pikepdf
    import uharfbuzz
    from fontTools.ttLib import TTFont

    from bookbuild.document.fonts import find_packaged_families

    text = "كلمة (نص) ثم abc (def) ghi تمت."
    book = built({"ar.txt": text, "id.txt": "Kata.", "book.toml": PLAIN}, formats=("pdf",))
    amiri = uharfbuzz.Font(
        uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(find_packaged_families()["Amiri"].face(400).path)))
    )
    shapes = {}
    for text_, bracket in (("(", "("), (")", ")"), ("a(", "("), ("a)", ")")):
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text_)
        buffer.direction = "ltr"
        buffer.guess_segment_properties()
        uharfbuzz.shape(amiri, buffer)
        shapes[buffer.glyph_infos[-1].codepoint] = bracket  # Amiri has brackets of their own for Latin
    with pikepdf.open(book.pdf) as pdf:
        font = next(f for f in pdf.pages[0].Resources.Font.values() if str(f.BaseFont).endswith("+Amiri"))
        file = TTFont(io.BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))
        pairs = re.findall(r"<([0-9a-f]{4})> <(0028|0029)>", font.ToUnicode.read_bytes().decode())
        drawn_as = set()
        for code, char in pairs:
            glyph = int(code, 16)
            if glyph not in shapes:
                glyph = file.getGlyphID(file["glyf"][file.getGlyphName(glyph)].components[0].glyphName)
            drawn_as.add((chr(int(char, 16)), shapes[glyph]))
        latin = next(f for f in pdf.pages[0].Resources.Font.values() if str(f.BaseFont).endswith("+Crimson-Text"))
        crimson = TTFont(io.BytesIO(latin.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))
        codes = re.findall(r"<([0-9a-f]{4})> <(0028|0029)>", latin.ToUnicode.read_bytes().decode())
        outlines = {
            char: list(crimson["glyf"][crimson.getGlyphName(int(code, 16))].coordinates) for code, char in codes
        }
    assert drawn_as == {("(", ")"), (")", "(")}
    # the Latin words have brackets of their own typeface, as they are: an opening one bulges to the left
    for char, farthest in (("0028", min), ("0029", max)):
        heights = [y for _, y in outlines[char]]
        _, bulge = farthest(outlines[char])
        assert abs(bulge - (min(heights) + max(heights)) / 2) < (max(heights) - min(heights)) / 4
