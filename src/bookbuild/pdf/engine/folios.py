"""Page numbers drawn from a sample: a laid out page whose number is all ten digits, and any number in its place.

Empty pages that bear nothing but running heads and page numbers take WeasyPrint a fifth of the time of pages full of
text. Pages of a chapter differ in the digits of their numbers alone, and in how far these move what stands in their
line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bookbuild.pdf.engine.clusters import build_clusters, read_run
from bookbuild.pdf.engine.codes import FontCodes, build_measure, write_cluster
from bookbuild.pdf.engine.internals import Box, Document, PangoItem, Stream, page_box, unwrap

DIGITS = "0123456789"
"""The page number of a sample."""
SAMPLES = 3
"""Pages that are samples for all of a part: the first one, which may have no head, and one of either side after it."""
_NUMBER_CLASS = "page-number"
"""The class of the element that bears it, in layouts."""
_MARK = re.compile(rb"%number (\d+)$|%move (\d+) (\S+)\n((?:\S+ ){4})(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DigitShapes:
    """How the digits of a page number are drawn."""

    pieces: tuple[str, ...]
    """What shows each digit, as a part of TJ's array."""
    widths: tuple[float, ...]
    """Of each digit, in CSS pixels."""
    room: float
    """Of all ten in the sample, where a font may have kerned them."""


@dataclass(slots=True)
class FolioSample:
    """The page numbers of a sample, before and after it is drawn."""

    numbers: dict[int, int] = field(default_factory=dict)
    """Which number it is, by the id() of its text's layout."""
    moves: dict[int, tuple[int, float]] = field(default_factory=dict)
    """By the id() of a layout: which number moves the text, and by which share of what it grows, to the right."""
    shapes: dict[int, DigitShapes] = field(default_factory=dict)
    """Of each number that was drawn."""


def find_folios(document: Document) -> FolioSample:
    """Find the page numbers of a sample, and the texts in their lines that they move."""
    sample = FolioSample()
    margins = [box for page in document.pages for box in page_box(page).children if hasattr(box, "at_keyword")]
    for margin in margins:
        # a box is as wide as its text: it begins at the page's margin, ends there or has its middle in the page's
        before = {"left": 0.0, "center": -0.5, "right": -1.0}[margin.at_keyword.rsplit("-")[-1]]
        for line in _find_lines(margin):
            texts = list(_find_texts(line))
            for box in texts:
                if box.element is not None and box.element.get("class") == _NUMBER_CLASS:
                    number = sample.numbers[id(box.pango_layout)] = len(sample.numbers)
                    for other in texts:
                        share = before if other.position_x <= box.position_x else before + 1
                        if share:
                            sample.moves[id(other.pango_layout)] = number, share
    return sample


def _find_lines(box: Box) -> Iterator[Box]:
    box = unwrap(box)
    if type(box).__name__ == "LineBox":
        yield box
        return
    for child in getattr(box, "all_children", tuple)():
        yield from _find_lines(child)


def _find_texts(box: Box) -> Iterator[Box]:
    if type(box).__name__ == "TextBox":
        yield box
    for child in getattr(box, "children", ()):
        yield from _find_texts(child)


def draw_digits(
    stream: Stream, textbox: Box, items: Sequence[PangoItem], codes_by_font: dict[str, FontCodes]
) -> DigitShapes:
    """Begin to draw the page number of a sample, and return how each digit is drawn.

    Raises ValueError where a line of all digits is set in several fonts.
    """
    if len(items) != 1:
        raise ValueError(f"the digits of page numbers are in {len(items)} pieces")
    font, size = stream.add_font(items[0].item.analysis.font)
    stream.set_font_size(font.hash, size)
    codes = codes_by_font[font.hash]
    measure = build_measure(stream, items[0], size, codes)
    glyph_run = read_run(items[0], textbox.pango_layout.text.encode())
    clusters = build_clusters(glyph_run, 0, len(glyph_run.starts) - 1, size)
    by_digit = {str(unicodedata.digit(cluster.text)): cluster for cluster in clusters}
    for cluster in clusters:
        cluster.advance = sum(measure(glyph) for glyph, _, _ in cluster.glyphs)  # beside any other digit
    shown = [write_cluster(by_digit[digit], font, codes, measure, backward=False) for digit in DIGITS]
    return DigitShapes(tuple(shown), tuple(by_digit[digit].advance * size for digit in DIGITS), textbox.width)


def write_number(content: bytes, number: int, shapes: Sequence[DigitShapes]) -> bytes:
    """Return a sample's content stream with another number; `shapes` are those of its numbers, in order."""
    digits = [int(digit) for digit in str(number)]

    def replace(match: re.Match[bytes]) -> bytes:
        shape = shapes[int(match[1] or match[2])]
        if match[1]:
            return f"[{''.join(shape.pieces[digit] for digit in digits)}] TJ".encode()
        grown = sum(shape.widths[digit] for digit in digits) - shape.room
        return match[4] + f"{float(match[5]) + float(match[3]) * grown:.6f}".encode()

    return _MARK.sub(replace, content)


def choose_sample(page: int, samples: int) -> int:
    """Return which of the sample pages shows how a page of a part is furnished; both are counted from 0."""
    if page < samples:
        return page
    return samples - 2 + (page - samples) % 2 if samples == SAMPLES else samples - 1
