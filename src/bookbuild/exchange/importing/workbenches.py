"""Convert what Trados, memoQ and Phrase add to XLIFF 1.2 into elements of the standard. Pure."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from typing import Any

from lxml import etree

from bookbuild.model.characters import LARGEST
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.xml import add_text

_PHRASE = "{http://www.memsource.com/mxlf/2.0}"
_BOLD = re.compile(r"\bbold=\W?(?:on|true)", re.IGNORECASE)
_ITALIC = re.compile(r"\bitalic=\W?(?:on|true)", re.IGNORECASE)
_CODE = re.compile(r"\{(?P<opens>\w+)>|<(?P<closes>\w+)\}|\{(?P<alone>\d+)\}")
_KINDS = {"b": "bold", "i": "italic"}
_MAX_SENTENCES = 1_000
"""Sentences of a paragraph; if more units share a number, it is not that of a paragraph."""
_BREAK = re.compile(r"<br\b|<mq:ch\b[^>]*\bval=(['\"])(?:\s|&#?\w+;)+\1|\btype=['\"]?lb\b", re.IGNORECASE)


def normalize_xliff(root: Any, name: str) -> None:
    """Change a tree in place: one unit per paragraph, and codes of the standard only.

    Raises SourceError if the file becomes too large.
    """
    for file in root.iter("{*}file"):
        _restore_locked(file, name)
        _apply_formats(file)
    if any(key.startswith(_PHRASE) for unit in root.iter("{*}trans-unit") for key in unit.attrib):
        for unit in list(root.iter("{*}trans-unit")):
            _parse_braces(unit)
        for file in root.iter("{*}file"):
            _join_paragraphs(file)


def is_break(code: Any) -> bool:
    """Return whether a code stands for a space or a line break."""
    return code.get("ctype") == "lb" or code.get("type") == "lb" or bool(_BREAK.search(code.text or ""))


def _restore_locked(file: Any, name: str) -> None:
    """Put locked texts (Trados) back where they were taken from."""
    units = {unit.get("id"): unit for unit in file.iter("{*}trans-unit") if unit.get("id")}
    pointers = [code for code in file.iter("{*}x") if code.get("xid") in units]
    locked = {units[code.get("xid")] for code in pointers}
    letters = 0
    for code in pointers:
        source = next(iter(units[code.get("xid")].iterchildren("{*}source")), None)
        if source is None or any(parent in locked for parent in code.iterancestors("{*}trans-unit")):
            continue
        letters += len("".join(source.itertext()))
        if letters > LARGEST:
            message = "the file repeats locked texts so often that it is too large"
            raise SourceError([Finding("T004", Place(name, code.sourceline), message, "split it into several")])
        restored = deepcopy(source)
        restored.tag, restored.tail = _qualify(code, "mrk"), code.tail
        code.getparent().replace(code, restored)
    for unit in locked:
        unit.getparent().remove(unit)


def _apply_formats(file: Any) -> None:
    """Set the types of paired codes, which Trados keeps in the head of the file."""
    formats = {
        tag.get("id"): "".join(start.text or "" for start in tag.iterchildren("{*}bpt"))
        for definitions in file.iter("{*}tag-defs")
        for tag in definitions
    }
    for code in file.iter("{*}g"):
        description = formats.get(code.get("id"), "")
        kind = "bold" if _BOLD.search(description) else "italic" if _ITALIC.search(description) else ""
        if kind and not code.get("ctype"):
            code.set("ctype", kind)


def _parse_braces(unit: Any) -> None:
    """Replace {1>, <1} and {1} (Phrase) by codes, if the unit lists them; {b> and {i> always."""
    known = {mark.get("id") for mark in unit.iter(f"{_PHRASE}mark")}
    for side in unit.iterchildren("{*}source", "{*}target"):
        if len(side):
            continue
        text, side.text = side.text or "", ""
        position = 0
        for match in _CODE.finditer(text):
            name = match[match.lastgroup or ""]
            if name not in known and name not in _KINDS:
                continue
            before, position = text[position : match.start()], match.end()
            add_text(side, before)
            tag = {"opens": "bpt", "closes": "ept"}.get(match.lastgroup or "", "ph")
            code = etree.SubElement(side, _qualify(side, tag), id=name)
            if tag == "bpt" and name in _KINDS:
                code.set("ctype", _KINDS[name])
        add_text(side, text[position:])


def _qualify(near: Any, name: str) -> str:
    """Return a name in the namespace of another element."""
    space = etree.QName(near).namespace
    return f"{{{space}}}{name}" if space else name


def _join_paragraphs(file: Any) -> None:
    """Join the sentences of each paragraph (Phrase)."""
    first_units: dict[str, Any] = {}
    units = [unit for unit in file.iter("{*}trans-unit") if unit.get(f"{_PHRASE}para-id")]
    sentences = Counter(unit.get(f"{_PHRASE}para-id") for unit in units)
    for unit in units:
        number = unit.get(f"{_PHRASE}para-id")
        whole = first_units.setdefault(number, unit)
        if whole is unit or sentences[number] > _MAX_SENTENCES:
            continue
        for side in ("source", "target"):
            joined, more = (next(iter(parent.iterchildren(f"{{*}}{side}")), None) for parent in (whole, unit))
            if more is None:
                continue
            if joined is None:
                whole.append(more)
            else:
                _append_sentence(joined, more)
        unit.getparent().remove(unit)


def _append_sentence(joined: Any, more: Any) -> None:
    last = joined[-1] if len(joined) else None
    before = (last.tail if last is not None else joined.text) or "".join(joined.itertext())
    after = "".join(more.itertext())
    add_text(joined, ("" if _is_tight(before, after) else " ") + (more.text or ""))
    number = len(joined)
    for code in list(more):  # each sentence numbers its codes from one
        for element in code.iter():
            for key in ("id", "rid", "i"):
                if element.get(key):
                    element.set(key, f"{element.get(key)}-{number}")
        joined.append(code)


def _is_tight(before: str, after: str) -> bool:
    """Return whether two sentences need no space between them, or have one already."""
    return not before or not after or before[-1].isspace() or after[0].isspace() or before[-1] in "。！？」』”…"
