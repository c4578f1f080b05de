"""Document in, EPUB out. The only place that imports ebooklib."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from bookbuild.document.document import Document
from bookbuild.epub.opf import XML_LANG, Facts, describe

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


def write(document: Document, parts: Sequence[Part], moment: dt.datetime, facts: Facts) -> bytes:
    """Pack an e-book. `moment` is written as its last change and must not come from the clock."""
    from ebooklib import epub  # noqa: PLC0415 - heavy, and only for EPUB

    book = epub.EpubBook()
    names = {part.name: f"p{number}" for number, part in enumerate(parts, 1)}
    names |= {part.name: "cover-image" for part in parts if "cover-image" in part.properties}
    names |= {part.name: "ncx" for part in parts if part.name == "toc.ncx"}
    describe(book, document, facts)
    for part in parts:
        if part.seconds:
            duration = {"refines": f"#{names[part.name]}", "property": "media:duration"}
            book.add_metadata(None, "meta", f"{part.seconds:.3f}s", duration)
    book.set_direction(document.book.direction)
    for part in parts:
        # EpubItem, never EpubHtml: that one parses documents anew and loses attributes (ebooklib 0.20)
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
    return normalised(out.getvalue(), document.languages[0].tag)


_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip file can hold."""


def normalised(data: bytes, language: str) -> bytes:
    """Pack a zip anew: mimetype first and stored, fixed dates and rights, a language on the package document."""
    from lxml import etree  # noqa: PLC0415 - comes with ebooklib

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        names = [n for n in source.namelist() if n != "mimetype"]
        for name in ["mimetype", *names]:
            content = source.read(name)
            if name.endswith(".opf"):
                root = etree.fromstring(content)
                root.set(XML_LANG, language)
                content = etree.tostring(root, encoding="utf-8", xml_declaration=True)
            info = zipfile.ZipInfo(name, _MOMENT)
            info.create_system = 3  # what the machine is must not be seen
            info.external_attr = 0o644 << 16
            stored = name == "mimetype" or name.endswith(_STORED)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            target.writestr(info, content, compresslevel=9)
    return out.getvalue()
