"""Numbers that a program counts by itself are part of the text: those of lists, headings and articles."""

from __future__ import annotations

from pathlib import Path

import pytest
from imports import written, written_and_lost
from office_documents import OPEN, imported, open_document, run, word

from bookbuild.exchange.importing.labels import format_number

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

NUMBERING = (
    '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{}'
    '<w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="8"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    "</w:numbering>"
)


def numbering(*levels: tuple[str, str], start: int = 1) -> str:
    """Give a part of a Word file: one list, with a kind of numbers and a pattern per level."""
    written_levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for n, (kind, pattern) in enumerate(levels)
    )
    return NUMBERING.format(f'<w:abstractNum w:abstractNumId="1">{written_levels}</w:abstractNum>')


def item(text: str, level: int = 0, num: int = 7, style: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
    return f"<w:p><w:pPr>{named}{place}</w:pPr>{run(text)}</w:p>"


def lines_of(folder: Path, body: str, numbers: str) -> list[str]:
    text, losses = imported(folder, "id.docx", word(body, numbering=numbers))
    assert losses == []
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("kind", "pattern", "labels"),
    [
        ("decimal", "Pasal %1", ["Pasal 1", "Pasal 2", "Pasal 3"]),
        ("decimal", "المادة %1", ["المادة 1", "المادة 2", "المادة 3"]),
        ("lowerLetter", "(%1)", ["(a)", "(b)", "(c)"]),
        ("arabicAbjad", "%1-", ["أ-", "ب-", "ج-"]),
        ("arabicAlpha", "%1)", ["أ)", "ب)", "ت)"]),
        ("upperRoman", "Bab %1:", ["Bab I:", "Bab II:", "Bab III:"]),
        ("decimalZero", "%1.", ["01.", "02.", "03."]),
    ],
)
def test_word_numbers_in_words_and_letters_are_text(tmp_path: Path, kind: str, pattern: str, labels: list[str]) -> None:
    body = item("Satu") + "<w:p>" + run("Isi.") + "</w:p>" + item("") + item("Tiga", style="Heading1")
    lines = lines_of(tmp_path, body, numbering((kind, pattern)))
    plain = [line.removeprefix("# ") for line in lines if line != "Isi."]
    assert [line.replace("\\", "") for line in plain] == [f"{labels[0]} Satu", labels[1], f"{labels[2]} Tiga"]
    assert lines[-1].startswith("# ")


def test_word_numbers_run_on_and_begin_again_as_word_counts_them(tmp_path: Path) -> None:
    body = (
        item("a") + item("b", 1) + item("c", 1) + item("d") + item("e", 1)
        + f"<w:p>{run('Sela.')}</w:p>" + item("f", 1) + item("g") + item("h", num=8) + item("i", num=8)
    )  # fmt: skip
    lines = lines_of(tmp_path, body, numbering(("decimal", "%1."), ("lowerLetter", "%1.%2)")))
    assert lines == [
        "1. a", "1.a) b", "1.b) c", "2. d", "2.a) e", "Sela.", "2.b) f", "3. g", "<!-- -->", "1. h", "2. i"
    ]  # fmt: skip


def test_a_list_in_numbers_stays_a_list_with_its_sign(tmp_path: Path) -> None:
    body = item("lima") + item("enam") + f"<w:p>{run('Sela.')}</w:p>" + item("tujuh")
    assert lines_of(tmp_path, body, numbering(("decimal", "%1)"), start=5)) == [
        "5) lima",
        "6) enam",
        "Sela.",
        "7) tujuh",
    ]


def test_a_web_page_s_lists_keep_their_kinds_starts_and_values(tmp_path: Path) -> None:
    page = (
        "<ol type=a><li>x<li>y</ol><p>.</p><ol start=4 type=I><li>x</ol><p>.</p><ol><li>x<li value=7>y<li><p>z</p></ol>"
        "<p>.</p><ol reversed><li>x<li>y</ol><p>.</p><ol style='list-style-type:arabic-indic'><li>x</ol>"
    )
    lines = [line for line in written(tmp_path, page).splitlines() if line and line != "."]
    assert lines == ["a. x", "b. y", "IV. x", "1. x", "<!-- -->", "7. y", "8. z", "2. x", "<!-- -->", "1. y", "١\\. x"]


def test_numbers_of_lists_in_tables_and_notes_are_kept(tmp_path: Path) -> None:
    cell = "<ol start=3><li>satu</li><li>dua</li></ol>"
    page = f"<table><tr><td>{cell}</td><td>x</td></tr><tr><td>y</td><td>z</td></tr></table>"
    assert "| 3. satu 4. dua | x |" in written(tmp_path, page)


def test_a_table_in_a_table_keeps_its_words_and_the_table_around_it(tmp_path: Path) -> None:
    inner = "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    page = f"<html lang=id><body><table><tr><td>x</td><td>{inner}</td></tr><tr><td>y</td><td>z</td></tr></table>"
    (tmp_path / "id.html").write_text(page, "utf-8")
    (tmp_path / "ar.txt").write_text("نص.\n", "utf-8")
    (_, lines), losses = written_and_lost(tmp_path, "id.html", "ar.txt")
    assert lines == ["| x | a b c d |", "|---|---|", "| y | z |"]
    assert losses == ["id: the rows and columns of a table in a table: “a b c d”"]


@pytest.mark.parametrize(
    ("value", "kind", "written_as"),
    [
        (27, "lowerLetter", "aa"), (53, "upperLetter", "AAA"), (1994, "upperRoman", "MCMXCIV"), (16, "hebrew1", "טז"),
        (345, "hebrew1", "שמה"), (12, "arabicAbjad", "ل"), (29, "arabicAlpha", "أأ"), (105, "chineseCounting", "一百〇五"),
        (12, "japaneseCounting", "十二"), (20, "cjk-ideographic", "二十"), (42, "thaiNumbers", "๔๒"), (0, "lowerRoman", "0"),
        (21, "decimalEnclosedCircle", "21"), (3, "unheard-of", "3"), (30, "russianLower", "аа"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_each_kind_writes_them(value: int, kind: str, written_as: str) -> None:
    assert format_number(value, kind) == written_as


OUTLINE = (
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-prefix="Pasal " style:num-format="1"/>'
    '<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" text:start-value="3"/>'
    '<text:list-level-style-number text:level="3" style:num-format="I" text:display-levels="2"/></text:list-style>'
    '<text:list-style style:name="L2"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/></text:list-style>'
    '<text:list-style style:name="L3"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>'
    '<style:style style:name="P2" style:family="paragraph" style:list-style-name="L2"/>'
)


def outlined(folder: Path, body: str, styles: str = OUTLINE) -> str:
    """Import an OpenDocument text, and return what was written; each element of `styles` is a style."""
    start = OPEN[: OPEN.index("<office:automatic-styles>")]
    written = f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
    whole = f"{start}{written}</office:document-content>"
    text, losses = imported(folder, "id.odt", open_document(whole))
    assert losses == []
    return text


def test_numbers_of_lists_in_opendocument_files_are_those_that_are_shown(tmp_path: Path) -> None:
    def items(*texts: str, more: str = "") -> str:
        return "".join(f"<text:list-item><text:p>{t}</text:p>{more}</text:list-item>" for t in texts)

    third = f"<text:list>{items('romawi')}</text:list>"
    inner = f"<text:list>{items('huruf', more=third)}{items('lagi')}</text:list>"
    body = (
        f'<text:list text:style-name="L1" xml:id="a">{items("Satu", more=inner)}</text:list><text:p>Isi.</text:p>'
        f'<text:list text:style-name="L1" text:continue-numbering="true">{items("Dua")}</text:list><text:p>Isi.</text:p>'
        f'<text:list text:style-name="L1">{items("Baru")}</text:list><text:p>Isi.</text:p>'
        f'<text:list text:continue-list="a" text:style-name="L1" xml:id="a">{items("Lanjut")}</text:list>'
        f'<text:list text:style-name="L3">{items("butir")}</text:list>'
        '<text:list><text:list-item text:start-value="7"><text:p text:style-name="P2">Tujuh</text:p></text:list-item>'
        "<text:list-header><text:p>Tanpa.</text:p></text:list-header>"
        '<text:list-item><text:p text:style-name="P2">Delapan</text:p></text:list-item></text:list>'
    )
    lines = [line.strip() for line in outlined(tmp_path, body).splitlines() if line.strip()]
    assert [line.replace("\\", "") for line in lines] == [
        "Pasal 1 Satu", "c) huruf", "c.I romawi", "d) lagi", "Isi.", "Pasal 2 Dua", "Isi.", "Pasal 1 Baru", "Isi.",
        "Pasal 3 Lanjut", "- butir", "7. Tujuh", "Tanpa.", "8. Delapan",
    ]  # fmt: skip


def test_numbers_of_headings_in_opendocument_files_are_shown(tmp_path: Path) -> None:
    styles = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-prefix="Bab " style:num-format="I" style:num-suffix=":"/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
        '<style:style style:name="Kata" style:family="paragraph" style:list-style-name=""/>'
        '<style:style style:name="Anak" style:family="paragraph" style:parent-style-name="Kata"/>'
    )
    body = "".join(
        f'<text:h text:outline-level="{level}" text:style-name="{style}"{more}>{text}</text:h>'
        for level, style, more, text in (
            (1, "Anak", "", "Pengantar"), (1, "H", "", "Satu"), (2, "H", "", "Anak"), (2, "H", "", "Cucu"),
            (1, "H", "", "Dua"), (2, "H", "", "Lagi"), (1, "H", ' text:is-list-header="true"', "Penutup"),
        )
    )  # fmt: skip
    lines = [line for line in outlined(tmp_path, body, styles).splitlines() if line]
    assert lines == [
        "# Pengantar", "# Bab I: Satu", "## I.1 Anak", "## I.2 Cucu", "# Bab II: Dua", "## II.1 Lagi", "# Penutup",
    ]  # fmt: skip
