"""Text drawn so that it can be read back: one code a cluster, each with its own text. Works on WeasyPrint 70.

WeasyPrint stores one text a glyph (draw/text.py). Arabic fonts draw one letter by several glyphs and several letters
by one, and use the same dot or stem for different letters, so that words come out of such a PDF misspelt or not at
all. Here every cluster that HarfBuzz makes (a base with its marks, a ligature) becomes one code: the font's own glyph
where its text is always the same, else a composite glyph that is appended to the subset. Extractors then see whole
letters in the order in which they stand, and ToUnicode (ISO 32000-1, 9.10.3) gives each its very characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bookbuild.bidi import CONTROLS
from bookbuild.kashida import INSERTED
from bookbuild.writers.composites import Component, with_composites

_COPIED: dict[int, str | None] = {
    **{ord(c): None for c in (*CONTROLS, "\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff")},
    0xA0: " ",
    0x202F: " ",
}
"""What is no part of the words that a reader copies or looks for, and spaces that are spaces to him."""
_UNITS = 1024
"""Pango's units in a CSS pixel."""
_LAST = 0xFFFF
"""The highest code of a font in a PDF."""


@dataclass(slots=True)
class Cluster:
    """Glyphs that belong together, and the characters that they stand for."""

    start: int
    """Offset of the first byte of the text, which orders clusters logically."""
    text: str
    glyphs: list[tuple[int, float, float]]
    """Glyph and its offsets to the right and upwards in em; invisible ones left out."""
    advance: float
    """em, of all."""


@dataclass(slots=True)
class Codes:
    """The codes of one font file, shared by all sizes that it is set in."""

    count: int
    """Glyphs of the font; codes from there on are ours."""
    known: dict[tuple[tuple[Component, ...], str], int] = field(default_factory=dict)
    plain: dict[int, str] = field(default_factory=dict)
    """Glyphs that stand for themselves, with their text."""
    composites: dict[int, tuple[tuple[Component, ...], int]] = field(default_factory=dict)
    """Own code to components and advance in font units."""
    to_unicode: dict[int, str] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)

    def code(self, components: tuple[Component, ...], text: str, advance: int) -> int:
        """Give the code for a cluster; makes one where there is none yet."""
        if len(components) == 1 and not any(components[0][1:]):
            glyph = components[0][0]
            if self.plain.setdefault(glyph, text) == text:
                return glyph
        key = (components, text)
        if key not in self.known:
            code = self.count + len(self.known)
            if code > _LAST:
                raise OverflowError("a font has no room for all letters of the book")
            self.known[key] = code
            self.composites[code] = (components, advance)
        return self.known[key]


Collector = Callable[[Any, Mapping[int, str], Codes], bool]
"""Is given a font, its codes' texts and the codes, and says whether it takes care of the font's file."""


@contextmanager
def readable(divided: Mapping[int, tuple[str, str]] | None = None, collect: Collector | None = None) -> Iterator[None]:
    """Draw text by clusters while a PDF is written; `divided` is what divided_words() gives.

    With `collect` no font is cut down for this PDF alone.
    """
    from weasyprint.draw import text as drawing  # noqa: PLC0415 - see pdf.engine()
    from weasyprint.pdf import fonts  # noqa: PLC0415

    line, clean = drawing.draw_first_line, fonts.Font.clean
    made: dict[str, Codes] = {}

    def draw_line(stream: Any, textbox: Any, overflow: str, ellipsis: str, matrix: Any) -> list[Any]:  # noqa: ANN401 - untyped
        if not _ours(stream, textbox, overflow, ellipsis):
            drawn: list[Any] = line(stream, textbox, overflow, ellipsis, matrix)
            return drawn
        _draw(stream, textbox, matrix, made, (divided or {}).get(id(textbox.pango_layout)))
        return []

    def cleaned(font: Any, to_unicode: Mapping[int, str], hinting: bool) -> None:  # noqa: ANN401 - as above
        codes = made.get(font.hash)
        if collect is not None and collect(font, to_unicode, codes or Codes(font.glyph_count)):
            return
        if codes is None:
            clean(font, to_unicode, hinting)
            return
        own = {glyph: text for glyph, text in to_unicode.items() if glyph not in codes.composites}
        parts = {part[0]: "" for components, _ in codes.composites.values() for part in components}
        clean(font, {**parts, **own}, hinting)
        if codes.composites:
            font.file_content = with_composites(font.file_content, codes.count, codes.composites)

    drawing.draw_first_line, fonts.Font.clean = draw_line, cleaned
    try:
        yield
    finally:
        drawing.draw_first_line, fonts.Font.clean = line, clean


def _runs(textbox: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    """Give the glyph items of a text box's line, from left to right."""
    from weasyprint.text.ffi import ffi  # noqa: PLC0415 - see pdf.engine()

    first, _ = textbox.pango_layout.get_first_line()
    run = first.runs[0] if first.runs != ffi.NULL else ffi.NULL
    while run != ffi.NULL:
        yield run.data
        run = run.next


def _ours(stream: Any, textbox: Any, overflow: str, ellipsis: str) -> bool:  # noqa: ANN401 - as above
    """Tell whether a line is plain text in fonts that composites can be added to."""
    from weasyprint.text.ffi import pango  # noqa: PLC0415 - see pdf.engine()

    if overflow == "ellipsis" or ellipsis != "none" or not textbox.text.strip() or textbox.style["font_size"] < 1e-6:
        return False
    for item in _runs(textbox):
        font, _ = stream.add_font(item.item.analysis.font)
        if font.bitmap or font.png or font.svg or font.colr or "glyf" not in font.tables:
            return False
        glyphs = item.glyphs.glyphs[0 : item.glyphs.num_glyphs]
        if any(g.glyph != pango.PANGO_GLYPH_EMPTY and g.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG for g in glyphs):
            return False
    return True


def _draw(
    stream: Any,  # noqa: ANN401 - as above
    textbox: Any,  # noqa: ANN401 - as above
    matrix: Any,  # noqa: ANN401 - as above
    made: dict[str, Codes],
    divided: tuple[str, str] | None,
) -> None:
    import pydyf  # noqa: PLC0415 - comes with weasyprint
    from weasyprint.text.ffi import pango  # noqa: PLC0415 - see pdf.engine()

    pango.pango_layout_set_single_paragraph_mode(textbox.pango_layout.layout, True)
    stream.set_text_matrix(*matrix.values)
    text = textbox.pango_layout.text.encode()
    items = list(_runs(textbox))
    for number, item in enumerate(items):
        source = item.item.analysis.font
        font, size = stream.add_font(source)
        codes = made.setdefault(font.hash, Codes(font.glyph_count))
        # one dictionary for all sizes: WeasyPrint writes those of the last size alone
        font.to_unicode, font.widths = codes.to_unicode, codes.widths
        stream.set_font_size(font.hash, size)

        def natural(glyph: int, source: Any = source, size: float = size) -> float:  # noqa: ANN401 - as above
            pango.pango_font_get_glyph_extents(source, glyph, stream.ink_rect, stream.logical_rect)
            return float(stream.logical_rect.width) / _UNITS / size

        backward = bool(item.item.analysis.level % 2)
        # the piece of a divided word is the box's last or first; fonts and scripts may cut the box in between
        edge = divided is not None and number == (len(items) - 1 if divided[0] == "end" else 0)
        for part, actual in _parts(_clusters(item, text, size), divided if edge else None):
            shown = "".join(_written(cluster, font, codes, natural, backward=backward) for cluster in part)
            if shown and actual:
                stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": pydyf.String(actual)}))
            if shown:
                stream.show_text(shown)
            if shown and actual:
                stream.end_marked_content()


def _parts(clusters: list[Cluster], divided: tuple[str, str] | None) -> Iterator[tuple[list[Cluster], str]]:
    """Part the piece of a divided word from the rest of its run; gives the text that stands for the piece too."""
    spaces = [n for n, cluster in enumerate(clusters) if cluster.text.isspace()]
    if divided is None or not spaces:
        yield clusters, ""
    elif divided[0] == "end":
        yield clusters[: spaces[-1] + 1], ""
        yield clusters[spaces[-1] + 1 :], divided[1]
    else:
        yield clusters[: spaces[0]], divided[1]
        yield clusters[spaces[0] :], ""


def _clusters(item: Any, text: bytes, size: float) -> list[Cluster]:  # noqa: ANN401 - as above
    """Give the clusters of a glyph item from left to right, those without a text of their own joined to another."""
    from weasyprint.text.ffi import pango  # noqa: PLC0415 - see pdf.engine()

    glyphs, count = item.glyphs, item.glyphs.num_glyphs
    offset, length = item.item.offset, item.item.length
    starts = [glyphs.log_clusters[n] for n in range(count)]
    ends = dict(zip(ordered := sorted(set(starts)), [*ordered[1:], length], strict=True))
    found: list[Cluster] = []
    for n, start in enumerate(starts):
        info = glyphs.glyphs[n]
        shape = info.geometry
        if not found or found[-1].start != start:
            found.append(Cluster(start, text[offset + start : offset + ends[start]].decode(), [], 0.0))
        cluster = found[-1]
        if info.glyph != pango.PANGO_GLYPH_EMPTY:
            right = cluster.advance + shape.x_offset / _UNITS / size
            cluster.glyphs.append((info.glyph, right, -shape.y_offset / _UNITS / size))
        cluster.advance += shape.width / _UNITS / size
    backward = bool(item.item.analysis.level % 2)
    return _joined(found, backward=backward)


def _joined(clusters: list[Cluster], *, backward: bool) -> list[Cluster]:
    """Join to the cluster before: marks, what has no text (an inserted kashida) or no shape (a non-joiner).

    Fonts differ in whether a mark is a cluster of its own; moved back and forth by TJ it looks like a word's end.
    """
    found: list[Cluster] = []
    logical = clusters[::-1] if backward else clusters
    inserted = _inserted("".join(cluster.text for cluster in logical))
    position = 0
    for cluster in logical:
        kept = "".join(c for n, c in enumerate(cluster.text, position) if n not in inserted)
        position += len(cluster.text)
        cluster.text = kept.translate(_COPIED)
        whole = cluster.text and cluster.glyphs and unicodedata.category(cluster.text[0]) not in {"Mn", "Me"}
        if found and not (whole and found[-1].text and found[-1].glyphs):
            found[-1] = _one(found[-1], cluster, backward=backward)
        else:
            found.append(cluster)
    return found[::-1] if backward else found


def _inserted(text: str) -> frozenset[int]:
    """Give the positions of the kashidas that justification put in."""
    found: set[int] = set()
    start = text.find(INSERTED)
    while start >= 0:
        found.update(range(start, start + len(INSERTED)))
        start = text.find(INSERTED, start + len(INSERTED))
    return frozenset(found)


def _one(first: Cluster, second: Cluster, *, backward: bool) -> Cluster:
    """Make one cluster of two neighbours, `first` being read first."""
    left, right = (second, first) if backward else (first, second)
    moved = [(glyph, x + left.advance, y) for glyph, x, y in right.glyphs]
    return Cluster(first.start, first.text + second.text, [*left.glyphs, *moved], left.advance + right.advance)


def _written(
    cluster: Cluster,
    font: Any,  # noqa: ANN401 - as above
    codes: Codes,
    natural: Callable[[int], float],
    *,
    backward: bool,
) -> str:
    """Write a cluster as a part of TJ's array; `natural` gives a glyph's own advance in em.

    Of several characters in a right-to-left cluster the first has the shape and the others, which stand before it
    from left to right, have an empty one: readers turn such runs round character by character.
    """
    if not cluster.glyphs or not cluster.text:
        return f"{-cluster.advance * 1000:.3f} " if abs(cluster.advance) > 1e-6 else ""
    upem = font.upem
    text, others = (cluster.text[0], cluster.text[:0:-1]) if backward else (cluster.text, "")
    empty = "".join(f"<{_code(codes, (), char, 0, upem):04x}>" for char in others)
    components = tuple((glyph, round(x * upem), round(y * upem)) for glyph, x, y in cluster.glyphs)
    shift = 0.0
    if len(components) == 1 and not components[0][2]:  # moved along the line only
        shift, components = cluster.glyphs[0][1], ((components[0][0], 0, 0),)
    # justification stretches spaces, kerning anything: the code has the glyph's own advance, and TJ the rest
    advance = natural(components[0][0]) if len(components) == 1 else cluster.advance
    code = _code(codes, components, text, round(advance * upem), upem)
    before = f"{-shift * 1000:.3f} " if abs(shift) > 1e-6 else ""
    rest = codes.widths[code] + shift * 1000 - cluster.advance * 1000
    return f"{empty}{before}<{code:04x}>" + (f"{rest:.3f} " if abs(rest) >= 0.05 else "")


def _code(codes: Codes, components: tuple[Component, ...], text: str, advance: int, upem: int) -> int:
    code = codes.code(components, text, advance)
    codes.to_unicode.setdefault(code, text)
    codes.widths.setdefault(code, round(advance * 1000 / upem, 3))
    return code
