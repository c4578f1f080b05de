"""An EPUB's bytes in, the text that it shows block by block out."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree

from bookbuild.checks.coverage import Shown
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.xml import parse_xml

_XHTML = "{http://www.w3.org/1999/xhtml}"
_OPF = "{http://www.idpf.org/2007/opf}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"


def shown(data: bytes, identifiers: frozenset[str], path: str) -> tuple[Shown, ...]:
    """Give the text of every element with one of these ids, in the order of the spine.

    Every text node of the documents is looked at; note marks are left out, as in print.
    Raises SourceError if the file cannot be read back.
    """
    found: list[Shown] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in spine(archive):
                root = parse_xml(archive.read(name))
                wanted = (e for e in root.iter(f"{_XHTML}*") if e.get("id") in identifiers)
                found += [Shown(element.get("id"), "".join(_text(element))) for element in wanted]
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, IndexError) as error:
        raise SourceError([Finding("O006", Place(path), f"the e-book is damaged ({error})", "build it anew")]) from None
    return tuple(found)


def outside(data: bytes, identifiers: frozenset[str]) -> str:
    """Give the text of all nodes that belong to none of the elements with these ids."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        roots = [parse_xml(archive.read(name)) for name in spine(archive)]
    return " ".join(text for root in roots for text in _outside(root, identifiers))


def _outside(element: Any, identifiers: frozenset[str]) -> Iterator[str]:
    if element.get("id") not in identifiers:
        yield element.text or ""
        for child in element:
            yield from _outside(child, identifiers)
    yield element.tail or ""


def spine(archive: zipfile.ZipFile) -> list[str]:
    """Give the names of the content documents in reading order."""
    container = parse_xml(archive.read("META-INF/container.xml"))
    package = next(container.iter(f"{_CONTAINER}rootfile")).get("full-path")
    root = parse_xml(archive.read(package))
    names = {item.get("id"): item.get("href") for item in root.iter(f"{_OPF}item")}
    folder = posixpath.dirname(package)
    return [posixpath.join(folder, unquote(names[ref.get("idref")])) for ref in root.iter(f"{_OPF}itemref")]


def _text(element: Any) -> Iterator[str]:
    if "noteref" not in element.get("class", "").split():
        yield element.text or ""
        for child in element:
            if child.tag == f"{_XHTML}br":
                yield "\n"
            yield from _text(child)
            yield child.tail or ""
