"""XML in, a tree out: entities are not resolved, document types and the network are not read."""

from __future__ import annotations

from typing import Any

Element = Any
"""An element of lxml, which ships no types."""


def parse_xml(data: bytes | str, *, huge: bool = False) -> Element:
    """Return the root element of a document.

    `huge` lifts libxml2's limits on depth and on the length of texts. An id may occur twice. Raises
    lxml.etree.XMLSyntaxError, ValueError.
    """
    from lxml import etree

    content = data.encode() if isinstance(data, str) else data
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=huge, collect_ids=False)
    return etree.fromstring(content, parser)


def add_text(parent: Element, text: str) -> None:
    """Append text to an element, after its children."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def drop_element(element: Element) -> None:
    """Remove an element and its content from what it stands in; its tail stays."""
    from lxml.html import HtmlMixin

    if element.getparent() is not None:
        HtmlMixin.drop_tree(element)


def unwrap_element(element: Element) -> None:
    """Replace an element by its content, if it stands in another."""
    from lxml.html import HtmlMixin

    if element.getparent() is not None:
        HtmlMixin.drop_tag(element)
