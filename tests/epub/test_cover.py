"""The cover, drawn from names and titles that nobody here chose."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from conftest import Built, command, write
from PIL import Image
from small_books import GOOD

from bookbuild.model.project import Project


def read_cover(book: Built) -> Image.Image:
    with zipfile.ZipFile(book.epub) as archive:
        return Image.open(io.BytesIO(archive.read("EPUB/cover.png"))).convert("L")


@pytest.mark.parametrize("name", ["مجدي", "مجلة العلوم", "مختار أحمد", "مخلص", "محمد", "Andi"])
def test_a_name_is_drawn_whatever_it_begins_with(name: str, built: Callable[..., Built]) -> None:
    author = f'[[creators]]\nrole = "author"\nname = "{name}"\n'
    book = built({**GOOD, "book.toml": author, "ar.txt": f"{name}\nجملة."})
    assert book.pdf.exists()
    names = read_cover(book).crop((200, 1960, 1400, 2200))
    assert names.getextrema() == (17, 255)  # the ink of cover.css, and white


def test_one_output_that_fails_stops_no_other(project: Callable[..., Project]) -> None:
    here = project({**GOOD, "cover.html": "{{ nothing.at_all }}"})
    done = command("build", "--root", str(here.root))
    assert done.status == 1
    assert "[L001]" in done.err
    assert "book.epub: not built" in done.err
    assert "book.pdf" in done.out
    assert (here.dist / "book.pdf").exists()
    assert not (here.dist / "book.epub").exists()
    (here.source / "book" / "cover.html").unlink()
    assert command("build", "--root", str(here.root)).status == 0
    assert (here.dist / "book.epub").exists()
    earlier = (here.dist / "book.epub").read_bytes()
    write(here.source / "book", {"cover.html": "{{ nothing.at_all }}"})
    assert command("build", "--root", str(here.root)).status == 1
    assert (here.dist / "book.epub").read_bytes() == earlier
