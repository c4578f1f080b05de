"""The editions of e-books: popup, one language alone, and what book.toml chooses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import command
from ebooks import EPUB_TYPE, names, part, words

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.model.project import Project


def test_in_the_popup_every_unit_leads_to_its_translation_and_back(first_ebooks: list[Path]) -> None:
    (path,) = [p for p in first_ebooks if "popup" in p.name]
    root = part(path, "c1.xhtml")
    marks = [a for a in root.iter("{*}a") if "unit-mark" in a.get("class", "")]
    assert [a.text for a in marks] == ["[1]", "[*]", "[2]", "[3]", "[4]", "[5]", "[*]", "[6]", "[7]"]
    notes = {e.get("id"): e for e in root.iter("{*}div") if e.get(EPUB_TYPE) == "footnote"}
    for mark in marks:
        assert (mark.get(EPUB_TYPE), mark.get("role")) == ("noteref", "doc-noteref")
        note = notes.pop(mark.get("href")[1:])
        assert note.get("role") == "doc-footnote"
        (back,) = [a for a in note.iter("{*}a") if a.get("role") == "doc-backlink"]
        assert back.get("href") == f"#{mark.get('id')}"
        assert [e.get("lang") for e in note.iter("{*}p") if "t" in e.get("class", "").split()] == ["id"]
    assert notes == {}
    assert list(root.iter("{*}aside")) == []
    originals = [e.get("lang") for e in root.iter("{*}p", "{*}h2") if "t" in e.get("class", "").split()]
    assert originals == ["ar"] * 9 + ["id"] * 9  # the original alone, then what its marks lead to


def test_the_popup_of_three_languages_has_both_translations_in_a_note(rich_ebooks: list[Path]) -> None:
    (path,) = [p for p in rich_ebooks if "popup" in p.name]
    root = part(path, "c1.xhtml")
    note = next(e for e in root.iter("{*}div") if e.get("id") == "u1-note")
    assert [
        e.get("id") for e in note.iter() if str(e.get("id", "")).startswith("u1-") and "t " in e.get("class", "")
    ] == [
        "u1-id",
        "u1-en",
    ]
    # verse, tables and code bear no mark in their text: it stands after them
    loose = [e for e in root.iter("{*}p") if e.get("class") == "mark"]
    assert len(loose) >= 3
    identifiers = {e.get("id") for e in root.iter() if e.get("id")}
    for link in root.iter("{*}a"):
        if link.get("href", "").startswith("#"):
            assert link.get("href")[1:] in identifiers


def test_an_ebook_of_one_language_is_a_book_of_its_own(first_ebooks: list[Path]) -> None:
    (path,) = [p for p in first_ebooks if "reader-id" in p.name]
    package = part(path, "content.opf")
    assert [e.text for e in package.iter("{*}language")] == ["id"]
    assert package.find("{*}spine").get("page-progression-direction") == "ltr"
    assert [e.text for e in package.iter("{*}title")] == [
        "Ketika Uni Soviet Ingin Bergabung dengan NATO",
        "Satu bab dari tahun 1954",
    ]
    assert {e.get("lang") for e in part(path, "c1.xhtml").iter("{*}p", "{*}h2")} == {"id", None}
    assert "fonts/Amiri-400.ttf" not in " ".join(names(path))
    assert "wide.css" not in " ".join(names(path))


@pytest.mark.slow
def test_book_toml_chooses_languages_and_their_order_for_each_ebook(project: Callable[..., Project]) -> None:
    toml = """languages = ["ar", "id", "en"]
[title]
ar = "كتاب"
id = "Buku"
en = "Book"
[ebook]
languages = ["id", "ar"]
[ebooks.popup]
languages = ["en", "ar", "id"]
"""
    made = project(
        {"ar.txt": "نص.\nنص ثان.", "id.txt": "Teks.\nTeks dua.", "en.txt": "A text.\nA second one.", "book.toml": toml}
    )
    build(made, BuildRequest(editions=("bilingual", "popup", "reader-ar"), formats=("epub",)))
    first, popup, reader = (made.dist / name for name in ("book.epub", "book-popup.epub", "book-reader-ar.epub"))
    assert [e.text for e in part(first, "content.opf").iter("{*}language")] == ["id", "ar"]
    assert part(first, "content.opf").find("{*}spine").get("page-progression-direction") == "ltr"
    assert [e.get("id") for e in part(first, "c1.xhtml").iter("{*}p") if e.get("id")] == [
        "u1-id",
        "u1-ar",
        "u2-id",
        "u2-ar",
    ]
    assert [e.get("id") for e in part(popup, "c1.xhtml").iter("{*}p") if e.get("id")] == [
        "u1-en", "u2-en", "u1-ar", "u1-id", "u2-ar", "u2-id",
    ]  # fmt: skip
    assert [e.text for e in part(reader, "content.opf").iter("{*}language")] == ["ar"]
    done = command("check", "--root", str(made.root))
    assert (done.status, done.out.count("sound")) == (0, 3), done.err
    identifiers = {words(part(p, "content.opf").find(".//{*}identifier")) for p in (first, popup, reader)}
    assert len(identifiers) == 3


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[ebook]\nlanguages = ["id"]', "ebook.languages names one language alone"),
        ('[ebook]\nlanguages = ["id", "fr"]', "ebook.languages names 'fr', which the book has not"),
        ('[ebooks.popup]\nlanguages = ["id", "id"]', "ebooks.popup.languages names 'id'"),
        ('[ebooks.pop]\nfonts = "ttf"', "the key 'ebooks.pop' is not known: did you mean 'popup'?"),
        ('[ebook]\npages = "handuot"', "ebook.pages is 'handuot', which is no printed edition of this book: did you mean 'handout'?"),
        ('[ebook]\nfonts = "woff"', "ebook.fonts is 'woff', which is not allowed: write one of ttf, woff2, none"),
        ('[cover]\nimage = "deckel.jpg"', "there is no image 'deckel.jpg'"),
        ("[series]\nnumber = 1", "series.name is missing"),
    ],
)  # fmt: skip
def test_mistakes_in_the_options_of_ebooks_are_told(toml: str, said: str, project: Callable[..., Project]) -> None:
    made = project({"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": toml})
    done = command("build", "--root", str(made.root), "--format", "epub")
    assert done.status == 1
    assert said in done.err
