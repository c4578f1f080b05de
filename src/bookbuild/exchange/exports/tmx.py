"""Export TMX 1.4b (LISA OSCAR, 2005): one tu per entry, one tuv per language, emphasis and links as paired codes."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from lxml import etree

from bookbuild import __version__
from bookbuild.checks.coverage import ShownText
from bookbuild.exchange.exports import Pictures, break_lines, entries
from bookbuild.model.book import Book
from bookbuild.model.inline import Emphasis, Inline, Link, Strong, plain
from bookbuild.work.xml import add_text

DESCRIPTION = "translation memory (TMX 1.4), all languages"

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(book: Book, pictures: Pictures, path: str) -> bytes:  # noqa: ARG001 - exporters share one signature
    """Return all entries; there are no dates in it: the same book gives the same bytes."""
    root = etree.Element("tmx", version="1.4")
    etree.SubElement(
        root,
        "header",
        {
            "creationtool": "bookbuild",
            "creationtoolversion": __version__,
            "segtype": "paragraph",
            "o-tmf": "bookbuild",
            "adminlang": "en",
            "srclang": book.languages[0].tag,
            "datatype": "xml",
        },
    )
    body = etree.SubElement(root, "body")
    for entry in entries(book):
        unit = etree.SubElement(body, "tu", tuid=entry.id)
        etree.SubElement(unit, "prop", type="x-chapter").text = entry.chapter
        etree.SubElement(unit, "prop", type="x-kind").text = entry.kind
        for side in entry.sides:
            variant = etree.SubElement(unit, "tuv", {_LANG: side.language.tag})
            _write_inlines(etree.SubElement(variant, "seg"), side.block.content, [0])
    break_lines(root, "header", "body", "tu", "prop", "tuv", "seg")
    data: bytes = etree.tostring(
        root, encoding="utf-8", xml_declaration=True, doctype='<!DOCTYPE tmx SYSTEM "tmx14.dtd">'
    )
    return data


def _write_inlines(parent: Any, content: tuple[Inline, ...], last_number: list[int]) -> None:
    """Write inlines; `last_number` holds the number of the last code in this segment."""
    for inline in content:
        code_pair = _find_code_pair(inline)
        if code_pair is None:
            add_text(parent, plain((inline,)))
            continue
        last_number[0] += 1
        number = str(last_number[0])
        kind, start, end = code_pair
        begin = etree.SubElement(parent, "bpt", i=number, type=kind)
        begin.text = start
        _write_inlines(parent, inline.children, last_number)  # type: ignore[union-attr]  # what has a pair of codes has children
        etree.SubElement(parent, "ept", i=number).text = end


def _find_code_pair(inline: Inline) -> tuple[str, str, str] | None:
    match inline:
        case Emphasis():
            return "italic", "<em>", "</em>"
        case Strong():
            return "bold", "<strong>", "</strong>"
        case Link(href, _):
            return "link", f'<a href="{escape(href)}">', "</a>"
        case _:
            return None


def read_shown_texts(data: bytes) -> Iterator[ShownText]:
    """Yield the texts of all segments by the ids of the book."""
    for unit in etree.fromstring(data, etree.XMLParser(resolve_entities=False, load_dtd=False)).iter("tu"):
        identifier = unit.get("tuid")
        note = unit.findtext("prop[@type='x-kind']") == "note"
        for variant in unit.iter("tuv"):
            segment = variant.find("seg")
            text = "".join((segment.text or "", *(code.tail or "" for code in segment)))
            yield ShownText(identifier if note else f"{identifier}-{variant.get(_LANG)}", text)
