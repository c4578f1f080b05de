"""Prepare web pages for pandoc: one encoding, nothing that it drops, links to notes as notes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from lxml import etree, html

from bookbuild.exchange.importing.labels import LABEL_START, format_number, write_label
from bookbuild.exchange.importing.spans import remove_row_spans
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.xml import add_text

_EPUB_TYPE = "epub:type"
_NOTE_MARK = re.compile(r"\s*[\[(]?(?:[\d٠-٩۰-۹०-९]{1,4}|[ivxlc]{1,6}|[a-z]|[*†‡§¶#]{1,3})[\])]?\s*", re.IGNORECASE)
"""The mark of a note, as pages write it."""
_NOTE_BOX = re.compile(r"foot|note|ftn", re.IGNORECASE)
_BLOCK_TAGS = frozenset({"p", "li", "div", "aside", "dd", "td", "section"})
_CONTAINER_TAGS = frozenset({"div", "section", "aside", "ol", "ul", "dl", "li"})
_NOTE_SEPARATOR = re.compile(r"[\s\ufeff^↑]*(?:[.:)\]](?!\.))?\s*")
"""What is between the number of a note and its text."""


def prepare_page(data: bytes, name: str) -> bytes:
    """Return a page as pandoc reads it best, in UTF-8, whatever encoding it declares.

    Raises SourceError if it is not in that encoding, or is not a web page.
    """
    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:4096])
    try:
        text = data.decode(declared[1].decode() if declared else "utf-8-sig")
    except (UnicodeDecodeError, LookupError):
        advice = "open it in a browser and save it again as UTF-8"
        message = "the page is not in the encoding that it declares"
        raise SourceError([Finding("T001", Place(name), message, advice)]) from None
    try:
        markup = re.sub(r"^\ufeff?\s*<\?xml[^>]*>", "", text)
        root = html.document_fromstring(markup, parser=html.HTMLParser(huge_tree=True))
    except (etree.ParserError, ValueError):
        advice = "check that it is the right file"
        raise SourceError([Finding("T009", Place(name), "this is not a web page", advice)]) from None
    return render_for_pandoc(root)


def render_for_pandoc(root: Any) -> bytes:
    """Return a page as pandoc reads it best (html+epub_html_exts), in UTF-8. Changes the tree."""
    for main in root.iter("main"):  # pandoc 3.9 drops all outside it
        main.tag = "div"
    menus = root.xpath("//nav|//*[@role='navigation' or @role='search'][not(self::body)]")
    for unread in (*menus, *root.iter("colgroup")):  # pandoc drops cells beyond a colgroup
        if unread.getparent() is not None:
            unread.drop_tree()
    remove_row_spans(root)
    for code in root.iter("code", "kbd", "samp", "tt"):  # pandoc drops spaces between elements in code
        for marked in list(code.iter("b", "em", "i", "span", "strong", "u", "var")):
            marked.drop_tag()
    for reading in root.iter("rt"):  # ruby: put the reading in brackets, unless <rp> does
        if reading.getparent().find("rp") is None and reading.text_content().strip():
            reading.text = f"（{reading.text or ''}"
            add_text(reading, "）")
    _convert_note_links(root)
    for numbered in root.iter("ol"):
        _label_items(numbered)
    referred = {(a.get("href") or "")[1:] for a in root.iter("a") if a.get(_EPUB_TYPE) == "noteref"}
    for note in root.iter("aside"):  # pandoc drops notes without a reference
        if note.get(_EPUB_TYPE) == "footnote" and note.get("id") not in referred:
            del note.attrib[_EPUB_TYPE]
    for element in root.iter():  # pandoc drops title pages that are marked as such
        if isinstance(element.tag, str) and element.get(_EPUB_TYPE, "footnote") not in {"footnote", "noteref"}:
            del element.attrib[_EPUB_TYPE]
    page: bytes = html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")
    return page


def _label_items(numbered: Any) -> None:
    """Write the label that a browser shows before each item of a list, unless it has one."""
    kind = re.search(r"list-style(?:-type)?\s*:[^;]*?([a-z-]{4,})", numbered.get("style") or "")
    items = list(numbered.iterchildren("li"))
    start, is_reversed = _read_number(numbered.get("start")), numbered.get("reversed") is not None
    number = start if start is not None else len(items) if is_reversed else 1
    for item in items:
        value = _read_number(item.get("value"))
        number = number if value is None else value
        label = f"{format_number(number, kind[1] if kind else numbered.get('type') or '1')}."
        number += -1 if is_reversed else 1
        first = next(iter(item), None)
        holder = first if first is not None and first.tag == "p" and not (item.text or "").strip() else item
        if not item.text_content().lstrip().startswith(LABEL_START):
            shown = "" if kind and kind[1] == "none" else label
            holder.text = write_label(shown) + (holder.text or "").lstrip()


def _read_number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


def _convert_note_links(root: Any) -> None:
    """Make notes (epub:type) of what a page links to as a note: marked up in EPUB or ARIA, or linked to and fro.

    Word, LibreOffice, Google Docs, MediaWiki and calibre all write a number that links to a paragraph, and there
    another link that leads back.
    """
    body = root.find("body")
    if body is None:
        return
    order = {element: number for number, element in enumerate(root.iter())}
    targets: dict[str, Any] = {}
    for element in order:
        for key in (element.get("id"), element.get("name")):
            if key:
                targets.setdefault(key, element)
    links_by_block: dict[Any, list[Any]] = {}
    for link in root.iter("a"):
        target = _find_target(link, targets)
        if target is None or order[target] <= order[link] or not _NOTE_MARK.fullmatch(link.text_content() or "1"):
            continue
        block = _find_note_block(target, link)
        if block is not None and (
            _is_note_reference(link) or any(_is_backlink(a, link, targets) for a in block.iter("a"))
        ):
            links_by_block.setdefault(block, []).append(link)
    inner_elements = {element for block in links_by_block for element in block.iterdescendants()}
    number = 0
    for block, links in reversed(links_by_block.items()):
        if block in inner_elements:
            continue
        _clean_note(block, links, targets, order)
        outside = [link for link in links if link not in inner_elements]
        number += 1
        for link in outside:
            _mark_reference(link, f"bookbuild-note-{number}")
        if outside:
            _move_note(block, body, f"bookbuild-note-{number}")
        else:  # only referred to by other notes: pandoc has no notes in notes
            _put_in_brackets(block, links)


def _find_target(link: Any, targets: dict[str, Any]) -> Any:
    address = link.get("href") or ""
    return targets.get(unquote(address[1:])) if address.startswith("#") else None


def _is_note_reference(link: Any) -> bool:
    return "noteref" in (link.get(_EPUB_TYPE) or "") or link.get("role") == "doc-noteref"


def _find_note_block(target: Any, link: Any) -> Any:
    """Return the element that contains a note, or None if it contains the reference too."""
    block = target
    while block is not None and block.tag not in _BLOCK_TAGS:
        block = block.getparent()
    if block is None or block.tag == "body" or link in set(block.iterdescendants()):
        return None
    while True:  # widen to a box around this note alone
        parent = block.getparent()
        boxed = parent.tag in {"li", "aside", "dd"} or (
            parent.tag == "div" and _NOTE_BOX.search(f"{parent.get('id', '')} {parent.get('class', '')}")
        )
        alone = boxed and parent[0] is block and not any(e.get("id") for e in parent.iter("p", "li") if e is not block)
        if not alone or link in set(parent.iterdescendants()):
            return block
        block = parent


def _is_backlink(back: Any, link: Any, targets: dict[str, Any]) -> bool:
    """Return whether a link in a note leads back to its reference, or to what contains or precedes it."""
    target = _find_target(back, targets)
    if target is None:
        return False
    near = [link, *link.iterdescendants(), link.getprevious()]
    ancestors = [e for e in link.iterancestors() if e.tag not in {"body", "html", "div", "section"}]
    return any(target is element for element in (*near, *ancestors))


def _clean_note(block: Any, links: Sequence[Any], targets: dict[str, Any], order: dict[Any, int]) -> None:
    """Remove the backlinks and the number from a note."""
    mark = links[0].text_content().strip()
    had_number_link = False
    for back in list(block.iter("a")):
        target = _find_target(back, targets)
        text = back.text_content().strip()
        leads_up = target is not None and order[target] < order[block]
        if leads_up and (len(text) <= 2 or _NOTE_MARK.fullmatch(text) or back.get("role") == "doc-backlink"):
            had_number_link = had_number_link or block.text_content().strip(" \n^↑").startswith(text)
            parent = back.getparent()
            back.drop_tree()
            while parent is not block and not parent.text_content().strip() and parent.tag not in _BLOCK_TAGS:
                parent, emptied = parent.getparent(), parent
                emptied.drop_tree()
    if had_number_link:
        _strip_start(block, _NOTE_SEPARATOR)
    elif mark:
        _strip_start(block, re.compile(rf"\s*{re.escape(mark)}(?:[.:)\]]\s*|\s+)"))


def _strip_start(element: Any, start: re.Pattern[str]) -> bool:
    """Remove a pattern from the start of the first text in an element; return whether there was any text."""
    if (element.text or "").strip():
        element.text = start.sub("", element.text, count=1) if start.match(element.text) else element.text
        return True
    for child in element:
        if _strip_start(child, start):
            return True
        if (child.tail or "").strip():
            child.tail = start.sub("", child.tail, count=1) if start.match(child.tail) else child.tail
            return True
    return False


def _mark_reference(link: Any, label: str) -> None:
    """Make a link the reference of a note, without brackets around it."""
    before = link.getprevious()
    holder, slot = (link.getparent(), "text") if before is None else (before, "tail")
    text = getattr(holder, slot) or ""
    if text.endswith("[") and (link.tail or "").startswith("]"):
        setattr(holder, slot, text[:-1])
        link.tail = link.tail[1:]
    link.clear(keep_tail=True)
    link.set(_EPUB_TYPE, "noteref")
    link.set("href", f"#{label}")
    link.text = "1"


def _put_in_brackets(block: Any, links: Sequence[Any]) -> None:
    """Put a note in brackets in place of its references."""
    text = " ".join(block.text_content().split())
    for link in links:
        link.clear(keep_tail=True)
        link.tag, link.text = "span", f" ({text})"
    block.drop_tree()


def _move_note(block: Any, body: Any, label: str) -> None:
    """Move a note to the end of the page; remove containers that had nothing but notes."""
    parent = block.getparent()
    aside = etree.SubElement(body, "aside")
    aside.set(_EPUB_TYPE, "footnote")
    aside.set("id", label)
    block.drop_tree()  # keeps its tail in the page
    block.tail = None
    if block.tag != "p":
        block.tag = "div"
    block.attrib.clear()
    aside.append(block)
    while parent.tag in _CONTAINER_TAGS and not parent.text_content().strip() and parent.find(".//img") is None:
        parent, emptied = parent.getparent(), parent
        emptied.drop_tree()
