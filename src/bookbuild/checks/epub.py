"""An EPUB's bytes in, its ledger out: read back from the file itself."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote

from lxml import etree

from bookbuild.checks import coverage
from bookbuild.checks.coverage import ExpectedText, Ledger, ShownText
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.archives import DAMAGE
from bookbuild.work.xml import parse_xml

_XHTML = "{http://www.w3.org/1999/xhtml}"
_MATHML = "{http://www.w3.org/1998/Math/MathML}math"
_OPF = "{http://www.idpf.org/2007/opf}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"


def judge(
    data: bytes, expected: Sequence[ExpectedText], path: str, furniture: str
) -> tuple[Ledger, tuple[Finding, ...]]:
    """Read an e-book back and return its ledger, and what is wrong with its text.

    The text of every element with the id of an expected text counts, in the order of the spine, without note marks, as
    in print; all other text is searched for paragraphs that stand there a second time, see coverage.judge.
    Raises SourceError if the file at `path` cannot be read back.
    """
    identifiers = frozenset(block.id for block in expected)
    shown: list[ShownText] = []
    outside: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in list_spine(archive):
                root = parse_xml(archive.read(name))
                elements = (element for element in root.iter(f"{_XHTML}*") if element.get("id") in identifiers)
                shown += [ShownText(element.get("id"), "".join(walk_text(element))) for element in elements]
                outside += _walk_outside(root, identifiers)
    except (*DAMAGE, KeyError, etree.XMLSyntaxError, IndexError) as error:
        finding = Finding("O006", Place(path), f"the e-book is damaged ({error})", "build it again")
        raise SourceError([finding]) from None
    return coverage.check_coverage(expected, shown, posixpath.basename(path), " ".join(outside), furniture)


def _walk_outside(element: Any, identifiers: frozenset[str]) -> Iterator[str]:
    if element.get("id") not in identifiers:
        yield element.text or ""
        for child in element:
            yield from _walk_outside(child, identifiers)
    yield element.tail or ""


def list_spine(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the content documents, in reading order."""
    container = parse_xml(archive.read("META-INF/container.xml"))
    package = next(container.iter(f"{_CONTAINER}rootfile")).get("full-path")
    root = parse_xml(archive.read(package))
    names = {item.get("id"): item.get("href") for item in root.iter(f"{_OPF}item")}
    folder = posixpath.dirname(package)
    return [posixpath.join(folder, unquote(names[ref.get("idref")])) for ref in root.iter(f"{_OPF}itemref")]


def walk_text(element: Any) -> Iterator[str]:
    """Yield the text of an XHTML element without note marks; a `br` is a line end, an equation its source."""
    if element.tag == _MATHML:
        yield element.get("alttext", "")
    elif "noteref" not in element.get("class", "").split():
        yield element.text or ""
        for child in element:
            if child.tag == f"{_XHTML}br":
                yield "\n"
            yield from walk_text(child)
            yield child.tail or ""
