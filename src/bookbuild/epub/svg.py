"""Drawings for e-books: what programs write into SVG, made into what EPUB takes, looking the same. Imports lxml."""

from __future__ import annotations

import re
from typing import Any

from bookbuild.work.xml import drop_element, parse_xml

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = ("href", "{http://www.w3.org/1999/xlink}href")
_NAME = re.compile(r"[^\W\d][\w.-]*")
"""An id as XML wants it (Namespaces in XML 1.0, section 3): no digit first, no space."""
_POINTER = re.compile(r"url\(\s*['\"]?#([^'\")]*)['\"]?\s*\)")


def fix_svg(data: bytes) -> bytes:
    """Return the drawing with ids that stand once and are names, without references to nothing and broken styles."""
    from lxml import etree

    root = parse_xml(data)
    for element in [e for e in root.iter() if isinstance(e.tag, str) and not e.tag.startswith(_SVG)]:
        # what drawing programs note for themselves, and links of web pages: nothing of it is drawn
        drop_element(element)
    _fix_identifiers(root)
    for element in list(root.iter(f"{_SVG}title", f"{_SVG}desc")):
        words = "".join(element.itertext())
        del element[:]
        element.text = words
    for element in root.iter(f"{_SVG}style"):
        element.text = _fix_style("".join(element.itertext()))
    return bytes(etree.tostring(root, encoding="utf-8"))


def _fix_identifiers(root: Any) -> None:
    """Name each id well and once: the first of two that are alike is what browsers follow references to."""
    taken: dict[str, str] = {}
    names = {element.get("id") for element in root.iter() if element.get("id")}
    for element in root.iter():
        own = element.get("id")
        if own is None:
            continue
        if own in taken or not own.strip():
            del element.attrib["id"]
            continue
        name, number = own, 0
        while not _NAME.fullmatch(name) or (name != own and name in names):
            number += 1
            name = f"{re.sub(r'[^a-zA-Z0-9]+', '-', f'i-{own}')}-{number}"
        names.add(name)
        taken[own] = name
        element.set("id", name)
    for element in list(root.iter()):
        for key, value in element.attrib.items():
            if key in _HREF and value.startswith("#"):
                if value[1:] in taken:
                    element.set(key, f"#{taken[value[1:]]}")
                elif element.tag == f"{_SVG}use":
                    drop_element(element)  # a copy of nothing shows nothing
                    break
                else:
                    del element.attrib[key]
            elif "url(" in value:
                element.set(key, _POINTER.sub(lambda m: f"url(#{taken.get(m[1], m[1])})", value))


def _fix_style(css: str) -> str:
    """Return the rules that browsers keep of a stylesheet."""
    import tinycss2

    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    sound = [rule for rule in rules if rule.type == "qualified-rule" and _has_declarations(rule)]
    return "\n".join(rule.serialize() for rule in sound)


def _has_declarations(rule: Any) -> bool:
    import tinycss2

    inside = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    selected = any(token.type != "whitespace" for token in rule.prelude)
    broken = any(token.type == "error" for token in (*rule.prelude, *inside))
    return selected and bool(inside) and not broken
