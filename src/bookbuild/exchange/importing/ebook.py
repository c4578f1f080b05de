"""An EPUB as one web page: the documents of its spine in order, with links and pictures within the whole. Pure.

Pandoc reads EPUBs too, but none whose package names files above its own folder, as calibre writes them, and drops
notes that stand in another document than their numbers.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from lxml import etree, html

from bookbuild.exchange.importing.entities import PARSER, known_characters
from bookbuild.exchange.importing.packages import dropped
from bookbuild.exchange.importing.pages import ready
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

_OPS = "{http://www.idpf.org/2007/ops}type"
_LISTED = 0.8
"""Share of the letters that stand in links to other documents, from which on a document is a table of contents."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A whole e-book."""

    page: bytes
    """The page, in UTF-8."""
    left_out: frozenset[str]
    """Documents that are no text of the book: the cover, tables of contents."""
    losses: tuple[str, ...]


def joined(data: bytes, name: str) -> Joined:
    """Join the documents of an e-book.

    Raises SourceError if it is damaged.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _joined(archive)
    except (zipfile.BadZipFile, KeyError, IndexError, etree.XMLSyntaxError, NotImplementedError, RuntimeError) as error:
        said = str(error).strip("'") or type(error).__name__
        advice = "open it in an e-book editor such as Sigil or calibre and save it anew; a lock has to be taken off"
        message = f"the e-book is damaged ({said[:120]})"
        raise SourceError([Finding("T009", Place(name), message, advice)]) from None


def _joined(archive: zipfile.ZipFile) -> Joined:
    container = etree.fromstring(archive.read("META-INF/container.xml"), PARSER)
    package = posixpath.normpath(str(container.xpath("//*[local-name()='rootfile']/@full-path")[0]))
    root = etree.fromstring(archive.read(package), PARSER)
    names = list(_spine(root, package, frozenset(archive.namelist())))
    numbers = {name: number for number, name in enumerate(names)}
    page = html.document_fromstring("<html><head><meta charset='utf-8'></head><body></body></html>")
    language = root.findtext(".//{http://purl.org/dc/elements/1.1/}language")
    if language and language.strip():
        page.set("lang", language.strip())
    body = page.find("body")
    left_out: dict[str, str] = {}
    for name in names:
        document = _document(archive.read(name))
        if document is None:
            continue
        if not document.text_content().strip() and name == names[0]:
            left_out[name] = "the cover"
        elif _is_contents(document):
            left_out[name] = "the table of contents, which is made anew"
        else:
            _within(document, name, numbers)
            document.tag = "div"
            document.attrib.clear()
            body.append(document)
    losses = tuple(f"{what} ({posixpath.basename(name)})" for name, what in left_out.items())
    return Joined(ready(page), frozenset(left_out), losses)


def _spine(root: Any, package: str, present: frozenset[str]) -> Iterator[str]:
    items = {item.get("id"): item for item in root.iter("{*}item")}
    for reference in root.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None:
            raise KeyError(f"the package does not say what {reference.get('idref')} is")
        if "nav" in item.get("properties", "").split() or "html" not in item.get("media-type", ""):
            continue
        path = posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(item.get("href", ""))))
        if path not in present:
            raise KeyError(f"{path} is missing")
        yield path


def _document(data: bytes) -> Any:
    """Give the body of a document; XHTML that is none is read as browsers do."""
    try:
        root = etree.fromstring(known_characters(data), PARSER)
    except etree.XMLSyntaxError:
        root = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
        return root.find("body")
    for element in list(root.iter(etree.Entity, etree.Comment, etree.ProcessingInstruction)):
        dropped(element)
    for element in root.iter():
        element.tag = etree.QName(element).localname
        kind = element.attrib.pop(_OPS, None)
        if kind:
            element.set("data-epub-type", kind)
    text = etree.tostring(root, method="html", encoding="unicode")
    return html.document_fromstring(text.replace(' data-epub-type="', ' epub:type="')).find("body")


def _is_contents(document: Any) -> bool:
    """Tell whether a document is a table of contents: hardly anything but links to other documents."""
    links = [a for a in document.iter("a") if a.get("href") and not a.get("href").startswith(("#", "http", "mailto:"))]
    inside = sum(len("".join(a.text_content().split())) for a in links)
    headings = sum(len("".join(h.text_content().split())) for h in document.iter("h1", "h2", "h3", "h4", "title"))
    letters = len("".join(document.text_content().split())) - headings
    return len(links) > 1 and inside >= _LISTED * letters


def _within(document: Any, name: str, numbers: dict[str, int]) -> None:
    """Make names and addresses those of the whole."""
    own = numbers[name]
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        for key in ("id", "name"):
            if element.get(key):
                element.set(key, f"d{own}-{element.get(key)}")
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
    for drawing in list(document.iter("svg")):  # a picture in a frame
        images = list(drawing.iter("image"))
        if len(images) == 1 and not drawing.text_content().strip():
            picture = html.Element("img")
            picture.set("src", images[0].get("xlink:href") or images[0].get("href") or "")
            picture.tail = drawing.tail
            drawing.getparent().replace(drawing, picture)
