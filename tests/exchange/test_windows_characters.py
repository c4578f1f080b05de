"""Quotation marks and dashes of Windows that a program saved as control characters come over as they were meant."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from conftest import command, write
from imports import bound, written
from office_documents import CLOSED, OPEN, imported, open_document, packed, run, word

from bookbuild.exchange.windows_characters import correct_controls

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

WRONG, RIGHT = "Ini \x93kutipan\x94 \x96 dan\x85", "Ini “kutipan” – dan…"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("id.txt", f"{WRONG}\n".encode()),
        ("id.docx", word(f"<w:p>{run(WRONG)}</w:p>")),
        ("id.docx", word(f"<w:p>{run('Ini &#147;kutipan&#x94; &#150; dan&#133;')}</w:p>")),
        ("id.odt", open_document(f"{OPEN.partition('<draw:frame')[0]}<text:p>{WRONG}</text:p>{CLOSED}")),
        ("id.html", f"<meta charset=utf-8><p>{WRONG}".encode()),
    ],
)
def test_controls_become_the_characters_that_windows_has_in_their_place(tmp_path: Path, name: str, data: bytes) -> None:
    text, losses = imported(tmp_path, name, data)
    assert (text.strip().removesuffix("\n\nAkhir."), losses) == (RIGHT, [])


def test_controls_in_e_books_and_memories_too(tmp_path: Path) -> None:
    memory = (
        '<tmx version="1.4"><header/><body><tu><tuv xml:lang="ar"><seg>نص</seg></tuv>'
        f'<tuv xml:lang="id"><seg>{WRONG}</seg></tuv></tu></body></tmx>'
    )
    write(tmp_path, {"m.tmx": memory})
    assert command("import", str(tmp_path / "m.tmx"), "--book", "m", "--root", str(tmp_path)).status == 0
    assert RIGHT in next((tmp_path / "source" / "m").glob("id.*")).read_text("utf-8")
    write(tmp_path, {"id.epub": bound("id", f"<p>{WRONG}</p>"), "ar.epub": bound("ar")})
    files = (str(tmp_path / "id.epub"), str(tmp_path / "ar.epub"))
    assert command("import", *files, "--book", "e", "--root", str(tmp_path)).status == 0
    assert RIGHT in next((tmp_path / "source" / "e").glob("id.*")).read_text("utf-8")


def test_what_is_no_such_character_stays_as_it_is() -> None:
    for data in (
        "baris\x85baris\n".encode(),  # a line end of other systems
        b"\x92",  # Windows-1252 itself: not UTF-8
        "\x81\x9d".encode(),  # no characters of Windows-1252
        "&#160; &#200; é".encode(),
    ):
        assert correct_controls(data) == data


def test_an_archive_keeps_its_other_files_and_their_order() -> None:
    data = packed({"mimetype": b"x", "b.xml": "<a>\x92</a>".encode(), "a.png": b"\xc2\x92"})
    with zipfile.ZipFile(BytesIO(correct_controls(data))) as archive:
        assert [(name, archive.read(name)) for name in archive.namelist()] == [
            ("mimetype", b"x"), ("b.xml", "<a>’</a>".encode()), ("a.png", b"\xc2\x92")
        ]  # fmt: skip


def test_a_control_that_stands_for_nothing_is_refused_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, {"id.txt": "Satu.\n\nDua\x81.\n", "ar.txt": "نص.\n"})
    files = (str(tmp_path / "id.txt"), str(tmp_path / "ar.txt"))
    done = command("import", *files, "--book", "b", "--root", str(tmp_path))
    assert done.status == 1
    assert "id.txt:3: the character U+0081 in column 4 is a control character" in done.err


def test_a_page_s_characters_are_read_as_browsers_read_them(tmp_path: Path) -> None:
    assert written(tmp_path, "<p>Ini &#147;kutipan&#148;") == "Ini “kutipan”\n"
