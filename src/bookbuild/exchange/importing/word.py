"""Prepare Word files for pandoc, which drops text boxes, fields, ruby and runs with a direction. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from bookbuild.exchange.importing.packages import (
    LEFT_OUT_LISTS,
    PreparedDocument,
    insert_after,
    read_part,
    rewrite_parts,
)
from bookbuild.exchange.importing.word_numbers import Numbering
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.xml import drop_element, unwrap_element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PARTS = re.compile(
    r"word/(?:(?:document|footnotes|endnotes|comments)\d*|styles|diagrams/data\d*|charts/chart\d*)\.xml"
)
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LIST_FIELD = re.compile(r"\s*(TOC|INDEX)\b")
_WRAPPERS = tuple(f"{_W}{name}" for name in ("bdo", "dir", "customXml", "smartTag"))
_BOX = f"{_W}txbxContent"
_FRONT = {"title", "subtitle", "author", "date", "abstract"}
"""Styles of the paragraphs at the beginning that pandoc reads as metadata."""
_HEADING_STYLE = "bookbuild-heading"
_OFF = {"0", "false", "off"}


def prepare(data: bytes, name: str) -> PreparedDocument:
    """Return a Word file of which pandoc keeps all words that are shown.

    Raises SourceError if the file embeds text in another format (altChunk).
    """
    foreign_chunks: list[str] = []
    styles = read_part(data, "word/styles.xml")
    numbering = Numbering(read_part(data, "word/numbering.xml"), styles)
    front_styles = _find_front_styles(styles)

    def change(part: str, root: Any, prepared: PreparedDocument) -> None:
        if "comments" in part:
            prepared.report_comments(sum(1 for _ in root.iter(f"{_W}comment")))
        elif part == "word/styles.xml":
            root.append(_build_heading_style())
        elif "/" in part.removeprefix("word/"):
            _report_diagram(root, prepared)
        else:
            foreign_chunks.extend(chunk.tag for chunk in root.iter(f"{_W}altChunk"))
            numbering.label_paragraphs(root)
            _join_titles(root, front_styles)
            _prepare_part(root, prepared)
            _report_absent_pictures(root, read_part(data, f"word/_rels/{part.removeprefix('word/')}.rels"), prepared)

    prepared = rewrite_parts(data, _PARTS, change)
    if foreign_chunks:
        message = "the document embeds text in another format"
        advice = "open it in Word or LibreOffice and save it again as .docx"
        raise SourceError([Finding("T009", Place(name), message, advice)])
    return prepared


def _report_absent_pictures(root: Any, relationships: Any, prepared: PreparedDocument) -> None:
    """Report pictures that a part shows by a name that it does not explain; no program shows them."""
    known = {r.get("Id") for r in relationships} if relationships is not None else set()
    names = [blip.get(f"{_RELATIONSHIPS}embed") for blip in root.iter(f"{_DRAWING}blip")]
    if absent := sum(1 for name in names if name and name not in known):
        prepared.losses.append(f"{absent} picture{'s'[: absent > 1]} that the file names but does not hold")


def _find_front_styles(styles: Any) -> dict[str, str]:
    """Return the names of styles in `_FRONT` by their ids, which programs translate."""
    names = {} if styles is None else {s.get(f"{_W}styleId"): s.find(f"{_W}name") for s in styles.iter(f"{_W}style")}
    lowered = {key: (name.get(f"{_W}val") or "").casefold() for key, name in names.items() if name is not None}
    return {key: name for key, name in lowered.items() if name in _FRONT}


def _build_heading_style() -> Any:
    style = etree.Element(f"{_W}style", {f"{_W}type": "paragraph", f"{_W}styleId": _HEADING_STYLE})
    etree.SubElement(style, f"{_W}name").set(f"{_W}val", "heading 1")
    return style


def _join_titles(root: Any, front_styles: Mapping[str, str]) -> None:
    """Join a title of several paragraphs, of which pandoc keeps the last; those in the text become headings."""
    body = root.find(f"{_W}body")
    joined: dict[str, Any] = {}
    at_front = True
    for paragraph in list(body.iterchildren(f"{_W}p")) if body is not None else []:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = "" if style is None else front_styles.get(style.get(f"{_W}val", ""), "")
        if not any((text.text or "").strip() for text in paragraph.iter(f"{_W}t")):
            continue
        at_front = at_front and bool(name)
        if name == "title" and not at_front:
            style.set(f"{_W}val", _HEADING_STYLE)
        elif at_front and name in {"title", "subtitle"} and joined.setdefault(name, paragraph) is not paragraph:
            space = etree.SubElement(etree.SubElement(joined[name], f"{_W}r"), f"{_W}t")
            space.text = " "
            space.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            joined[name].extend(child for child in paragraph if child.tag != f"{_W}pPr")
            drop_element(paragraph)


def _report_diagram(root: Any, prepared: PreparedDocument) -> None:
    prepared.report_text("the words of a diagram", [node.text for node in root.iter(f"{_DRAWING}t") if node.text])


def _prepare_part(root: Any, prepared: PreparedDocument) -> None:
    for choice in list(root.iter(f"{_COMPATIBILITY}Choice")):
        if next(choice.iter(_BOX), None) is not None:
            for other in choice.itersiblings(f"{_COMPATIBILITY}Fallback"):
                other.getparent().remove(other)  # the same text again, for old programs
    for field in list(root.iter(f"{_W}fldSimple")):
        _expand_simple_field(field)
    for wrapper in list(root.iter(*_WRAPPERS)):
        for properties in wrapper.iterchildren(f"{_W}customXmlPr", f"{_W}smartTagPr"):
            wrapper.remove(properties)
        unwrap_element(wrapper)
    for line_break in list(root.iter(f"{_W}cr")):
        line_break.tag = f"{_W}br"
    for tab in list(root.iter(f"{_W}ptab")):
        tab.tag = f"{_W}tab"
        tab.attrib.clear()
    _leave_out_lists(root, prepared)
    hidden = [text for run in root.iter(f"{_W}r") if _is_hidden(run) for text in run.iterchildren(f"{_W}t")]
    prepared.report_text("hidden text", _take_texts(hidden))
    for ruby in list(root.iter(f"{_W}ruby")):
        _write_reading(ruby)
    _move_boxes(root)
    linked = sum(
        1
        for blip in root.iter(f"{_DRAWING}blip")
        if blip.get(f"{_RELATIONSHIPS}link") and not blip.get(f"{_RELATIONSHIPS}embed")
    )
    if linked:
        prepared.losses.append(
            f"{linked} picture{'s' if linked > 1 else ''} outside of the file, which only links to it"
        )


def _expand_simple_field(field: Any) -> None:
    """Write a simple field (fldSimple) as a field of runs, which pandoc reads: begin, instruction, result, end."""

    def run(name: str, text: str = "", **attributes: str) -> Any:
        element = etree.Element(f"{_W}r")
        child = etree.SubElement(element, f"{_W}{name}", {f"{_W}{key}": value for key, value in attributes.items()})
        child.text = text or None
        return element

    instruction = field.get(f"{_W}instr", "")
    begin, end = [run("fldChar", fldCharType="begin"), run("instrText", instruction)], run("fldChar", fldCharType="end")
    for field_run in (*begin, run("fldChar", fldCharType="separate")):
        field.addprevious(field_run)
    field.addnext(end)
    unwrap_element(field)


def _leave_out_lists(root: Any, prepared: PreparedDocument) -> None:
    """Empty tables of contents and indexes: the text in such fields, or in a part of the gallery of contents."""
    nodes_by_kind: dict[str, list[Any]] = {"TOC": [], "INDEX": []}
    for part in root.iter(f"{_W}docPartGallery"):
        holder = next(part.iterancestors(f"{_W}sdt"), None)
        if holder is not None and part.get(f"{_W}val") == "Table of Contents":
            nodes_by_kind["TOC"] += holder.iter(f"{_W}t", f"{_W}tab")
    seen = set(nodes_by_kind["TOC"])
    for kind, node in _find_list_nodes(root):
        if node not in seen:
            nodes_by_kind[kind].append(node)
    for kind, nodes in nodes_by_kind.items():
        prepared.leave_out(LEFT_OUT_LISTS[kind], _take_texts(nodes))


def _find_list_nodes(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield kind and node of the text in TOC and INDEX fields, which may contain other fields and many paragraphs."""
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
            list_field = next(
                (m for f, r in zip(fields, results, strict=True) if r and (m := _LIST_FIELD.match(f))), None
            )
            if list_field:
                yield list_field[1], node


def _take_texts(nodes: list[Any]) -> list[str]:
    """Remove nodes; return their text per paragraph, since a word may be in several runs, without blank ones."""
    texts: dict[Any, str] = {}
    for node in nodes:
        paragraph = next(node.iterancestors(f"{_W}p"), None)
        texts[paragraph] = texts.get(paragraph, "") + (node.text or "" if node.tag == f"{_W}t" else " ")
        drop_element(node)
    return [text for text in texts.values() if text.strip()]


def _is_hidden(run: Any) -> bool:
    return any(mark.get(f"{_W}val") not in _OFF for mark in run.iterfind(f"{_W}rPr/{_W}vanish"))


def _write_reading(ruby: Any) -> None:
    """Replace ruby by the word with its reading in brackets after it."""
    run = ruby.getparent()
    reading = "".join(text.text or "" for text in ruby.iterfind(f"{_W}rt//{_W}t"))
    base_runs = [*ruby.iterfind(f"{_W}rubyBase/{_W}r")]
    reading_run = etree.Element(f"{_W}r")
    etree.SubElement(reading_run, f"{_W}t").text = f"（{reading}）"
    for base in (*base_runs, *([reading_run] if reading else [])):
        run.addprevious(base)
    drop_element(ruby)


def _move_boxes(root: Any) -> None:
    """Move the paragraphs of text boxes after the paragraph that they are anchored to."""
    for box in reversed(list(root.iter(_BOX))):
        host = next(box.iterancestors(f"{_W}p"), None)
        if host is not None:
            insert_after(host, list(box))
            drop_element(box)
