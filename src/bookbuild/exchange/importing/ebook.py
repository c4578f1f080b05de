"""Take an EPUB; return one web page: the documents of its spine in order, links and pictures rewritten. Pure.

Pandoc reads EPUBs too, but fails where the package names files above its own folder, as calibre writes them, and drops
notes that are in another document than their references.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urldefrag

from lxml import etree, html

from bookbuild.exchange.importing.entities import PARSER, replace_named_characters
from bookbuild.exchange.importing.pages import render_for_pandoc
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.archives import DAMAGE
from bookbuild.work.xml import drop_element

_OPS_TYPE = "{http://www.idpf.org/2007/ops}type"
_MIN_LINKED_SHARE = 0.8
"""Share of letters in links to other documents from which a document counts as a table of contents."""


@dataclass(frozen=True, slots=True)
class JoinedEbook:
    """An e-book as one page."""

    page: bytes
    """HTML in UTF-8."""
    left_out: frozenset[str]
    """Paths of documents that are no text of the book: the cover, tables of contents."""
    losses: tuple[str, ...]


def join_ebook(data: bytes, name: str) -> JoinedEbook:
    """Return the documents of an e-book as one page.

    Raises SourceError if it is damaged.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _join_archive(archive)
    except (*DAMAGE, KeyError, IndexError, etree.XMLSyntaxError) as error:
        reason = str(error).strip("'") or type(error).__name__
        advice = "remove any DRM, open it in an e-book editor such as Sigil or calibre and save it again"
        message = f"the e-book is damaged ({reason[:120]})"
        raise SourceError([Finding("T009", Place(name), message, advice)]) from None


def _join_archive(archive: zipfile.ZipFile) -> JoinedEbook:
    container = etree.fromstring(archive.read("META-INF/container.xml"), PARSER)
    package_path = posixpath.normpath(str(container.xpath("//*[local-name()='rootfile']/@full-path")[0]))
    package_document = etree.fromstring(archive.read(package_path), PARSER)
    names = list(dict.fromkeys(_spine(package_document, package_path, frozenset(archive.namelist()))))
    numbers = {name: number for number, name in enumerate(names)}
    page = html.document_fromstring("<html><head><meta charset='utf-8'></head><body></body></html>")
    language = package_document.findtext(".//{http://purl.org/dc/elements/1.1/}language")
    if language and language.strip():
        page.set("lang", language.strip())
    body = page.find("body")
    left_out: dict[str, str] = {}
    kept_name = ""
    for name in names:
        document = _parse_body(archive.read(name))
        if document is None:
            continue
        if not document.text_content().strip() and name == names[0]:
            left_out[name] = "the cover"
        elif _is_table_of_contents(document):
            left_out[name] = "the table of contents, which is rebuilt"
        else:
            if len(body) == 1 and _is_title_page_of(body[0], document):
                left_out[kept_name] = "the title page, whose words come again"
                body.remove(body[0])
            kept_name = name
            _rewrite_addresses(document, name, numbers)
            document.tag = "div"
            document.attrib.clear()
            body.append(document)
    losses = tuple(f"{what} ({posixpath.basename(name)})" for name, what in left_out.items())
    return JoinedEbook(page=render_for_pandoc(page), left_out=frozenset(left_out), losses=losses)


def _spine(package_document: Any, package_path: str, entries: frozenset[str]) -> Iterator[str]:
    items = {item.get("id"): item for item in package_document.iter("{*}item")}
    for reference in package_document.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None:
            raise KeyError(f"the package has no item {reference.get('idref')}")
        if "nav" in item.get("properties", "").split() or "html" not in item.get("media-type", ""):
            continue
        href = unquote(urldefrag(item.get("href", "")).url)  # an item may be a part of a document
        path = posixpath.normpath(posixpath.join(posixpath.dirname(package_path), href))
        if path not in entries:
            raise KeyError(f"{path} is missing")
        yield path


def _parse_body(data: bytes) -> Any:
    """Return the body of a document; malformed XHTML is read as HTML, as browsers do."""
    try:
        root = etree.fromstring(replace_named_characters(data), PARSER)
    except etree.XMLSyntaxError:
        root = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
        return root.find("body")
    for element in list(root.iter(etree.Entity, etree.Comment, etree.ProcessingInstruction)):
        drop_element(element)
    for element in root.iter():
        element.tag = etree.QName(element).localname
        kind = element.attrib.pop(_OPS_TYPE, None)
        if kind:
            element.set("data-epub-type", kind)
    text = etree.tostring(root, method="html", encoding="unicode")
    return html.document_fromstring(text.replace(' data-epub-type="', ' epub:type="')).find("body")


def _is_title_page_of(page: Any, document: Any) -> bool:
    """Return whether a document has no more words than the first heading of the next one."""
    heading = next(document.iter("h1", "h2", "h3"), None)
    has_picture = next(page.iter("img", "svg"), None) is not None
    return heading is not None and not has_picture and page.text_content().split() == heading.text_content().split()


def _is_table_of_contents(document: Any) -> bool:
    """Return whether a document is a table of contents: hardly anything but links to other documents."""
    links = [a for a in document.iter("a") if a.get("href") and not a.get("href").startswith(("#", "http", "mailto:"))]
    linked_letters = sum(len("".join(a.text_content().split())) for a in links)
    headings = sum(len("".join(h.text_content().split())) for h in document.iter("h1", "h2", "h3", "h4", "title"))
    letters = len("".join(document.text_content().split())) - headings
    return len(links) > 1 and linked_letters >= _MIN_LINKED_SHARE * letters


def _rewrite_addresses(document: Any, name: str, numbers: dict[str, int]) -> None:
    """Rewrite ids and addresses of a document for the whole page; `numbers` are the documents' places in the spine."""
    document_number = numbers[name]
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        for key in ("id", "name"):
            if element.get(key):
                element.set(key, f"d{document_number}-{element.get(key)}")
        for key in ("href", "src", "xlink:href"):
            address = element.get(key)
            if not address or re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE):
                continue
            path, _, fragment = address.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path))) if path else name
            if element.tag != "a":
                element.set(key, target)
            elif target in numbers and fragment:
                element.set(key, f"#d{numbers[target]}-{unquote(fragment)}")
            else:
                del element.attrib[key]
    for drawing in list(document.iter("svg")):  # a frame around a single picture
        images = list(drawing.iter("image"))
        if len(images) == 1 and not drawing.text_content().strip():
            picture = html.Element("img")
            picture.set("src", images[0].get("xlink:href") or images[0].get("href") or "")
            picture.tail = drawing.tail
            drawing.getparent().replace(drawing, picture)
