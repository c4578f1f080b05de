"""Where an edit is: in which unit, and on which page."""

from __future__ import annotations

from pathlib import Path

from conftest import write
from previews import replace

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.model.project import open_project
from bookbuild.preview.places import BookPosition, Edit, TextSnapshots, find_page, find_position


def test_the_place_of_an_edit(tmp_path: Path) -> None:
    write(
        tmp_path / "source" / "book",
        {
            "ar/1.txt": "واحد.\n\nاثنان.\n", "id/1.txt": "Satu.\n\nDua.\n",
            "ar/2.txt": "ثلاثة.\n\nأربعة.\n", "id/2.txt": "Tiga.\n\nEmpat.\n",
        },
    )  # fmt: skip
    project = open_project(tmp_path)
    texts = TextSnapshots(project)
    texts.remember(project.source)
    path = project.source / "book" / "id" / "2.txt"
    assert texts.find_edit([path]) is None
    replace(path, "Empat", "Empat belas")
    edit = texts.find_edit([path])
    assert edit == Edit("source/book/id/2.txt", 3, 5, ("Tiga.", "", "Empat belas."))
    assert texts.find_edit([path]) is None
    book = load_book(project, open_book(project, "book")).book
    assert find_position(book, edit) == BookPosition("u4", "id", 5, 1)
    assert find_position(book, Edit("source/book/book.toml", 1, 0)) is None
    starts = [
        {"page": 1, "starts": {}},
        {"page": 2, "starts": {"ar": ["u1-ar", 0], "id": ["u1-id", 0]}},
        {"page": 3, "starts": {"ar": ["u3-ar", 12], "id": ["u4-id", 0]}},
        {"page": 4, "starts": {"id": ["u4-id", 30]}},
    ]
    places = (("u1", "id", 0), ("u3", "ar", 11), ("u3", "ar", 12), ("u4", "id", 29), ("u4", "id", 30), ("u4", "ar", 99))
    assert [find_page(book, BookPosition(*place, 0), starts) for place in places] == [2, 2, 3, 3, 4, 3]
