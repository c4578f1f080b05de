"""What translators' programs add to XLIFF 1.2 (Trados, memoQ, Phrase), said in the words of the standard. Pure."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from typing import Any

from lxml import etree

from bookbuild.model.characters import LARGEST
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

_PHRASE = "{http://www.memsource.com/mxlf/2.0}"
_BOLD = re.compile(r"\bbold=\W?(?:on|true)", re.IGNORECASE)
_ITALIC = re.compile(r"\bitalic=\W?(?:on|true)", re.IGNORECASE)
_CODE = re.compile(r"\{(?P<opens>\w+)>|<(?P<closes>\w+)\}|\{(?P<alone>\d+)\}")
_KINDS = {"b": "bold", "i": "italic"}
_MOST = 1_000
"""Sentences of a paragraph; where there are more, the number is not that of a paragraph."""
_BREAK = re.compile(r"<br\b|<mq:ch\b[^>]*\bval=(['\"])(?:\s|&#?\w+;)+\1|\btype=['\"]?lb\b", re.IGNORECASE)


def prepare(root: Any, name: str) -> None:
    """Make one unit a paragraph, and codes of the standard, of what these programs write. Changes the tree.

    Raises SourceError if the file becomes too large.
    """
    for file in root.iter("{*}file"):
        _locked(file, name)
        _formats(file)
    if any(key.startswith(_PHRASE) for unit in root.iter("{*}trans-unit") for key in unit.attrib):
        for unit in list(root.iter("{*}trans-unit")):
            _braces(unit)
        for file in root.iter("{*}file"):
            _paragraphs(file)


def is_break(code: Any) -> bool:
    """Tell whether a code stands for a space or the end of a line."""
    return code.get("ctype") == "lb" or code.get("type") == "lb" or bool(_BREAK.search(code.text or ""))


def _locked(file: Any, name: str) -> None:
    """Put texts that nobody may change (Trados) back where they were taken from."""
    units = {unit.get("id"): unit for unit in file.iter("{*}trans-unit")}
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
        held = deepcopy(source)
        held.tag, held.tail = _named(code, "mrk"), code.tail
        code.getparent().replace(code, held)
    for unit in locked:
        unit.getparent().remove(unit)


def _formats(file: Any) -> None:
    """Say of pairs of codes what the head of the file (Trados) says of them."""
    said = {
        tag.get("id"): "".join(start.text or "" for start in tag.iterchildren("{*}bpt"))
        for definitions in file.iter("{*}tag-defs")
        for tag in definitions
    }
    for code in file.iter("{*}g"):
        format_of = said.get(code.get("id"), "")
        kind = "bold" if _BOLD.search(format_of) else "italic" if _ITALIC.search(format_of) else ""
        if kind and not code.get("ctype"):
            code.set("ctype", kind)


def _braces(unit: Any) -> None:
    """Make codes of {1>, <1} and {1} (Phrase): those that the unit knows, and {b> and {i>."""
    known = {mark.get("id") for mark in unit.iter(f"{_PHRASE}mark")}
    for side in unit.iterchildren("{*}source", "{*}target"):
        if len(side):
            continue
        text, side.text = side.text or "", ""
        last, at = None, 0
        for match in _CODE.finditer(text):
            name = match[match.lastgroup or ""]
            if name not in known and name not in _KINDS:
                continue
            before, at = text[at : match.start()], match.end()
            _append(side, last, before)
            tag = {"opens": "bpt", "closes": "ept"}.get(match.lastgroup or "", "ph")
            last = etree.SubElement(side, _named(side, tag), id=name)
            if tag == "bpt" and name in _KINDS:
                last.set("ctype", _KINDS[name])
        _append(side, last, text[at:])


def _named(near: Any, name: str) -> str:
    """Give the name of an element in the namespace of another."""
    space = etree.QName(near).namespace
    return f"{{{space}}}{name}" if space else name


def _append(side: Any, last: Any, text: str) -> None:
    if last is None:
        side.text = (side.text or "") + text
    else:
        last.tail = (last.tail or "") + text


def _paragraphs(file: Any) -> None:
    """Join the sentences of a paragraph (Phrase)."""
    first: dict[str, Any] = {}
    units = [unit for unit in file.iter("{*}trans-unit") if unit.get(f"{_PHRASE}para-id")]
    sentences = Counter(unit.get(f"{_PHRASE}para-id") for unit in units)
    for unit in units:
        number = unit.get(f"{_PHRASE}para-id")
        whole = first.setdefault(number, unit)
        if whole is unit or sentences[number] > _MOST:
            continue
        for side in ("source", "target"):
            held, more = (next(iter(one.iterchildren(f"{{*}}{side}")), None) for one in (whole, unit))
            if more is None:
                continue
            if held is None:
                whole.append(more)
            else:
                _joined(held, more)
        unit.getparent().remove(unit)


def _joined(held: Any, more: Any) -> None:
    last = held[-1] if len(held) else None
    before = (last.tail if last is not None else held.text) or "".join(held.itertext())
    after = "".join(more.itertext())
    _append(held, last, ("" if _is_tight(before, after) else " ") + (more.text or ""))
    number = len(held)
    for code in list(more):  # the numbers of codes begin anew in each sentence
        for own in code.iter():
            for key in ("id", "rid", "i"):
                if own.get(key):
                    own.set(key, f"{own.get(key)}-{number}")
        held.append(code)


def _is_tight(before: str, after: str) -> bool:
    """Tell whether two sentences have no space between them, or have it already."""
    return not before or not after or before[-1].isspace() or after[0].isspace() or before[-1] in "。！？」』”…"
