"""A part of a printed edition as PDF objects that can be put beside others: takes pages, returns plain data.

Works on WeasyPrint 70 and pydyf 0.13. Nothing here depends on the place of the part in the file: references and keys
of the parent tree are marked, and filled in by join.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bookbuild.model.findings import Finding
from bookbuild.pdf.engine import glyphs, tags
from bookbuild.pdf.engine.composites import Component, Composites
from bookbuild.pdf.engine.divided_words import find_divided_words
from bookbuild.pdf.engine.internals import Document, Font, PdfFile, PdfObject, override, page_box
from bookbuild.pdf.engine.log import collect_warnings
from bookbuild.pdf.engine.render import Rendering
from bookbuild.pdf.joining.syntax import (
    REFERENCE,
    object_number,
    split_stream,
    write_entries,
    write_object,
)

KEY = b"\x02"
"""Around the key of an entry of the parent tree, as this part counts them."""
_UNSHARED_TABLES = frozenset({"fvar", "SVG ", "COLR", "CBDT", "sbix", "CFF ", "CFF2"})
"""Tables of fonts that WeasyPrint converts; each part then has its own copy."""
_CATALOG_KEYS = frozenset({"Type", "Pages", "Names", "Outlines", "StructTreeRoot"})
"""Entries of the catalogue that the joined file has itself."""
_PAGE_KEYS = frozenset({"Type", "Parent", "Contents", "Resources", "StructParents"})
"""Entries of a page that are written apart."""

_Uses = dict[bytes, tuple[str, int, set[int], Composites]]
"""By the mark in the place of a font's file: its SHA-256, number of glyphs, glyphs used, composites."""
_PageLinks = tuple[list[object], list[object]]
"""Links and anchors of a page."""


@dataclass(slots=True)
class FontUse:
    """What a part needs of a font file that is shared with other parts."""

    sha256: str
    """Of the whole font file."""
    count: int
    """Number of its glyphs; codes from there on are composites."""
    glyphs: tuple[int, ...]
    composites: tuple[tuple[int, tuple[Component, ...], int], ...]
    """Code, components, advance in font units."""
    descendant: int
    """The object number of the font's CIDFont dictionary, which gets the map from codes to glyphs."""


@dataclass(slots=True)
class Leaf:
    """A page: a leaf of the page tree (ISO 32000-1, 7.7.3.3)."""

    number: int
    """Number of its object."""
    entries: bytes
    """Entries of its dictionary, without contents, resources, parent and place in the parent tree."""
    box: bytes
    """The page's size."""
    contents: int
    """Number of its content stream."""
    x_objects: bytes
    resources: bytes
    """The rest of the resource dictionary's entries."""


@dataclass(slots=True)
class Fragment:
    """A part of a PDF: objects are counted from 1 to count - 1."""

    count: int
    plain: list[tuple[int, bytes]]
    """Objects that are not streams: number, data."""
    streams: list[tuple[int, bytes, bytes]]
    """Number, entries of the dictionary, and data."""
    shared: dict[int, str]
    """SHA-256 of streams that other parts may have too, by number."""
    leaves: list[Leaf]
    fonts: dict[int, FontUse]
    """What is needed of each font file, by the number of its stream."""
    document: int = 0
    """The tag tree's outermost element, 0 if the part has no tags."""
    kids: bytes = b""
    """References to its children."""
    parents: list[bytes] = field(default_factory=list)
    """The parent tree: for each key what it leads to; pages come first."""
    anchors: list[tuple[str, int, float, float]] = field(default_factory=list)
    """Name, index of the page, and place on it in pt."""
    bookmarks: list[tuple[int, str, int, float, float, str]] = field(default_factory=list)
    """Level, label, index of the page, place in pt, state."""
    catalog: bytes = b""
    """Entries of the catalogue, without those that the joined file has itself."""
    info: bytes = b""
    """Entries of the document information."""


def draw_fragment(
    rendering: Rendering,
    *,
    has_hyphens: bool,
    archive: str,
    identifier: str = "",
    furniture: bool = False,
    elsewhere: frozenset[str] = frozenset(),
) -> tuple[Fragment, tuple[Finding, ...]]:
    """Draw a rendering's pages as a fragment; return it and what the renderer logged.

    The text is drawn without running heads and page numbers; with `furniture` they are drawn without the text. The
    other options are those of render.write_pdf(); `elsewhere` has the names in other parts to which links may lead.
    """
    from weasyprint import DEFAULT_OPTIONS
    from weasyprint import pdf as writer

    document = rendering.document
    complaints: list[Finding] = []
    uses: _Uses = {}
    _strip_pages(document, furniture=furniture)
    tags.remove_inner_links(document)
    if identifier:
        tags.write_identifier(document.metadata, identifier)
    options = {**DEFAULT_OPTIONS, **({} if furniture else rendering.options)}
    if archive != "none" and not furniture:
        options |= {"pdf_variant": f"pdf/{archive}", "pdf_tags": True}
        tags.declare_pdf_ua(document.metadata)
    if options["pdf_variant"]:
        for key, value in writer.VARIANTS[options["pdf_variant"]][1].items():
            options[key] = value if options[key] is None else options[key]
    with (
        collect_warnings("", complaints),
        tags.tag_languages(),
        glyphs.draw_clusters(find_divided_words(document), _build_collector(uses)),
        _keep_links(elsewhere),
    ):
        pdf = writer.generate_pdf(document, None, 1, **options)
        tags.write_page_direction(document, pdf)
        tags.scope_headers(pdf)
        if not has_hyphens:
            tags.soften_hyphens(pdf)
    return _build_fragment(document, pdf, uses), tuple(complaints)


def _strip_pages(document: Document, *, furniture: bool) -> None:
    """Remove running heads and page numbers from pages, or everything else."""
    from weasyprint.formatting_structure.boxes import MarginBox

    for page in document.pages:
        box = page_box(page)
        box.children = [child for child in box.children if isinstance(child, MarginBox) == furniture]
        if furniture:
            box.background = box.canvas_background = None
            page.anchors, page.links, page.bookmarks = {}, [], []


def _build_collector(uses: _Uses) -> glyphs.FontCollector:
    """Return a collector that puts a mark in the place of a font's file, and adds what is used of it to `uses`."""

    def collect(font: Font, to_unicode: Mapping[int, str], codes: glyphs.FontCodes) -> bool:
        if _UNSHARED_TABLES & set(font.tables) or font.index or font.missing:
            return False
        mark = f"font file {font.hash}".encode()
        wanted = {glyph for glyph in to_unicode if glyph not in codes.composites}
        wanted |= {part[0] for components, _ in codes.composites.values() for part in components}
        uses[mark] = hashlib.sha256(font.file_content).hexdigest(), codes.count, wanted, codes.composites
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


def _build_fragment(document: Document, pdf: PdfFile, uses: _Uses) -> Fragment:
    import pydyf

    objects: Sequence[PdfObject] = pdf.objects
    pages = {number: n for n, number in enumerate(pdf.pages["Kids"][::3])}
    skipped = {0, pdf.pages.number, pdf.catalog.number, *pages}
    fragment = Fragment(count=len(objects), plain=[], streams=[], shared={}, leaves=[], fonts={})
    if "StructTreeRoot" in pdf.catalog:
        root = objects[object_number(pdf.catalog["StructTreeRoot"])]
        tree, parents = objects[object_number(root["K"][0])], objects[object_number(root["ParentTree"])]
        skipped |= {root.number, tree.number, parents.number}
        fragment.document, fragment.kids = tree.number, b" ".join(write_object(kid) for kid in tree["K"])
        fragment.parents = [write_object(value) for value in parents["Nums"][1::2]]
    if "Outlines" in pdf.catalog:
        skipped.add(object_number(pdf.catalog["Outlines"]))
    descendants = {
        object_number(objects[object_number(font["FontDescriptor"])].get("FontFile2", b"0 0 R")): int(font.number)
        for font in objects
        if isinstance(font, pydyf.Dictionary) and font.get("Subtype") == "/CIDFontType2"
    }
    for item in objects:
        if item.number in skipped or _is_outline(item):
            continue
        if not isinstance(item, pydyf.Stream):
            if isinstance(item, dict):
                _mark_keys(item)
            fragment.plain.append((item.number, write_object(item)))
            continue
        content = item.stream[0] if len(item.stream) == 1 and isinstance(item.stream[0], bytes) else b""
        if content in uses:
            fragment.fonts[item.number] = _build_use(*uses[content], descendants[item.number])
            continue
        head, body = split_stream(item)
        fragment.streams.append((item.number, head, body))
        if _is_shareable(item) and REFERENCE not in head:
            fragment.shared[item.number] = hashlib.sha256(head + body).hexdigest()
    fragment.leaves += [_build_leaf(objects, objects[number]) for number in pages]
    for name, target in _read_destinations(pdf).items():
        fragment.anchors.append((name, pages[object_number(target[0])], float(target[2]), float(target[3])))
    for n, page in enumerate(document.pages):
        for level, label, (x, y), state in page.bookmarks:
            fragment.bookmarks.append((level, label, n, x * 0.75, (page.height - y) * 0.75, state))
    fragment.catalog = write_entries(pdf.catalog, _CATALOG_KEYS)
    fragment.info = write_entries(pdf.info)
    return fragment


def _build_use(sha256: str, count: int, glyph_numbers: set[int], composites: Composites, descendant: int) -> FontUse:
    return FontUse(
        sha256=sha256,
        count=count,
        glyphs=tuple(sorted(glyph_numbers)),
        composites=tuple((code, *composites[code]) for code in sorted(composites)),
        descendant=descendant,
    )


def _is_shareable(item: PdfObject) -> bool:
    """Return whether other parts may have the same stream: it is an image or a colour profile."""
    return item.extra.get("Subtype") == "/Image" or "N" in item.extra


def _is_outline(item: PdfObject) -> bool:
    return isinstance(item, dict) and "Title" in item and "Dest" in item and "Count" in item


def _read_destinations(pdf: PdfFile) -> dict[str, PdfObject]:
    """Return page and place of each named destination."""
    names = pdf.catalog.get("Names", {}).get("Dests", {}).get("Names", [])
    return {getattr(name, "string", name): target for name, target in zip(names[::2], names[1::2], strict=True)}


def _mark_keys(item: PdfObject) -> None:
    """Mark keys of the parent tree, and ids of headers, which count objects."""
    if "StructParent" in item:
        item["StructParent"] = KEY + str(item["StructParent"]).encode() + KEY
    if "ID" in item:
        item["ID"] = _mark_identifier(item["ID"])
    if headers := item.get("A", {}).get("Headers"):
        headers[:] = [_mark_identifier(header) for header in headers]


def _mark_identifier(identifier: PdfObject) -> bytes:
    number, _, rest = identifier.string.partition("-")
    return REFERENCE.join((b"(", str(number).encode(), b"-" + str(rest).encode() + b")"))


def _build_leaf(objects: Sequence[PdfObject], page: PdfObject) -> Leaf:
    resources = objects[object_number(page["Resources"])]
    return Leaf(
        number=page.number,
        entries=write_entries(page, _PAGE_KEYS),
        box=write_object(page["MediaBox"]),
        contents=object_number(page["Contents"]),
        x_objects=write_entries(resources.get("XObject") or {}, separator=b" "),
        resources=write_entries(resources, frozenset({"XObject"}), separator=b" "),
    )
