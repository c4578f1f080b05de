"""The cover, drawn from names and titles that nobody here chose."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from conftest import Built, command, write
from PIL import Image
from small_books import GOOD

from bookbuild.epub import cover
from bookbuild.model.project import Project


def read_cover(book: Built) -> Image.Image:
    with zipfile.ZipFile(book.epub) as archive:
        return Image.open(io.BytesIO(archive.read("EPUB/cover.png"))).convert("L")


@pytest.mark.parametrize("name", ["مجدي", "مجلة العلوم", "مختار أحمد", "مخلص", "محمد", "Andi"])
def test_a_name_is_drawn_whatever_it_begins_with(name: str, built: Callable[..., Built]) -> None:
    author = f'[[creators]]\nrole = "author"\nname = "{name}"\n'
    book = built({**GOOD, "book.toml": author, "ar.txt": f"{name}\nجملة."})
    assert book.pdf.exists()
    darkest, lightest = read_cover(book).crop((200, 2130, 1400, 2350)).getextrema()
    assert darkest < 70  # the ground of cover.css
    assert lightest > 245  # and its ink


STYLES = ("band", "letter", "frame")


@pytest.mark.parametrize("style", STYLES)
def test_each_style_of_cover_shows_both_titles_where_it_should(style: str, built: Callable[..., Built]) -> None:
    titles = '[title]\nar = "كتاب الشجرة"\nid = "Buku tentang Pohon"\n'
    picture = read_cover(built({**GOOD, "book.toml": f'{titles}[cover]\nstyle = "{style}"\n'}, formats=("epub",)))
    assert picture.size == (1600, 2560)
    places = {
        "band": ((1120, 1300), (1540, 1720)),
        "letter": ((1400, 1560), (1620, 1850)),
        "frame": ((620, 800), (900, 1150)),
    }
    for top, bottom in places[style]:
        column = picture.crop((300, top, 1300, bottom))
        ground = column.getpixel((0, 0))
        assert isinstance(ground, int)
        ink = column.point(lambda grey, ground=ground: 255 if abs(grey - ground) > 90 else 0).getbbox()
        assert ink is not None, (top, bottom)
        assert abs((ink[0] + ink[2]) / 2 - 500) < 60  # in the middle


def test_an_unknown_style_of_cover_is_wrong(project: Callable[..., Project]) -> None:
    here = project({**GOOD, "book.toml": '[cover]\nstyle = "bands"\n'})
    done = command("build", "--root", str(here.root))
    assert done.status == 1
    assert "band" in done.err


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


LONG = """[title]
ar = "الإعلان العالمي لحقوق الإنسان الذي اعتمدته الجمعية العامة للأمم المتحدة في باريس"
id = "Pernyataan Umum tentang Hak-Hak Asasi Manusia yang diterima oleh Majelis Umum PBB di Paris"
en = "The Universal Declaration of Human Rights as adopted by the General Assembly in Paris"
[subtitle]
ar = "مع شرح وتعليقات للطلاب"
id = "Dengan penjelasan untuk siswa"
en = "With explanations for students"
[series]
name = {ar = "سلسلة النصوص المتوازية", id = "Seri teks sejajar", en = "Parallel texts"}
[[creators]]
name = {ar = "سلمى بنت أحمد", id = "Salma binti Ahmad", en = "Salma bint Ahmad"}
[[creators]]
name = "Karim Hasan"
role = "translator"
[cover]
style = "%s"
"""


@pytest.mark.parametrize("style", STYLES)
def test_nothing_on_a_cover_touches_whatever_there_is(
    style: str, built: Callable[..., Built], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[dict[str, tuple[float, float]]] = []
    original = cover._stand_apart

    def watch(places: dict[str, tuple[float, float]]) -> bool:
        tried.append(places)
        return original(places)

    monkeypatch.setattr(cover, "_stand_apart", watch)
    texts = {"ar.txt": "نص.", "id.txt": "Teks.", "en.txt": "Text."}
    built({**texts, "book.toml": LONG % style}, formats=("epub",))
    assert set(tried[-1]) == {"series", "original", "translations", "names", "languages"}
    assert not original(tried[0])  # smaller than others
    assert original(tried[-1])
