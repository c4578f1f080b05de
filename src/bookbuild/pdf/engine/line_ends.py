"""A paragraph's text, where its lines may end, and how wide it is up to there; on WeasyPrint 70."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bookbuild.languages.hyphenation import find_divisions
from bookbuild.pdf.engine.first_lines import StyledLayouts
from bookbuild.pdf.engine.internals import Box, Style
from bookbuild.pdf.line_fit import Piece

_ELSEWHERE = re.compile(
    "[\u00ad\n\r\t\x0b\x0c\x1c-\x1e\x85\u2028\u2029\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df"
    "\u2e80-\u9fff\ua000-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U0001b000-\U0001b2ff\U00020000-\U0003ffff]"
)
"""Soft hyphens, forced breaks, and scripts that break elsewhere than at spaces: these stay with WeasyPrint."""
_WORD = re.compile(r"[^\W\d_]+")
_UNBROKEN = re.compile(r"[^\W\d_]-|-[^\W\d_]|[\u2010-\u2015/]")
"""What is in words that have a hyphen, or are several: these are not divided elsewhere."""
_HYPHENS = ("-", "\u2010")
_CAPITALISED = frozenset({"de", "lb"})
"""Languages that write nouns with capitals, which say nothing of names there."""
_TIGHT = 6.0
"""CSS pixels by which a line must be shorter than its measure to need no second look: letters may stand otherwise
where it begins than after a space."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one style in a paragraph."""

    path: tuple[int, ...]
    """Where its box is: the index of a child, of its child and so on."""
    box: Box
    start: int
    """Offset of its text in the paragraph's."""
    end: int


@dataclass(frozen=True, slots=True)
class LineEnd:
    """Where a line ends."""

    offset: int
    """In the paragraph's text."""
    has_hyphen: bool = False
    """Whether a word is divided there."""


@dataclass(slots=True)
class Paragraph:
    """The text of a LineBox, and how its lines were chosen."""

    line: Box
    """Kept, so that its id() is not taken by another one."""
    runs: Sequence[Run]
    text: str
    edges: Sequence[float]
    """How far the text reaches before each of its characters, and at its end, as if all of it were one line."""
    plans: dict[tuple[float, frozenset[str]], dict[int, LineEnd]] = field(default_factory=dict)
    """Where the line that begins at an offset ends, by the measure and the ends at which no word is divided."""

    def find_run(self, box: Box) -> Run | None:
        """Return the run of a box."""
        return next((run for run in self.runs if run.box is box), None)

    def list_runs(self, start: int, end: int) -> Iterator[Run]:
        """Return the runs that have any of the text between two offsets."""
        first = bisect_right(self.runs, start, key=lambda run: run.start) - 1
        for run in self.runs[first:]:
            if run.start >= end:
                break
            yield run

    def skip_spaces(self, offset: int) -> int:
        """Return the offset of the first character from `offset` on that is no space."""
        while offset < len(self.text) and self.text[offset] == " ":
            offset += 1
        return offset

    def find_offset(self, skip: Any) -> int:
        """Return the offset of the first character that is shown after WeasyPrint's position."""
        path: list[int] = []
        while skip is not None:
            ((index, skip),) = skip.items()
            path.append(index)
        for run in self.runs:
            if run.path == tuple(path[:-1]):
                return self.skip_spaces(run.start + len(run.box.text.encode()[: path[-1]].decode()))
            if run.path >= tuple(path):
                return self.skip_spaces(run.start)
        return len(self.text)


def read_paragraph(line: Box, layouts: StyledLayouts) -> Paragraph | None:
    """Return the paragraph of a LineBox; None where not only text takes room, or breaks go by other rules."""
    runs = _collect_runs(line, (), [])
    text = "".join(run.box.text for run in runs or ())
    if not runs or " " not in text or _ELSEWHERE.search(text):
        return None
    edges = [0.0]
    for run in runs:
        at = edges[-1]
        edges += [at + edge for edge in layouts.measure(run.box.text, run.box.style)]
    return Paragraph(line, runs, text, edges)


def _collect_runs(box: Box, path: tuple[int, ...], runs: list[Run]) -> list[Run] | None:
    for index, child in enumerate(box.children):
        kind = type(child).__name__
        if not child.is_in_normal_flow():
            if child.is_floated():
                return None
        elif kind == "TextBox":
            if child.style["white_space"] not in {"normal", "nowrap"} or not child.style["font_size"]:
                return None
            if child.text:
                start = runs[-1].end if runs else 0
                runs.append(Run((*path, index), child, start, start + len(child.text)))
        elif (
            kind != "InlineBox"
            or child.is_leader
            or _takes_room(child.style)
            or _collect_runs(child, (*path, index), runs) is None
        ):
            return None
    return runs


def _takes_room(style: Style) -> bool:
    """Return whether an inline box has room of its own beside its text."""
    return any(
        style[f"border_{side}_width"] or getattr(style[f"{kind}_{side}"], "value", 0)
        for side in ("left", "right")
        for kind in ("padding", "margin")
    )


class LineEnds:
    """Finds where lines may end, in one rendering."""

    def __init__(self, layouts: StyledLayouts) -> None:
        self.layouts = layouts
        self.hyphens: dict[int, float] = {}
        """Their widths, by the style's id()."""

    def find(self, paragraph: Paragraph, start: int, undivided: Collection[str]) -> Iterator[LineEnd]:
        """Return the places after `start` where a line may end; no word is divided after a text of `undivided`."""
        from weasyprint.text.ffi import ffi
        from weasyprint.text.line_break import get_log_attrs

        text = paragraph.text
        attributes = bytes(ffi.buffer(get_log_attrs(text, paragraph.line.style["lang"])))
        breaks = attributes[:: len(attributes) // (len(text) + 1)]  # the first bit of each character's
        last = start
        for at in [*(n for n in range(start + 1, len(text)) if breaks[n] & 1), len(text)]:
            (run, *others) = paragraph.list_runs(last, at)
            if not others and run.box.style["white_space"] == "normal":
                yield from self._divide(text, last, at, run, undivided)
            end = (others or [run])[-1]
            if at == end.end or end.box.style["white_space"] == "normal":
                yield LineEnd(at)
            last = at

    def _divide(self, text: str, start: int, end: int, run: Run, undivided: Collection[str]) -> Iterator[LineEnd]:
        """Return where the words between two places may be divided: neither names nor words with hyphens."""
        style = run.box.style
        total, left, right = style["hyphenate_limit_chars"]
        if style["hyphens"] != "auto" or end - start < total or _UNBROKEN.search(text, start, end):
            return
        for word in _WORD.finditer(text, start, end):
            is_name = word[0][0].isupper() and style["lang"].split("-")[0] not in _CAPITALISED
            if is_name or len(word[0]) < total:
                continue
            for place in find_divisions(word[0], style["lang"], left, right):
                at = word.start() + place
                if not any(text.endswith(kept, run.start, at) for kept in undivided):
                    yield LineEnd(at, has_hyphen=True)

    def measure_piece(self, paragraph: Paragraph, start: int, end: LineEnd) -> Piece:
        """Return the piece of text between two places where lines may end."""
        text = paragraph.text[start : end.offset]
        shown = text.rstrip(" ")
        edges, last = paragraph.edges, start + len(shown)
        return Piece(
            edges[last] - edges[start],
            edges[end.offset] - edges[last],
            self._measure_hyphen(next(paragraph.list_runs(end.offset - 1, end.offset))) if end.has_hyphen else 0.0,
            letters=sum(map(str.isalnum, shown)),
            gaps=text.count(" ") + text.count("\u00a0"),
            divided=end.has_hyphen or shown.endswith(_HYPHENS),
        )

    def _measure_hyphen(self, run: Run) -> float:
        style = run.box.style
        if id(style) not in self.hyphens:
            self.hyphens[id(style)] = self.layouts.measure(style["hyphenate_character"], style)[-1]
        return self.hyphens[id(style)]

    def is_too_wide(self, paragraph: Paragraph, start: int, end: LineEnd, room: float) -> bool:
        """Return whether a line, set by itself, is wider than its room."""
        last = start + len(paragraph.text[start : end.offset].rstrip(" "))
        if paragraph.edges[last] - paragraph.edges[start] < room - _TIGHT:
            return False
        width = 0.0
        for run in paragraph.list_runs(start, last):
            shown = paragraph.text[max(start, run.start) : min(last, run.end)]
            hyphen = run.box.style["hyphenate_character"] if end.has_hyphen and last <= run.end else ""
            width += self.layouts.measure(shown + hyphen, run.box.style)[-1]
        return width > room
