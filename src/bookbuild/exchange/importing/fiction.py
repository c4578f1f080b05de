"""Take a FictionBook (2.0 to 2.2); return a web page. Pure.

Pandoc reads FictionBooks too, but drops tables, pictures and text directly in a body, and only knows UTF-8.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

from bookbuild.exchange.importing.entities import PARSER, replace_named_characters
from bookbuild.exchange.importing.pages import render_for_pandoc
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

_INLINE_TAGS = {"emphasis": "em", "strikethrough": "s", **{tag: tag for tag in ("strong", "sub", "sup", "code", "a")}}
_SAME_IN_HTML = frozenset({"p", "table", "tr", "td", "th"})
_QUOTATIONS = frozenset({"cite", "epigraph", "annotation"})
_HREF = "{http://www.w3.org/1999/xlink}href"
_NOTE_NUMBER = re.compile(r"[\W_]*[\dIVXLCivxlc*]{0,5}[\W_]*")


def build_page(data: bytes, name: str) -> bytes:
    """Return a FictionBook as a page in UTF-8.

    Raises SourceError if it is damaged.
    """
    try:
        root = etree.fromstring(replace_named_characters(data), PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        message = f"the e-book is damaged ({str(error).rstrip('.')[:120]})"
        advice = "open it in an e-book editor and save it again"
        raise SourceError([Finding("T009", Place(name, getattr(error, "lineno", None)), message, advice)]) from None
    tree = html.document_fromstring("<html><head><meta charset='utf-8'></head><body></body></html>")
    language = root.findtext(".//{*}title-info/{*}lang")
    if language and language.strip():
        tree.set("lang", language.strip())
    writer = _PageWriter(root)
    for body in root.iterchildren("{*}body"):
        writer.in_notes = bool(body.get("name"))
        writer.write_blocks(body, tree.find("body"), 1)
    return render_for_pandoc(tree)


class _PageWriter:
    """Writes a book into a page, in one pass."""

    def __init__(self, root: Any) -> None:
        self.pictures = {
            binary.get("id"): f"data:{binary.get('content-type')};base64,{''.join((binary.text or '').split())}"
            for binary in root.iter("{*}binary")
        }
        self.in_notes = False
        """Whether the body being written is one of notes."""

    def write_blocks(self, element: Any, parent: Any, level: int) -> None:
        """Write the content of a body, section, poem or quotation; `level` is that of its title."""
        has_title = element.find("{*}title") is not None
        for child in element.iterchildren("{*}*"):
            name = etree.QName(child).localname
            if name == "title":
                self._write_title(child, parent, level)
            elif name == "section":
                box = etree.SubElement(parent, "div")
                if child.get("id"):
                    box.set("id", child.get("id"))
                self.write_blocks(child, box, level + 1 if has_title else level)
            elif name == "subtitle":
                self._write_inlines(child, etree.SubElement(parent, f"h{min(6, level + 1)}"))
            elif name in _SAME_IN_HTML:
                box = etree.SubElement(parent, name)
                if name in {"table", "tr"}:
                    self.write_blocks(child, box, level)
                else:
                    box.attrib.update(
                        {key: value for key, value in child.attrib.items() if key in {"rowspan", "colspan"}}
                    )
                    self._write_inlines(child, box)
            elif name == "stanza":
                self._write_stanza(child, parent)
            elif name == "poem" or name in _QUOTATIONS:
                self.write_blocks(child, etree.SubElement(parent, "div" if name == "poem" else "blockquote"), level)
            elif name == "image":
                self._write_picture(child, etree.SubElement(parent, "p"))
            else:  # text-author, date
                self._write_inlines(child, etree.SubElement(parent, "p"))

    def _write_title(self, title: Any, parent: Any, level: int) -> None:
        words = " ".join(title.xpath("string()").split())
        if not words or (self.in_notes and _NOTE_NUMBER.fullmatch(words)):  # the number of a note
            return
        heading = etree.SubElement(parent, f"h{min(6, level)}")
        for line in title.iterchildren("{*}p"):
            if len(heading):
                heading[-1].tail = " "
            self._write_inlines(line, etree.SubElement(heading, "span"))

    def _write_stanza(self, stanza: Any, parent: Any) -> None:
        for title in stanza.iterchildren("{*}title", "{*}subtitle"):
            self._write_inlines(title, etree.SubElement(etree.SubElement(parent, "p"), "strong"))
        verse = etree.SubElement(parent, "p")
        for line in stanza.iterchildren("{*}v"):
            if len(verse):
                etree.SubElement(verse, "br")
            self._write_inlines(line, etree.SubElement(verse, "span"))

    def _write_picture(self, image: Any, parent: Any) -> None:
        address = image.get(_HREF) or image.get("href") or ""
        picture = etree.SubElement(parent, "img")
        picture.set("src", self.pictures.get(address.removeprefix("#"), address))
        picture.set("alt", image.get("alt") or "")

    def _write_inlines(self, element: Any, parent: Any) -> None:
        parent.text = element.text
        for child in element.iterchildren("{*}*"):
            name = etree.QName(child).localname
            if name == "image":
                self._write_picture(child, parent)
            else:
                inline = etree.SubElement(parent, _INLINE_TAGS.get(name, "span"))
                if name == "a":
                    inline.set("href", child.get(_HREF) or child.get("href") or "")
                    if child.get("type") == "note":
                        inline.set("role", "doc-noteref")
                self._write_inlines(child, inline)
            parent[-1].tail = child.tail
