"""The e-book's cover, drawn by the print engine from the book's own titles: Document in, PNG out."""

from __future__ import annotations

import io
from collections.abc import Mapping

from bookbuild import makeup
from bookbuild.design import Sheet, cover_rules, face_rules, sheets
from bookbuild.document import Document
from bookbuild.findings import Finding
from bookbuild.project import Project
from bookbuild.templates import render
from bookbuild.typefaces import Typefaces
from bookbuild.writers import pdf

WIDTH, HEIGHT = 1600, 2560
"""Pixels; what stores ask for."""
GREYS = 16
"""Shades: enough for black type on white with smooth edges, and a quarter of the size."""


def draw(
    project: Project, document: Document, typefaces: Typefaces, assets: Mapping[str, bytes]
) -> tuple[bytes, tuple[Finding, ...]]:
    """Draw the cover; gives a PNG of WIDTH x HEIGHT and what the renderer complained of."""
    styles = [
        Sheet("fonts", face_rules(typefaces.faces, "fonts/")),
        Sheet("languages", cover_rules(document.book, typefaces.stacks)),
        *sheets(project, document.book.slug, ("cover.css",), extra=False),
    ]
    insets: dict[str, float] = {}
    for _ in range(3):
        html = render(project, document.book.slug, "cover.html", document=document, insets=insets)
        rendering = pdf.render(html, styles, assets, tagged=False)
        balanced = makeup.balanced(rendering, insets)
        if balanced == insets:
            break
        insets = balanced
    data, complaints = pdf.write(rendering)
    return rasterise(data, 0, WIDTH), (*rendering.complaints, *complaints)


def rasterise(data: bytes, page: int, width: int) -> bytes:
    """Make a PNG of a page, counted from 0, in greys, `width` pixels wide."""
    import pypdfium2  # noqa: PLC0415 - only where a picture is wanted
    from PIL import Image  # noqa: PLC0415

    opened = pypdfium2.PdfDocument(data)
    try:
        leaf = opened[page]
        picture = leaf.render(scale=width / leaf.get_width(), grayscale=True).to_pil()
    finally:
        opened.close()
    palette = bytes(round(n * 255 / (GREYS - 1)) for n in range(GREYS) for _ in range(3))
    few = picture.convert("L").point([round(n * (GREYS - 1) / 255) for n in range(256)])
    indexed = Image.frombytes("P", few.size, few.tobytes())
    indexed.putpalette(palette)
    out = io.BytesIO()
    indexed.save(out, "PNG", bits=4, compress_level=6)  # 9 takes four times as long for a tenth of the size
    return out.getvalue()
