"""Build a web page from the paragraphs, lists, tables and notes of a rich text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, takewhile
from typing import Any

from lxml import etree, html

from bookbuild.exchange.importing.labels import split_plain_label, write_label
from bookbuild.exchange.importing.pages import render_for_pandoc

_NOT_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML does not allow."""
_QUOTED = frozenset({"quote", "intense quote", "block text", "quotations", "block quotation"})
_CODE = frozenset({"source code", "preformatted text", "html preformatted"})
_ALL_MARKS = frozenset({"strong", "em", "u", "s", "sub", "sup"})
_HEADING = re.compile(r"heading (\d)")
_BULLET = re.compile(r"[\W_]*[oØüvqnlà§]?[\W_]*")
"""The mark of an item without a number; letters stand for signs of symbol fonts."""
_TYPED_MARKER = re.compile(r"(?:(?P<bullet>[\u2022\u25e6\u25aa\u2043\u00b7-])|(?P<number>\d{1,3})[.)])\t+")
"""A bullet or number before a tab: a list item typed by hand, if the first line hangs."""


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: its name in lower case, its heading level (0: none), and the marks of its text."""

    name: str = ""
    level: int = 0
    marks: frozenset[str] = frozenset()

    @property
    def heading(self) -> int:
        """The heading level of this style, 1 to 6; 0 for text."""
        named = _HEADING.fullmatch(self.name)
        level = 1 if self.name == "title" else int(named[1]) if named else self.level
        return min(6, level)


_NO_STYLE = Style()


@dataclass(frozen=True, slots=True)
class Run:
    """Text with one set of marks, a line break, a picture (source, and description as text), or a note reference."""

    text: str = ""
    marks: frozenset[str] = frozenset()
    link: str = ""
    kind: str = "text"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """The format of a paragraph: style, outline level from 0, list level, indents in twips, whether in a table."""

    style: Style = _NO_STYLE
    outline: int | None = None
    level: int = 0
    left: int = 0
    right: int = 0
    first: int = 0
    in_table: bool = False


@dataclass(slots=True)
class Flow:
    """A sequence of paragraphs: the text, a note, or a text box."""

    root: Any
    plain: bool = False
    """Whether it has no headings."""
    runs: list[Run] = field(default_factory=list)
    mark: str | None = None
    """The bullet or number before a list item."""
    lists: list[Any] = field(default_factory=list)
    table: Any = None
    row: list[Any] = field(default_factory=list)
    cell: Any = None
    left_out: list[str] = field(default_factory=list)
    """Bullets and numbers of lists, which the output numbers itself."""
    boxes: list[Any] = field(default_factory=list)
    """Text boxes that follow the paragraph."""

    def end_paragraph(self, shape: Shape, *, cell: bool = False) -> None:
        """End a paragraph; `cell` says whether it is the last one of a cell."""
        runs, mark = self.runs, self.mark
        self.runs, self.mark = [], None
        if shape.in_table or cell:
            if self.cell is None:
                self.cell = html.Element("td")
                self.lists = []
            self._add_paragraph(self.cell, runs, mark, shape, headings=False)
            self._add_boxes(self.cell)
        else:
            self._end_table()
            self._add_paragraph(self.root, runs, mark, shape, headings=not self.plain)
            self._add_boxes(self.root)
        if cell:
            self.row.append(self.cell)
            self.cell, self.lists = None, []

    def end_row(self, merged: Sequence[bool], *, header: bool) -> None:
        """End a row; `merged` says of each cell whether it belongs to the one before it."""
        if self.cell is not None:
            self.row.append(self.cell)
            self.cell = None
        if self.row:
            if self.table is None:
                self.table = etree.SubElement(self.root, "table")
            line = etree.SubElement(self.table, "tr")
            for number, cell in enumerate(self.row):
                if number < len(merged) and merged[number] and len(line):
                    line[-1].set("colspan", str(int(line[-1].get("colspan", "1")) + 1))
                    line[-1].extend(list(cell))
                else:
                    cell.tag = "th" if header else "td"
                    line.append(cell)
        self.row, self.lists = [], []

    def end(self, shape: Shape) -> None:
        """End the last paragraph and table."""
        self.end_paragraph(shape)
        self._end_table()

    def _end_table(self) -> None:
        if self.row or self.cell is not None:
            self.end_row((), header=False)
        self.table = None

    def _add_boxes(self, parent: Any) -> None:
        parent.extend(self.boxes)
        self.boxes = []

    def _add_paragraph(
        self,
        parent: Any,
        runs: Sequence[Run],
        mark: str | None,
        shape: Shape,
        *,
        headings: bool,
    ) -> None:
        level = 0
        if headings:
            level = shape.style.heading if shape.outline is None else min(6, shape.outline + 1)
        ignored = shape.style.marks | ({"strong"} if level else frozenset())
        words = "".join(run.text for run in takewhile(lambda run: run.kind == "text", runs))
        typed_marker = _TYPED_MARKER.match(words) if mark is None and shape.first < 0 else None
        if typed_marker:
            mark = typed_marker[0]
            self.left_out.append(mark)
        runs = list(_drop_letters(runs, typed_marker.end() if typed_marker else len(words) - len(words.lstrip())))
        label = "" if mark is None or _BULLET.fullmatch(mark) else " ".join(_clean_text(mark).split())
        is_blank = all(run.kind == "line" or (run.kind == "text" and not run.text.strip()) for run in runs)
        if is_blank and (not label or split_plain_label(label)):
            return
        if level:
            self.lists = []
            box = etree.SubElement(parent, f"h{level}")
            if shape.style.name == "title":
                box.set("class", "title")
        elif mark is not None and mark.strip():
            box = etree.SubElement(self._add_item(parent, mark, shape.level), "p")
        elif shape.style.name in _CODE:
            _write_runs(self._open_code(parent), runs, _ALL_MARKS)
            return
        else:
            self.lists = []
            box = etree.SubElement(self._open_quotation(parent, shape), "p")
        if label:
            box.text = f"{label} " if level else write_label(label)
        _write_runs(box, runs, ignored)

    def _open_quotation(self, parent: Any, shape: Shape) -> Any:
        quoted = shape.style.name in _QUOTED or (shape.left > 0 and shape.right > 0)
        if not quoted or parent.tag == "td":
            return parent
        previous = parent[-1] if len(parent) else None
        return (
            previous
            if previous is not None and previous.tag == "blockquote"
            else etree.SubElement(parent, "blockquote")
        )

    def _open_code(self, parent: Any) -> Any:
        self.lists = []
        previous = parent[-1] if len(parent) else None
        if previous is not None and previous.tag == "pre":
            previous.append(html.Element("br"))
            return previous
        return etree.SubElement(parent, "pre")

    def _add_item(self, parent: Any, mark: str, level: int) -> Any:
        tag = "ul" if _BULLET.fullmatch(mark) else "ol"
        del self.lists[level + 1 :]
        if len(self.lists) == level + 1 and self.lists[-1].tag != tag:
            del self.lists[-1:]
        while len(self.lists) <= level:
            inner = self.lists[-1][-1] if self.lists and len(self.lists[-1]) else parent
            if self.lists and inner is parent:  # a list level without an item
                inner = etree.SubElement(self.lists[-1], "li")
            self.lists.append(etree.SubElement(inner, tag))
        return etree.SubElement(self.lists[-1], "li")


def _drop_letters(runs: Sequence[Run], letters: int) -> Iterator[Run]:
    """Yield runs without the first `letters` letters."""
    for run in runs:
        taken = min(letters, len(run.text))
        letters -= taken
        if run.kind != "text" or len(run.text) > taken:
            yield replace(run, text=run.text[taken:])


def _write_runs(box: Any, runs: Sequence[Run], ignored: frozenset[str]) -> None:
    for link, inside in groupby(runs, key=lambda run: run.link):
        holder = etree.SubElement(box, "a", href=_clean_text(link)) if link else box
        for (kind, marks, source), alike in groupby(inside, key=lambda run: (run.kind, run.marks, run.source)):
            text = _clean_text("".join(run.text for run in alike))
            if kind == "line":
                etree.SubElement(holder, "br")
            elif kind == "picture":
                etree.SubElement(holder, "img", src=source, alt=text)
            elif kind == "note":
                etree.SubElement(holder, "a", href=f"#{source}", role="doc-noteref")
            else:
                inner = etree.SubElement(holder, "span")
                for tag in sorted(marks - ignored - ({"u"} if link else frozenset())):
                    inner = etree.SubElement(inner, tag)
                inner.text = text


def _clean_text(text: str) -> str:
    """Return text with surrogate pairs joined, and without characters that XML does not allow."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _NOT_XML.sub("", whole)


def build_page(text: Any, notes: Sequence[Any]) -> bytes:
    """Return the page in UTF-8: the text, then the notes; below a title, all headings move down one level."""
    document = html.document_fromstring("<html><head><meta charset='utf-8'></head><body></body></html>")
    body = document.find("body")
    body.extend(list(text))
    title = next(iter(body.iter("h1")), None)
    if title is not None and title.get("class") == "title":
        others = [e for e in body.iter("h1", "h2", "h3", "h4", "h5") if e is not title]
        if any(e.tag == "h1" for e in others):
            for other in others:
                other.tag = f"h{int(other.tag[1]) + 1}"
    for note in notes:
        body.append(note)
    return render_for_pandoc(document)
