"""What is wrong with a project, its stylesheets, layouts and pictures."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import command, write
from small_books import GOOD, MD, png

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.model.project import Project


@pytest.mark.slow
def test_one_bad_book_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path / "source", {"bad/ar.txt": "x", "good/ar.txt": "جملة.", "good/id.txt": "Kalimat."})
    done = command("build", "--root", str(tmp_path), "--format", "epub")
    assert done.status == 1
    assert done.lines[-1] == "bad: not built; earlier outputs are as they were"
    assert (tmp_path / "dist" / "good.epub").exists()


def test_a_project_without_books_says_how_to_begin(tmp_path: Path) -> None:
    done = command("build", "--root", str(tmp_path))
    assert done.status == 1
    assert "make a folder source/<book>/ and put one text per language into it" in done.err


def test_a_text_that_leads_out_of_the_project_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("rahasia")
    book = tmp_path / "project" / "source" / "book"
    write(book, {"ar.txt": "جملة."})
    (book / "id.txt").symlink_to(secret)
    done = command("build", "--root", str(tmp_path / "project"))
    assert done.status == 1
    assert (
        done.lines[0]
        == "source/book/id.txt: the path leads out of the project: copy the file into the book's folder [P005]"
    )


def test_a_dist_that_is_a_file_is_named(project: Callable[..., Project], tmp_path: Path) -> None:
    project(GOOD)
    (tmp_path / "dist").write_text("")
    done = command("build", "--root", str(tmp_path))
    assert done.status == 1
    assert done.lines[0].startswith("dist: cannot be written (")


def test_a_decompression_bomb_is_refused(tmp_path: Path) -> None:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
    import zlib

    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    files = {k: v for k, v in MD.items() if v is not None}
    write(tmp_path / "source" / "book", {**files, "images/a.png": bomb})
    done = command("build", "--root", str(tmp_path))
    assert done.status == 1
    assert "[I001]" in done.lines[0]


def test_warnings_build_but_not_with_strict(tmp_path: Path) -> None:
    files = {k: v.replace("![صورة]", "![]") for k, v in MD.items()}
    write(tmp_path / "source" / "book", {**files, "images/a.png": png()})
    done = command("build", "--root", str(tmp_path))
    assert done.status == 0
    assert done.lines == [
        "warning: source/book/ar.md:3: the image 'images/a.png' has no description: write what it shows: ![description](images/a.png) [T008]"
    ]
    again = command("build", "--root", str(tmp_path), "--format", "epub", "--strict")
    assert again.status == 1


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("p { color: }", "source/book/book.css:1: color has no value"),
        ("p { color: var(--nowhere) }", "source/book/book.css:1: --nowhere has no value"),
        (":root { --a: var(--a) var(--a) }\np { color: var(--a) }", "source/book/book.css:1: --a has no value"),
        ("\n{", "source/book/book.css:2: a rule does not say what it is for: write a selector"),
        ("@media print { { color: red } }", "source/book/book.css:1: a rule does not say what it is for"),
        ("p { color: red } }", "source/book/book.css:1: the stylesheet is broken ("),
    ],
)
def test_what_e_readers_would_refuse_in_a_stylesheet_is_told(css: str, said: str, tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {**GOOD, "book.css": css})
    done = command("build", "--root", str(tmp_path), "--format", "epub")
    assert done.status == 1
    assert done.lines[0].startswith(said)


@pytest.mark.parametrize(
    ("name", "layout", "said"),
    [
        ("about.xhtml", "<x/>", 'its outermost element is not <html xmlns="http://www.w3.org/1999/xhtml">'),
        ("cover.xhtml", '<html xmlns="http://www.w3.org/1999/xhtml"/>', "it has no <body>"),
        ("nav.xhtml", '<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', 'it has no <nav epub:type="toc">'),
        ("toc.ncx", "<ncx/>", "its outermost element is not <ncx"),
        ("toc.ncx", '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"/>', "it has no <navMap>"),
        (
            "about.xhtml",
            '<html xmlns="http://www.w3.org/1999/xhtml"><body><p id="a"/><p id="a"/></body></html>',
            'two of its elements have id="a"',
        ),
        ("about.xhtml", "{{ 'x' * 10 ** 10 }}", "the layout is broken (1 characters or items 10000000000 times"),
        ("about.xhtml", "{{ [0] * 99999999 }}", "the layout is broken (1 characters or items 99999999 times"),
        ("about.xhtml", "{{ 10 ** 9999 }}", "the layout is broken (the number is too large"),
    ],
)
def test_layouts_that_give_no_ebook_are_told(name: str, layout: str, said: str, tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {**GOOD, name: layout})
    done = command("build", "--root", str(tmp_path), "--format", "epub")
    assert done.status == 1
    assert done.lines[0].startswith(f"source/book/{name}:")
    assert said in done.lines[0]
    assert done.lines[0].endswith("[L001]")


@pytest.mark.parametrize(
    ("toml", "line"),
    [
        ('title.ar = "نص"\n\n[cover]\nimage = "none.png"', 4),
        ('languages = [\n  "ar",\n  "fr",\n]', 3),
        ('[ebook]\nfonts = "ttf"\npages = "nothing"', 3),
        ('[ebook]\nlanguages = ["ar", "fr"]', 2),
        ('\n[ebooks.nothing]\nfonts = "ttf"', 2),
        ('[series]\nname = {ar = "س", fr = "s"}', 2),
        ('title.ar = "نص"\ntitle.fr = "T"', 2),
        ('[[creators]]\nname = "a"\n[[creators]]\nname = {fr = "a"}', 4),
        ('[booklet]\nsheet = "A4"\nedition = "nothing"', 3),
        ('[print]\npaper = "A4"\ncolumns = [1, 2, 3]', 3),
    ],
)
def test_what_is_wrong_in_the_configuration_has_its_line(toml: str, line: int, tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {**GOOD, "book.toml": toml})
    done = command("build", "--root", str(tmp_path), "--edition", "all")
    assert done.status == 1
    assert any(one.startswith(f"source/book/book.toml:{line}: ") for one in done.lines), done.err


@pytest.mark.parametrize("name", ["cover.jpg", "cover.svg"])
def test_a_cover_that_cannot_be_one_is_told(name: str, tmp_path: Path) -> None:
    import os

    write(tmp_path / "source" / "book", GOOD)
    path = tmp_path / "source" / "book" / name
    if name.endswith(".svg"):
        path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', "utf-8")
    else:
        os.mkfifo(path)
    done = command("build", "--root", str(tmp_path), "--format", "epub")
    assert done.status == 1
    assert done.lines[0].startswith(f"source/book/{name}: ")


def test_a_pipe_instead_of_a_text_is_told(tmp_path: Path) -> None:
    import os

    write(tmp_path / "source" / "book", {**GOOD, "book.css": "p { color: black }"})
    (tmp_path / "source" / "book" / "book.css").unlink()
    os.mkfifo(tmp_path / "source" / "book" / "book.css")
    (tmp_path / "source" / "book" / "book.toml").unlink(missing_ok=True)
    os.mkfifo(tmp_path / "source" / "book" / "book.toml")
    done = command("build", "--root", str(tmp_path), "--format", "epub")
    assert done.status == 1
    assert "source/book/book.toml: cannot be read (is not a file)" in done.lines[0]


def test_a_rule_left_open_is_closed_for_e_readers(tmp_path: Path) -> None:
    import zipfile

    write(tmp_path / "source" / "book", {**GOOD, "book.css": "p { color: black"})
    assert command("build", "--root", str(tmp_path), "--format", "epub").status == 0
    with zipfile.ZipFile(tmp_path / "dist" / "book.epub") as archive:
        css = archive.read("EPUB/book.css").decode()
    assert css.count("{") == css.count("}")


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["handout", "facing"])
@pytest.mark.parametrize(
    "rule", ["html { position: running(x) }", "p.t { letter-spacing: -1e9px }", "td { font-size: 1e9px }"]
)
def test_a_rule_that_the_renderer_cannot_follow_is_named(
    rule: str, edition: str, project: Callable[..., Project]
) -> None:
    table = {"ar.md": "| س | ص |\n|---|---|\n| ١ | ٢ |\n\nكلام.", "id.md": "| a | b |\n|---|---|\n| 1 | 2 |\n\nKata."}
    here = project({**table, "book.css": f"/* mine */\n.t {{ color: #333 }}\n{rule}\n\nh1 {{ color: #111 }}\n"})
    outcome = build(here, BuildRequest(formats=("pdf",), editions=(edition,))).outcomes[0]
    (finding,) = [finding for finding in outcome.findings if finding.code == "R002"]
    assert str(finding.place) == "source/book/book.css:3"
    assert "remove it" in finding.advice


def test_a_rule_of_a_cover_that_the_renderer_cannot_follow_is_named(project: Callable[..., Project]) -> None:
    here = project({**GOOD, "cover.css": "h1 { color: #333 }\n\np { letter-spacing: -1e9px }\n"})
    outcome = build(here, BuildRequest(formats=("epub",))).outcomes[0]
    (finding,) = [finding for finding in outcome.findings if finding.code == "R002"]
    assert str(finding.place) == "source/book/cover.css:3"
