"""A FictionBook (2.0 to 2.2) as a web page. Pure.

Pandoc reads FictionBooks too, but drops tables, pictures, and all text that stands right in a body, and knows no
encoding but UTF-8.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

from bookbuild.exchange.importing.entities import PARSER, known_characters
from bookbuild.exchange.importing.pages import ready
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

_INLINE = {
    "strong": "strong",
    "emphasis": "em",
    "strikethrough": "s",
    "sub": "sub",
    "sup": "sup",
    "code": "code",
    "style": "span",
    "a": "a",
}
_SAME = frozenset({"p", "table", "tr", "td", "th"})
_QUOTED = frozenset({"cite", "epigraph", "annotation"})
_HREF = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"[\W_]*[\dIVXLCivxlc*]{0,5}[\W_]*")


def page(data: bytes, name: str) -> bytes:
    """Give a FictionBook as a page in UTF-8.

    Raises SourceError if it is damaged.
    """
    try:
        root = etree.fromstring(known_characters(data), PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        message = f"the e-book is damaged ({str(error).rstrip('.')[:120]})"
        advice = "open it in an e-book editor and save it anew"
        raise SourceError([Finding("T009", Place(name, getattr(error, "lineno", None)), message, advice)]) from None
    made = html.document_fromstring("<html><head><meta charset='utf-8'></head><body></body></html>")
    language = root.findtext(".//{*}title-info/{*}lang")
    if language and language.strip():
        made.set("lang", language.strip())
    writing = _Writing(root)
    for body in root.iterchildren("{*}body"):
        writing.notes = bool(body.get("name"))
        writing.blocks(body, made.find("body"), 1)
    return ready(made)


class _Writing:
    """One pass over a book."""

    def __init__(self, root: Any) -> None:
        self.pictures = {
            binary.get("id"): f"data:{binary.get('content-type')};base64,{''.join((binary.text or '').split())}"
            for binary in root.iter("{*}binary")
        }
        self.notes = False
        """Whether this is a body of notes."""

    def blocks(self, element: Any, parent: Any, level: int) -> None:
        """Write what stands in a body, section, poem or quotation; `level` is that of its title."""
        titled = element.find("{*}title") is not None
        for child in element.iterchildren("{*}*"):
            name = etree.QName(child).localname
            if name == "title":
                self._title(child, parent, level)
            elif name == "section":
                box = etree.SubElement(parent, "div")
                if child.get("id"):
                    box.set("id", child.get("id"))
                self.blocks(child, box, level + 1 if titled else level)
            elif name == "subtitle":
                self._inlines(child, etree.SubElement(parent, f"h{min(6, level + 1)}"))
            elif name in _SAME:
                box = etree.SubElement(parent, name)
                if name in {"table", "tr"}:
                    self.blocks(child, box, level)
                else:
                    box.attrib.update(
                        {key: value for key, value in child.attrib.items() if key in {"rowspan", "colspan"}}
                    )
                    self._inlines(child, box)
            elif name == "stanza":
                self._stanza(child, parent)
            elif name == "poem" or name in _QUOTED:
                self.blocks(child, etree.SubElement(parent, "div" if name == "poem" else "blockquote"), level)
            elif name == "image":
                self._picture(child, etree.SubElement(parent, "p"))
            else:  # text-author, date
                self._inlines(child, etree.SubElement(parent, "p"))

    def _title(self, title: Any, parent: Any, level: int) -> None:
        words = " ".join(title.xpath("string()").split())
        if not words or (self.notes and _NUMBER.fullmatch(words)):  # the number of a note
            return
        heading = etree.SubElement(parent, f"h{min(6, level)}")
        for line in title.iterchildren("{*}p"):
            if len(heading):
                heading[-1].tail = " "
            self._inlines(line, etree.SubElement(heading, "span"))

    def _stanza(self, stanza: Any, parent: Any) -> None:
        for title in stanza.iterchildren("{*}title", "{*}subtitle"):
            self._inlines(title, etree.SubElement(etree.SubElement(parent, "p"), "strong"))
        verse = etree.SubElement(parent, "p")
        for line in stanza.iterchildren("{*}v"):
            if len(verse):
                etree.SubElement(verse, "br")
            self._inlines(line, etree.SubElement(verse, "span"))

    def _picture(self, image: Any, parent: Any) -> None:
        address = image.get(_HREF) or image.get("href") or ""
        picture = etree.SubElement(parent, "img")
        picture.set("src", self.pictures.get(address.removeprefix("#"), address))
        picture.set("alt", image.get("alt") or "")

    def _inlines(self, element: Any, parent: Any) -> None:
        parent.text = element.text
        for child in element.iterchildren("{*}*"):
            name = etree.QName(child).localname
            if name == "image":
                self._picture(child, parent)
            else:
                made = etree.SubElement(parent, _INLINE.get(name, "span"))
                if name == "a":
                    made.set("href", child.get(_HREF) or child.get("href") or "")
                    if child.get("type") == "note":
                        made.set("role", "doc-noteref")
                self._inlines(child, made)
            parent[-1].tail = child.tail
