"""A part of a printed edition as PDF objects that can be put beside others: pages in, plain data out.

Works on WeasyPrint 70 and pydyf 0.13. Nothing here depends on where in the file the part will stand: references and
keys of the tag tree are marked, and filled in by writers/joined.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bookbuild.model.findings import Finding
from bookbuild.pdf.engine import glyphs, tags
from bookbuild.pdf.engine.composites import Component
from bookbuild.pdf.engine.divided_words import divided_words
from bookbuild.pdf.engine.log import listening
from bookbuild.pdf.engine.render import Rendering
from bookbuild.pdf.joining import objects
from bookbuild.pdf.joining.objects import REFERENCE

KEY = b"\x02"
"""Around the number of an entry of the parent tree, as this part counts them."""
_NEVER_SHARED = frozenset({"fvar", "SVG ", "COLR", "CBDT", "sbix", "CFF ", "CFF2"})
"""Tables of fonts that WeasyPrint makes another font of; each part then has its own copy."""


@dataclass(slots=True)
class Use:
    """What a part needs of a font file that other parts have too."""

    sha256: str
    """Of the whole font file."""
    count: int
    """Its glyphs; codes from there on are composites."""
    glyphs: tuple[int, ...]
    composites: tuple[tuple[int, tuple[Component, ...], int], ...]
    """Code, components, advance in font units."""
    descendant: int
    """The object number of the font's CIDFont dictionary, which gets the map from codes to glyphs."""


@dataclass(slots=True)
class Leaf:
    """A page."""

    number: int
    """Of its object."""
    entries: bytes
    """Of its dictionary, without its contents, resources, parent and place in the tag tree."""
    box: bytes
    """The page's size."""
    contents: int
    x_objects: bytes
    resources: bytes
    """The rest of the resource dictionary's entries."""


@dataclass(slots=True)
class Fragment:
    """A part of a PDF: objects are counted from 1 to count - 1."""

    count: int
    plain: list[tuple[int, bytes]]
    """Objects that are no streams."""
    streams: list[tuple[int, bytes, bytes]]
    """Number, entries of the dictionary, and data."""
    shared: dict[int, str]
    """Streams that other parts may have too, by SHA-256."""
    leaves: list[Leaf]
    fonts: dict[int, Use]
    """Object number of a font file's stream to what is needed of it."""
    document: int = 0
    """The tag tree's outermost element, 0 if the part has no tags."""
    kids: bytes = b""
    """References to the elements right below it."""
    parents: list[bytes] = field(default_factory=list)
    """The parent tree: for each key what it leads to; pages come first."""
    anchors: list[tuple[str, int, float, float]] = field(default_factory=list)
    """Name, index of the page, and place on it in pt."""
    bookmarks: list[tuple[int, str, int, float, float, str]] = field(default_factory=list)
    """Level, label, index of the page, place in pt, state."""
    catalog: bytes = b""
    """Entries of the catalogue, without those that the joined file has its own of."""
    info: bytes = b""
    """Entries of the document information."""


def cut(rendering: Rendering, *, own_hyphens: bool, archive: str, identifier: str = "", furniture: bool = False,
        elsewhere: frozenset[str] = frozenset()) -> tuple[Fragment, tuple[Finding, ...]]:  # fmt: skip
    """Draw a rendering's pages as a fragment, and give what the renderer logged.

    Text is drawn without running heads and page numbers, or these alone: `furniture`. Options are those of
    pdf.write(); `elsewhere` are the names that links may lead to in other parts.
    """
    from weasyprint import DEFAULT_OPTIONS
    from weasyprint import pdf as writer

    document = rendering.document
    complaints: list[Finding] = []
    uses: dict[bytes, tuple[str, int, set[int], dict[int, tuple[tuple[Component, ...], int]]]] = {}
    _leave(document, furniture=furniture)
    tags.own_links(document)
    if identifier:
        tags.identified(document.metadata, identifier)
    options = {**DEFAULT_OPTIONS, **({} if furniture else rendering.options)}
    if archive != "none" and not furniture:
        options |= {"pdf_variant": f"pdf/{archive}", "pdf_tags": True}
        tags.also_universal(document.metadata)
    if options["pdf_variant"]:
        for key, value in writer.VARIANTS[options["pdf_variant"]][1].items():
            options[key] = value if options[key] is None else options[key]
    with (
        listening("", complaints),
        tags.languages(),
        glyphs.readable(divided_words(document), _collector(uses)),
        _links(elsewhere),
    ):
        pdf = writer.generate_pdf(document, None, 1, **options)
        tags.page_direction(document, pdf)
        tags.scope_headers(pdf)
        if not own_hyphens:
            tags.soften_hyphens(pdf)
    return _fragment(document, pdf, uses), tuple(complaints)


def _leave(document: Any, *, furniture: bool) -> None:
    from weasyprint.formatting_structure.boxes import MarginBox

    for page in document.pages:
        box = page._page_box  # noqa: SLF001 - there is no public way
        box.children = [child for child in box.children if isinstance(child, MarginBox) == furniture]
        if furniture:
            box.background = box.canvas_background = None
            page.anchors, page.links, page.bookmarks = {}, [], []


def _collector(uses: dict[bytes, Any]) -> glyphs.Collector:
    def collect(font: Any, to_unicode: Mapping[int, str], codes: glyphs.Codes) -> bool:
        if _NEVER_SHARED & set(font.tables) or font.index or font.missing:
            return False
        mark = f"font file {font.hash}".encode()
        wanted = {glyph for glyph in to_unicode if glyph not in codes.composites}
        wanted |= {part[0] for components, _ in codes.composites.values() for part in components}
        uses[mark] = hashlib.sha256(font.file_content).hexdigest(), codes.count, wanted, codes.composites
        font.file_content = mark
        return True

    return collect


@contextmanager
def _links(elsewhere: frozenset[str]) -> Iterator[None]:
    """Keep links that lead to other parts while a part is drawn."""
    from weasyprint import pdf as writer

    original = writer.resolve_links

    def resolved(pages: Any) -> Iterator[Any]:
        leading = [[n for n in page.links if n[0] == "internal" and n[1] in elsewhere] for page in pages]
        kept = [page.links for page in pages]
        for page, out in zip(pages, leading, strict=True):
            page.links = [link for link in page.links if link not in out]
        for (inside, anchors), links, out in zip(list(original(pages)), kept, leading, strict=True):
            yield [link for link in links if link in inside or link in out], anchors
        for page, links in zip(pages, kept, strict=True):
            page.links = links

    writer.resolve_links = resolved
    try:
        yield
    finally:
        writer.resolve_links = original


_OWN = frozenset({"Type", "Pages", "Names", "Outlines", "StructTreeRoot", "Metadata", "OutputIntents"})


def _fragment(document: Any, pdf: Any, uses: Mapping[bytes, Any]) -> Fragment:
    import pydyf

    all_objects: list[Any] = pdf.objects
    named = {name.string if hasattr(name, "string") else name: target for name, target in _names(pdf)}
    pages = {number: n for n, number in enumerate(pdf.pages["Kids"][::3])}
    root = all_objects[objects.number(pdf.catalog["StructTreeRoot"])] if "StructTreeRoot" in pdf.catalog else None
    tree = all_objects[objects.number(root["K"][0])] if root else None
    apart = {0, pdf.pages.number, pdf.catalog.number, *pages}
    made = Fragment(len(all_objects), [], [], {}, [], {})
    if root is not None and tree is not None:
        parents = all_objects[objects.number(root["ParentTree"])]
        apart |= {root.number, tree.number, parents.number}
        made.document, made.kids = tree.number, b" ".join(objects.data(kid) for kid in tree["K"])
        made.parents = [objects.data(value) for value in parents["Nums"][1::2]]
    outlines = {objects.number(pdf.catalog["Outlines"])} if "Outlines" in pdf.catalog else set()
    descendants = {
        objects.number(all_objects[objects.number(font["FontDescriptor"])].get("FontFile2", b"0 0 R")): int(font.number)
        for font in all_objects
        if isinstance(font, pydyf.Dictionary) and font.get("Subtype") == "/CIDFontType2"
    }
    for item in all_objects:
        if item.number in apart or item.number in outlines or _is_outline(item):
            continue
        if isinstance(item, pydyf.Stream):
            content = item.stream[0] if len(item.stream) == 1 and isinstance(item.stream[0], bytes) else b""
            if content in uses:
                sha256, count, wanted, composites = uses[content]
                listed = tuple((code, *composites[code]) for code in sorted(composites))
                made.fonts[item.number] = Use(sha256, count, tuple(sorted(wanted)), listed, descendants[item.number])
                continue
            head, body = objects.stream(item)
            made.streams.append((item.number, head, body))
            if _may_be_shared(item) and REFERENCE not in head:
                made.shared[item.number] = hashlib.sha256(head + body).hexdigest()
        else:
            if isinstance(item, dict):
                _own_keys(item)
            made.plain.append((item.number, objects.data(item)))
    for number in pages:
        made.leaves.append(_leaf(all_objects, all_objects[number]))
    for name, target in named.items():
        made.anchors.append((name, pages[objects.number(target[0])], float(target[2]), float(target[3])))
    for n, page in enumerate(document.pages):
        for level, label, (x, y), state in page.bookmarks:
            made.bookmarks.append((level, label, n, x * 0.75, (page.height - y) * 0.75, state))
    made.catalog = objects.entries(pdf.catalog, _OWN - {"Metadata", "OutputIntents"})
    made.info = objects.entries(pdf.info, frozenset())
    return made


def _may_be_shared(item: Any) -> bool:
    return item.extra.get("Subtype") == "/Image" or "N" in item.extra


def _is_outline(item: Any) -> bool:
    return isinstance(item, dict) and "Title" in item and "Dest" in item and "Count" in item


def _names(pdf: Any) -> Iterator[tuple[Any, Any]]:
    names = pdf.catalog.get("Names", {}).get("Dests", {}).get("Names", [])
    yield from zip(names[::2], names[1::2], strict=True)


def _own_keys(item: Any) -> None:
    """Mark keys of the parent tree, and ids of headers, which count objects."""
    if "StructParent" in item:
        item["StructParent"] = KEY + str(item["StructParent"]).encode() + KEY
    if "ID" in item:
        item["ID"] = _marked(item["ID"])
    if headers := item.get("A", {}).get("Headers"):
        headers[:] = [_marked(header) for header in headers]


def _marked(identifier: Any) -> bytes:
    number, _, rest = identifier.string.partition("-")
    return REFERENCE.join((b"(", str(number).encode(), b"-" + str(rest).encode() + b")"))


def _leaf(all_objects: Any, page: Any) -> Leaf:
    resources = all_objects[objects.number(page["Resources"])]
    rest = {key: value for key, value in resources.items() if key != "XObject"}
    x_objects = resources.get("XObject") or {}
    own = {"Type", "Parent", "Contents", "Resources", "StructParents"}
    return Leaf(
        page.number,
        objects.entries(page, frozenset(own)),
        objects.data(page["MediaBox"]),
        objects.number(page["Contents"]),
        b" ".join(b"/" + objects.name(key) + b" " + objects.data(value) for key, value in x_objects.items()),
        b" ".join(b"/" + objects.name(key) + b" " + objects.data(value) for key, value in rest.items()),
    )
