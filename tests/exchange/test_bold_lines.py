"""Bold lines that were meant as headings, in documents without styles."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import command, write

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

LINES = {
    "ar": ["<b>بستان صغير</b>", "نص أول.", "نص ثان <b>عريض</b> هنا.", "<b>كيف عملنا</b>", "نص ثالث.", "نص رابع."],
    "id": ["<b>Kebun kecil</b>", "Satu.", "Dua <b>tebal</b> di sini.", "<b>Cara <i>kami</i></b>", "Tiga.", "Empat."],
}


def run_import(folder: Path, lines: dict[str, list[str]]) -> tuple[str, dict[str, str]]:
    pages = {
        f"{tag}.html": f"<html lang='{tag}'><body>{''.join(f'<p>{line}</p>' for line in own)}</body></html>"
        for tag, own in lines.items()
    }
    write(folder, pages)
    run = command("import", *(str(folder / name) for name in pages), "--book", "b", "--root", str(folder))
    assert run.status == 0, run.err
    return run.out, {tag: (folder / "source" / "b" / f"{tag}.md").read_text("utf-8") for tag in lines}


def test_bold_lines_become_headings_where_all_languages_have_them(tmp_path: Path) -> None:
    said, texts = run_import(tmp_path, LINES)
    assert "in each language 2 bold lines are headings now; if that is wrong, delete the # before them" in said
    assert [line for line in texts["id"].splitlines() if line.startswith("#")] == ["# Kebun kecil", "## Cara *kami*"]
    assert [line for line in texts["ar"].splitlines() if line.startswith("#")] == ["# بستان صغير", "## كيف عملنا"]
    assert "Dua **tebal** di sini." in texts["id"]


@pytest.mark.parametrize(
    "changed",
    [
        ["<b>Kebun kecil</b>", "Satu.", "Dua.", "Cara kami", "Tiga.", "Empat."],  # one language alone
        ["<b>Kebun kecil.</b>", "Satu.", "Dua.", "<b>Cara kami.</b>", "Tiga.", "Empat."],  # sentences
        ["<b>Kebun kecil</b>", "<b>Satu</b>", "<b>Dua</b>", "<b>Cara kami</b>", "Tiga.", "Empat."],  # most of the text
        ["Kebun kecil", "Satu.", "Dua.", "Cara kami", "Tiga.", "<b>Empat</b>"],  # nothing comes after it
    ],
)
def test_bold_lines_stay_where_they_may_be_something_else(changed: list[str], tmp_path: Path) -> None:
    said, texts = run_import(tmp_path, {**LINES, "id": changed})
    assert "headings now" not in said
    assert not any(line.startswith("#") for text in texts.values() for line in text.splitlines())


def test_headings_that_a_document_has_are_left_alone(tmp_path: Path) -> None:
    lines = {tag: [f"<h1>{own[0][3:-4]}</h1>", *own[1:]] for tag, own in LINES.items()}
    said, texts = run_import(tmp_path, lines)
    assert "headings now" not in said
    assert "**Cara" in texts["id"]
