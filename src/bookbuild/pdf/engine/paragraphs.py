"""Paragraphs whose lines are chosen all at once, where WeasyPrint 70 fills one line after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from bookbuild.pdf.engine.breaking import LineBreaks
from bookbuild.pdf.engine.internals import Box, Context, override
from bookbuild.pdf.engine.line_ends import LineEnd, LineEnds, Paragraph, read_paragraph
from bookbuild.pdf.line_fit import Measure, fit_lines

_CLASSES = frozenset({"paragraph", "part"})
"""Of elements whose lines are chosen all at once."""
_ROOM = 1e6
"""CSS pixels: more than any line takes."""


class ParagraphFitter:
    """Chooses the lines of paragraphs in one rendering."""

    def __init__(self, breaks: LineBreaks) -> None:
        self.breaks = breaks
        self.ends = LineEnds(breaks.finder.layouts)
        self.paragraphs: dict[int, Paragraph | None] = {}
        self.current: tuple[Paragraph, LineEnd] | None = None
        """The line at hand."""

    def make_line(
        self,
        original: Callable[..., tuple[Box, Any]],
        context: Context,
        line: Box,
        top: float,
        bottom: float,
        skip: Any,
        parent: Box,
        absolutes: list[Box],
        fixed: list[Box],
        first_letter: Any,
        first_line: Any,
    ) -> tuple[Box, Any]:
        """Make a paragraph's next line as get_next_linebox() does, but let it end where all of them are best."""
        arguments = (top, bottom, skip, parent, absolutes, fixed, first_letter, first_line)
        is_plain = not (first_letter or first_line or context.excluded_shapes)
        paragraph = self._find_paragraph(line) if is_plain else None
        end = None
        if paragraph is not None:
            start = paragraph.find_offset(skip)
            end = self._plan(paragraph, start, parent.width, line.text_indent).get(start)
        outer, self.current = self.current, (paragraph, end) if paragraph and end else None
        try:
            made, resume = original(context, line, *arguments)
            if made is not None:
                made.fitted = self.current is not None
            return made, resume
        finally:
            self.current = outer

    def widen(
        self, original: Callable[..., Any], context: Context, box: Box, left: float, right: float, *more: Any
    ) -> Any:
        """Let nothing but the plan end a line, as split_inline_box() would where it is too wide."""
        planned = self.current is not None and type(box).__name__ == "LineBox"
        return original(context, box, left, right + _ROOM if planned else right, *more)

    def split(
        self, original: Callable[..., Any], context: Context, box: Box, room: float | None, skip: int, **more: Any
    ) -> Any:
        """Cut a text where the line at hand is to end, as split_text_box() does where it is too wide."""
        paragraph, end = self.current or (None, LineEnd(0))
        run = paragraph.find_run(box) if paragraph and room is not None else None
        if paragraph is None or run is None:
            return original(context, box, room, skip, **more)
        start = run.start + len(box.text.encode()[:skip].decode())
        if end.offset > run.end or start >= run.end or end.offset == len(paragraph.text):
            return original(context, box, None, skip, **more)
        resume = len(box.text[: end.offset - run.start].encode())
        shown = box.text[start - run.start : end.offset - run.start].rstrip(" ")
        if not shown:
            return None, resume, False
        hyphen = box.style["hyphenate_character"] if end.has_hyphen else ""
        made, _, _ = original(context, box.copy_with_text(shown + hyphen), None, 0)
        return made, resume, False

    def align(self, original: Callable[..., float], context: Context, line: Box, room: float, last: bool) -> float:
        """Squeeze the gaps of a justified line that is a little too wide; text_align() only stretches them."""
        from weasyprint.layout import inline

        if self.current is not None and not last and line.width > room and line.style["text_align_all"] == "justify":
            inline.justify_line(context, line, room - line.width)
            return 0.0
        return original(context, line, room, last=last)

    def _find_paragraph(self, line: Box) -> Paragraph | None:
        """Return a line box's paragraph; None where its lines are not chosen here."""
        if id(line) not in self.paragraphs:
            classes = line.element.get("class", "").split() if line.element is not None else ()
            is_fitted = not _CLASSES.isdisjoint(classes) and line.style["text_align_all"] != "center"
            self.paragraphs[id(line)] = read_paragraph(line, self.ends.layouts) if is_fitted else None
        return self.paragraphs[id(line)]

    def _plan(self, paragraph: Paragraph, start: int, width: float, indent: float) -> Mapping[int, LineEnd]:
        """Return the ends of a paragraph's lines by their starts; `start` is one of these if that can be."""
        undivided = frozenset(self.breaks.undivided)
        lines = paragraph.plans.setdefault((width, undivided), {})
        if start in lines or start >= len(paragraph.text):
            return lines
        places = [LineEnd(start), *self.ends.find(paragraph, start, undivided)]
        starts = [paragraph.skip_spaces(place.offset) for place in places]
        pieces = [self.ends.measure_piece(paragraph, one.offset, other) for one, other in pairwise(places)]
        style = paragraph.line.style
        em = style["font_size"] if style["text_align_all"] == "justify" else 0.0
        measure = Measure(width - (0.0 if start else indent), width, em)
        barred: set[tuple[int, int]] = set()
        while fitted := fit_lines(pieces, measure, barred):
            pairs = list(pairwise([0, *fitted]))
            wide = set()
            for n, m in pairs:
                gaps = sum(piece.gaps for piece in pieces[n:m]) - 1 if m < len(pieces) else 0
                if self.ends.is_too_wide(paragraph, starts[n], places[m], measure.find_limit(n, gaps)):
                    wide.add((n, m))
            if not wide:
                lines.update((starts[n], places[m]) for n, m in pairs)
                break
            barred |= wide
        return lines


@contextmanager
def fit_paragraphs(breaks: LineBreaks) -> Iterator[None]:
    """Choose the lines of paragraphs all at once while pages are laid out."""
    from weasyprint.layout import inline

    fitter = ParagraphFitter(breaks)
    with (
        override(inline, "get_next_linebox", fitter.make_line),
        override(inline, "split_inline_box", fitter.widen),
        override(inline, "split_text_box", fitter.split),
        override(inline, "text_align", fitter.align),
    ):
        yield
