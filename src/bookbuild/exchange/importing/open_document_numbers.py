"""Count the numbers of lists and headings of OpenDocument texts, and write them where they are shown. Pure.

The rules are those of OpenDocument 1.3, part 3, 16.30 to 16.37 and 19.783 ff.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bookbuild.exchange.importing.labels import format_number, write_label

_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _STYLE = (_SPACE % name for name in ("text", "style"))
_LINES = (f"{_TEXT}p", f"{_TEXT}h")
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Level:
    """How the items of one level of a list, or headings of one level, are numbered."""

    kind: str
    """As in `style:num-format`; empty for no number."""
    before: str
    after: str
    shown: int
    """How many levels the label shows."""
    start: int
    is_number: bool
    """Not a bullet."""


_Levels = dict[int, Level]


class Numbering:
    """The numbers of a document, counted in its order."""

    def __init__(self, *roots: Any) -> None:
        """Collect the numbering styles of the parts of a document."""
        self.lists: dict[str, _Levels] = {}
        self.outline: _Levels = {}
        self.styles: dict[str, tuple[str | None, str]] = {}
        """Per paragraph style: its list style (empty for none), and the style that it is based on."""
        for root in roots:
            for style in root.iter(f"{_TEXT}list-style"):
                self.lists[style.get(f"{_STYLE}name", "")] = _read_levels(style)
            for style in root.iter(f"{_TEXT}outline-style"):
                self.outline = _read_levels(style)
            for style in root.iter(f"{_STYLE}style"):
                name, base = style.get(f"{_STYLE}name", ""), style.get(f"{_STYLE}parent-style-name", "")
                self.styles[name] = style.get(f"{_STYLE}list-style-name"), base
        self.counts: dict[str, dict[int, int]] = {}
        """Per list: the last number of each level."""
        self.headings: dict[int, int] = {}
        self.last_list: dict[str, str] = {}
        """Per list style: the list that used it last."""

    def write(self, body: Any) -> None:
        """Write the labels of all lists and headings into a document's body."""
        for number, top in enumerate([e for e in body.iter(f"{_TEXT}list") if e.getparent().tag not in _ITEMS]):
            self._write_list(top, f"#{number}")
        for heading in body.iter(f"{_TEXT}h"):
            if heading.getparent().tag not in _ITEMS and (label := self._count_heading(heading)):
                heading.text = f"{label} {heading.text or ''}"

    def _write_list(self, top: Any, number: str) -> None:
        style = top.get(f"{_TEXT}style-name") or self._find_style_of_lines(top)
        key = top.get("{http://www.w3.org/XML/1998/namespace}id") or number
        continued = top.get(f"{_TEXT}continue-list")
        if continued is None and top.get(f"{_TEXT}continue-numbering") == "true":
            continued = self.last_list.get(style)
        self.counts[key] = self.counts.get(continued or "", {})
        self.last_list[style] = key
        self._write_items(top, style, 1, self.counts[key])

    def _find_style_of_lines(self, top: Any) -> str:
        line = next(top.iter(*_LINES), None)
        return (self._find_list_style(line.get(f"{_TEXT}style-name", "")) or "") if line is not None else ""

    def _find_list_style(self, name: str) -> str | None:
        """Return the list style of a paragraph style: empty if it says that there is none."""
        for _ in range(_DEEPEST):
            style, name = self.styles.get(name, (None, ""))
            if style is not None or not name:
                return style
        return None

    def _write_items(self, parent: Any, style: str, depth: int, counts: dict[int, int]) -> None:
        levels = self.lists.get(parent.get(f"{_TEXT}style-name") or style, {})
        level = levels.get(depth)
        for item in parent.iterchildren(*_ITEMS):
            first = next(iter(item), None)
            line = first if first is not None and first.tag in _LINES else None
            if item.tag == f"{_TEXT}list-item" and (line is not None or first is None):
                start = _read_number(item.get(f"{_TEXT}start-value"))
                usual = counts[depth] + 1 if depth in counts else level.start if level else 1
                _count_up(counts, depth, usual if start is None else start)
            if line is not None and level and level.is_number:
                label = _format(levels, depth, counts) if item.tag == f"{_TEXT}list-item" else ""
                line.text = write_label(label) + (line.text or "").lstrip()
            for inner in item.iterchildren(f"{_TEXT}list"):
                self._write_items(inner, parent.get(f"{_TEXT}style-name") or style, depth + 1, counts)

    def _count_heading(self, heading: Any) -> str:
        depth = _read_number(heading.get(f"{_TEXT}outline-level")) or 1
        name = heading.get(f"{_TEXT}style-name", "")
        if heading.get(f"{_TEXT}is-list-header") == "true" or self._find_list_style(name) == "":
            return ""
        level = self.outline.get(depth)
        start = _read_number(heading.get(f"{_TEXT}start-value"))
        if start is None:
            begins = depth not in self.headings or heading.get(f"{_TEXT}restart-numbering") == "true"
            start = (level.start if level else 1) if begins else self.headings[depth] + 1
        _count_up(self.headings, depth, start)
        return _format(self.outline, depth, self.headings)


_ITEMS = (f"{_TEXT}list-item", f"{_TEXT}list-header")


def _count_up(counts: dict[int, int], depth: int, number: int) -> None:
    """Set the number of a level; the levels below it begin again."""
    counts[depth] = number
    for deeper in [d for d in counts if d > depth]:
        del counts[deeper]


def _read_levels(style: Any) -> _Levels:
    levels: _Levels = {}
    for child in style:
        depth = _read_number(child.get(f"{_TEXT}level")) if isinstance(child.tag, str) else None
        if depth:
            levels[depth] = Level(
                child.get(f"{_STYLE}num-format", ""),
                child.get(f"{_STYLE}num-prefix", ""),
                child.get(f"{_STYLE}num-suffix", ""),
                _read_number(child.get(f"{_TEXT}display-levels")) or 1,
                _read_number(child.get(f"{_TEXT}start-value")) or 1,
                is_number=child.tag.endswith(("-number", "outline-level-style")),
            )
    return levels


def _format(levels: _Levels, depth: int, counts: dict[int, int]) -> str:
    """Return the label of an item: its number and those of levels above it that it shows."""
    level = levels.get(depth)
    if level is None or not level.kind:
        return " ".join(f"{level.before}{level.after}".split()) if level else ""
    numbers = ".".join(_format_levels(levels, range(max(1, depth - level.shown + 1), depth + 1), counts))
    return " ".join(f"{level.before}{numbers}{level.after}".split())


def _format_levels(levels: _Levels, shown: Iterable[int], counts: dict[int, int]) -> Iterator[str]:
    for depth in shown:
        level = levels.get(depth)
        if level and level.kind:
            yield format_number(counts.get(depth, level.start), level.kind)


def _read_number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
