"""Paragraphs, lists, tables and notes of a rich text, set down as a web page. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from typing import Any

from lxml import etree, html

from bookbuild.exchange.importing.pages import ready

_UNSAID = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot say."""
_QUOTED = frozenset({"quote", "intense quote", "block text", "quotations", "block quotation"})
_CODE = frozenset({"source code", "preformatted text", "html preformatted"})
_EVERY = frozenset({"strong", "em", "u", "s", "sub", "sup"})
_HEADING = re.compile(r"heading (\d)")
_NUMBERED = re.compile(r"\d|[^\W_][.)]")
_TYPED = re.compile(r"(?:(?P<bullet>[\u2022\u25e6\u25aa\u2043\u00b7-])|(?P<number>\d{1,3})[.)])\t+")
"""A sign or number before a tab: a list without list, where the first line hangs."""


@dataclass(frozen=True, slots=True)
class Style:
    """A style of paragraphs: its name in lower case, the level of its headings (0: none), and how its letters are."""

    name: str = ""
    level: int = 0
    marks: frozenset[str] = frozenset()

    @property
    def heading(self) -> int:
        """The level of headings in this style, 1 to 6; 0 for text."""
        named = _HEADING.fullmatch(self.name)
        level = 1 if self.name == "title" else int(named[1]) if named else self.level
        return min(6, level)


_NO_STYLE = Style()


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that are alike, a line's end, a picture (its source and what it shows), or the sign of a note."""

    text: str = ""
    marks: frozenset[str] = frozenset()
    link: str = ""
    kind: str = "text"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a paragraph stands: style, level of heading, list, indents in twips, in a table or not."""

    style: Style = _NO_STYLE
    outline: int | None = None
    level: int = 0
    left: int = 0
    right: int = 0
    first: int = 0
    in_table: bool = False


@dataclass(slots=True)
class Flow:
    """A run of paragraphs: the text, a note, or a text box."""

    root: Any
    plain: bool = False
    """Whether there are no headings in it."""
    runs: list[Run] = field(default_factory=list)
    mark: str | None = None
    """What is written before an item of a list."""
    lists: list[Any] = field(default_factory=list)
    table: Any = None
    row: list[Any] = field(default_factory=list)
    cell: Any = None
    left_out: list[str] = field(default_factory=list)
    """Signs and numbers of lists, which are made anew."""
    after: list[Any] = field(default_factory=list)
    """Text boxes that follow the paragraph."""

    def paragraph(self, shape: Shape, *, cell: bool = False) -> None:
        """End a paragraph; `cell` whether this is the last of a cell."""
        runs, mark = self.runs, self.mark
        self.runs, self.mark = [], None
        if shape.in_table or cell:
            if self.cell is None:
                self.cell = html.Element("td")
                self.lists = []
            self._set(self.cell, runs, mark, shape, headings=False)
            self._boxes(self.cell)
        else:
            self._table_ends()
            self._set(self.root, runs, mark, shape, headings=not self.plain)
            self._boxes(self.root)
        if cell:
            self.row.append(self.cell)
            self.cell, self.lists = None, []

    def row_ends(self, merged: Sequence[bool], *, header: bool) -> None:
        """End a row; `merged` tells of each cell whether it belongs to the one before it."""
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

    def ends(self, shape: Shape) -> None:
        """End what is not ended."""
        self.paragraph(shape)
        self._table_ends()

    def _table_ends(self) -> None:
        if self.row or self.cell is not None:
            self.row_ends((), header=False)
        self.table = None

    def _boxes(self, parent: Any) -> None:
        parent.extend(self.after)
        self.after = []

    def _set(
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
        words = "".join(run.text for run in takewhile(lambda run: run.kind == "text", runs))
        typed = _TYPED.match(words) if mark is None and shape.first < 0 else None
        if typed:
            mark = typed[0]
            self.left_out.append(mark)
        runs = list(_without(runs, typed.end() if typed else len(words) - len(words.lstrip())))
        if all(run.kind == "line" or (run.kind == "text" and not run.text.strip()) for run in runs):
            return
        if level:
            self.lists = []
            box = etree.SubElement(parent, f"h{level}")
            if shape.style.name == "title":
                box.set("class", "title")
        elif mark is not None and mark.strip():
            box = etree.SubElement(self._item(parent, mark, shape.level), "p")
        elif shape.style.name in _CODE:
            _fill(self._code(parent), runs, _EVERY)
            return
        else:
            self.lists = []
            box = etree.SubElement(self._quoting(parent, shape), "p")
        ignored = shape.style.marks | ({"strong"} if level else frozenset())
        _fill(box, runs, ignored)

    def _quoting(self, parent: Any, shape: Shape) -> Any:
        quoted = shape.style.name in _QUOTED or (shape.left > 0 and shape.right > 0)
        if not quoted or parent.tag == "td":
            return parent
        before = parent[-1] if len(parent) else None
        return before if before is not None and before.tag == "blockquote" else etree.SubElement(parent, "blockquote")

    def _code(self, parent: Any) -> Any:
        self.lists = []
        before = parent[-1] if len(parent) else None
        if before is not None and before.tag == "pre":
            before.append(html.Element("br"))
            return before
        return etree.SubElement(parent, "pre")

    def _item(self, parent: Any, mark: str, level: int) -> Any:
        numbered = bool(_NUMBERED.search(mark))
        tag = "ol" if numbered else "ul"
        del self.lists[level + 1 :]
        if len(self.lists) == level + 1 and self.lists[-1].tag != tag:
            del self.lists[-1:]
        while len(self.lists) <= level:
            inner = self.lists[-1][-1] if self.lists and len(self.lists[-1]) else parent
            if self.lists and inner is parent:  # a level without item
                inner = etree.SubElement(self.lists[-1], "li")
            made = etree.SubElement(inner, tag)
            digits = re.search(r"\d{1,6}(?=\D*$)", mark)
            if numbered and digits and int(digits[0]) != 1:
                made.set("start", str(int(digits[0])))
            self.lists.append(made)
        return etree.SubElement(self.lists[-1], "li")


def _without(runs: Sequence[Run], letters: int) -> Iterator[Run]:
    """Take so many letters off the beginning."""
    for run in runs:
        taken = min(letters, len(run.text))
        letters -= taken
        if run.kind != "text" or len(run.text) > taken:
            yield Run(run.text[taken:], run.marks, run.link, run.kind, run.source)


def _fill(box: Any, runs: Sequence[Run], ignored: frozenset[str]) -> None:
    for link, inside in groupby(runs, key=lambda run: run.link):
        holder = etree.SubElement(box, "a", href=_said(link)) if link else box
        for (kind, marks, source), alike in groupby(inside, key=lambda run: (run.kind, run.marks, run.source)):
            text = _said("".join(run.text for run in alike))
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


def _said(text: str) -> str:
    """Join halves of letters beyond the first plane; leave out what XML cannot say."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNSAID.sub("", whole)


def page(text: Any, notes: Sequence[Any]) -> bytes:
    """Write the page: the text, then the notes. Chapters stand below a title."""
    made = html.document_fromstring("<html><head><meta charset='utf-8'></head><body></body></html>")
    body = made.find("body")
    body.extend(list(text))
    title = next(iter(body.iter("h1")), None)
    if title is not None and title.get("class") == "title":
        others = [e for e in body.iter("h1", "h2", "h3", "h4", "h5") if e is not title]
        if any(e.tag == "h1" for e in others):
            for other in others:
                other.tag = f"h{int(other.tag[1]) + 1}"
    for note in notes:
        body.append(note)
    return ready(made)
