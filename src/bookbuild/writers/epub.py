"""Document in, EPUB out. The only place that imports ebooklib."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bookbuild.content import Image, walk
from bookbuild.document import Document, Row, Section
from bookbuild.model import Book, Language

NAMESPACE = uuid.UUID("6c1c5c0e-8f0f-5d3a-9b0e-2f6b6f0f7a11")
"""Of identifiers that are made from a book's name where book.toml gives none (RFC 9562, version 5)."""

MARC = {"author": "aut", "translator": "trl", "editor": "edt", "illustrator": "ill", "contributor": "ctb"}
"""Role to MARC relator code."""

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents."""

    href: str
    texts: tuple[tuple[Language, str], ...]
    children: tuple[Entry, ...] = ()

    @property
    def label(self) -> str:
        """The texts in one line, for old readers."""
        return " · ".join(text for _, text in self.texts)


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the e-book."""

    name: str
    media_type: str
    data: bytes
    properties: tuple[str, ...] = ()
    spine: bool = False


def contents(document: Document) -> tuple[Entry, ...]:
    """Make the contents: an entry a chapter, with its headings as a tree below it."""
    return tuple(_chapter_entry(document, section) for section in document.sections)


def _chapter_entry(document: Document, section: Section) -> Entry:
    href = f"{section.id}.xhtml"
    heads = [row for row in section.rows if row.kind == "heading"]
    if section.heading is not None:
        return Entry(href, _texts(document, section.heading), _tree(document, href, heads[1:]))
    name = next((c.name for c in document.book.chapters if c.id == section.id), "")
    texts = document.titles if len(document.sections) == 1 or not name else ((document.languages[0], name),)
    return Entry(href, texts, _tree(document, href, heads))


def _tree(document: Document, href: str, rows: Sequence[Row]) -> tuple[Entry, ...]:
    entries = []
    start = 0
    while start < len(rows):
        end = start + 1
        while end < len(rows) and rows[end].level > rows[start].level:
            end += 1
        row = rows[start]
        children = _tree(document, href, rows[start + 1 : end])
        entries.append(Entry(f"{href}#{row.id}", _texts(document, row), children))
        start = end
    return tuple(entries)


def _texts(document: Document, row: Row) -> tuple[tuple[Language, str], ...]:
    unit = next(u for u in document.book.units() if u.id == row.id)
    texts = {lang.tag: " ".join(b.text.split()) for lang, b in zip(document.languages, unit.blocks, strict=True)}
    return document.localized(texts)


def depth(entries: Sequence[Entry]) -> int:
    """Give the number of levels of the contents."""
    return 1 + max((depth(e.children) for e in entries), default=0) if entries else 0


def identifier(book: Book) -> str:
    """Give the book's identifier; without one in book.toml, a UUID that stays the same over rebuilds."""
    given = book.metadata.identifier
    if not given:
        name = "/".join((book.slug, *(language.tag for language in book.languages)))
        return f"urn:uuid:{uuid.uuid5(NAMESPACE, name)}"
    isbn = re.sub(r"[ -]|^isbn:?", "", given, flags=re.IGNORECASE)
    return f"urn:isbn:{isbn}" if re.fullmatch(r"(97[89])?\d{9}[\dXx]", isbn) else given


def write(document: Document, parts: Sequence[Part], moment: dt.datetime, generator: str) -> bytes:
    """Pack an e-book. `moment` is written as its last change and must not come from the clock."""
    from ebooklib import epub  # noqa: PLC0415 - heavy, and only for EPUB

    book = epub.EpubBook()
    _metadata(book, document, generator)
    book.set_direction(document.book.direction)
    for number, part in enumerate(parts, 1):
        # EpubItem, never EpubHtml: that one parses documents anew and loses attributes (ebooklib 0.20)
        uid = {"toc.ncx": "ncx", "cover.png": "cover-image"}.get(part.name, f"p{number}")
        item = epub.EpubItem(uid=uid, file_name=part.name, media_type=part.media_type, content=part.data)
        item.properties = list(part.properties)
        book.add_item(item)
        if part.spine:
            book.spine.append(item)
    out = io.BytesIO()
    options = {
        "mtime": moment,
        "raise_exceptions": True,  # OSErrors are swallowed otherwise
        "epub3_pages": False,  # it would make a page list of every element with an id
        "epub3_landmark": False,
        "epub2_guide": False,
    }
    writer = epub.EpubWriter(out, book, options)
    writer.process()
    writer.write()
    return normalised(out.getvalue(), document.languages[0].tag)


def _metadata(book: Any, document: Document, generator: str) -> None:  # noqa: ANN401 - ebooklib has no types
    meta = document.book.metadata
    book.metadata.clear()
    book.prefixes.clear()
    book.set_identifier(identifier(document.book))
    book.language = document.languages[0].tag
    for number, (language, title) in enumerate(document.titles, 1):
        attributes = {"id": f"t{number}", _XML_LANG: language.tag, "dir": language.direction}
        book.add_metadata("DC", "title", title, attributes)
        if number == 1:  # the others are the same title in other languages, for which there is no type
            book.add_metadata(None, "meta", "main", _refines(f"t{number}", "title-type"))
        book.add_metadata(None, "meta", str(number), _refines(f"t{number}", "display-seq"))
    for number, (language, subtitle) in enumerate(document.localized(meta.subtitle), 1):
        attributes = {"id": f"s{number}", _XML_LANG: language.tag, "dir": language.direction}
        book.add_metadata("DC", "title", subtitle, attributes)
        book.add_metadata(None, "meta", "subtitle", _refines(f"s{number}", "title-type"))
        sequence = str(len(document.titles) + number)
        book.add_metadata(None, "meta", sequence, _refines(f"s{number}", "display-seq"))
    for language in document.languages:
        book.add_metadata("DC", "language", language.tag)
    for number, creator in enumerate(meta.creators, 1):
        names = document.localized(creator.name)
        language, name = names[0]
        attributes = {"id": f"c{number}", _XML_LANG: language.tag, "dir": language.direction}
        book.add_metadata("DC", "creator" if creator.role == "author" else "contributor", name, attributes)
        role = {**_refines(f"c{number}", "role"), "scheme": "marc:relators"}
        book.add_metadata(None, "meta", MARC[creator.role], role)
        for other, alternate in names[1:]:
            script = {**_refines(f"c{number}", "alternate-script"), _XML_LANG: other.tag}
            book.add_metadata(None, "meta", alternate, script)
    for name, texts in (("rights", meta.rights), ("source", meta.source)):
        for language, text in document.localized(texts):
            book.add_metadata("DC", name, text, {_XML_LANG: language.tag} if name == "rights" else {})
    for subject in meta.subjects:
        book.add_metadata("DC", "subject", subject)
    if meta.date:
        book.add_metadata("DC", "date", meta.date)
    if meta.level:
        book.add_metadata(None, "meta", meta.level, {"property": "schema:educationalLevel"})
    _accessibility(book, document)
    book.add_metadata(None, "meta", "", {"name": "cover", "content": "cover-image"})
    book.add_metadata(None, "meta", "", {"name": "generator", "content": generator})


def _refines(identifier: str, name: str) -> dict[str, str]:
    return {"refines": f"#{identifier}", "property": name}


def _accessibility(book: Any, document: Document) -> None:  # noqa: ANN401 - as above
    """Say what is true of every book made here (schema.org accessibility properties, EPUB Accessibility 1.1)."""
    modes = ["textual", "visual"]  # the cover, at least
    described = all(f.alt for f in _images(document))
    features = ["structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability"]
    if described:
        features.append("alternativeText")
    for mode in modes:
        book.add_metadata(None, "meta", mode, {"property": "schema:accessMode"})
    if described:
        book.add_metadata(None, "meta", "textual", {"property": "schema:accessModeSufficient"})
    for feature in features:
        book.add_metadata(None, "meta", feature, {"property": "schema:accessibilityFeature"})
    book.add_metadata(None, "meta", "none", {"property": "schema:accessibilityHazard"})
    for language in document.languages:
        spoken = document.words_language(language)
        summary = document.words(language)["summary"]
        attributes = {"property": "schema:accessibilitySummary", _XML_LANG: spoken.tag}
        book.add_metadata(None, "meta", summary, attributes)


def _images(document: Document) -> list[Image]:
    return [i for u in document.book.units() for b in u.blocks for i in walk(b.content) if isinstance(i, Image)]


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
                root.set(_XML_LANG, language)
                content = etree.tostring(root, encoding="utf-8", xml_declaration=True)
            info = zipfile.ZipInfo(name, _MOMENT)
            info.create_system = 3  # what the machine is must not be seen
            info.external_attr = 0o644 << 16
            stored = name == "mimetype" or name.endswith(".png")
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            target.writestr(info, content, compresslevel=9)
    return out.getvalue()
