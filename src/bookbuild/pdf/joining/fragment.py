"""A part of a printed edition as a PDF that can be put beside others: takes pages, returns plain data.

Works on WeasyPrint 70. Nothing here depends on the place of the part in the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bookbuild.model.findings import Finding
from bookbuild.pdf.engine import glyphs, render
from bookbuild.pdf.engine.codes import FontCodes
from bookbuild.pdf.engine.composites import Component
from bookbuild.pdf.engine.folios import DigitShapes, FolioSample, find_folios
from bookbuild.pdf.engine.internals import Document, Font, override, page_box
from bookbuild.pdf.engine.render import Rendering

_UNSHARED_TABLES = frozenset({"fvar", "SVG ", "COLR", "CBDT", "sbix", "CFF ", "CFF2"})
"""Tables of fonts that WeasyPrint converts; each part then has its own copy."""

_PageLinks = tuple[list[object], list[object]]
"""Links and anchors of a page."""


@dataclass(frozen=True, slots=True)
class FontUse:
    """What a part needs of a font file that is shared with other parts."""

    sha256: str
    """Of the whole font file."""
    count: int
    """Number of its glyphs; codes from there on are composites."""
    glyphs: tuple[int, ...]
    composites: tuple[tuple[int, tuple[Component, ...], int], ...]
    """Code, components, advance in font units."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a PDF."""

    data: bytes
    """Its pages as a PDF, with marks in the places of font files."""
    fonts: Mapping[bytes, FontUse]
    """What is needed of each font file, by its mark."""
    bookmarks: tuple[tuple[int, str, int, float, float], ...]
    """Level, label, index of the page, place in pt."""
    numbers: tuple[DigitShapes, ...] = ()
    """Of a sample of running heads and page numbers: how each of its page numbers is drawn."""


def draw_fragment(
    rendering: Rendering,
    *,
    has_hyphens: bool,
    archive: str,
    identifier: str = "",
    prefix: str = "",
    furniture: bool = False,
    elsewhere: frozenset[str] = frozenset(),
) -> tuple[Fragment, tuple[Finding, ...]]:
    """Draw a rendering's pages as a fragment; return it and what the renderer logged.

    The text is drawn without running heads and page numbers; with `furniture` they are drawn without the text, as a
    sample. The other options are those of render.write_pdf(); `elsewhere` has the names in other parts to which links
    may lead.
    """
    document = rendering.document
    fonts: dict[bytes, FontUse] = {}
    _strip_pages(document, furniture=furniture)
    folios = find_folios(document) if furniture else FolioSample()
    if furniture:
        rendering = replace(rendering, options={})
    with _keep_links(elsewhere):
        data, complaints = render.write_pdf(
            rendering,
            has_hyphens=has_hyphens,
            archive=archive,
            identifier=identifier,
            prefix=prefix,
            collect=_build_collector(fonts),
            folios=folios,
        )
    bookmarks = tuple(
        (level, label, n, x * 0.75, (page.height - y) * 0.75)
        for n, page in enumerate(document.pages)
        for level, label, (x, y), _ in page.bookmarks
    )
    return Fragment(data, fonts, bookmarks, tuple(shapes for _, shapes in sorted(folios.shapes.items()))), complaints


def _strip_pages(document: Document, *, furniture: bool) -> None:
    """Remove running heads and page numbers from pages, or everything else."""
    from weasyprint.formatting_structure.boxes import MarginBox

    for page in document.pages:
        box = page_box(page)
        box.children = [child for child in box.children if isinstance(child, MarginBox) == furniture]
        if furniture:
            box.background = box.canvas_background = None
            page.anchors, page.links, page.bookmarks = {}, [], []


def _build_collector(fonts: dict[bytes, FontUse]) -> glyphs.FontCollector:
    """Return a collector that puts a mark in the place of a font's file, and adds what is used of it to `fonts`."""

    def collect(font: Font, to_unicode: Mapping[int, str], codes: FontCodes) -> bool:
        if _UNSHARED_TABLES & set(font.tables) or font.index or font.missing:
            return False
        mark = f"font file {font.hash}".encode()
        wanted = {glyph for glyph in to_unicode if glyph not in codes.composites}
        wanted |= {part[0] for components, _ in codes.composites.values() for part in components}
        fonts[mark] = FontUse(
            sha256=hashlib.sha256(font.file_content).hexdigest(),
            count=codes.count,
            glyphs=tuple(sorted(wanted)),
            composites=tuple((code, *codes.composites[code]) for code in sorted(codes.composites)),
        )
        font.file_content = mark
        return True

    return collect


@contextmanager
def _keep_links(elsewhere: frozenset[str]) -> Iterator[None]:
    """Keep links that lead to other parts while a part is drawn."""
    from weasyprint import pdf as writer

    def resolve(original: Callable[..., Iterator[_PageLinks]], pages: Sequence[Document]) -> Iterator[_PageLinks]:
        leading = [[n for n in page.links if n[0] == "internal" and n[1] in elsewhere] for page in pages]
        kept = [page.links for page in pages]
        for page, out in zip(pages, leading, strict=True):
            page.links = [link for link in page.links if link not in out]
        for (inside, anchors), links, out in zip(list(original(pages)), kept, leading, strict=True):
            yield [link for link in links if link in inside or link in out], anchors
        for page, links in zip(pages, kept, strict=True):
            page.links = links

    with override(writer, "resolve_links", resolve):
        yield
