"""Take XML of e-books; return it without the named characters of HTML, which XML does not define. Pure."""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree

PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
)
"""Loads nothing from outside the document."""
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*>")
_NAMED_CHARACTER = re.compile(rb"&([A-Za-z]\w*;)")


def replace_named_characters(data: bytes) -> bytes:
    """Replace named characters of HTML by character references, and drop the doctype; unknown names become text."""
    return _NAMED_CHARACTER.sub(_replace_name, _DOCTYPE.sub(b"", data, count=1))


def _replace_name(match: re.Match[bytes]) -> bytes:
    name = match[1].decode()
    if name in {"amp;", "lt;", "gt;", "quot;", "apos;"}:
        return match[0]
    if name not in html5:
        return b"&amp;" + match[1]
    return html5[name].encode("ascii", "xmlcharrefreplace")
