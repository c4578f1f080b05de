"""Web pages, made ready for pandoc: one encoding, nothing that it drops, links to notes as notes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from lxml import etree, html

from bookbuild.exchange.importing.spans import remove_row_spans
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

_EPUB_TYPE = "epub:type"
_NUMBER = re.compile(r"\s*[\[(]?(?:[\d٠-٩۰-۹०-९]{1,4}|[ivxlc]{1,6}|[a-z]|[*†‡§¶#]{1,3})[\])]?\s*", re.IGNORECASE)
"""A mark of a note, as pages write it."""
_NOTE_BOX = re.compile(r"foot|note|ftn", re.IGNORECASE)
_BLOCKS = frozenset({"p", "li", "div", "aside", "dd", "td", "section"})
_CONTAINERS = frozenset({"div", "section", "aside", "ol", "ul", "dl", "li"})
_BOUND = re.compile(r"[\s\ufeff^↑]*(?:[.:)\]](?!\.))?\s*")
"""What stands between the number of a note and its text."""


def web_page(data: bytes, name: str) -> bytes:
    """Give a page in UTF-8, whatever it says, with <main> made a division: pandoc 3.9 drops all outside of it.

    Raises SourceError.
    """
    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:4096])
    try:
        text = data.decode(declared[1].decode() if declared else "utf-8-sig")
    except (UnicodeDecodeError, LookupError):
        advice = "open it in a browser and save it anew, as UTF-8"
        raise SourceError(
            [Finding("T001", Place(name), "the page is not in the encoding that it says", advice)]
        ) from None
    try:
        plain = re.sub(r"^\ufeff?\s*<\?xml[^>]*>", "", text)
        root = html.document_fromstring(plain, parser=html.HTMLParser(huge_tree=True))
    except (etree.ParserError, ValueError):
        advice = "see whether it is the right file"
        raise SourceError([Finding("T009", Place(name), "this is no web page", advice)]) from None
    return ready(root)


def ready(root: Any) -> bytes:
    """Write a page as pandoc reads it best (html+epub_html_exts)."""
    for main in root.iter("main"):
        main.tag = "div"
    menus = root.xpath("//nav|//*[@role='navigation' or @role='search'][not(self::body)]")
    for unread in (*menus, *root.iter("colgroup")):  # pandoc drops cells of columns that are not announced
        if unread.getparent() is not None:
            unread.drop_tree()
    remove_row_spans(root)
    for code in root.iter("code", "kbd", "samp", "tt"):  # pandoc drops spaces between what is marked in there
        for marked in list(code.iter("b", "em", "i", "span", "strong", "u", "var")):
            marked.drop_tag()
    for reading in root.iter("rt"):  # how a word is read, in brackets that some pages have already
        if reading.getparent().find("rp") is None and reading.text_content().strip():
            reading.text = f"（{reading.text or ''}"
            last = reading[-1] if len(reading) else None
            if last is None:
                reading.text += "）"
            else:
                last.tail = f"{last.tail or ''}）"
    _note_links(root)
    referred = {(a.get("href") or "")[1:] for a in root.iter("a") if a.get(_EPUB_TYPE) == "noteref"}
    for note in root.iter("aside"):  # pandoc drops notes that nothing refers to
        if note.get(_EPUB_TYPE) == "footnote" and note.get("id") not in referred:
            del note.attrib[_EPUB_TYPE]
    for element in root.iter():  # pandoc drops title pages that say so
        if isinstance(element.tag, str) and element.get(_EPUB_TYPE, "footnote") not in {"footnote", "noteref"}:
            del element.attrib[_EPUB_TYPE]
    page: bytes = html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")
    return page


def _note_links(root: Any) -> None:
    """Make notes of what a page links to as notes: said so in words of EPUB or ARIA, or by links to and fro.

    Word, LibreOffice, Google Docs, MediaWiki and calibre all write a number that leads to a paragraph, and there
    another link that leads back.
    """
    body = root.find("body")
    if body is None:
        return
    order = {element: number for number, element in enumerate(root.iter())}
    named: dict[str, Any] = {}
    for element in order:
        for key in (element.get("id"), element.get("name")):
            if key:
                named.setdefault(key, element)
    found: dict[Any, list[Any]] = {}
    for link in root.iter("a"):
        target = _target(link, named)
        if target is None or order[target] <= order[link] or not _NUMBER.fullmatch(link.text_content() or "1"):
            continue
        block = _block(target, link)
        if block is not None and (_said(link) or any(_leads(a, link, named) for a in block.iter("a"))):
            found.setdefault(block, []).append(link)
    inside = {element for block in found for element in block.iterdescendants()}
    number = 0
    for block, links in reversed(found.items()):
        if block in inside:
            continue
        _cleaned(block, links, named, order)
        outside = [link for link in links if link not in inside]
        number += 1
        for link in outside:
            _refer(link, f"bookbuild-note-{number}")
        if outside:
            _moved(block, body, f"bookbuild-note-{number}")
        else:  # pandoc has no notes in notes
            _bracketed(block, links)


def _target(link: Any, named: dict[str, Any]) -> Any:
    address = link.get("href") or ""
    return named.get(unquote(address[1:])) if address.startswith("#") else None


def _said(link: Any) -> bool:
    return "noteref" in (link.get(_EPUB_TYPE) or "") or link.get("role") == "doc-noteref"


def _block(target: Any, link: Any) -> Any:
    """Give the element that holds a note, or nothing if it holds its reference too."""
    block = target
    while block is not None and block.tag not in _BLOCKS:
        block = block.getparent()
    if block is None or block.tag == "body" or link in set(block.iterdescendants()):
        return None
    while True:  # a box around one note
        parent = block.getparent()
        boxed = parent.tag in {"li", "aside", "dd"} or (
            parent.tag == "div" and _NOTE_BOX.search(f"{parent.get('id', '')} {parent.get('class', '')}")
        )
        alone = boxed and parent[0] is block and not any(e.get("id") for e in parent.iter("p", "li") if e is not block)
        if not alone or link in set(parent.iterdescendants()):
            return block
        block = parent


def _leads(back: Any, link: Any, named: dict[str, Any]) -> bool:
    """Tell whether a link in a note leads back to its reference, or to what holds or precedes it."""
    target = _target(back, named)
    if target is None:
        return False
    near = [link, *link.iterdescendants(), link.getprevious()]
    around = [e for e in link.iterancestors() if e.tag not in {"body", "html", "div", "section"}]
    return any(target is element for element in (*near, *around))


def _cleaned(block: Any, links: Sequence[Any], named: dict[str, Any], order: dict[Any, int]) -> None:
    """Take the links back and the number out of a note."""
    mark = links[0].text_content().strip()
    starts = False
    for back in list(block.iter("a")):
        target = _target(back, named)
        text = back.text_content().strip()
        away = target is not None and order[target] < order[block]
        if away and (len(text) <= 2 or _NUMBER.fullmatch(text) or back.get("role") == "doc-backlink"):
            starts = starts or block.text_content().strip(" \n^↑").startswith(text)
            parent = back.getparent()
            back.drop_tree()
            while parent is not block and not parent.text_content().strip() and parent.tag not in _BLOCKS:
                parent, emptied = parent.getparent(), parent
                emptied.drop_tree()
    if starts:
        _stripped(block, _BOUND)
    elif mark:
        _stripped(block, re.compile(rf"\s*{re.escape(mark)}(?:[.:)\]]\s*|\s+)"))


def _stripped(element: Any, start: re.Pattern[str]) -> bool:
    """Take a pattern off the first text in an element; tells whether there was any text."""
    if (element.text or "").strip():
        element.text = start.sub("", element.text, count=1) if start.match(element.text) else element.text
        return True
    for child in element:
        if _stripped(child, start):
            return True
        if (child.tail or "").strip():
            child.tail = start.sub("", child.tail, count=1) if start.match(child.tail) else child.tail
            return True
    return False


def _refer(link: Any, label: str) -> None:
    """Make a link the mark of a note; brackets around it go."""
    before = link.getprevious()
    holder, slot = (link.getparent(), "text") if before is None else (before, "tail")
    text = getattr(holder, slot) or ""
    if text.endswith("[") and (link.tail or "").startswith("]"):
        setattr(holder, slot, text[:-1])
        link.tail = link.tail[1:]
    for child in list(link):
        link.remove(child)
    link.attrib.clear()
    link.set(_EPUB_TYPE, "noteref")
    link.set("href", f"#{label}")
    link.text = "1"


def _bracketed(block: Any, links: Sequence[Any]) -> None:
    """Put a note where its number is, in brackets."""
    text = " ".join(block.text_content().split())
    for link in links:
        for child in list(link):
            link.remove(child)
        link.attrib.clear()
        link.tag, link.text = "span", f" ({text})"
    block.drop_tree()


def _moved(block: Any, body: Any, label: str) -> None:
    """Put a note at the end of the page; what held nothing but notes goes."""
    parent = block.getparent()
    aside = etree.SubElement(body, "aside")
    aside.set(_EPUB_TYPE, "footnote")
    aside.set("id", label)
    block.drop_tree()  # gives what stands after it to what stands before
    block.tail = None
    if block.tag != "p":
        block.tag = "div"
    block.attrib.clear()
    aside.append(block)
    while parent.tag in _CONTAINERS and not parent.text_content().strip() and parent.find(".//img") is None:
        parent, emptied = parent.getparent(), parent
        emptied.drop_tree()
