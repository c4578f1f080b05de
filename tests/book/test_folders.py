"""The folder of a book: which files are its chapters, in which order, and what is watched."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Built, command, write

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.model.project import Project, open_project


def test_a_chapter_that_is_not_read_is_told(built: Callable[..., Built]) -> None:
    files = {"ar/1.txt": "نص.", "id/1.txt": "Teks.", "ar/2.docx": "x", "id/part/3.txt": "Teks."}
    built(files, formats=("epub",), warnings=("P006", "P006"))


def test_chapters_that_sort_alike_have_one_order(tmp_path: Path) -> None:
    files = {f"{tag}/{name}.txt": "x." for tag in ("ar", "id") for name in ("1", "01", "2", "10")}
    write(tmp_path / "source" / "book", files)
    chapters = open_book(open_project(tmp_path), "book").chapters
    assert [c.name for c in chapters] == ["01", "1", "2", "10"]


def test_a_text_behind_a_link_inside_the_project_is_watched(tmp_path: Path) -> None:
    write(
        tmp_path, {"texts/ar/1.txt": "نص.", "texts/id/1.txt": "Teks satu.", "source/book/book.css": "p { margin: 0 }"}
    )
    for tag in ("ar", "id"):
        (tmp_path / "source" / "book" / tag).symlink_to(tmp_path / "texts" / tag)
    root = ("build", "--root", str(tmp_path), "--format", "epub")
    assert "book.epub" in command(*root).out
    assert command(*root).out == "book: nothing changed\n"
    write(tmp_path, {"texts/id/1.txt": "Teks dua."})
    assert command(*root).status == 0
    assert "Teks dua." in Built(open_project(tmp_path), "book").document("c1.xhtml")


@pytest.mark.parametrize(("numbering", "numbers"), [("book", [1, 2, 3, 4]), ("chapter", [1, 2, 1, 2])])
def test_paragraphs_are_numbered_over_the_book_or_its_chapters(
    numbering: str, numbers: list[int], project: Callable[..., Project]
) -> None:
    texts = {f"{tag}/{n}.txt": "x.\ny." for tag in ("ar", "id") for n in (1, 2)}
    here = project({**texts, "book.toml": f'numbering = "{numbering}"'})
    book = load_book(here, open_book(here, "book")).book
    assert [unit.number for unit in book.units()] == numbers
    ids = ["u1", "u2", "u3", "u4"] if numbering == "book" else ["c1u1", "c1u2", "c2u1", "c2u2"]
    assert [unit.id for unit in book.units()] == ids


def test_chapters_are_partners_by_their_numbers_where_their_names_differ(built: Callable[..., Built]) -> None:
    book = built(
        {
            "ar/١- البستان.txt": "واحد.",
            "ar/١٠- الحصاد.txt": "عشرة.",
            "id/01-kebun.txt": "Satu.",
            "id/10 Panen.txt": "Sepuluh.",
        }
    )
    assert re.findall(r">(واحد|عشرة|Satu|Sepuluh)\.", "".join(book.document(f"c{n}.xhtml") for n in (1, 2))) == [
        "واحد",
        "Satu",
        "عشرة",
        "Sepuluh",
    ]
