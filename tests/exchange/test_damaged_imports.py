"""Damaged files are told in a line, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from imports import lone
from office_documents import packed

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")

TORN = packed({"a.xml": b"<a/>"}).replace(b"PK\x01\x02", b"PK\x01\x09")
"""An archive whose list of files is damaged."""
REPEATED = f"""<xliff version="1.2"><file source-language="ar" target-language="id"><body>
<trans-unit id="l"><source>{"x" * 10_000}</source></trans-unit>
<trans-unit id="1"><source>{'<x id="1" xid="l"/>' * 10_000}</source><target>y</target></trans-unit></body></file></xliff>""".encode()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("ar.docx", b"PK\x03\x04 broken", "T009"),
        ("ar.docx", b"\xd0\xcf\x11\xe0" + bytes(600), "T009"),
        ("ar.docx", b"", "T009"),
        ("ar.docx", TORN, "T009"),
        ("ar.epub", TORN, "T009"),
        ("ar.xlsx", TORN, "T009"),
        ("ar.odt", b"nothing", "T009"),
        ("ar.epub", b"PK\x05\x06" + bytes(18), "T009"),
        ("ar.fb2", b"<FictionBook><body>", "T009"),
        ("ar.html", b"", "T009"),
        ("ar.html", b"<div>" * 20000 + b"x" + b"</div>" * 20000, "T009"),
        ("ar.html", b"<ul><li>x " * 60, "T009"),
        ("ar.html", b"<html><body><script>x</script></body></html>", "T003"),
        ("ar.tex", b"\\begin{document}{", "T009"),
        ("ar.sdlxliff", REPEATED, "T004"),
        ("ar.tmx", b"<tmx><body>", "T009"),
        ("ar.tmx", b"<html/>", "T009"),
        ("ar.tmx", b'<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/passwd">]><tmx><body><tu><tuv xml:lang="ar"><seg>&x;</seg></tuv></tu></body></tmx>', "T009"),
        ("ar.xliff", b'<xliff version="1.2"/>', "T009"),
        ("ar.po", b'msgid "unclosed\n', "T009"),
        ("ar.po", b"\xff\xfe", "T001"),
        ("ar.xlsx", b"PK", "T009"),
        ("ar.csv", b"x,y\n1,2\n", "T009"),
        ("ar.csv", b"", "T003"),
        ("ar.srt", b"no times here", "T00"),
        ("ar.txt", b"\xff\xff", "T001"),
    ],
)  # fmt: skip
def test_damaged_files_are_told_in_a_line_and_write_nothing(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    run = lone(tmp_path, name, data)
    assert run.status == 1, run.err
    assert name in run.lines[0] or "ar.md" in run.lines[0]
    assert f"[{code}" in run.lines[0]
    assert "Traceback" not in run.err
    assert not (tmp_path / "source").exists()
