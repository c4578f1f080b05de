"""XML in, a tree out: entities are not resolved, document types and the network are not read."""

from __future__ import annotations

from typing import Any

Element = Any
"""An element of lxml, which ships no types."""


def parse_xml(data: bytes | str, *, huge: bool = False) -> Element:
    """Return the root element of a document.

    `huge` lifts libxml2's limits on depth and on the length of texts. Raises lxml.etree.XMLSyntaxError, ValueError.
    """
    from lxml import etree

    content = data.encode() if isinstance(data, str) else data
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=huge)
    return etree.fromstring(content, parser)
