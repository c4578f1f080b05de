"""The order of characters: what UAX #9 says, against levels, against boxes, and against glyphs in real PDFs."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import bidi as reference
import pytest
from conftest import NATO, Built, judge
from glyph_positions import lines
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.document.direction import mark_directions
from bookbuild.languages.bidi import JOINER, WORD_JOINER, are_joined, levels
from bookbuild.model.inline import Emphasis, Inline, LineBreak, NoteReference, Run, Strong, Text, Wrapper, plain

UNICODE = Path("/usr/share/unicode/BidiCharacterTest.txt")
"""Unicode's own cases, as Debian packages them (unicode-data)."""

CONTROLS = {c for c in map(chr, range(0x110000)) if unicodedata.bidirectional(c) in
            {"LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"}} | set("\u200e\u200f\u061c")  # fmt: skip
MIRRORED = str.maketrans(")]}»›”>", "([{«‹“<")
"""Brackets of a pair as one: which way they point is another test's matter."""


def folded(text: str) -> str:
    return "".join(c for c in text.translate(MIRRORED) if not c.isspace() and c not in CONTROLS and c != "\ufffc")


def visual(text: str, direction: str) -> str:
    """The reference: another implementation, written apart from ours (the crate unicode-bidi, by python-bidi)."""
    return folded(reference.get_display(text, base_dir="R" if direction == "rtl" else "L"))


def test_levels_are_those_of_unicodes_own_cases() -> None:
    judge(UNICODE.is_file(), "Unicode's cases need the Debian package unicode-data")
    count = 0
    for line in UNICODE.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        codes, direction, base, wanted, _ = line.split(";")
        text = "".join(chr(int(code, 16)) for code in codes.split())
        if direction == "2" or any(unicodedata.bidirectional(c) == "B" for c in text[:-1]):
            continue  # our paragraphs declare their direction, and are one each
        count += 1
        got = levels(text, "rtl" if base == "1" else "ltr")
        given_levels = wanted.split()
        while given_levels and (
            unicodedata.bidirectional(text[len(given_levels) - 1]) in {"WS", "FSI", "LRI", "RLI", "PDI", "BN", "S", "B"}
            or given_levels[-1] == "x"
        ):
            given_levels.pop()  # rule L1, at the end of a line
        for char, level, want in zip(text, got, given_levels, strict=False):
            assert want == "x" or unicodedata.bidirectional(char) == "S" or level == int(want), line
    assert count > 50_000


def boxes(content: Sequence[Inline], direction: str) -> str:
    """Order boxes as WeasyPrint does: those of a right-to-left one from right to left, characters by their own box."""
    parts = []
    for inline in content:
        match inline:
            case Run():
                parts.append(boxes(inline.children, inline.direction))
            case _ if isinstance(inline, Wrapper):
                parts.append(boxes(inline.children, direction))
            case Text(text):
                parts.append(reference.get_display(text, base_dir="R" if direction == "rtl" else "L"))
            case _:
                parts.append("")
    return "".join(reversed(parts) if direction == "rtl" else parts)


LETTERS = st.text(
    alphabet="ابنو abcXאב123٤٥٦()[]«».,:;!?%$€+-/*#@&_=~\u00a0\u200f\u200e\u202e\u202d\u202c", min_size=1, max_size=12
)
WRAPPERS = st.sampled_from([Emphasis, Strong])


def contents(depth: int = 2) -> st.SearchStrategy[tuple[Inline, ...]]:
    leaf: st.SearchStrategy[Inline] = LETTERS.map(Text)
    if depth:
        inner = st.builds(lambda kind, children: kind(children), WRAPPERS, contents(depth - 1))
        leaf = st.one_of(leaf, leaf, inner)
    return st.lists(leaf, min_size=1, max_size=4).map(tuple)


@given(contents(), st.sampled_from(["rtl", "ltr"]))
def test_boxes_stand_in_the_order_of_the_standard(content: tuple[Inline, ...], direction: str) -> None:
    made = mark_directions(content, direction)
    assert folded(boxes(made, direction)).replace(JOINER, "") == visual(plain(content), direction)


@given(contents(), st.sampled_from(["rtl", "ltr"]))
def test_no_character_is_lost_in_runs(content: tuple[Inline, ...], direction: str) -> None:
    unseen = dict.fromkeys(map(ord, "\u200e\u200f\u202e\u202d\u202c"))
    kept = plain(mark_directions(content, direction)).replace(JOINER, "")
    assert kept.translate(unseen) == plain(content).translate(unseen)


def test_a_markup_inside_a_word_keeps_its_letters_joined() -> None:
    made = mark_directions((Text("مح"), Strong((Text("م"),)), Text("د")), "rtl")
    assert made == (
        Text(f"مح{JOINER}"),
        Strong((Text(f"{JOINER}م{JOINER}"),)),
        Text(f"{JOINER}د"),
    )
    apart = (Text("دا"), Strong((Text("ر"),)), LineBreak(), Text("ب"), NoteReference("1"), Text("ب"))
    joiner = Text(WORD_JOINER)  # a note's mark never begins a line
    assert mark_directions(apart, "rtl") == (*apart[:4], joiner, *apart[4:])


def test_letters_join_across_marks_and_not_across_a_non_joiner() -> None:
    assert are_joined("بَ", "ت")
    assert are_joined("ب", "ا")
    assert not are_joined("ا", "ب")
    assert not are_joined("ب\u200c", "ت")
    assert not are_joined("a", "b")


def test_foreign_runs_tell_their_script_and_no_language() -> None:
    made = mark_directions((Text("قال NATO في 1954"),), "rtl")
    assert [(r.direction, r.tag) for r in made if isinstance(r, Run)] == [("ltr", "und-Latn"), ("ltr", "")]


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
    assert drawn_as == {("(", "("), ("(", ")"), (")", "("), (")", ")")}
