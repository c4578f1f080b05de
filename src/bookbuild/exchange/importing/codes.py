"""Take a segment of a translation memory, XML with codes of other programs; return inlines. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from lxml import etree

from bookbuild.exchange.importing import workbenches
from bookbuild.exchange.importing.marks import wrap_emphasis
from bookbuild.model.inline import Emphasis, Inline, Link, Strong, Text
from bookbuild.model.inlines import tidy_inlines

_CODE_ELEMENTS = frozenset({"bpt", "ept", "ph", "it", "ut", "x", "bx", "ex", "sc", "ec", "cp"})
"""Elements whose content is code of another program, not text (TMX 1.4b, 3.2; XLIFF 1.2, 2.3)."""
_OPENING_TAG = re.compile(r'<(em|i|strong|b|a)\b(?:[^>]*\bhref="([^"]*)")?[^>]*>', re.IGNORECASE)


def collect_sub_texts(element: Any) -> list[str]:
    """Return the texts inside codes, such as descriptions of pictures, which are no part of the line."""
    texts = (" ".join("".join(sub.itertext()).split()) for sub in element.iter("{*}sub"))
    return [text for text in texts if text]


def convert_segment(element: Any) -> tuple[Inline, ...]:
    """Return the text of a segment, with the emphasis and links that its codes stand for."""
    return tidy_inlines(convert_segment_part(element))


def convert_segment_part(element: Any) -> list[Inline]:
    """Return the same with the white space at its ends, to be joined with other segments."""
    return _nest_pieces(_flatten_codes(element))


_Piece = str | tuple[str, str, str]
"""Text, or the start (kind, key that closes it, address) or end ("", key, "") of a code."""


def _flatten_codes(element: Any) -> Iterator[_Piece]:
    """Yield the texts and the starts and ends of codes, in order."""
    yield element.text or ""
    for child in element:
        if not isinstance(child.tag, str):
            yield child.tail or ""
            continue
        name = etree.QName(child).localname
        if name == "bpt":
            yield (_classify_code(child), _read_pair_key(child), _find_address(child))
        elif name == "ept":
            yield ("", _read_pair_key(child), "")
        elif name in {"g", "pc"}:
            key = f"{name}{id(child)}"
            yield (_classify_code(child), key, _find_address(child))
            yield from _flatten_codes(child)
            yield ("", key, "")
        elif name == "cp":
            yield _decode_character(child.get("hex", ""))
        elif name in {"ph", "x"} and workbenches.is_break(child):
            yield " " if (child.tail or "x")[0].isalnum() else ""
        elif name not in _CODE_ELEMENTS:  # hi, mrk, sub
            yield from _flatten_codes(child)
        yield child.tail or ""


def _decode_character(digits: str) -> str:
    """Return a character that XML cannot hold, given as hexadecimal digits; nothing for controls, which no text has."""
    character = chr(int(digits, 16)) if re.fullmatch("[0-9A-Fa-f]{1,5}", digits) else ""
    return " " if character.isspace() else "" if unicodedata.category(character or "\0")[0] == "C" else character


def _read_pair_key(code: Any) -> str:
    """Return the key that pairs two codes: i in TMX, rid or else id in XLIFF 1.2."""
    return str(code.get("i") or code.get("rid") or code.get("id") or "")


def _classify_code(code: Any) -> str:
    """Return "bold", "italic", "link" or "other"."""
    native_code = html.unescape(code.text or "") if etree.QName(code).localname == "bpt" else ""
    description = f"{code.get('type', '')} {code.get('ctype', '')} {code.get('subType', '')} {native_code}".lower()
    match = _OPENING_TAG.search(description)
    if "bold" in description or "xlf:b" in description or (match and match[1] in {"strong", "b"}):
        return "bold"
    if "italic" in description or "xlf:i" in description or (match and match[1] in {"em", "i"}):
        return "italic"
    return "link" if "link" in description or (match and match[1] == "a") else "other"


def _find_address(code: Any) -> str:
    """Return the address of a link: of an attribute, or of the HTML in the code; empty if there is none."""
    for key, value in code.attrib.items():
        if key.endswith("href"):
            return str(value)
    native_code = code.text or ""
    match = _OPENING_TAG.search(native_code) or _OPENING_TAG.search(html.unescape(native_code))
    return html.unescape(match[2] or "") if match else ""


def _nest_pieces(flat_pieces: Iterator[_Piece]) -> list[Inline]:
    """Put the pieces between the start and end of a code into emphasis or a link; unclosed codes are dropped."""
    stack: list[tuple[str, str, str, list[Inline]]] = [("", "", "", [])]
    for piece in flat_pieces:
        if isinstance(piece, str):
            if piece:
                stack[-1][3].append(Text(piece))
            continue
        kind, key, address = piece
        if kind:
            stack.append((kind, key, address, []))
            continue
        if not any(level[1] == key for level in stack[1:]):
            continue
        while len(stack) > 1:
            open_kind, open_key, href, inner = stack.pop()
            stack[-1][3].extend(_build_inlines(open_kind, href, inner) if open_key == key else inner)
            if open_key == key:
                break
    while len(stack) > 1:
        inner = stack.pop()[3]
        stack[-1][3].extend(inner)
    return stack[0][3]


def _build_inlines(kind: str, href: str, inner: list[Inline]) -> list[Inline]:
    children = tuple(inner)
    if kind == "bold" and children:
        return list(wrap_emphasis(Strong, inner))
    if kind == "italic" and children:
        return list(wrap_emphasis(Emphasis, inner))
    if kind == "link" and href.lower().startswith(("http://", "https://", "mailto:")) and children:
        return [Link(href, children)]
    return inner
