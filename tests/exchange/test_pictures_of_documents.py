"""Pictures of documents come over once, wherever they stand, or a line says which do not."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from conftest import command, write
from imports import pixel, written

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")


def test_a_document_of_pictures_alone_is_told(tmp_path: Path) -> None:
    page = f'<img src="data:image/png;base64,{b64encode(pixel()).decode()}">'
    write(tmp_path, {"id.html": f"<html lang=id><p>{page}</p><p>{page}</p></html>", "ar.txt": "نص.\n"})
    files = (str(tmp_path / "id.html"), str(tmp_path / "ar.txt"))
    done = command("import", *files, "--book", "b", "--root", str(tmp_path))
    assert done.status == 1
    assert (
        "id.html: the document has no text (it is 2 pictures): check that it is the right file; of a scan" in done.err
    )


def test_pictures_in_notes_come_over_and_equal_ones_once(tmp_path: Path) -> None:
    picture = f'<img alt=x src="data:image/png;base64,{b64encode(pixel()).decode()}">'
    page = (
        f'<p>Teks<a href="#n" role="doc-noteref" id=r>1</a> {picture}.</p>'
        f"<aside id=n role=doc-footnote><p>Catatan {picture.replace('==', '')} kaki.</p></aside>"
    )
    text = written(tmp_path, page)
    assert text == "Teks[^1] ![x](images/id-1.png).\n\n[^1]: Catatan ![x](images/id-1.png) kaki.\n"
    assert [path.name for path in (tmp_path / "source" / "b" / "images").iterdir()] == ["id-1.png"]


def test_pictures_that_cannot_be_used_are_told_in_a_line(tmp_path: Path) -> None:
    page = "".join(
        f'<p>Ini kalimat yang ditulis di dalam bahasa Indonesia, nomor {n}.<img src="gone-{n}.png"></p>'
        for n in range(250)
    )
    write(tmp_path, {"id.html": f"<html lang=id>{page}</html>", "ar.txt": "نص.\n"})
    files = (str(tmp_path / "id.html"), str(tmp_path / "ar.txt"))
    done = command("import", *files, "--book", "b", "--root", str(tmp_path))
    assert "not taken over: id: the pictures gone-0.png, gone-1.png, gone-2.png and 247 more\n" in done.err
    assert len(done.err.splitlines()) == 1
