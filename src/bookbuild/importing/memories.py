"""Translation memories and translators' files: TMX 1.4b, XLIFF 1.2 (also of Trados, memoQ, Phrase) and 2.0, PO."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from bookbuild.content import Emphasis, Inline, Link, Strong, Text
from bookbuild.errors import SourceError
from bookbuild.extras import needed
from bookbuild.findings import Finding, Place
from bookbuild.importing import Asked, Pairs, workbenches
from bookbuild.importing.marks import wrapped
from bookbuild.inlines import tidy
from bookbuild.model import Block, Kind
from bookbuild.source_text import LARGEST, decode

SUFFIXES = (".tmx", ".xliff", ".xlf", ".po", ".sdlxliff", ".mqxliff", ".mxliff")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_KIND = re.compile(r"(?:x-)?heading[ -]([1-6])")
_NATIVE = frozenset({"bpt", "ept", "ph", "it", "ut", "x", "bx", "ex", "sc", "ec", "cp"})
"""Elements whose content is code of another program, not text (TMX 1.4b 3.2; XLIFF 1.2 2.3)."""
_OPENED = re.compile(r'<(em|i|strong|b|a)\b(?:[^>]*\bhref="([^"]*)")?[^>]*>', re.IGNORECASE)


def read(path: Path, data: bytes, name: str, asked: Asked) -> Pairs:
    """Read a memory: all its languages, in the order of the file.

    Raises SourceError if it is damaged, or has fewer than two languages.
    """
    if path.suffix.lower() == ".po":
        return _po(data, name, asked)
    root = _root(data, name)
    kind = etree.QName(root).localname
    if kind == "tmx":
        rows = list(_tmx(root))
    elif kind == "xliff":
        workbenches.prepare(root, name)
        rows = list(_xliff(root, asked))
    else:
        advice = "see whether it is the right file"
        raise SourceError([Finding("T009", Place(name), f"this is no translation memory, but <{kind}>", advice)])
    return _pairs(rows, name, asked)


def _root(data: bytes, name: str) -> Any:  # noqa: ANN401 - lxml has no types
    """Parse XML without looking at anything else: entities of the file's own stay unresolved."""
    if len(data) > 8 * LARGEST:
        raise SourceError([Finding("T004", Place(name), "the file is too large", "split it into several")])
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        advice = "export it anew from the program that made it"
        message = f"the file is damaged ({str(error.msg).rstrip('.')})"
        raise SourceError([Finding("T009", Place(name, line), message, advice)]) from None
    for node in root.iter(etree.Entity):  # its text stands elsewhere, and would be missing without a word
        message = f"the file takes a piece of text from elsewhere ({node.text})"
        advice = "export it anew without entities"
        raise SourceError([Finding("T009", Place(name, node.sourceline), message, advice)])
    return root


_Row = tuple[str, dict[str, tuple[Inline, ...]]]
"""A unit: its kind, and language to text."""


def _tmx(root: Any) -> Iterator[_Row]:  # noqa: ANN401 - as above
    for unit in root.iter("tu"):
        kind = next((p.text or "" for p in unit.findall("prop") if p.get("type") == "x-kind"), "")
        texts: dict[str, tuple[Inline, ...]] = {}
        for variant in unit.findall("tuv"):
            tag = variant.get(_LANG) or variant.get("lang") or ""
            segment = variant.find("seg")
            if segment is not None and tag:
                texts.setdefault(tag, _content(segment))
        yield kind, texts


def _xliff(root: Any, asked: Asked) -> Iterator[_Row]:  # noqa: ANN401 - as above
    version = root.get("version", "")
    space = f"{{{etree.QName(root).namespace}}}" if etree.QName(root).namespace else ""
    if version.startswith("2"):
        source, target = root.get("srcLang", ""), root.get("trgLang", "")
        for unit in root.iter(f"{space}unit"):
            texts: dict[str, list[Inline]] = {}
            for segment in unit.iter(f"{space}segment", f"{space}ignorable"):
                for side, tag in (("source", source), ("target", target)):
                    element = segment.find(f"{space}{side}")
                    if element is None and side == "target" and etree.QName(segment).localname == "ignorable":
                        element = segment.find(f"{space}source")
                    if element is not None and tag:
                        texts.setdefault(tag, []).extend(_content(element))
            yield unit.get("type", "").partition(":")[2], {tag: tidy(found) for tag, found in texts.items()}
        return
    merged: dict[str, _Row] = {}  # files of several targets repeat their source
    for number, file in enumerate(root.iter(f"{space}file")):
        source, target = file.get("source-language", ""), file.get("target-language", "")
        if not target and len(asked.languages) > 1:
            target = asked.languages[1]
        base = file.get("original", str(number))
        for unit in file.iter(f"{space}trans-unit"):
            key = f"{base} {unit.get('id')}"
            kind, known = merged.get(key, (unit.get("restype", ""), {}))
            for side, tag in (("source", source), ("target", target)):
                element = unit.find(f"{space}{side}")
                if element is not None and tag:
                    known.setdefault(element.get(_LANG) or tag, _content(element))
            merged[key] = (kind, known)
    yield from merged.values()


def _content(element: Any) -> tuple[Inline, ...]:  # noqa: ANN401 - as above
    """Give the text of a segment, with the emphasis and links that its codes say."""
    return tidy(_nested(_flat(element)))


_Piece = str | tuple[str, str, str]
"""Text, or the opening (its kind, the number that closes it, an address) or closing ("", number, "") of a code."""


def _flat(element: Any) -> Iterator[_Piece]:  # noqa: ANN401 - as above
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
            yield chr(int(child.get("hex", "20"), 16))
        elif name in {"ph", "x"} and workbenches.is_break(child):
            yield " " if (child.tail or "x")[0].isalnum() else ""
        elif name not in _NATIVE:  # hi, mrk, sub
            yield from _flat(child)
        yield child.tail or ""


def _number(code: Any) -> str:  # noqa: ANN401 - as above
    """Give what pairs two codes: i in TMX, rid or else id in XLIFF 1.2."""
    return str(code.get("i") or code.get("rid") or code.get("id") or "")


def _meaning(code: Any) -> str:  # noqa: ANN401 - as above
    own = html.unescape(code.text or "") if etree.QName(code).localname == "bpt" else ""
    said = f"{code.get('type', '')} {code.get('ctype', '')} {code.get('subType', '')} {own}".lower()
    match = _OPENED.search(said)
    if "bold" in said or "xlf:b" in said or (match and match[1] in {"strong", "b"}):
        return "bold"
    if "italic" in said or "xlf:i" in said or (match and match[1] in {"em", "i"}):
        return "italic"
    return "link" if "link" in said or (match and match[1] == "a") else "other"


def _address(code: Any) -> str:  # noqa: ANN401 - as above
    for key, value in code.attrib.items():
        if key.endswith("href"):
            return str(value)
    own = code.text or ""
    match = _OPENED.search(own) or _OPENED.search(html.unescape(own))
    return html.unescape(match[2] or "") if match else ""


def _nested(pieces: Iterator[_Piece]) -> list[Inline]:
    """Put what codes enclose into emphasis and links; codes that are not closed enclose nothing."""
    stack: list[tuple[str, str, str, list[Inline]]] = [("", "", "", [])]
    for piece in pieces:
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


def _po(data: bytes, name: str, asked: Asked) -> Pairs:
    """Read a gettext catalogue: msgid is the source; fuzzy, obsolete and untranslated entries have no target."""
    pypo = needed("translate.storage.pypo", "import", name)
    decode(data, name)  # a clear error where it is no UTF-8
    try:
        store = pypo.pofile.parsestring(data)
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of the library
        advice = "check it with msgfmt, which is part of gettext"
        message = f"the catalogue cannot be read ({type(error).__name__})"
        raise SourceError([Finding("T009", Place(name), message, advice)]) from None
    source, target = (*asked.languages, "", "")[:2]
    target = target or (store.gettargetlanguage() or "").replace("_", "-")
    rows: list[_Row] = []
    for unit in store.units:
        if unit.isheader() or unit.isobsolete() or not str(unit.source).strip():
            continue
        translated = "" if unit.isfuzzy() else str(unit.target or "")
        rows.append(("", {source or "en": (Text(str(unit.source)),), target or "und": (Text(translated),)}))
    return _pairs(rows, name, asked)


def _pairs(rows: Sequence[_Row], name: str, asked: Asked) -> Pairs:
    tags = list(dict.fromkeys(tag for _, texts in rows for tag in texts))
    if asked.languages:  # ar stands for ar-SA too
        tags = [found for wanted in asked.languages for found in tags if _means(found, wanted)]
    if len(tags) < 2:
        said = ", ".join(tags) or "none"
        advice = "name the languages with --languages, for example ar,id"
        raise SourceError([Finding("T009", Place(name), f"the file has fewer than two languages ({said})", advice)])
    made = []
    structured = False
    for kind, texts in rows:
        heading = _KIND.fullmatch(kind)
        structured = structured or bool(kind and (heading or "paragraph" in kind))
        structured = structured or any(not isinstance(i, Text) for content in texts.values() for i in content)
        row = tuple(_block(texts.get(tag, ()), int(heading[1]) if heading else 0) for tag in tags)
        if any(row):
            made.append(row)
    if not made:
        raise SourceError([Finding("T003", Place(name), "the file has no texts", "see whether it is the right one")])
    return Pairs(tuple(tags), tuple(made), structured)


def _means(found: str, wanted: str) -> bool:
    return found.lower() == wanted.lower() or found.split("-", maxsplit=1)[0].lower() == wanted.lower()


def _block(content: tuple[Inline, ...], level: int) -> Block | None:
    found = tidy(content)
    if not found or not Block(Kind.PARAGRAPH, found, Place("")).text.strip():
        return None
    return Block(Kind.HEADING if level else Kind.PARAGRAPH, found, Place(""), level)
