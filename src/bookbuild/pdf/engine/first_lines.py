"""First lines that need neither a hyphen nor a word more, found with one layout instead of three; on WeasyPrint 70.

split_first_line() (text/line_break.py) shapes some text to find its first line, shapes that line with the next word, to
see whether the word fits without the space after it, and shapes the line alone once more. The next word's width stands
in the first layout already, and so does the line's. Each call sets a layout up from its style; here a style has one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from math import inf
from typing import Any

from bookbuild.pdf.engine.clusters import GLYPH
from bookbuild.pdf.engine.internals import Style

_SOFT_HYPHEN = "\u00ad"
_BREAKS = frozenset("\n\r\t\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
_RATIO = 4
"""Characters as wide as an em, at most: in narrower columns WeasyPrint takes a word at a time."""
_WORD = 14
"""Characters of most words at most."""
_SLACK = 1.0
"""CSS pixels by which a next word must be too wide at least, so that no rounding matters."""

FirstLine = tuple[Any, ...]
"""What split_first_line() returns: layout, length in bytes, byte where the rest begins (or None), width, …"""


class StyledLayouts:
    """A layout for each style: to set one up from its style takes as long as to shape ten words."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Any, Style]] = {}
        """By the identity of the style, which lasts as long as the style is kept."""

    def open(self, style: Style, room: float | None) -> Any | None:
        """Return the style's layout, as wide as `room` in CSS pixels; None for styles that change their layouts."""
        from weasyprint.text import line_break
        from weasyprint.text.ffi import TO_UNITS, pango

        if id(style) not in self.known:
            is_spaced = style["word_spacing"] or style["letter_spacing"] not in {"normal", 0}
            plain = not is_spaced and style["text_decoration_line"] == "none"
            self.known[id(style)] = line_break.Layout(style) if plain else None, style
        layout, _ = self.known[id(style)]
        if layout is not None:
            pango.pango_layout_set_width(layout.layout, -1 if room is None else int(room * TO_UNITS))
        return layout

    def measure(self, text: str, style: Style) -> list[float]:
        """Return how far a text without forced breaks reaches after each of its characters, in CSS pixels."""
        from weasyprint.text import line_break
        from weasyprint.text.ffi import FROM_UNITS, ffi

        layout = self.open(style, None) or line_break.Layout(style)
        layout.set_text(text)
        widths: dict[int, float] = {}
        node = layout.get_first_line()[0].runs
        while node != ffi.NULL:
            item, glyphs = node.data.item, node.data.glyphs
            if count := glyphs.num_glyphs:
                shapes = GLYPH.iter_unpack(ffi.buffer(glyphs.glyphs, count * GLYPH.size))
                for start, shape in zip(ffi.unpack(glyphs.log_clusters, count), shapes, strict=True):
                    widths[item.offset + start] = widths.get(item.offset + start, 0.0) + shape[1]
            node = node.next
        starts = list(accumulate((len(char.encode()) for char in text[:-1]), initial=0))
        if style["hyphens"] == "auto":  # letters of a ligature may stand on two lines
            _share_widths(widths, starts)
        return [edge * FROM_UNITS for edge in accumulate(widths.get(start, 0.0) for start in starts)]

    def reactivate(self, original: Callable[..., None], layout: Any, style: Style) -> None:
        """Set a line's layout up again for drawing, as WeasyPrint's Layout.reactivate() does."""
        shared = None if layout.justification_spacing or not _BREAKS.isdisjoint(layout.text) else self.open(style, None)
        if shared is None:
            original(layout, style)
            return
        layout.__dict__ |= {name: value for name, value in shared.__dict__.items() if name not in _OWN}
        layout.set_text(layout.text)


def _share_widths(widths: dict[int, float], starts: Sequence[int]) -> None:
    """Share the width of a cluster evenly between its characters; all are known by the byte that they start with."""
    group: list[int] = []
    for start in [*starts, None]:
        if group and (start is None or start in widths):
            if len(group) > 1:
                widths.update(dict.fromkeys(group, widths[group[0]] / len(group)))
            group = []
        if start is not None and (group or start in widths):
            group.append(start)


_OWN = frozenset({"text", "max_width", "justification_spacing"})
"""What a layout keeps of its line while it is not active."""


class LineFinder:
    """Finds first lines in one rendering."""

    def __init__(self) -> None:
        self.layouts = StyledLayouts()
        self.lengths: dict[int, int] = {}
        """Characters of the last line in each style: no more text is shaped than a line and a word will need."""

    def find(self, text: str, style: Style, room: float | None, justification: float) -> FirstLine | None:
        """Return what split_first_line() returns; None where it has more to do than to take whole words.

        `room` and `justification`, which is added to spaces, are in CSS pixels.
        """
        from weasyprint.text import line_break
        from weasyprint.text.ffi import FROM_UNITS, ffi, pango

        size = style["font_size"]
        if room is None:
            return self._take_all(text, style, justification)
        if room == inf or not size or size * _RATIO > room or style["white_space"] != "normal":
            return None
        if not _BREAKS.isdisjoint(text) or (style["hyphens"] != "none" and _SOFT_HYPHEN in text):
            return None
        key = id(style)
        expected = self.lengths.get(key, int(room / size * _RATIO))
        short = text[: expected + expected // 4 + _WORD]
        layout = self.layouts.open(style, room)
        if layout is None:
            return None
        layout.set_text(short)
        first, resume = layout.get_first_line()
        while resume is None and short != text:
            short = text[: 2 * len(short)]
            layout.set_text(short)
            first, resume = layout.get_first_line()
        width, height = line_break.line_size(first, style)
        if width > room:
            return None
        shown = text
        if resume is not None:
            shown = short.encode()[:resume].decode()
            self.lengths[key] = len(shown)
            rest = pango.pango_layout_get_log_attrs_readonly(layout.layout, ffi.NULL)[len(shown) + 1 : len(short)]
            end = line_break.get_next_break_point(rest)
            word = short[len(shown) :][:end].rstrip(" ")
            if (end is None and short != text) or not word or not shown.endswith(" "):
                return None
            if style["hyphens"] == "auto" and style["lang"]:
                zone = style["hyphenate_limit_zone"]
                if room - width > (zone.value * room / 100 if zone.unit == "%" else zone.value):
                    return None
            following = pango.pango_layout_get_line_readonly(layout.layout, 1)
            if width + _measure_text(following, resume + len(word.encode())) * FROM_UNITS <= room + _SLACK:
                return None
            shown = shown.rstrip(" ")
        baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
        copied = self._copy_layout(layout, shown, room, justification)
        return copied, len(shown.encode()), resume, width, height, baseline

    def _take_all(self, text: str, style: Style, justification: float) -> FirstLine | None:
        """Return what split_first_line() returns of a text that is to be one line."""
        from weasyprint.text import line_break
        from weasyprint.text.ffi import FROM_UNITS, pango

        layout = self.layouts.open(style, None) if _BREAKS.isdisjoint(text) else None
        if layout is None:
            return None
        layout.set_text(text)
        line, _ = layout.get_first_line()
        width, height = line_break.line_size(line, style)
        baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
        return self._copy_layout(layout, text, None, justification), line.length, None, width, height, baseline

    def _copy_layout(self, layout: Any, text: str, room: float | None, justification: float) -> Any:
        """Return a layout as split_first_line() leaves it, which is set up again when it is drawn."""
        copied = object.__new__(type(layout))
        copied.__dict__.update(layout.__dict__)
        copied.text, copied.max_width, copied.justification_spacing = text, room, justification
        copied.deactivate()
        return copied


def _measure_text(line: Any, stop: int) -> int:
    """Return the width in Pango's units of a line's text up to a byte of the layout's text."""
    from weasyprint.text.ffi import ffi

    total = 0
    node = line.runs
    while node != ffi.NULL:
        item, glyphs = node.data.item, node.data.glyphs
        if item.offset < stop and (count := glyphs.num_glyphs):
            last = stop - item.offset
            starts = ffi.unpack(glyphs.log_clusters, count)
            shapes = GLYPH.iter_unpack(ffi.buffer(glyphs.glyphs, count * GLYPH.size))
            total += sum(shape[1] for start, shape in zip(starts, shapes, strict=True) if start < last)
        node = node.next
    return total
