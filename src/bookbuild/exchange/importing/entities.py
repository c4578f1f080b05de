"""XML of e-books, which have names of HTML's characters though XML does not know them. Bytes in, bytes out. Pure."""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree

PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
)
"""Reads nothing from elsewhere."""
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*>")
_NAMED = re.compile(rb"&([A-Za-z]\w*;)")


def known_characters(data: bytes) -> bytes:
    """Write characters for the names of HTML; unknown names become text."""
    return _NAMED.sub(_character, _DOCTYPE.sub(b"", data, count=1))


def _character(match: re.Match[bytes]) -> bytes:
    name = match[1].decode()
    if name in {"amp;", "lt;", "gt;", "quot;", "apos;"}:
        return match[0]
    if name not in html5:
        return b"&amp;" + match[1]
    return html5[name].encode("ascii", "xmlcharrefreplace")
