"""Prepare OpenDocument texts for pandoc, which drops text boxes, fields and ruby. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lxml import etree

from bookbuild.exchange.importing.open_document_numbers import Numbering
from bookbuild.exchange.importing.packages import (
    LEFT_OUT_LISTS,
    PreparedDocument,
    insert_after,
    read_part,
    rewrite_parts,
)
from bookbuild.work.xml import drop_element, unwrap_element

_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _OFFICE, _STYLE, _DRAW, _SVG, _TABLE = (
    _SPACE % name for name in ("text", "office", "style", "drawing", "svg-compatible", "table")
)
_INDEXES = {
    "table-of-content": LEFT_OUT_LISTS["TOC"],
    **dict.fromkeys(
        ("illustration-index", "table-index", "object-index", "user-index"),
        "a list of figures or tables, whose page numbers refer to the old pages",
    ),
    "alphabetical-index": LEFT_OUT_LISTS["INDEX"],
}
_LEVEL = f"{_TEXT}outline-level"
_LINES = (f"{_TEXT}p", f"{_TEXT}h")
_READ_BY_PANDOC = frozenset(
    f"{_TEXT}{name}"
    for name in (
        "span", "a", "s", "tab", "line-break", "note", "note-citation", "note-body", "bookmark-ref", "reference-ref",
        "p", "h", "list", "list-item", "list-header", "section", "index-body", "index-title",
        "ruby", "ruby-base", "ruby-text",
    )
)  # fmt: skip
"""Elements whose text pandoc keeps."""


def prepare(data: bytes, name: str) -> PreparedDocument:  # noqa: ARG001 - same signature as word.prepare
    """Return a text of which pandoc keeps all words that are shown."""
    styles = read_part(data, "styles.xml")
    shared = [] if styles is None else [styles]

    def change(_part: str, root: Any, prepared: PreparedDocument) -> None:
        body = root.find(f"{_OFFICE}body")
        if body is not None:
            _prepare_body(body, frozenset().union(*map(_find_hidden_styles, (*shared, root))), prepared)
            Numbering(*shared, root).write(body)
            _mark_title(body, [*shared, root])

    return rewrite_parts(data, re.compile(r"content\.xml"), change)


def _mark_title(body: Any, roots: Sequence[Any]) -> None:
    """Make a heading of the paragraph that is styled as the title; chapters then stand below it."""
    titles = {"Title"} | {
        style.get(f"{_STYLE}name", "")
        for root in roots
        for style in root.iter(f"{_STYLE}style")
        if style.get(f"{_STYLE}parent-style-name") == "Title"
    }
    title = next((p for p in body.iter(f"{_TEXT}p") if p.get(f"{_TEXT}style-name") in titles and _has_words(p)), None)
    if title is None or title.getparent().tag != f"{_OFFICE}text":
        return
    headings = list(body.iter(f"{_TEXT}h"))
    if any(heading.get(_LEVEL, "1") == "1" for heading in headings):
        for heading in headings:
            level = heading.get(_LEVEL, "1")
            heading.set(_LEVEL, str(min(6, int(level) + 1)) if re.fullmatch(r"\d{1,4}", level) else "2")
    title.tag = f"{_TEXT}h"
    title.set(_LEVEL, "1")


def _has_words(line: Any) -> bool:
    return bool("".join(line.itertext()).strip())


def _find_hidden_styles(root: Any) -> frozenset[str]:
    """Return the names of styles that hide text."""
    return frozenset(
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        if any(
            properties.get(f"{_TEXT}display") == "none" for properties in style.iterchildren(f"{_STYLE}text-properties")
        )
    )


def _prepare_body(body: Any, hidden: frozenset[str], prepared: PreparedDocument) -> None:
    prepared.report_comments(sum(1 for _ in body.iter(f"{_OFFICE}annotation")))
    for name, what in _INDEXES.items():
        for index in list(body.iter(f"{_TEXT}{name}")):
            prepared.leave_out(what, _take_texts(index))
    for index in list(body.iter(f"{_TEXT}bibliography")):
        for part in list(index):
            (unwrap_element if part.tag == f"{_TEXT}index-body" else drop_element)(part)
        unwrap_element(index)
    for frame in body.iter(f"{_DRAW}frame"):
        description = " ".join((frame.findtext(f"{_SVG}desc") or frame.findtext(f"{_SVG}title") or "").split())
        for image in frame.iterchildren(f"{_DRAW}image"):
            prepared.descriptions.setdefault(image.get("{http://www.w3.org/1999/xlink}href", ""), description)
    for link in list(body.iter(f"{_DRAW}a")):  # a link around a picture
        unwrap_element(link)
    for script in list(body.iter(f"{_TEXT}script")):
        drop_element(script)
    for element in [*body.iter(f"{_TEXT}span", *_LINES, f"{_TEXT}section", f"{_TEXT}hidden-text")]:
        if _is_hidden(element, hidden):
            words = _take_texts(element)
            prepared.left_out += words
            prepared.report_text("hidden text", words)
    for ruby in list(body.iter(f"{_TEXT}ruby")):
        _write_reading(ruby)
    for section in list(body.iter(f"{_TEXT}section")):  # pandoc drops sections in cells and boxes
        unwrap_element(section)
    for link in list(body.iter(f"{_TEXT}a")):  # pandoc drops links in links
        if next(link.iterancestors(f"{_TEXT}a", *_LINES)).tag == link.tag:
            unwrap_element(link)
    for line in body.iter(*_LINES):
        for element in line.iterdescendants():
            if _is_field(element):
                element.tag = f"{_TEXT}span"
                element.attrib.clear()
    _move_boxes(body)
    for holder in list(body.iter(f"{_TABLE}table-cell", f"{_TEXT}note-body")):
        _flatten_content(holder)


def _flatten_content(holder: Any) -> None:
    """Make plain paragraphs of headings and tables in a cell or note, and of lists in a note."""
    for heading in holder.iter(f"{_TEXT}h"):
        heading.tag = f"{_TEXT}p"
    lists = (f"{_TEXT}list",) if holder.tag == f"{_TEXT}note-body" else ()
    for inner in [e for e in holder.iterdescendants() if isinstance(e.tag, str)]:
        if inner.tag.startswith((_TABLE, *lists)):
            unwrap_element(inner)


def _is_hidden(element: Any, hidden: frozenset[str]) -> bool:
    return (
        element.get(f"{_TEXT}style-name") in hidden
        or element.get(f"{_TEXT}display") == "none"
        or (element.tag == f"{_TEXT}hidden-text" and element.get(f"{_TEXT}is-hidden") == "true")
    )


def _is_field(element: Any) -> bool:
    """Return whether an element in a line is a field: it has text that pandoc drops."""
    if not isinstance(element.tag, str) or element.tag in _READ_BY_PANDOC:
        return False
    space = etree.QName(element).namespace or ""
    is_other_namespace = space.endswith(
        (":drawing:1.0", ":office:1.0", ":svg-compatible:1.0", ":table:1.0", "/dc/elements/1.1/", "MathML")
    )
    line = next(element.iterancestors(f"{_OFFICE}annotation", *_LINES), None)
    return (
        not is_other_namespace and line is not None and line.tag in _LINES and bool("".join(element.itertext()).strip())
    )


def _take_texts(element: Any) -> list[str]:
    """Remove an element; return the texts of its lines, without blank ones."""
    lines = list(element.iter(*_LINES)) or [element]
    texts = ["".join(_collect_texts(line)) for line in lines]
    drop_element(element)
    return [text for text in texts if text.strip()]


def _collect_texts(element: Any) -> list[str]:
    texts = [element.text or ""]
    for child in element:
        if child.tag in {f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"}:
            texts.append(" ")
        else:
            texts += _collect_texts(child)
        texts.append(child.tail or "")
    return texts


def _write_reading(ruby: Any) -> None:
    """Replace ruby by the word with its reading in brackets after it."""
    for part in list(ruby):
        if part.tag == f"{_TEXT}ruby-text":
            reading = "".join(part.itertext()).strip()
            part.clear(keep_tail=True)
            part.text = f"（{reading}）" if reading else None
        unwrap_element(part)
    unwrap_element(ruby)


def _move_boxes(body: Any) -> None:
    """Move the paragraphs of text boxes and shapes after the paragraph that they are anchored to."""
    for box in reversed([e for e in body.iter() if isinstance(e.tag, str) and e.tag.startswith(_DRAW)]):
        lines = [child for child in box if child.tag in {*_LINES, f"{_TEXT}list", f"{_TABLE}table"}]
        if not lines or _is_caption(box, lines):
            continue
        host = next(box.iterancestors(*_LINES), None)
        if host is None:  # anchored to a page
            host = box if box.getparent().tag != f"{_DRAW}frame" else box.getparent()
        insert_after(host, lines)


def _is_caption(box: Any, lines: list[Any]) -> bool:
    """Return whether a box is a picture with its caption, which pandoc reads as a figure."""
    return box.tag == f"{_DRAW}text-box" and next(lines[0].iter(f"{_DRAW}image"), None) is not None
