"""Export XLIFF 1.2 (OASIS, 2008): one file per chapter and target language, one trans-unit per entry."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

from lxml import etree

from bookbuild.checks.coverage import ShownText
from bookbuild.exchange.exports import Entry, Pictures, Side, break_lines, entries
from bookbuild.model.book import Book, Language
from bookbuild.model.inline import Emphasis, Inline, Link, Strong, plain
from bookbuild.work.xml import add_text

DESCRIPTION = "pairs for translators' tools (XLIFF 1.2)"

_NS = "urn:oasis:names:tc:xliff:document:1.2"
_TAG = f"{{{_NS}}}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(book: Book, pictures: Pictures, path: str) -> bytes:  # noqa: ARG001 - exporters share one signature
    """Return all entries; the first language is the source of every file, each other one a target."""
    root = etree.Element(f"{_TAG}xliff", version="1.2", nsmap={None: _NS})
    first = book.languages[0]
    for target in book.languages[1:]:
        for chapter, chapter_entries in groupby(entries(book), key=lambda entry: entry.chapter):
            attributes = {
                "original": f"{book.slug}/{chapter}",
                "source-language": first.tag,
                "target-language": target.tag,
                "datatype": "plaintext",
            }
            body = etree.SubElement(etree.SubElement(root, f"{_TAG}file", attributes), f"{_TAG}body")
            for entry in chapter_entries:
                _write_unit(body, entry, first, target)
    break_lines(root, *(f"{_TAG}{name}" for name in ("file", "body", "trans-unit", "source", "target")))
    data: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _write_unit(body: Any, entry: Entry, first: Language, target: Language) -> None:
    """Write an entry; a text that the source lacks is the target of an empty source."""
    sides = {side.language.tag: side for side in entry.sides}
    source, translated = sides.get(first.tag), sides.get(target.tag)
    if not translated and not source:
        return
    unit = etree.SubElement(body, f"{_TAG}trans-unit", {"id": entry.id, "restype": f"x-{entry.kind.replace(' ', '-')}"})
    unit.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    _write_side(unit, "source", first, source)
    if translated:
        _write_side(unit, "target", target, translated)


def _write_side(unit: Any, name: str, language: Language, side: Side | None) -> None:
    element = etree.SubElement(unit, f"{_TAG}{name}", {_LANG: language.tag})
    element.text = ""
    if side:
        _write_inlines(element, side.block.content, [0])


def _write_inlines(parent: Any, content: tuple[Inline, ...], last_number: list[int]) -> None:
    """Write inlines; `last_number` holds the number of the last code.

    A link is a pair of codes: the standard's g has no place for its address.
    """
    for inline in content:
        if isinstance(inline, Link):
            last_number[0] += 1
            number = str(last_number[0])
            begin = etree.SubElement(parent, f"{_TAG}bpt", id=number, ctype="link")
            begin.text = f'<a href="{escape(inline.href)}">'
            _write_inlines(parent, inline.children, last_number)
            etree.SubElement(parent, f"{_TAG}ept", id=number).text = "</a>"
        elif isinstance(inline, Emphasis | Strong):
            last_number[0] += 1
            ctype = "bold" if isinstance(inline, Strong) else "italic"
            _write_inlines(
                etree.SubElement(parent, f"{_TAG}g", id=str(last_number[0]), ctype=ctype), inline.children, last_number
            )
        else:
            add_text(parent, plain((inline,)))


def read_shown_texts(data: bytes) -> Iterator[ShownText]:
    """Yield the texts by the ids of the book; a source that several files repeat comes once."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, load_dtd=False))
    seen: set[str] = set()
    for unit in root.iter(f"{_TAG}trans-unit"):
        note = unit.get("restype") == "x-note"
        for side in unit.iter(f"{_TAG}source", f"{_TAG}target"):
            identifier = unit.get("id") if note else f"{unit.get('id')}-{side.get(_LANG)}"
            text = "".join(side.xpath(".//text()[not(parent::x:bpt or parent::x:ept)]", namespaces={"x": _NS}))
            if text and identifier not in seen:
                seen.add(identifier)
                yield ShownText(identifier, text)
