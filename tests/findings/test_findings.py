"""Findings that no bad text brings about, but a stylesheet, a picture, a font or a damaged output."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Run, command, judge, write

from bookbuild.checks.epubcheck import find_epubcheck, run_epubcheck
from bookbuild.document.fonts import find_packaged_families
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project
from bookbuild.pdf.engine.load import load_engine
from bookbuild.pdf.engine.log import collect_warnings

BOOK = {"ar.txt": "جملة أولى.\nجملة ثانية.\n", "id.txt": "Kalimat satu.\nKalimat dua.\n"}
LONG = "Kalimat yang cukup panjang untuk tidak berdiri dua kali secara kebetulan."
TWICE = """{% for s in document.sections %}{% for r in s.rows %}{% for c in r.cells %}{{ c.html }}
{{ c.html | striptags }}{% endfor %}{% endfor %}{% endfor %}"""


def built(root: Path, files: dict[str, str | bytes], *options: str) -> Run:
    write(root / "source" / "book", {**BOOK, **files})
    return command("build", "--root", str(root), *options)


@pytest.mark.parametrize(("tag", "word"), [("id", "kata"), ("ar", "كلمة")])
def test_a_line_wider_than_its_column_is_told_with_its_page(tmp_path: Path, tag: str, word: str) -> None:
    files = {f"{tag}.txt": f"{word}.\n" + f"{word} " * 20 + f"{word}.\n", "book.css": ".t { white-space: nowrap }"}
    done = built(tmp_path, files, "--format", "pdf")
    assert done.status == 0
    assert done.lines[0].startswith(f"warning: source/book/{tag}.txt:2: book.pdf, page 1: a line is ")
    assert done.lines[0].endswith("[O004]")


def test_a_space_at_the_end_of_a_right_to_left_line_is_not_too_wide(tmp_path: Path) -> None:
    sentence = "معظم الحواسيب الحديثة تحوي معالجات 64بت سواء Intel أو AMD، تتوافق مع معالجات 32بت الأقدم."
    texts = {
        f"{tag}.txt": "\n".join(sentence[n:] if tag == "ar" else "x" * n + "." for n in range(1, 20))
        for tag in ("ar", "id")
    }
    assert built(tmp_path, {**texts, "book.toml": '[checks]\nignore = ["Q"]\n'}, "--format", "pdf").err == ""


def test_a_font_that_was_not_chosen_is_an_error(tmp_path: Path) -> None:
    import base64

    face = base64.b64encode(find_packaged_families()["PT Serif"].faces[0].path.read_bytes()).decode()
    css = f"@font-face {{ font-family: Stranger; src: url(data:font/ttf;base64,{face}) }} .t {{ font-family: Stranger !important }}"
    done = built(tmp_path, {"print.css": css}, "--format", "pdf")
    assert done.status == 1
    assert "the renderer took the font 'Stranger', which was not chosen" in done.err
    assert "[F002]" in done.err


@pytest.mark.parametrize("data", [b"", b"no font", b"OTTO" + bytes(40), b"wOF2" + bytes(60)])
def test_a_font_file_that_is_none_is_told(data: bytes, tmp_path: Path) -> None:
    write(tmp_path / "styles" / "fonts", {"mine.ttf": data})
    done = built(tmp_path, {})
    assert done.status == 1
    assert done.lines[0].startswith("styles/fonts/mine.ttf: this is not a font that can be used (")
    assert done.lines[0].endswith("[F003]")


def test_what_the_renderer_says_is_never_silent(tmp_path: Path) -> None:
    done = built(tmp_path, {"book.css": "p { colour: red }"}, "--format", "pdf")
    assert done.status == 0
    assert done.lines[0].startswith("warning: source/book/book.css: the renderer says: Ignored `colour: red ")
    assert built(tmp_path, {}, "--format", "pdf", "--strict").status == 1


def test_a_renderer_that_fails_is_told(tmp_path: Path) -> None:
    done = built(
        tmp_path, {"book.css": "p { transform: scale(0) rotate(1e99deg) } .t { font-size: 1e400px }"}, "--format", "pdf"
    )
    assert done.status == 1
    assert "book.css:1: the renderer cannot follow this rule (" in done.lines[0]
    assert done.lines[0].endswith("[R002]")


def test_a_picture_that_the_renderer_cannot_draw_is_an_error_and_other_words_a_warning() -> None:
    logger = logging.getLogger("weasyprint")
    into: list[Finding] = []
    with collect_warnings("source/book/handout.html", into):
        logger.error("Failed to load image at %r: %s", "x.svg", "it is no picture")
        logger.warning("Something else.")
        logger.warning("Something else.")
    assert [(f.code, f.severity.value, str(f.place)) for f in into] == [
        ("R003", "error", "source/book/handout.html"),
        ("R001", "warning", "source/book/handout.html"),
    ]
    assert load_engine().VERSION == "70.0"  # the words are those of this version (images.py)


@pytest.mark.parametrize(("name", "form"), [("handout.html", "pdf"), ("chapter.xhtml", "epub")])
def test_a_layout_that_shows_a_paragraph_twice_is_told(name: str, form: str, tmp_path: Path) -> None:
    pages = {
        "handout.html": f'<html lang="ar" dir="rtl"><title>x</title><body>{TWICE}</body></html>',
        "chapter.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head>'
        "<title>x</title></head><body>{% for r in section.rows %}{% for c in r.cells %}{{ c.html }}<p>{{ c.html | striptags }}</p>"
        "{% endfor %}{% endfor %}</body></html>",
    }
    done = built(tmp_path, {"id.txt": f"{LONG}\nKalimat dua.\n", name: pages[name]}, "--format", form)
    assert done.status == 1
    assert done.lines[0].startswith(
        f"source/book/id.txt:1: book.{form} shows this paragraph, or a part of it, a second time"
    )


def test_a_folder_that_cannot_be_opened_is_named(
    project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = project(BOOK)
    real = Path.iterdir

    def refuse(path: Path) -> object:
        if path.name == "book":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    done = command("build", "--root", str(made.root))
    assert done.status == 1
    assert done.lines[0] == "source/book: cannot be read (permission denied): check the file's rights and links [P007]"


def test_a_project_without_a_book_has_the_code_for_it(tmp_path: Path) -> None:
    assert command("list", "--root", str(tmp_path)).err.strip().endswith("[P008]")


def test_an_output_that_is_damaged_or_gone_is_told_by_check(tmp_path: Path) -> None:
    assert built(tmp_path, {}).status == 0
    (tmp_path / "dist" / "book.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "dist" / "book.epub").unlink()
    done = command("check", "--root", str(tmp_path))
    assert done.status == 1
    assert all(line.endswith("[O006]") for line in done.lines)
    assert {line.split(":")[0] for line in done.lines} == {"dist/book.pdf", "dist/book.epub"}


@pytest.mark.judge
def test_what_epubcheck_finds_are_findings(tmp_path: Path) -> None:
    judge(bool(shutil.which("java")) and find_epubcheck() is not None, "EPUBCheck needs Java and the package epubcheck")
    import zipfile

    assert built(tmp_path, {}, "--format", "epub").status == 0
    good, bad = tmp_path / "dist" / "book.epub", tmp_path / "bad.epub"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename.endswith("c1.xhtml"):
                data = data.replace(b"<body", b"<body nonsense='1'")
            if info.filename.endswith(".opf"):
                data = data.replace(b"</dc:language>", b"</dc:language><dc:date>soon</dc:date>", 1)
            target.writestr(info, data)
    codes = {finding.code for finding in run_epubcheck(bad, Place("bad.epub"))[0]}
    assert codes == {"E001", "E002"}
