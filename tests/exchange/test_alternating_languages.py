"""One file in two languages, paragraph by paragraph in turns, as translation programs write it."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from conftest import command, write
from hypothesis import given
from hypothesis import strategies as st
from imports import units

from bookbuild.exchange.importing import ImportedText
from bookbuild.exchange.importing.alternating import pair_alternating
from bookbuild.model.book import Block, Kind
from bookbuild.model.findings import Place
from bookbuild.model.inline import Text

pypandoc = pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

TEXTS = {
    "en": [
        "The dog runs through the green garden.",
        "My sister has bought a new book in the town.",
        "1954",
        "It rains today and we stay at home.",
    ],
    "de": [
        "Der Hund läuft durch den grünen Garten.",
        "Meine Schwester hat in der Stadt ein neues Buch gekauft.",
        "1954",
        "Es regnet heute und wir bleiben zu Hause.",
    ],
    "ar": [
        "يجري الكلب في الحديقة الخضراء.",
        "اشترت أختي كتابا جديدا من المدينة.",
        "١٩٥٤",
        "تمطر اليوم ونبقى في البيت.",
    ],
}


def imported(folder: Path, name: str, *options: str) -> list[tuple[str, ...]]:
    run = command("import", str(folder / name), "--book", "b", "--root", str(folder), *options)
    assert run.status == 0, run.err
    return [u[3] for u in units(folder, "b")]


@pytest.mark.parametrize(("first", "second"), [("en", "de"), ("ar", "en"), ("de", "ar")])
@pytest.mark.parametrize("suffix", ["txt", "docx", "epub"])
def test_paragraphs_in_turns_are_paired(tmp_path: Path, first: str, second: str, suffix: str) -> None:
    text = "\n\n".join(chain.from_iterable(zip(TEXTS[first], TEXTS[second], strict=True)))
    if suffix == "txt":
        write(tmp_path, {"both.txt": text})
    else:
        options = ["--metadata", "title=Both"] if suffix == "epub" else []
        pypandoc.convert_text(text, suffix, "markdown", outputfile=str(tmp_path / f"both.{suffix}"), extra_args=options)
    found = imported(tmp_path, f"both.{suffix}")
    assert [row for row in found if "Both" not in row] == list(zip(TEXTS[first], TEXTS[second], strict=True))


def test_a_stretch_of_one_language_may_be_followed_by_its_translation(tmp_path: Path) -> None:
    parts = [*TEXTS["ar"][:2], *TEXTS["en"][:2], *TEXTS["ar"][2:], *TEXTS["en"][2:]]
    write(tmp_path, {"both.txt": "\n\n".join(parts)})
    assert imported(tmp_path, "both.txt", "--languages", "ar,en") == list(zip(TEXTS["ar"], TEXTS["en"], strict=True))


def test_a_text_in_one_language_is_not_divided(tmp_path: Path) -> None:
    """A few foreign words make no second language."""
    write(tmp_path, {"text.txt": "\n\n".join([*TEXTS["en"], "Guten Morgen", *TEXTS["en"]])})
    run = command("import", str(tmp_path / "text.txt"), "--book", "b", "--root", str(tmp_path))
    assert run.status == 2
    assert "all files are in en" in run.err


PARTS = st.lists(st.sampled_from([*TEXTS["ar"], *TEXTS["en"], *TEXTS["de"], "", "12"]), max_size=12)


@given(PARTS)
def test_no_paragraph_is_lost(parts: list[str]) -> None:
    blocks = tuple(Block(Kind.PARAGRAPH if p else Kind.BREAK, (Text(p),) if p else (), Place("")) for p in parts)
    pairs = pair_alternating(ImportedText(blocks), ())
    if pairs:
        assert sorted(id(b) for row in pairs.rows for cell in row for b in cell) == sorted(map(id, blocks))
        assert all(any(row) for row in pairs.rows)
