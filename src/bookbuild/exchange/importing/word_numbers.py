"""Write Word's automatic numbers into the text, as Word counts and shows them: 1., (b), Article 3, المادة 3. Pure.

Pandoc reads the numbers of simple lists only, and drops those of headings (ISO/IEC 29500-1, 17.9).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from bookbuild.exchange.importing.labels import format_number, split_plain_label, write_label
from bookbuild.work.xml import drop_element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = {"0", "false", "off"}
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a numbering is written."""

    start: int
    kind: str
    pattern: str
    """The label, with %1 to %9 for the numbers of the levels."""
    restart: int | None
    """The level, counted from 1, after which it starts again; 0 for never, None for any level above it."""
    digits_only: bool
    style: str


@dataclass(slots=True)
class _List:
    """An abstract numbering, which several lists may share, and what is counted so far."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The numberings of a document, counted while paragraphs are labelled in order."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        """`numbering`, `styles`: roots of the parts of these names; None if a document has none."""
        self._styles = {s.get(f"{_W}styleId"): s for s in styles.iter(f"{_W}style")} if styles is not None else {}
        numbers = [] if numbering is None else list(numbering)
        self._definitions = {n.get(f"{_W}abstractNumId"): n for n in numbers if n.tag == f"{_W}abstractNum"}
        self._nums = {n.get(f"{_W}numId"): n for n in numbers if n.tag == f"{_W}num"}
        self._lists: dict[str, _List] = {}
        self._started: set[tuple[str, int]] = set()

    def label_paragraphs(self, root: Any) -> None:
        """Write the label of each numbered paragraph; those that pandoc has no list for are numbered no more."""
        for paragraph in root.iter(f"{_W}p"):
            properties = paragraph.find(f"{_W}pPr")
            num_id, level = self._find_number(properties)
            label = self._count(num_id, level) if num_id else ""
            if not label:
                continue
            style = properties.find(f"{_W}pStyle")
            is_heading = properties.find(f"{_W}outlineLvl") is not None or self._is_heading_style(style)
            is_list = split_plain_label(label) is not None and not is_heading
            if not is_list:
                for element in list(
                    properties.iterchildren(f"{_W}numPr", f"{_W}ind")
                ):  # pandoc quotes what is indented
                    drop_element(element)
                if style is not None:  # its numbering holds as well
                    properties.append(_build_number_off())
            run = etree.Element(f"{_W}r")
            text = etree.SubElement(run, f"{_W}t")
            text.text = write_label(label) if is_list else f"{label} "
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            properties.addnext(run)

    def _find_number(self, properties: Any) -> tuple[str, int]:
        """Return the id of a paragraph's list, and its level; an empty id if it has no number."""
        if properties is None:
            return "", 0
        number = properties.find(f"{_W}numPr")
        num_id, level = _read(number, "numId"), _read(number, "ilvl")
        style = _read(properties, "pStyle")
        seen: set[str] = set()
        own_style = style
        while style in self._styles and style not in seen and not (num_id and level):
            seen.add(style)
            inherited = self._styles[style].find(f"{_W}pPr/{_W}numPr")
            num_id, level = num_id or _read(inherited, "numId"), level or _read(inherited, "ilvl")
            style = _read(self._styles[style], "basedOn")
        if not num_id or num_id == "0" or num_id not in self._nums:
            return "", 0
        if not level:
            levels = self._find_list(num_id)[1].levels
            linked = next((n for n, one in levels.items() if own_style and one.style == own_style), 0)
            return num_id, linked
        return num_id, int(level) if level.isdecimal() else 0

    def _is_heading_style(self, style: Any) -> bool:
        """Return whether a style is that of a heading or title, which is not in a list."""
        name = "" if style is None else style.get(f"{_W}val", "")
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            title = _read(self._styles[name], "name").casefold()
            if self._styles[name].find(f"{_W}pPr/{_W}outlineLvl") is not None or re.match(r"heading \d|title", title):
                return True
            name = _read(self._styles[name], "basedOn")
        return False

    def _find_list(self, num_id: str) -> tuple[str, _List]:
        """Return key and state of the list of an id; ids share it unless they change its levels."""
        num = self._nums[num_id]
        abstract_id = _read(num, "abstractNumId")
        definition = self._definitions.get(abstract_id)
        linked = "" if definition is None else _read(definition, "numStyleLink")
        if linked in self._styles:
            other = _read(self._styles[linked].find(f"{_W}pPr/{_W}numPr"), "numId")
            if other in self._nums and other != num_id:
                abstract_id = _read(self._nums[other], "abstractNumId")
                definition = self._definitions.get(abstract_id)
        changed = list(num.iterfind(f"{_W}lvlOverride/{_W}lvl"))
        key = f"{abstract_id}/{num_id}" if changed else abstract_id
        if key not in self._lists:
            elements = [*([] if definition is None else definition.iterchildren(f"{_W}lvl")), *changed]
            self._lists[key] = _List({_read_level_number(e): _read_level(e) for e in elements})
        return key, self._lists[key]

    def _count(self, num_id: str, level: int) -> str:
        """Count a paragraph; return its label, empty for bullets and lists without numbers."""
        _, counted = self._find_list(num_id)
        shown = counted.levels.get(level)
        if shown is None or shown.kind == "bullet":
            return ""
        for override in self._nums[num_id].iterchildren(f"{_W}lvlOverride"):
            number = _read_level_number(override)
            start = _read(override, "startOverride")
            if start.isdecimal() and number == level and (num_id, number) not in self._started:
                counted.counts[number] = int(start) - 1
        self._started.add((num_id, level))
        for number in range(level):
            if number in counted.levels:
                counted.counts.setdefault(number, counted.levels[number].start)
        counted.counts[level] = counted.counts.get(level, shown.start - 1) + 1
        for number in range(level + 1, _LEVELS):
            restart = counted.levels[number].restart if number in counted.levels else None
            if restart is None or 0 < restart >= level + 1:
                counted.counts.pop(number, None)

        def write(match: re.Match[str]) -> str:
            number = int(match[1]) - 1
            kind = counted.levels[number].kind if number in counted.levels else "decimal"
            kind = "decimal" if shown.digits_only and number < level else kind
            return "" if kind in {"none", "bullet"} else format_number(counted.counts.get(number, 0), kind)

        return re.sub(r"%([1-9])", write, shown.pattern).strip()


def _read(parent: Any, name: str) -> str:
    """Return the value of a child element; empty if there is none."""
    child = None if parent is None else parent.find(f"{_W}{name}")
    return "" if child is None else child.get(f"{_W}val", "")


def _read_level_number(element: Any) -> int:
    value = element.get(f"{_W}ilvl", "0")
    return int(value) if value.isdecimal() else 0


def _read_level(element: Any) -> _Level:
    start, restart = _read(element, "start"), _read(element, "lvlRestart")
    legal = element.find(f"{_W}isLgl")
    return _Level(
        start=int(start) if start.isdecimal() else 0,
        kind=_read(element, "numFmt") or "decimal",
        pattern=_read(element, "lvlText"),
        restart=int(restart) if restart.isdecimal() else None,
        digits_only=legal is not None and legal.get(f"{_W}val") not in _OFF,
        style=_read(element, "pStyle"),
    )


def _build_number_off() -> Any:
    number = etree.Element(f"{_W}numPr")
    etree.SubElement(number, f"{_W}numId").set(f"{_W}val", "0")
    return number
