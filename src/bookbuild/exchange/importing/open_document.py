"""OpenDocument texts, made ready for pandoc: text boxes, fields and ruby, which it drops. Pure."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

from lxml import etree

from bookbuild.exchange.importing.packages import LISTS, Ready, after, dropped, rewritten, unwrapped

_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _OFFICE, _STYLE, _DRAW, _SVG, _TABLE = (
    _SPACE % name for name in ("text", "office", "style", "drawing", "svg-compatible", "table")
)
_INDEXES = {
    "table-of-content": LISTS["TOC"],
    **dict.fromkeys(
        ("illustration-index", "table-index", "object-index", "user-index"),
        "a list of figures or tables, whose page numbers are those of old pages",
    ),
    "alphabetical-index": LISTS["INDEX"],
}
_LINES = (f"{_TEXT}p", f"{_TEXT}h")
_READ = frozenset(
    f"{_TEXT}{name}"
    for name in (
        "span", "a", "s", "tab", "line-break", "note", "note-citation", "note-body", "bookmark-ref", "reference-ref",
        "p", "h", "list", "list-item", "list-header", "section", "index-body", "index-title",
        "ruby", "ruby-base", "ruby-text",
    )
)  # fmt: skip
"""Elements whose words pandoc takes."""


def ready(data: bytes, name: str) -> Ready:  # noqa: ARG001 - as the other one
    """Give a text of which pandoc drops nothing that is text."""
    hidden = _hidden_styles(data)

    def change(_part: str, root: Any, made: Ready) -> None:
        body = root.find(f"{_OFFICE}body")
        if body is not None:
            _changed(body, hidden | _hidden(root), made)

    return rewritten(data, re.compile(r"content\.xml"), change)


def _hidden_styles(data: bytes) -> frozenset[str]:
    """Give the names of styles that the whole document shares and that hide words."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            return _hidden(etree.fromstring(archive.read("styles.xml"), parser))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, NotImplementedError, RuntimeError, EOFError):
        return frozenset()  # it has none, or pandoc says what is wrong with it


def _hidden(root: Any) -> frozenset[str]:
    return frozenset(
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        if any(how.get(f"{_TEXT}display") == "none" for how in style.iterchildren(f"{_STYLE}text-properties"))
    )


def _changed(body: Any, hidden: frozenset[str], made: Ready) -> None:
    made.tell_comments(sum(1 for _ in body.iter(f"{_OFFICE}annotation")))
    for name, what in _INDEXES.items():
        for index in list(body.iter(f"{_TEXT}{name}")):
            made.leave_out(what, _taken(index))
    for index in list(body.iter(f"{_TEXT}bibliography")):
        for part in list(index):
            (unwrapped if part.tag == f"{_TEXT}index-body" else dropped)(part)
        unwrapped(index)
    for frame in body.iter(f"{_DRAW}frame"):
        said = " ".join((frame.findtext(f"{_SVG}desc") or frame.findtext(f"{_SVG}title") or "").split())
        for image in frame.iterchildren(f"{_DRAW}image"):
            made.said.setdefault(image.get("{http://www.w3.org/1999/xlink}href", ""), said)
    for link in list(body.iter(f"{_DRAW}a")):  # around a picture
        unwrapped(link)
    for script in list(body.iter(f"{_TEXT}script")):
        dropped(script)
    for element in [*body.iter(f"{_TEXT}span", *_LINES, f"{_TEXT}section", f"{_TEXT}hidden-text")]:
        if _is_hidden(element, hidden):
            words = _taken(element)
            made.left_out += words
            made.tell("hidden text", words)
    for ruby in list(body.iter(f"{_TEXT}ruby")):
        _spelled(ruby)
    for section in list(body.iter(f"{_TEXT}section")):  # pandoc knows none in cells and boxes
        unwrapped(section)
    for link in list(body.iter(f"{_TEXT}a")):  # nor links in links
        if next(link.iterancestors(f"{_TEXT}a", *_LINES)).tag == link.tag:
            unwrapped(link)
    for line in body.iter(*_LINES):
        for element in line.iterdescendants():
            if _is_field(element):
                element.tag = f"{_TEXT}span"
                element.attrib.clear()
    _boxes(body)
    for holder in list(body.iter(f"{_TABLE}table-cell", f"{_TEXT}note-body")):
        _flattened(holder)


def _flattened(holder: Any) -> None:
    """Make paragraphs of headings and tables in a cell or note, and of lists in notes."""
    for heading in holder.iter(f"{_TEXT}h"):
        heading.tag = f"{_TEXT}p"
    lists = (f"{_TEXT}list",) if holder.tag == f"{_TEXT}note-body" else ()
    for inner in [e for e in holder.iterdescendants() if isinstance(e.tag, str)]:
        if inner.tag.startswith((_TABLE, *lists)):
            unwrapped(inner)


def _is_hidden(element: Any, hidden: frozenset[str]) -> bool:
    return (
        element.get(f"{_TEXT}style-name") in hidden
        or element.get(f"{_TEXT}display") == "none"
        or (element.tag == f"{_TEXT}hidden-text" and element.get(f"{_TEXT}is-hidden") == "true")
    )


def _is_field(element: Any) -> bool:
    """Tell whether an element in a line has words of its own that pandoc does not take."""
    if not isinstance(element.tag, str) or element.tag in _READ:
        return False
    space = etree.QName(element).namespace or ""
    known = space.endswith(
        (":drawing:1.0", ":office:1.0", ":svg-compatible:1.0", ":table:1.0", "/dc/elements/1.1/", "MathML")
    )
    inside = next(element.iterancestors(f"{_OFFICE}annotation", *_LINES), None)
    return not known and inside is not None and inside.tag in _LINES and bool("".join(element.itertext()).strip())


def _taken(element: Any) -> list[str]:
    lines = list(element.iter(*_LINES)) or [element]
    texts = ["".join(_spaced(line)) for line in lines]
    dropped(element)
    return [text for text in texts if text.strip()]


def _spaced(element: Any) -> list[str]:
    found = [element.text or ""]
    for child in element:
        if child.tag in {f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"}:
            found.append(" ")
        else:
            found += _spaced(child)
        found.append(child.tail or "")
    return found


def _spelled(ruby: Any) -> None:
    """Write the reading of a word in brackets behind it."""
    for part in list(ruby):
        if part.tag == f"{_TEXT}ruby-text":
            reading = "".join(part.itertext()).strip()
            for child in list(part):
                part.remove(child)
            part.text = f"（{reading}）" if reading else None
        unwrapped(part)
    unwrapped(ruby)


def _boxes(body: Any) -> None:
    """Put the paragraphs of text boxes and shapes behind the one that they are fastened to."""
    for box in reversed([e for e in body.iter() if isinstance(e.tag, str) and e.tag.startswith(_DRAW)]):
        lines = [child for child in box if child.tag in {*_LINES, f"{_TEXT}list", f"{_TABLE}table"}]
        if not lines or _is_caption(box, lines):
            continue
        host = next(box.iterancestors(*_LINES), None)
        if host is None:  # fastened to a page
            host = box if box.getparent().tag != f"{_DRAW}frame" else box.getparent()
        after(host, lines)


def _is_caption(box: Any, lines: list[Any]) -> bool:
    """Tell whether a box holds a picture and what is said of it, which pandoc knows."""
    return box.tag == f"{_DRAW}text-box" and next(lines[0].iter(f"{_DRAW}image"), None) is not None
