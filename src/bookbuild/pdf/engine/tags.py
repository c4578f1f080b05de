"""What WeasyPrint 70 leaves out of PDFs that screen readers and text search need; changes documents and files in place.

Each function fixes one fault and has a test that fails once WeasyPrint fixes it itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from xml.sax.saxutils import escape

from bookbuild.pdf.engine.internals import (
    Box,
    Document,
    Metadata,
    PdfFile,
    PdfObject,
    Stream,
    is_tagged,
    override,
    page_box,
    unwrap,
)

SOFT_HYPHEN, HYPHEN = "00ad", "2010"
"""Code points, as ToUnicode maps write them."""
PDF_UA_XMP = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
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
"""XMP that declares PDF/UA-1 in a PDF/A file, which has to describe the schema (ISO 19005-2, 6.6.2.3.3)."""


def declare_pdf_ua(metadata: Metadata) -> None:
    """Declare a PDF/A file as PDF/UA too: WeasyPrint knows one standard per file."""
    _append_rdf(metadata, PDF_UA_XMP)


def write_identifier(metadata: Metadata, identifier: str) -> None:
    """Write the edition's identifier into the XMP metadata, by which e-books name it as the source of page numbers."""
    description = (
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" rdf:about="">'
        f"<dc:identifier>{escape(identifier)}</dc:identifier></rdf:Description>"
    )
    _append_rdf(metadata, description.encode())


def _append_rdf(metadata: Metadata, rdf: bytes) -> None:
    generate: Callable[..., bytes] = metadata.generate_rdf_metadata

    def generate_more(*arguments: object, **options: object) -> bytes:
        return generate(*arguments, **options).replace(b"</rdf:RDF>", rdf + b"</rdf:RDF>")

    metadata.generate_rdf_metadata = generate_more


@contextmanager
def tag_languages() -> Iterator[None]:
    """Write every structure element's language, and that equations are such, while a PDF is written.

    WeasyPrint writes the document's language alone, so that a screen reader speaks Indonesian with an
    Arabic voice. Elements in their parent's language stay without one.
    """
    import pydyf
    from weasyprint.pdf import tags

    languages: list[str] = []

    def build(original: Callable[..., Iterator[PdfObject]], box: Box, *arguments: object) -> Iterator[PdfObject]:
        language = unwrap(box).style["lang"]
        parent = languages[-1] if languages else None
        languages.append(language)
        try:
            elements = list(original(box, *arguments))
        finally:
            languages.pop()
        source = unwrap(box).element
        for element in elements:
            if source is not None and source.get("class") == "equation" and element["S"] == "/Figure":
                element["S"] = "/Formula"
            if language and language != parent and "Lang" not in element:
                element["Lang"] = pydyf.String(language)
        yield from elements

    with override(tags, "_build_box_tree", build):
        yield


@contextmanager
def mark_artifacts(document: Document) -> Iterator[None]:
    """Mark running heads and page numbers as artifacts while a PDF is written (ISO 32000-1, 14.8.2.2).

    WeasyPrint marks them as text that belongs to no element, so that some screen readers read them on every page.
    """
    import pydyf
    from weasyprint.formatting_structure.boxes import MarginBox
    from weasyprint.pdf import tags
    from weasyprint.pdf.stream import Stream as PageStream

    boxes = {
        id(box)
        for page in document.pages
        for margin in page_box(page).children
        if isinstance(margin, MarginBox)
        for box in margin.descendants(placeholders=True)
    }

    @contextmanager
    def mark(
        original: Callable[..., AbstractContextManager[None]], stream: Stream, box: Box, tag: str
    ) -> Iterator[None]:
        if id(box) not in boxes or not is_tagged(stream):
            with original(stream, box, tag):
                yield
            return
        stream.begin_marked_content("Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
        yield
        stream.end_marked_content()

    def build(original: Callable[..., Iterator[PdfObject]], box: Box, *arguments: object) -> Iterator[PdfObject]:
        if not isinstance(box, MarginBox):
            yield from original(box, *arguments)

    with override(PageStream, "marked", mark), override(tags, "_build_box_tree", build):
        yield


def remove_inner_links(document: Document) -> None:
    """Keep one link per <a>: WeasyPrint makes more of whatever is inside it, and no tag leads to these."""
    for page in document.pages:
        page.links = [link for link in page.links if str(link[3].element_tag).split("::", maxsplit=1)[0] == "a"]


def scope_headers(pdf: PdfFile) -> None:
    """Declare header cells as those of a column (ISO 14289-1, 7.5): WeasyPrint leaves /Scope out."""
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("S") == "/TH" and "Scope" not in item["A"]:
            item["A"]["Scope"] = "/Column"


def prefix_header_ids(pdf: PdfFile, prefix: str) -> None:
    """Put a prefix before the identifiers of header cells, which count objects, so that those of two files differ."""
    import pydyf

    for item in pdf.objects if prefix else ():
        if isinstance(item, dict) and "S" in item:
            if "ID" in item:
                item["ID"] = pydyf.String(prefix + item["ID"].string)
            if headers := item.get("A", {}).get("Headers"):
                headers[:] = [pydyf.String(prefix + header.string) for header in headers]


def soften_hyphens(pdf: PdfFile) -> None:
    """Map the hyphens of divided words to soft hyphens (ISO 32000-1, 14.8.2.2.3), so that whole words are found.

    WeasyPrint writes U+2010 there. Not to be used where the text itself has that character.
    """
    for item in pdf.objects:
        lines = getattr(item, "stream", None)
        if lines and b"begincmap" in lines:
            lines[:] = [
                line.replace(f" <{HYPHEN}>".encode(), f" <{SOFT_HYPHEN}>".encode()) if isinstance(line, bytes) else line
                for line in lines
            ]


def write_page_direction(document: Document, pdf: PdfFile) -> None:
    """Write in which direction pages turn, for viewers; WeasyPrint (pdf/tags.py, ViewerPreferences) does not."""
    if page_box(document.pages[0]).style["direction"] == "rtl":
        pdf.catalog.setdefault("ViewerPreferences", {})["Direction"] = "/R2L"
