"""The e-book's cover, drawn by the print engine from the book's own titles: Document in, PNG out."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from bookbuild.book import images
from bookbuild.book.folder import BookSource
from bookbuild.book.images import Picture
from bookbuild.document import templates
from bookbuild.document.document import Document
from bookbuild.document.fonts import Stack, read_face
from bookbuild.document.outputs import BuildContext
from bookbuild.document.stylesheets import write_face_rules
from bookbuild.document.theme import Sheet, Theme
from bookbuild.document.typefaces import Typefaces
from bookbuild.epub import images as ebook_images
from bookbuild.epub.package import Part
from bookbuild.languages.tables import find_setting
from bookbuild.model.book import Book
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project
from bookbuild.pdf import boxes
from bookbuild.pdf.engine import render

WIDTH, HEIGHT = 1600, 2560
"""Pixels; what stores ask for."""
COLOURS = 64
"""Of a cover: its grounds and inks, with smooth edges."""
_SCALES = (1.0, 0.85, 0.72, 0.6, 0.5, 0.4)
"""Of the type on a cover, until nothing touches."""
_PARTS = ("series", "original", "translations", "names", "languages")
"""The parts of a cover, from top to bottom."""
_APART = 16.0
"""Pixels between them, at least."""
GREYS = 16
"""Shades: enough for black type on white with smooth edges, and a quarter of the size."""


NAMES = tuple(
    f"{folder}cover{ending}"
    for folder in ("", "images/")
    for ending in (".jpg", ".jpeg", ".png", ".webp", ".gif", ".svg")
)
"""Where a cover of one's own is found without being named."""


def find_cover_image(project: Project, source: BookSource) -> Picture | None:
    """Return the picture that the book's folder has for its cover.

    Raises SourceError if book.toml names one that is not there, or none that a cover can be.
    """
    named = source.config.cover.image
    file = named or next((name for name in NAMES if os.path.lexists(source.folder / name)), None)
    if file is None:
        return None
    place = source.toml.place("cover", "image") if named else Place(project.relative(source.folder / file))
    picture = images.read_picture(project, source.slug, file, place, "cover")
    if picture.media_type == "image/svg+xml":
        message = "the cover is an SVG, which shops do not take"
        raise SourceError([Finding("I001", place, message, "save it as PNG or JPEG, best 1600 by 2560 pixels")])
    return ebook_images.fit_picture(picture)


def describe_cover(document: Document, source: BookSource) -> tuple[tuple[str, str, str], ...]:
    """Return the cover's description as language tag, direction and text: what book.toml says, else the titles."""
    alt = source.config.cover.alt
    if isinstance(alt, str):
        alt = {document.languages[0].tag: alt}
    texts = document.localized(alt or {}) or document.titles
    return tuple((language.tag, language.direction, text) for language, text in texts)


def make_cover(
    context: BuildContext, document: Document, typefaces: Typefaces, common: Mapping[str, Any]
) -> tuple[list[Part], tuple[Finding, ...]]:
    """Return the page of the cover and its picture, and what the renderer complained of."""
    theme = context.theme
    picture = find_cover_image(context.project, context.source)
    complaints: tuple[Finding, ...] = ()
    if picture is None:
        assets = {f"fonts/{face.file_name}": read_face(face) for face in typefaces.faces}
        faces = [hashlib.sha256(data).hexdigest() for data in assets.values()]
        style = context.source.config.cover.style
        work = partial(draw_cover, theme, document, typefaces, assets, style)
        if theme.find_override("cover.html"):  # which may look at anything
            data, complaints = work()
        else:
            styles = [(sheet.path, sheet.css) for sheet in _list_sheets(theme, document, typefaces)]
            page = _write_page(theme, document, style, {})
            data, complaints = context.keep(("cover", page, styles, faces), work)
        picture = Picture("cover.png", "image/png", data)
    alt = describe_cover(document, context.source)
    text = templates.render(theme, "cover.xhtml", **common, picture=picture.name, alt=alt)
    shown = templates.check_document(text, theme.layout_path("cover.xhtml"))
    return [
        Part("cover.xhtml", "application/xhtml+xml", shown, spine=True),
        Part(picture.name, picture.media_type, picture.data, ("cover-image",)),
    ], complaints


def draw_cover(
    theme: Theme, document: Document, typefaces: Typefaces, assets: Mapping[str, bytes], style: str = "band"
) -> tuple[bytes, tuple[Finding, ...]]:
    """Draw the cover in a style; return a PNG of WIDTH x HEIGHT and what the renderer complained of."""
    for scale in _SCALES:
        styles = _list_sheets(theme, document, typefaces, scale)
        insets: dict[str, float] = {}
        for _ in range(3):
            page = _write_page(theme, document, style, insets)
            rendering = render.render(page, styles, assets, tagged=False)
            balanced = boxes.balance_titles(rendering, insets)
            if balanced == insets:
                break
            insets = balanced
        if _stand_apart(boxes.find_places(rendering, _PARTS)):
            break
    data, complaints = render.write_pdf(rendering)
    return rasterise_page(data, 0, WIDTH, colours=COLOURS), (*rendering.complaints, *complaints)


def _stand_apart(places: Mapping[str, tuple[float, float]]) -> bool:
    """Return whether the parts of a cover follow each other from top to bottom without touching."""
    found = [places[name] for name in _PARTS if name in places]
    return all(above[1] + _APART <= below[0] for above, below in pairwise(found))


def _write_page(theme: Theme, document: Document, style: str, insets: Mapping[str, float]) -> str:
    """Write what is drawn; `insets` are the paddings of titles in pixels."""
    title = document.titles[0][1] if document.titles else ""
    letter = next(filter(str.isalpha, title), "") if style == "letter" else ""
    name = "letter-style" if style == "letter" else style
    return templates.render(theme, "cover.html", document=document, insets=insets, style=name, letter=letter)


def _list_sheets(theme: Theme, document: Document, typefaces: Typefaces, scale: float = 1.0) -> list[Sheet]:
    return [
        Sheet("fonts", write_face_rules(typefaces.faces, "fonts/")),
        Sheet("languages", write_cover_rules(document.book, typefaces.stacks, scale)),
        theme.read_sheet("cover.css"),
    ]


def rasterise_page(data: bytes, page: int, width: int, *, colours: int = 0) -> bytes:
    """Make a PNG of a page, counted from 0, `width` pixels wide, in greys or a number of colours."""
    import pypdfium2
    from PIL import Image

    with pypdfium2.PdfDocument(data) as opened:
        leaf = opened[page]
        picture = leaf.render(scale=width / leaf.get_width(), grayscale=not colours).to_pil()
    out = io.BytesIO()
    if colours:
        picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", compress_level=6)
        return out.getvalue()
    palette = bytes(round(n * 255 / (GREYS - 1)) for n in range(GREYS) for _ in range(3))
    few = picture.convert("L").point([round(n * (GREYS - 1) / 255) for n in range(256)])
    indexed = Image.frombytes("P", few.size, few.tobytes())
    indexed.putpalette(palette)
    indexed.save(out, "PNG", bits=4, compress_level=6)  # 9 takes four times as long for a tenth of the size
    return out.getvalue()


def write_cover_rules(book: Book, stacks: Mapping[str, Stack], scale: float = 1.0) -> str:
    """Write what each language needs on the cover, in pixels; long titles are set smaller, and all of it by a scale."""
    rules = []
    for language in book.languages:
        how = find_setting(language.script, stacks[language.tag].families[0].name)
        at = f":lang({language.tag})"
        title = book.metadata.title.get(language.tag, "")
        smaller = f"{how.size * 4.8 * scale:.1f}px"
        shrunk = 1.0 if len(title) <= 28 else 0.82 if len(title) <= 60 else 0.62
        size, line = how.size * 9.2 * shrunk * scale, how.leading / how.size
        rules += [
            f"{at} {{ font-family: {stacks[language.tag].css}; font-variant-numeric: {how.numeric} }}",
            f".title{at} {{ font-size: {size:.1f}px; line-height: {max(1.15, line * 0.95):.2f} }}",
            f".subtitle{at}, .names p{at}, .series p{at} {{ font-size: {smaller}; line-height: {line:.2f} }}",
            f".languages span{at} {{ font-size: {how.size * 3.6 * max(scale, 0.75):.1f}px }}",
        ]
    return "\n".join(rules)
