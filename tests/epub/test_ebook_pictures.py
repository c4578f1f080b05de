"""Cover and pictures of e-books."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import samples
from conftest import Built, judge
from ebooks import names, part
from PIL import Image

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.checks.epubcheck import find_epubcheck
from bookbuild.model.project import Project


def picture(kind: str, size: tuple[int, int], mode: str = "RGB", **options: Any) -> bytes:
    made = Image.new(
        mode, size, {"RGB": (200, 30, 30), "CMYK": (0, 200, 200, 0), "RGBA": (200, 30, 30, 90), "I;16": 40000}[mode]
    )
    out = io.BytesIO()
    made.save(out, kind, **options)
    return out.getvalue()


def test_the_cover_is_drawn_or_taken_from_the_books_folder(
    built: Callable[..., Built], project: Callable[..., Project]
) -> None:
    book = built(
        {"ar.txt": "نص.", "id.txt": "Teks.", "book.toml": '[series]\nname = "Seri"\nnumber = 2'}, formats=("epub",)
    )
    with zipfile.ZipFile(book.epub) as archive:
        drawn = archive.read("EPUB/cover.png")
    assert Image.open(io.BytesIO(drawn)).size == (1600, 2560)
    assert len(drawn) < 200_000
    cover = part(book.epub, "cover.xhtml")
    assert next(cover.iter("{*}img")).get("alt")
    own = {"ar.txt": "نص.", "id.txt": "Teks.", "cover.jpg": picture("JPEG", (3000, 4800), "CMYK")}
    made = project({**own, "book.toml": '[cover]\nalt = {id = "Bendera merah"}'}, "other")
    build(made, BuildRequest(books=("other",), formats=("epub",)))
    path = made.dist / "other.epub"
    with zipfile.ZipFile(path) as archive:
        data = archive.read("EPUB/cover.jpg")
    taken = Image.open(io.BytesIO(data))
    assert (taken.mode, max(taken.size)) == ("RGB", 2560)
    image = next(part(path, "cover.xhtml").iter("{*}img"))
    assert (image.get("src"), image.get("alt"), image.get("lang")) == ("cover.jpg", "Bendera merah", "id")
    items = {e.get("href"): e for e in part(path, "content.opf").iter("{*}item")}
    assert items["cover.jpg"].get("properties") == "cover-image"
    assert "cover.png" not in items


def animated() -> bytes:
    frames = [Image.new("RGB", (40, 30), (0, 0, 250 * n)) for n in range(2)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: the picture lies
    return picture("JPEG", (60, 40), exif=exif.tobytes())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "data", "kind", "mode", "size"),
    [
        ("a.png", picture("PNG", (5000, 2000)), "PNG", "RGB", (2560, 1024)),
        ("a.jpg", picture("JPEG", (4000, 4000)), "JPEG", "RGB", (2366, 2366)),
        ("a.jpg", picture("JPEG", (60, 40), "CMYK"), "JPEG", "RGB", (60, 40)),
        ("a.webp", picture("WEBP", (60, 40)), "PNG", "RGB", (60, 40)),
        ("a.png", picture("PNG", (60, 40), "I;16"), "PNG", "L", (60, 40)),
        ("a.png", picture("PNG", (3000, 40), "RGBA"), "PNG", "RGB", (2560, 34)),
        ("a.png", picture("PNG", (60, 40), "RGBA"), "PNG", "RGB", (60, 40)),
        ("a.gif", animated(), "PNG", "RGB", (40, 30)),
        ("a.jpg", rotated(), "JPEG", "RGB", (40, 60)),
    ],
)  # fmt: skip
def test_pictures_are_made_fit_for_stores_and_old_readers(
    name: str, data: bytes, kind: str, mode: str, size: tuple[int, int], built: Callable[..., Built]
) -> None:
    files = {"ar.md": f"نص.\n\n![صورة]({name})", "id.md": f"Teks.\n\n![Gambar]({name})", name: data}
    book = built(files, formats=("epub",))
    (inside,) = [n for n in names(book.epub) if "/images/" in n]
    with zipfile.ZipFile(book.epub) as archive:
        shown = Image.open(io.BytesIO(archive.read(inside)))
        assert (shown.format, shown.mode, shown.size) == (kind, mode, size)
    if mode == "L":
        assert shown.getpixel((0, 0)) == round(40000 * 255 / 65535)
    if name == "a.png" and size == (60, 40) and mode == "RGB":  # what was clear is white, also at night
        assert shown.getpixel((0, 0)) == (236, 176, 176)
    source = next(part(book.epub, "c1.xhtml").iter("{*}img")).get("src")
    assert f"EPUB/{source}" == inside


def test_pictures_that_are_right_and_drawings_are_passed_on_byte_for_byte(built: Callable[..., Built]) -> None:
    small = picture("PNG", (60, 40))
    files = {
        "ar.md": "![صورة](a.png)\n\n![رسم](b.svg)",
        "id.md": "![Gambar](a.png)\n\n![Sketsa](b.svg)",
        "a.png": small,
        "b.svg": samples.PICTURE,
    }
    book = built(files, formats=("epub",))
    with zipfile.ZipFile(book.epub) as archive:
        assert archive.read("EPUB/images/i1.png") == small
        assert b"<circle" in archive.read("EPUB/images/i2.svg")
    assert 'schema:accessMode">visual' in book.document("content.opf")


DRAWN = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" width="40" height="40">
<title><b>A</b> box</title><link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="#x"/>
<style>a{</style><style>.red { fill: red } { fill: blue }</style>
<g id="a"><rect class="red" width="9" height="9"/></g><g id="a"><rect x="20" width="9" height="9"/></g>
<linearGradient id="1 2"><stop stop-color="blue"/></linearGradient>
<rect y="20" width="9" height="9" fill="url(#1 2)"/><use href="#nope"/><use x:href="#a" y="30"/>
</svg>"""


@pytest.mark.judge
def test_drawings_as_programs_write_them_are_sound_and_look_the_same(built: Callable[..., Built]) -> None:
    import pymupdf

    book = built({"ar.md": "![رسم](b.svg)", "id.md": "![Sketsa](b.svg)", "b.svg": DRAWN}, formats=("epub",))
    with zipfile.ZipFile(book.epub) as archive:
        mended = archive.read("EPUB/images/i1.svg")
    looks = [pymupdf.open(stream=data, filetype="svg")[0].get_pixmap().samples for data in (DRAWN.encode(), mended)]
    assert looks[0] == looks[1]
    for wrong in (b"nope", b"1 2", b"1999/xhtml", b"<b>"):
        assert wrong not in mended
    judge(bool(shutil.which("java")) and find_epubcheck() is not None, "EPUBCheck needs Java and the package epubcheck")
    done = subprocess.run(
        ["java", "-jar", str(find_epubcheck()), str(book.epub)], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
