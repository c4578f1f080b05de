"""What WeasyPrint leaves out of a PDF that screen readers and text search need. Works on its internals, version 70.0.

Each function mends one fault and has a test that fails when WeasyPrint mends it itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

SOFT_HYPHEN, HYPHEN = "00ad", "2010"
"""Code points, as ToUnicode maps write them."""


UNIVERSAL = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
"""XMP that says PDF/UA-1 in a file that is PDF/A too, which wants the schema described (ISO 19005-2, 6.6.2.3.3)."""


def also_universal(metadata: Any) -> None:
    """Let a PDF/A file say that it is PDF/UA too: WeasyPrint knows one standard a file."""
    generate = metadata.generate_rdf_metadata

    def both(*arguments: Any, **more: Any) -> bytes:
        made: bytes = generate(*arguments, **more)
        return made.replace(b"</rdf:RDF>", UNIVERSAL + b"</rdf:RDF>")

    metadata.generate_rdf_metadata = both


def identified(metadata: Any, identifier: str) -> None:
    """Write the edition's identifier into the XMP metadata, by which e-books name it as the source of page numbers."""
    generate = metadata.generate_rdf_metadata
    told = (
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" rdf:about="">'
        f"<dc:identifier>{escape(identifier)}</dc:identifier></rdf:Description>"
    )

    def named(*arguments: Any, **more: Any) -> bytes:
        made: bytes = generate(*arguments, **more)
        return made.replace(b"</rdf:RDF>", told.encode() + b"</rdf:RDF>")

    metadata.generate_rdf_metadata = named


@contextmanager
def languages() -> Iterator[None]:
    """Give every structure element its language while a PDF is written.

    WeasyPrint writes the document's language alone, so that a screen reader speaks Indonesian with an
    Arabic voice. Elements that have their parent's language stay without one.
    """
    import pydyf
    from weasyprint.pdf import tags

    original = tags._build_box_tree  # noqa: SLF001 - there is no public way
    spoken: list[str] = []

    def build(box: Any, *arguments: Any) -> Iterator[Any]:
        lang = getattr(box, "_box", box).style["lang"]
        parent = spoken[-1] if spoken else None
        spoken.append(lang)
        try:
            elements = list(original(box, *arguments))
        finally:
            spoken.pop()
        for element in elements:
            if lang and lang != parent and "Lang" not in element:
                element["Lang"] = pydyf.String(lang)
        yield from elements

    tags._build_box_tree = build  # noqa: SLF001 - as above
    try:
        yield
    finally:
        tags._build_box_tree = original  # noqa: SLF001 - as above


@contextmanager
def artifacts(document: Any) -> Iterator[None]:
    """Mark running heads and page numbers as artifacts while a PDF is written (ISO 32000-1, 14.8.2.2).

    WeasyPrint marks them as text that belongs to no element, so that some screen readers read them on every page.
    """
    import pydyf
    from weasyprint.formatting_structure.boxes import MarginBox
    from weasyprint.pdf import tags
    from weasyprint.pdf.stream import Stream

    boxes = {
        id(box)
        for page in document.pages
        for margin in page._page_box.children  # noqa: SLF001 - there is no public way
        if isinstance(margin, MarginBox)
        for box in margin.descendants(placeholders=True)
    }
    marked, build = Stream.marked, tags._build_box_tree  # noqa: SLF001 - as above

    @contextmanager
    def mark(stream: Any, box: Any, tag: str) -> Iterator[None]:
        if id(box) not in boxes or stream._tags is None:  # noqa: SLF001 - as above
            with marked(stream, box, tag):
                yield
            return
        stream.begin_marked_content("Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
        yield
        stream.end_marked_content()

    def tree(box: Any, *arguments: Any) -> Iterator[Any]:
        if not isinstance(box, MarginBox):
            yield from build(box, *arguments)

    Stream.marked, tags._build_box_tree = mark, tree  # noqa: SLF001 - as above
    try:
        yield
    finally:
        Stream.marked, tags._build_box_tree = marked, build  # noqa: SLF001 - as above


def own_links(document: Any) -> None:
    """Leave one link a box: WeasyPrint makes more of whatever is inside a link, and no tag leads to these."""
    for page in document.pages:
        page.links = [link for link in page.links if str(link[3].element_tag).split("::", maxsplit=1)[0] == "a"]


def scope_headers(pdf: Any) -> None:
    """Say of header cells that they head a column (ISO 14289-1, 7.5): WeasyPrint leaves /Scope out."""
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("S") == "/TH" and "Scope" not in item["A"]:
            item["A"]["Scope"] = "/Column"


def soften_hyphens(pdf: Any) -> None:
    """Map the hyphens of divided words to soft hyphens (ISO 32000-1, 14.8.2.2.3), so that words are found whole.

    WeasyPrint sets U+2010 there. Not to be used where the text itself has that character.
    """
    for item in pdf.objects:
        lines = getattr(item, "stream", None)
        if lines and b"begincmap" in lines:
            lines[:] = [
                line.replace(f" <{HYPHEN}>".encode(), f" <{SOFT_HYPHEN}>".encode()) if isinstance(line, bytes) else line
                for line in lines
            ]


def page_direction(document: Any, pdf: Any) -> None:
    """Tell viewers which way pages turn; WeasyPrint never does (pdf/tags.py writes ViewerPreferences)."""
    root = document.pages[0]._page_box  # noqa: SLF001 - no public way to the root's style
    if root.style["direction"] == "rtl":
        pdf.catalog.setdefault("ViewerPreferences", {})["Direction"] = "/R2L"
