"""The look of every edition, against pictures that were looked at: docs/gallery/, drawn by `invoke pictures`."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from bench.pictures import pictures
from conftest import HERE, judge
from PIL import Image, ImageChops, ImageFilter, ImageOps

from bookbuild.pdf.engine.load import load_engine

GALLERY = HERE / "docs" / "gallery"
REVIEWED_WITH = (1, 50)
"""The version of Pango that broke the lines of the reviewed pictures; another one may break some elsewhere."""
CELL = 12
"""Pixels of the squares whose greys are compared: about a word."""
TOLERANCE = 40
"""Levels of grey by which a square may differ: less than a word's, more than an edge's that moved by a hair."""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    load_engine()
    from weasyprint.text.ffi import pango

    version = divmod(pango.pango_version() // 100, 100)
    judge(version == REVIEWED_WITH, f"the pictures were reviewed with Pango {REVIEWED_WITH}, this is {version}")
    return pictures(tmp_path_factory.mktemp("gallery"))


def difference(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of two pages, in levels of grey, over squares as large as a word."""
    if one.size != other.size:
        return 255
    blurred = [ImageOps.grayscale(image).filter(ImageFilter.BoxBlur(CELL / 2)) for image in (one, other)]
    return ImageChops.difference(*blurred).getextrema()[1]


@pytest.mark.judge
def test_pages_look_as_those_that_were_reviewed(drawn: dict[str, bytes]) -> None:
    reviewed = {path.name: path.read_bytes() for path in GALLERY.glob("*.png")}
    assert set(drawn) == set(reviewed)
    changed = {
        name: found
        for name, data in drawn.items()
        if (found := difference(Image.open(io.BytesIO(data)), Image.open(io.BytesIO(reviewed[name])))) > TOLERANCE
    }
    assert not changed, "look at the pages; if they are right, draw the pictures anew with `invoke pictures`"


def test_the_comparison_sees_a_word_that_is_missing(tmp_path: Path) -> None:
    page = Image.open(GALLERY / "handout-1.png").convert("L")
    assert difference(page, page) == 0
    moved = ImageChops.offset(page, 1, 0)
    assert difference(page, moved) <= TOLERANCE
    ink = ImageOps.invert(page).getbbox()
    assert ink is not None
    without = page.copy()
    title = page.crop((0, ink[1], page.width, ink[1] + 24))
    words = ImageOps.invert(title).getbbox()
    assert words is not None
    without.paste(255, (words[0], ink[1], words[0] + 30, ink[1] + 24))
    assert difference(page, without) > TOLERANCE


def test_every_picture_is_shown_in_the_gallery() -> None:
    text = (HERE / "docs" / "reference" / "gallery.md").read_text("utf-8")
    for path in GALLERY.glob("*.png"):
        assert f"gallery/{path.name})" in text, path.name
