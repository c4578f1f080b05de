"""Books by sentence: what stands beside each other, bears a number and is linked is a sentence."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable

import pytest
from conftest import command

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.book.sentences import split_into_sentences
from bookbuild.model.book import block_id
from bookbuild.model.project import Project

TEXTS = {
    "ar.md": "# عنوان\n\nجملة **أولى** هنا[^1]. وهل هذه ثانية؟ نعم! وهذه ثالثة في ١٩٥٤.\n\nواحدة فقط.\n\n[^1]: حاشية.\n",
    "id.md": "# Judul\n\nKalimat **pertama** di sini[^1]. Apakah ini yang kedua? Ya! Dan ini yang ketiga tahun 1954.\n\nHanya satu.\n\n[^1]: Catatan.\n",
}
CONFIG = '[print]\ngranularity = "sentence"\n[ebook]\ngranularity = "sentence"\n'


def test_units_carry_their_sentences_and_lose_nothing(project: Callable[..., Project]) -> None:
    here = project(TEXTS)
    book = load_book(here, open_book(here, "book")).book
    parted, places = split_into_sentences(book)
    units = list(parted.units())
    assert [u.id for u in units] == ["h1", "u1s1", "u1s2", "u1s3", "u1s4", "u2"]
    assert [(u.number, u.part) for u in units[1:]] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 0)]
    assert [tuple(b.text.replace("\u00a0", " ") for b in u.blocks) for u in units[1:5]] == [
        ("جملة أولى هنا.", "Kalimat pertama di sini."),
        ("وهل هذه ثانية؟", "Apakah ini yang kedua?"),
        ("نعم!", "Ya!"),
        ("وهذه ثالثة في ١٩٥٤.", "Dan ini yang ketiga tahun 1954."),
    ]
    assert [len(n) for n in units[1].notes] == [1, 1]
    whole = next(u for u in book.units() if u.number == 1)
    for side, language in enumerate(book.languages):
        joined = " ".join(u.blocks[side].text for u in units[1:5])
        assert joined == whole.blocks[side].text
        for u in units[1:5]:  # places lead there and back
            block, at = places.to_paragraph(block_id(u, language), 0)
            assert block == block_id(whole, language)
            assert whole.blocks[side].text[at:].startswith(u.blocks[side].text)
            assert places.to_sentence(block, at) == (block_id(u, language), 0)


@pytest.mark.slow
def test_paper_and_e_books_go_by_sentence(project: Callable[..., Project]) -> None:
    from pypdf import PdfReader

    here = project({**TEXTS, "book.toml": CONFIG})
    run = command(
        "build", "--root", str(here.root), "--edition", "handout", "--edition", "bilingual", "--edition", "popup"
    )
    assert run.status == 0, run.err
    assert "6 of 6" in run.out or "7 of 7" in run.out
    text = PdfReader(here.dist / "book.pdf").pages[0].extract_text()
    for number in ("1.1", "1.2", "1.3", "1.4"):
        assert number in text
    with zipfile.ZipFile(here.dist / "book.epub") as archive:
        chapter = archive.read("EPUB/c1.xhtml").decode()
    assert re.findall(r'class="unit[^"]*" id="(u[^"]*)"', chapter) == ["u1s1", "u1s2", "u1s3", "u1s4", "u2"]
    with zipfile.ZipFile(here.dist / "book-popup.epub") as archive:
        chapter = archive.read("EPUB/c1.xhtml").decode()
    assert chapter.count('<div class="sentences">') == 1
    for n in range(1, 5):
        assert f'href="#u1s{n}-note"' in chapter
        assert f'id="u1s{n}-note"' in chapter
    assert command("check", "--root", str(here.root)).status == 0


def test_one_kind_of_edition_may_go_by_sentence_alone(project: Callable[..., Project]) -> None:
    here = project({**TEXTS, "book.toml": '[ebook]\ngranularity = "sentence"\npages = "handout"\n'})
    run = command("build", "--root", str(here.root))
    assert run.status == 0, run.err
    with zipfile.ZipFile(here.dist / "book.epub") as archive:
        names = archive.namelist()
        chapter = archive.read("EPUB/c1.xhtml").decode()
        nav = archive.read("EPUB/nav.xhtml").decode()
    assert "EPUB/c1.xhtml" in names
    assert "u1s4" in chapter
    assert "page-list" in nav
