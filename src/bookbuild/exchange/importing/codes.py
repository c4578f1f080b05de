"""Text with codes of other programs in it, as translation memories keep it: XML in, text with emphasis out. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from lxml import etree

from bookbuild.exchange.importing import workbenches
from bookbuild.exchange.importing.marks import wrapped
from bookbuild.model.inline import Emphasis, Inline, Link, Strong, Text
from bookbuild.model.inlines import tidy

_NATIVE = frozenset({"bpt", "ept", "ph", "it", "ut", "x", "bx", "ex", "sc", "ec", "cp"})
"""Elements whose content is code of another program, not text (TMX 1.4b 3.2; XLIFF 1.2 2.3)."""
_OPENED = re.compile(r'<(em|i|strong|b|a)\b(?:[^>]*\bhref="([^"]*)")?[^>]*>', re.IGNORECASE)


def sub_texts(element: Any) -> list[str]:
    """Give texts that stand inside of codes, as descriptions of pictures do, and are no part of the line."""
    found = (" ".join("".join(sub.itertext()).split()) for sub in element.iter("{*}sub"))
    return [text for text in found if text]


def content(element: Any) -> tuple[Inline, ...]:
    """Give the text of a segment, with the emphasis and links that its codes say."""
    return tidy(pieces(element))


def pieces(element: Any) -> list[Inline]:
    """Give the same with the white space at its ends, to be joined with other segments."""
    return _nested(_flat(element))


_Piece = str | tuple[str, str, str]
"""Text, or the opening (its kind, the number that closes it, an address) or closing ("", number, "") of a code."""


def _flat(element: Any) -> Iterator[_Piece]:
    yield element.text or ""
    for child in element:
        if not isinstance(child.tag, str):
            yield child.tail or ""
            continue
        name = etree.QName(child).localname
        if name == "bpt":
            yield (_meaning(child), _number(child), _address(child))
        elif name == "ept":
            yield ("", _number(child), "")
        elif name in {"g", "pc"}:
            key = f"{name}{id(child)}"
            yield (_meaning(child), key, _address(child))
            yield from _flat(child)
            yield ("", key, "")
        elif name == "cp":
            yield _character(child.get("hex", ""))
        elif name in {"ph", "x"} and workbenches.is_break(child):
            yield " " if (child.tail or "x")[0].isalnum() else ""
        elif name not in _NATIVE:  # hi, mrk, sub
            yield from _flat(child)
        yield child.tail or ""


def _character(digits: str) -> str:
    """Give a character that XML cannot hold: nearly all of them are controls, which no text has."""
    found = chr(int(digits, 16)) if re.fullmatch("[0-9A-Fa-f]{1,5}", digits) else ""
    return " " if found.isspace() else "" if unicodedata.category(found or "\0")[0] == "C" else found


def _number(code: Any) -> str:
    """Give what pairs two codes: i in TMX, rid or else id in XLIFF 1.2."""
    return str(code.get("i") or code.get("rid") or code.get("id") or "")


def _meaning(code: Any) -> str:
    own = html.unescape(code.text or "") if etree.QName(code).localname == "bpt" else ""
    said = f"{code.get('type', '')} {code.get('ctype', '')} {code.get('subType', '')} {own}".lower()
    match = _OPENED.search(said)
    if "bold" in said or "xlf:b" in said or (match and match[1] in {"strong", "b"}):
        return "bold"
    if "italic" in said or "xlf:i" in said or (match and match[1] in {"em", "i"}):
        return "italic"
    return "link" if "link" in said or (match and match[1] == "a") else "other"


def _address(code: Any) -> str:
    for key, value in code.attrib.items():
        if key.endswith("href"):
            return str(value)
    own = code.text or ""
    match = _OPENED.search(own) or _OPENED.search(html.unescape(own))
    return html.unescape(match[2] or "") if match else ""


def _nested(found: Iterator[_Piece]) -> list[Inline]:
    """Put what codes enclose into emphasis and links; codes that are not closed enclose nothing."""
    stack: list[tuple[str, str, str, list[Inline]]] = [("", "", "", [])]
    for piece in found:
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
            closed, own, href, inner = stack.pop()
            stack[-1][3].extend(_made(closed, href, inner) if own == key else inner)
            if own == key:
                break
    while len(stack) > 1:
        inner = stack.pop()[3]
        stack[-1][3].extend(inner)
    return stack[0][3]


def _made(kind: str, href: str, inner: list[Inline]) -> list[Inline]:
    children = tuple(inner)
    if kind == "bold" and children:
        return list(wrapped(Strong, inner))
    if kind == "italic" and children:
        return list(wrapped(Emphasis, inner))
    if kind == "link" and href.lower().startswith(("http://", "https://", "mailto:")) and children:
        return [Link(href, children)]
    return inner
