"""Contents and page list of e-books, and the files that they lead to."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from conftest import Built, command
from ebooks import EPUB_TYPE, names, part, words
from lxml import etree

from bookbuild.model.project import Project


def letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalpha())


def after(root: Any, identifier: str) -> str:
    """The text from an element on, in the element that holds the text."""
    mark = next(e for e in root.iter() if e.get("id") == identifier)
    block = next((e for e in mark.iterancestors() if "t" in e.get("class", "").split()), None)
    if block is None:  # before a title: all that follows
        return words(mark.getparent())
    found, seen = [], False
    for event, element in etree.iterwalk(block, events=("start", "end")):
        if event == "start":
            seen = seen or element is mark
            found += [element.text or ""] if seen else []
        elif element is not block and seen:
            found.append(element.tail or "")
    return "".join(found)


def test_the_page_list_leads_to_the_first_words_of_each_printed_page(
    rich_ebooks: list[Path], first_ebooks: list[Path]
) -> None:
    checked = 0
    for path in (first_ebooks[-1], rich_ebooks[-1]):
        assert path.stem in {"book", "nato-1954"}
        pdf = pypdf.PdfReader(path.with_suffix(".pdf"))
        targets = [a.get("href") for a in part(path, "nav.xhtml").findall(".//{*}nav[@id='pages']//{*}a")]
        labels = [a.text for a in part(path, "nav.xhtml").findall(".//{*}nav[@id='pages']//{*}a")]
        assert labels == [str(n) for n in range(1, len(pdf.pages) + 1)]
        for page, target in zip(pdf.pages, targets, strict=True):
            file, _, identifier = target.partition("#")
            root = part(path, file)
            mark = next(e for e in root.iter() if e.get("id") == identifier)
            assert (mark.get("role"), mark.get(EPUB_TYPE)) == ("doc-pagebreak", "pagebreak")
            assert mark.get("aria-label") == identifier.removeprefix("page")
            if file in {"nav.xhtml", "about.xhtml"}:
                continue  # contents and colophon
            # running heads stand above the first line, in the order of the file; within a line of right-to-left text
            # with brackets the reader of PDFs has its own order
            first = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", after(root, identifier)))[:4]
            top = letters(page.extract_text())[:200]
            assert [word for word in first if word not in top] == [], (path.name, target, top)
            checked += 1
    assert checked > 8


def test_pages_are_those_of_a_handout_that_is_there(project: Callable[..., Project]) -> None:
    made = project({"ar.txt": "نص.\nنص ثان.", "id.txt": "Teks.\nTeks dua."})
    root = ("build", "--root", str(made.root))

    def pages() -> int:
        return len(part(made.dist / "book.epub", "nav.xhtml").findall(".//{*}nav[@id='pages']//{*}a"))

    assert command(*root, "--format", "epub").status == 0
    assert pages() == 0
    assert "pageBreakSource" not in etree.tostring(part(made.dist / "book.epub", "content.opf")).decode()
    assert command(*root, "--format", "epub").out == "book: nothing changed\n"
    # with the handout it is another book
    assert "book.epub" in command(*root).out
    assert pages() == 1
    with_pages = (made.dist / "book.epub").read_bytes()
    # the handout is up to date: the e-book alone is made with its pages
    (made.dist / "book.epub").unlink()
    assert command(*root, "--format", "epub").status == 0
    assert (made.dist / "book.epub").read_bytes() == with_pages
    source = next(
        e.text
        for e in part(made.dist / "book.epub", "content.opf").iter("{*}meta")
        if e.get("property") == "pageBreakSource"
    )
    import pikepdf

    with pikepdf.open(made.dist / "book.pdf") as pdf, pdf.open_metadata() as xmp:
        assert xmp["dc:identifier"] == {source} or xmp["dc:identifier"] == source
    # the text changed, and the handout was not built again: its pages are no longer those
    (made.root / "source" / "book" / "id.txt").write_text("Teks.\nTeks lain.", "utf-8")
    assert command(*root, "--format", "epub").status == 0
    assert pages() == 0
    (made.root / "source" / "book" / "book.toml").write_text('[ebook]\npages = "none"', "utf-8")
    assert command(*root).status == 0
    assert pages() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "starts",
    ["x", [1], [{"page": "x", "starts": {}}], [{"page": 1, "starts": [1]}], [{"page": 1, "starts": {"ar": "u1"}}],
     [{"page": float("inf"), "starts": {}}], [{"page": 2, "starts": {"ar": ["u1-ar", 10**9]}}], [{"page": 2, "starts": {"ar": ["nowhere", 0]}}]],
)  # fmt: skip
def test_a_report_that_was_tampered_with_breaks_no_ebook(starts: Any, project: Callable[..., Project]) -> None:
    made = project({"ar.txt": "نص.\nنص ثان.", "id.txt": "Teks.\nTeks dua."})
    root = ("build", "--root", str(made.root))
    assert command(*root).status == 0
    report = made.dist / "build-report.json"
    data = json.loads(report.read_text("utf-8"))
    next(o for o in data["books"]["book"]["outputs"] if o["format"] == "pdf")["page_starts"] = starts
    report.write_text(json.dumps(data), "utf-8")
    done = command(*root, "--format", "epub", "--again")
    assert done.status == 0, done.err
    nav = part(made.dist / "book.epub", "nav.xhtml")
    for link in nav.iter("{*}a"):
        file, _, identifier = link.get("href").partition("#")
        assert not identifier or identifier in {e.get("id") for e in part(made.dist / "book.epub", file).iter()}


@pytest.mark.parametrize("key", ["file", "edition", "format", "sha256", "needs_pages"])
def test_a_report_of_other_kinds_of_values_only_costs_a_build(key: str, project: Callable[..., Project]) -> None:
    made = project({"ar.txt": "نص.", "id.txt": "Teks."})
    root = ("build", "--root", str(made.root), "--format", "epub")
    assert command(*root).status == 0
    report = made.dist / "build-report.json"
    data = json.loads(report.read_text("utf-8"))
    data["books"]["book"]["outputs"][0][key] = [{}]
    report.write_text(json.dumps(data), "utf-8")
    done = command(*root)
    assert done.status == 0, done.err
    assert "book.epub" in done.out


def test_an_empty_stylesheet_of_ones_own_is_a_file_all_the_same(built: Callable[..., Built]) -> None:
    book = built({"ar.txt": "نص.", "id.txt": "Teks.", "wide.css": ""}, formats=("epub",))
    assert "EPUB/wide.css" in names(book.epub)


def test_navigation_is_complete_for_new_and_old_readers(rich_ebooks: list[Path]) -> None:
    path = rich_ebooks[-1]
    nav = part(path, "nav.xhtml")
    kinds = {e.get(EPUB_TYPE): e for e in nav.iter("{*}nav")}
    assert set(kinds) == {"toc", "page-list", "landmarks"}
    assert [a.get(EPUB_TYPE) for a in kinds["landmarks"].iter("{*}a")] == [
        "cover",
        "titlepage",
        "toc",
        "bodymatter",
        "colophon",
    ]
    for span in kinds["toc"].iter("{*}span"):
        assert span.get("dir") == ("rtl" if span.get("lang") == "ar" else "ltr")
    known = {}
    for link in nav.iter("{*}a"):
        file, _, identifier = link.get("href").partition("#")
        known.setdefault(file, {e.get("id") for e in part(path, file).iter()})
        assert not identifier or identifier in known[file], link.get("href")
    ncx = part(path, "toc.ncx")
    assert len(list(ncx.iter("{*}pageTarget"))) == len(list(kinds["page-list"].iter("{*}a")))
    assert len(list(ncx.iter("{*}navPoint"))) == len(list(kinds["toc"].iter("{*}a")))


@pytest.mark.slow
def test_a_long_chapter_is_cut_into_files_that_old_readers_can_hold(built: Callable[..., Built]) -> None:
    count = 900
    files = {
        "ar.md": "# فصل\n\n" + "\n\n".join(f"{'نص من كلمات كثيرة ' * 12}رقم {n}." for n in range(count)),
        "id.md": "# Bab\n\n" + "\n\n".join(f"{'Teks dengan banyak kata ' * 9}nomor {n}." for n in range(count)),
        "book.toml": '[title]\nar = "كتاب"\nid = "Buku"\n[ebooks.popup]\nnumbers = true',
    }
    book = built(files, formats=("epub",))
    chapters = {name: text for name, text in book.documents.items() if re.search(r"/c\d", name)}
    assert list(chapters) == ["EPUB/c1.xhtml", *(f"EPUB/c1-{n}.xhtml" for n in range(2, len(chapters) + 1))]
    assert len(chapters) > 3
    assert max(len(text.encode()) for text in chapters.values()) < 300_000
    places = {unit: name for name, text in chapters.items() for unit in re.findall(r'id="(u\d+)"', text)}
    assert len(places) == count
