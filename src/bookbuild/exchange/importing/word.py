"""Word files, made ready for pandoc: text boxes, fields, ruby and runs with a direction, which it drops. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from bookbuild.exchange.importing.packages import LISTS, Ready, after, dropped, rewritten, unwrapped
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PARTS = re.compile(r"word/(?:(?:document|footnotes|endnotes|comments)\d*|diagrams/data\d*|charts/chart\d*)\.xml")
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FIELD = re.compile(r"\s*(TOC|INDEX)\b")
_WRAPPERS = tuple(f"{_W}{name}" for name in ("bdo", "dir", "customXml", "smartTag"))
_BOX = f"{_W}txbxContent"
_OFF = {"0", "false", "off"}


def ready(data: bytes, name: str) -> Ready:
    """Give a Word file of which pandoc drops nothing that is text.

    Raises SourceError if the text is in another format inside the file.
    """
    foreign: list[str] = []

    def change(part: str, root: Any, made: Ready) -> None:
        if "comments" in part:
            made.tell_comments(sum(1 for _ in root.iter(f"{_W}comment")))
        elif "/" in part.removeprefix("word/"):
            _pictured(root, made)
        else:
            foreign.extend(chunk.tag for chunk in root.iter(f"{_W}altChunk"))
            _changed(root, made)

    made = rewritten(data, _PARTS, change)
    if foreign:
        message = "the document holds text in another format, which the program that made it put in as it was"
        advice = "open it in Word or LibreOffice and save it anew as .docx"
        raise SourceError([Finding("T009", Place(name), message, advice)])
    return made


def _pictured(root: Any, made: Ready) -> None:
    words = [node.text for node in root.iter(f"{_DRAWN}t") if node.text]
    made.tell("the words of a diagram", words)


def _changed(root: Any, made: Ready) -> None:
    for choice in list(root.iter(f"{_CHOICES}Choice")):
        if next(choice.iter(_BOX), None) is not None:
            for other in choice.itersiblings(f"{_CHOICES}Fallback"):
                other.getparent().remove(other)  # the same once more, for old programs
    for field in list(root.iter(f"{_W}fldSimple")):
        _as_runs(field)
    for wrapper in list(root.iter(*_WRAPPERS)):
        for about in wrapper.iterchildren(f"{_W}customXmlPr", f"{_W}smartTagPr"):
            wrapper.remove(about)
        unwrapped(wrapper)
    for tab in list(root.iter(f"{_W}ptab")):
        tab.tag = f"{_W}tab"
        tab.attrib.clear()
    _lists_left_out(root, made)
    hidden = [text for run in root.iter(f"{_W}r") if _is_hidden(run) for text in run.iterchildren(f"{_W}t")]
    made.tell("hidden text", _taken(hidden))
    for ruby in list(root.iter(f"{_W}ruby")):
        _spelled(ruby)
    _boxes(root)
    linked = sum(
        1 for blip in root.iter(f"{_DRAWN}blip") if blip.get(f"{_LINKS}link") and not blip.get(f"{_LINKS}embed")
    )
    if linked:
        made.losses.append(f"{linked} picture{'s' if linked > 1 else ''} outside of the file, which only links to it")


def _as_runs(field: Any) -> None:
    """Write a simple field as pandoc knows fields: marks in runs around its result."""

    def run(name: str, text: str = "", **attributes: str) -> Any:
        made = etree.Element(f"{_W}r")
        inside = etree.SubElement(made, f"{_W}{name}", {f"{_W}{key}": value for key, value in attributes.items()})
        inside.text = text or None
        return made

    instruction = field.get(f"{_W}instr", "")
    begin, end = [run("fldChar", fldCharType="begin"), run("instrText", instruction)], run("fldChar", fldCharType="end")
    for one in (*begin, run("fldChar", fldCharType="separate")):
        field.addprevious(one)
    field.addnext(end)
    unwrapped(field)


def _lists_left_out(root: Any, made: Ready) -> None:
    """Empty tables of contents and indexes: what stands in such fields or in a part that says what it is."""
    inside: dict[str, list[Any]] = {"TOC": [], "INDEX": []}
    for part in root.iter(f"{_W}docPartGallery"):
        holder = next(part.iterancestors(f"{_W}sdt"), None)
        if holder is not None and part.get(f"{_W}val") == "Table of Contents":
            inside["TOC"] += holder.iter(f"{_W}t", f"{_W}tab")
    seen = set(inside["TOC"])
    for kind, node in _in_lists(root):
        if node not in seen:
            inside[kind].append(node)
    for kind, nodes in inside.items():
        made.leave_out(LISTS[kind], _taken(nodes))


def _in_lists(root: Any) -> Iterator[tuple[str, Any]]:
    """Go through the fields, which may hold others and many paragraphs."""
    fields: list[str] = []
    results: list[bool] = []
    for node in root.iter(f"{_W}fldChar", f"{_W}instrText", f"{_W}t", f"{_W}tab"):
        if node.tag == f"{_W}fldChar":
            match node.get(f"{_W}fldCharType"):
                case "begin":
                    fields.append("")
                    results.append(False)
                case "separate" if fields:
                    results[-1] = True
                case "end" if fields:
                    fields.pop()
                    results.pop()
        elif node.tag == f"{_W}instrText" and fields and not results[-1]:
            fields[-1] += node.text or ""
        elif node.tag in {f"{_W}t", f"{_W}tab"} and node.getparent().tag == f"{_W}r":
            found = next((m for f, r in zip(fields, results, strict=True) if r and (m := _FIELD.match(f))), None)
            if found:
                yield found[1], node


def _taken(nodes: list[Any]) -> list[str]:
    """Take nodes out; gives their words, paragraph by paragraph, since a word may be in several runs."""
    texts: dict[Any, str] = {}
    for node in nodes:
        paragraph = next(node.iterancestors(f"{_W}p"), None)
        texts[paragraph] = texts.get(paragraph, "") + (node.text or "" if node.tag == f"{_W}t" else " ")
        dropped(node)
    return [text for text in texts.values() if text.strip()]


def _is_hidden(run: Any) -> bool:
    return any(mark.get(f"{_W}val") not in _OFF for mark in run.iterfind(f"{_W}rPr/{_W}vanish"))


def _spelled(ruby: Any) -> None:
    """Write the reading of a word in brackets behind it."""
    run = ruby.getparent()
    reading = "".join(text.text or "" for text in ruby.iterfind(f"{_W}rt//{_W}t"))
    found = [*ruby.iterfind(f"{_W}rubyBase/{_W}r")]
    made = etree.Element(f"{_W}r")
    etree.SubElement(made, f"{_W}t").text = f"（{reading}）"
    for base in (*found, *([made] if reading else [])):
        run.addprevious(base)
    dropped(ruby)


def _boxes(root: Any) -> None:
    """Put the paragraphs of text boxes behind the one that they are fastened to."""
    for box in reversed(list(root.iter(_BOX))):
        host = next(box.iterancestors(f"{_W}p"), None)
        if host is not None:
            after(host, list(box))
            dropped(box)
