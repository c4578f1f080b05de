"""Document in, EPUB out. The only place that imports ebooklib."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from bookbuild.document.document import Document
from bookbuild.epub.opf import XML_LANG, Facts, describe_book
from bookbuild.work.archives import repack
from bookbuild.work.xml import parse_xml

_STORED = (".png", ".jpg", ".gif", ".woff2", ".mp3", ".m4a", ".mp4", ".ogg", ".opus")
"""What is packed already."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the e-book."""

    name: str
    media_type: str
    data: bytes
    properties: tuple[str, ...] = ()
    spine: bool = False
    overlay: str = ""
    """Of a document that is read aloud: the name of the part that says when."""
    seconds: float = 0.0
    """Of such a part: how long it takes."""


def write_epub(document: Document, parts: Sequence[Part], moment: dt.datetime, facts: Facts) -> bytes:
    """Pack an e-book. `moment` is written as its last change and must not come from the clock."""
    from ebooklib import epub

    book = epub.EpubBook()
    names = {part.name: f"p{number}" for number, part in enumerate(parts, 1)}
    names |= {part.name: "cover-image" for part in parts if "cover-image" in part.properties}
    names |= {part.name: "ncx" for part in parts if part.name == "toc.ncx"}
    describe_book(book, document, facts)
    for part in parts:
        if part.seconds:
            duration = {"refines": f"#{names[part.name]}", "property": "media:duration"}
            book.add_metadata(None, "meta", f"{part.seconds:.3f}s", duration)
    book.set_direction(document.book.direction)
    for part in parts:
        # EpubItem, never EpubHtml: which parses documents again and loses attributes (ebooklib 0.20)
        item = epub.EpubItem(uid=names[part.name], file_name=part.name, media_type=part.media_type, content=part.data)
        item.properties = list(part.properties)
        if part.overlay:
            item.media_overlay = names[part.overlay]
        book.add_item(item)
        if part.spine:
            book.spine.append(item)
    out = io.BytesIO()
    options = {
        "mtime": moment,
        "epub3_pages": False,  # it would make a page list of every element with an id
        "epub3_landmark": False,
        "epub2_guide": False,
    }
    # not write_epub(), which swallows OSErrors
    writer = epub.EpubWriter(out, book, options)
    writer.process()
    writer.write()
    return _repack(out.getvalue(), document.languages[0].tag)


def _repack(data: bytes, language: str) -> bytes:
    """Pack the e-book again: mimetype first and stored (OCF 3.3, 4.3), a language on the package document."""

    def set_language(name: str, content: bytes) -> bytes:
        if not name.endswith(".opf"):
            return content
        root = parse_xml(content)
        root.set(XML_LANG, language)
        return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))

    first = "mimetype"
    return repack(data, lambda name: name != first, set_language, lambda name: name == first or name.endswith(_STORED))
