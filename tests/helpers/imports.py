"""Files to import, and what became of them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from conftest import NATO, command, write

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.model.project import open_project

TAGS = ("ar", "id")
LINES = {tag: [line for line in (NATO / f"{tag}.txt").read_text("utf-8").split("\n") if line.strip()] for tag in TAGS}


def units(root: Path, slug: str) -> list[tuple[Any, ...]]:
    project = open_project(root)
    book = load_book(project, open_book(project, slug)).book
    return [(u.id, u.kind, u.blocks[0].level, tuple(b.text for b in u.blocks)) for u in book.units()]


def written(folder: Path, page: str, **files: str | bytes) -> str:
    """Import a page as id.html, beside a text; give what was written of it, in Markdown or plain text."""
    names = {name.replace("_", "."): content for name, content in files.items()}
    write(folder, {"id.html": f"<html lang=id><body>{page}</body></html>", "ar.txt": "نص.\n", **names})
    run = command("import", str(folder / "id.html"), str(folder / "ar.txt"), "--book", "b", "--root", str(folder))
    assert (run.status, run.err) == (0, "")
    return next((folder / "source" / "b").glob("id.*")).read_text("utf-8")


def bound(tag: str, more: str = "") -> bytes:
    """An EPUB as calibre's editor leaves them: the package below, a cover, a contents page, notes in a file of their own."""
    words = {"ar": ("عنوان", "نص", "حاشية"), "id": ("Judul", "Teks", "Catatan")}[tag]

    def page(body: str) -> str:
        head = f'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>{body}</body></html>'
        return f'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "xhtml11.dtd">{head}'

    texts = {
        "cover": '<svg xmlns="http://www.w3.org/2000/svg"><image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="../c.png"/></svg>',
        "title": f'<section epub:type="titlepage"><h1>{words[0]}</h1></section>',
        "toc": f'<h2>X</h2><p><a href="one.xhtml">{words[0]} 1</a></p><p><a href="notes.xhtml#n1">{words[0]} 2</a></p>',
        "one": f'<h2>{words[0]} 1<a id="x"/></h2><p>{words[1]}&nbsp;1<sup><a id="r1" href="notes.xhtml#n1">1</a></sup>.</p><p><img src="../c.png" alt=""/></p>',
        "notes": f'<p id="n1"><a href="one.xhtml#r1">1</a>. {words[2]}.</p>{more}',
    }
    # some programs list places in a document as if they were documents
    names = [*texts, "one#x"]
    hrefs = [name.replace("#", ".xhtml#") if "#" in name else f"{name}.xhtml" for name in names]
    items = "".join(
        f'<item id="i{n}" href="../text/{href}" media-type="application/xhtml+xml"/>' for n, href in enumerate(hrefs)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(hrefs)))
    package = f'<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:language>{tag}</dc:language></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
        )
        archive.writestr("OEBPS/content.opf", package)
        archive.writestr("c.png", pixel())
        for name, body in texts.items():
            archive.writestr(f"text/{name}.xhtml", page(body))
    return out.getvalue()


def pixel(colour: str = "red") -> bytes:
    from PIL import Image as Picture

    out = io.BytesIO()
    Picture.new("RGB", (8, 8), colour).save(out, "PNG")
    return out.getvalue()


def written_and_lost(folder: Path, *names: str) -> tuple[list[list[str]], list[str]]:
    """Import files; give the lines that were written a language, in the order of the alphabet, and what was told as lost."""
    run = command("import", *(str(folder / name) for name in names), "--book", "b", "--root", str(folder))
    assert run.status == 0, run.err
    texts = sorted((folder / "source" / "b").glob("*.[tm][xd]*"))
    lines = [[line for line in text.read_text("utf-8").splitlines() if line] for text in texts]
    return lines, [line.partition("taken over: ")[2] for line in run.err.splitlines() if "not taken over" in line]


def lone(folder: Path, name: str, data: bytes, *options: str) -> Any:
    write(folder, {name: data, "id.txt": "Satu.\n"})
    return command(
        "import", str(folder / name), str(folder / "id.txt"), "--book", "book", *options, "--root", str(folder)
    )
