"""Text drawn so that it can be extracted: one code per cluster, each with its own text. Works on WeasyPrint 70.

WeasyPrint stores one text per glyph (draw/text.py). Arabic fonts draw one letter by several glyphs and several
letters by one, and use the same dot or stem for different letters, so that words come out of such a PDF misspelt or
not at all. Here every cluster that HarfBuzz makes (a base with its marks, a ligature) becomes one code: the font's
own glyph where its text is always the same, else a composite glyph that is appended to the subset. Extractors then
see whole letters in the order in which they stand, and ToUnicode (ISO 32000-1, 9.10.3) gives the exact characters of
each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bookbuild.pdf.engine.clusters import PANGO_UNITS, Cluster, GlyphRun, build_clusters, is_whole, read_run
from bookbuild.pdf.engine.composites import Component, add_composites
from bookbuild.pdf.engine.internals import Box, Font, Matrix, PangoItem, Stream, override

_MAX_CODE = 0xFFFF
"""The highest code of a font in a PDF."""


@dataclass(slots=True)
class FontCodes:
    """The codes of one font file, shared by all sizes in which it is used."""

    count: int
    """Glyphs of the font; codes from there on are ours."""
    codes: dict[tuple[tuple[Component, ...], str], int] = field(default_factory=dict)
    """Code of a composite by its components and text."""
    composites: dict[int, tuple[tuple[Component, ...], int]] = field(default_factory=dict)
    """Components and advance in font units by code."""
    to_unicode: dict[int, str] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    words: dict[tuple[object, ...], str] = field(default_factory=dict)
    """What is written for words that were drawn before."""

    def assign_code(self, components: tuple[Component, ...], text: str, advance: int) -> int:
        """Return the code of a cluster; a new one if it has none. `advance` is in font units.

        Raises OverflowError if the font has no codes left.
        """
        if len(components) == 1 and not any(components[0][1:]):
            glyph = components[0][0]
            if self.to_unicode.setdefault(glyph, text) == text:
                return glyph
        key = (components, text)
        if key not in self.codes:
            code = self.count + len(self.codes)
            if code > _MAX_CODE:
                raise OverflowError("a font has no room for all letters of the book")
            self.codes[key] = code
            self.composites[code] = (components, advance)
        return self.codes[key]

    def share(self, font: Font) -> None:
        """Let a font of any size use these codes, after it was used by the engine's own drawing too.

        The engine writes only the codes of one size; a sign that only another one has would be drawn as nothing.
        """
        if font.to_unicode is self.to_unicode:
            return
        for code, text in font.to_unicode.items():
            self.to_unicode.setdefault(code, text)
        for code, width in font.widths.items():
            self.widths.setdefault(code, width)
        font.to_unicode, font.widths = self.to_unicode, self.widths


FontCollector = Callable[[Font, Mapping[int, str], FontCodes], bool]
"""Takes a font, the texts of its codes and the codes; returns whether it takes care of the font's file."""


@contextmanager
def draw_clusters(
    divided: Mapping[int, tuple[str, str]] | None = None, collect: FontCollector | None = None
) -> Iterator[None]:
    """Draw text by clusters while a PDF is written; `divided` is what find_divided_words() returns.

    Fonts that `collect` takes care of are not subset for this PDF.
    """
    from weasyprint.draw import text as drawing
    from weasyprint.pdf import fonts

    codes_by_font: dict[str, FontCodes] = {}

    def draw_line(
        original: Callable[..., list[Any]], stream: Stream, textbox: Box, overflow: str, ellipsis: str, matrix: Matrix
    ) -> list[Any]:
        items = _read_items(textbox)
        for item in items:
            font, _ = stream.add_font(item.item.analysis.font)
            codes_by_font.setdefault(font.hash, FontCodes(font.glyph_count)).share(font)
        if not _is_plain_text(stream, textbox, items, overflow, ellipsis):
            return original(stream, textbox, overflow, ellipsis, matrix)
        _draw_text(stream, textbox, items, matrix, codes_by_font, (divided or {}).get(id(textbox.pango_layout)))
        return []

    def clean(original: Callable[..., None], font: Font, to_unicode: Mapping[int, str], hinting: bool) -> None:
        codes = codes_by_font.get(font.hash)
        if collect is not None and collect(font, to_unicode, codes or FontCodes(font.glyph_count)):
            return
        if codes is None:
            original(font, to_unicode, hinting)
            return
        glyphs = {glyph: text for glyph, text in to_unicode.items() if glyph not in codes.composites}
        parts = {part[0]: "" for components, _ in codes.composites.values() for part in components}
        original(font, {**parts, **glyphs}, hinting)
        if codes.composites:
            font.file_content = add_composites(font.file_content, codes.count, codes.composites)

    with override(drawing, "draw_first_line", draw_line), override(fonts.Font, "clean", clean):
        yield


def _read_items(textbox: Box) -> list[PangoItem]:
    """Return the glyph items of a text box's line, from left to right; they live until its layout changes."""
    from weasyprint.text.ffi import ffi, pango

    layout = textbox.pango_layout
    if not _PARAGRAPHS.isdisjoint(layout.text):  # otherwise it would only make Pango lay out the line again
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    first, _ = layout.get_first_line()
    items: list[PangoItem] = []
    node = first.runs[0] if first.runs != ffi.NULL else ffi.NULL
    while node != ffi.NULL:
        items.append(node.data)
        node = node.next
    return items


def _is_plain_text(stream: Stream, textbox: Box, items: Sequence[PangoItem], overflow: str, ellipsis: str) -> bool:
    """Return whether a line is plain text in fonts to which composites can be added."""
    from weasyprint.text.ffi import pango

    if overflow == "ellipsis" or ellipsis != "none" or not textbox.text.strip() or textbox.style["font_size"] < 1e-6:
        return False
    for item in items:
        font, _ = stream.add_font(item.item.analysis.font)
        if font.bitmap or font.png or font.svg or font.colr or "glyf" not in font.tables:
            return False
        glyphs = item.glyphs.glyphs[0 : item.glyphs.num_glyphs]
        if any(g.glyph != pango.PANGO_GLYPH_EMPTY and g.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG for g in glyphs):
            return False
    return True


def _draw_text(
    stream: Stream,
    textbox: Box,
    items: Sequence[PangoItem],
    matrix: Matrix,
    codes_by_font: dict[str, FontCodes],
    divided: tuple[str, str] | None,
) -> None:
    import pydyf
    from weasyprint.text.ffi import pango

    stream.set_text_matrix(*matrix.values)
    encoded = textbox.pango_layout.text.encode()
    for number, item in enumerate(items):
        source = item.item.analysis.font
        font, size = stream.add_font(source)
        codes = codes_by_font[font.hash]
        stream.set_font_size(font.hash, size)

        def measure(glyph: int, source: PangoItem = source, size: float = size) -> float:
            pango.pango_font_get_glyph_extents(source, glyph, stream.ink_rect, stream.logical_rect)
            return float(stream.logical_rect.width) / PANGO_UNITS / size

        glyph_run = read_run(item, encoded)
        # the piece of a divided word is in the last or first item of the box, which fonts and scripts may divide
        edge = divided is not None and number == (len(items) - 1 if divided[0] == "end" else 0)
        if not edge and (words := _write_words(glyph_run, size, font, codes, measure)) is not None:
            if words:
                stream.show_text(words)
            continue
        whole = build_clusters(glyph_run, 0, len(glyph_run.starts) - 1, size)
        for part, actual in _split_divided_word(whole, divided if edge else None):
            shown = "".join(
                _write_cluster(cluster, font, codes, measure, backward=glyph_run.backward) for cluster in part
            )
            if shown and actual:
                stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": pydyf.String(actual)}))
            if shown:
                stream.show_text(shown)
            if shown and actual:
                stream.end_marked_content()


_PARAGRAPHS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
"""Characters at which Pango would begin a new paragraph."""
_SPACE = 0x20


def _write_words(
    glyph_run: GlyphRun, size: float, font: Font, codes: FontCodes, measure: Callable[[int], float]
) -> str | None:
    """Write a run word by word, as most words are repeated.

    Returns None where a mark of one word sits on the end of another.
    """
    written: list[str] = []
    starts, text = glyph_run.starts, glyph_run.text
    first = 0
    for n in range(len(starts)):
        at_space = text[starts[n]] == _SPACE
        following = n + 1 < len(starts) and (text[starts[n + 1]] == _SPACE) == at_space
        if following and not at_space:
            continue
        low = min(starts[first], starts[n])
        word = text[low : glyph_run.text_end(first, n)]
        shapes = tuple(glyph_run.shapes[first : n + 1])
        key = (size, glyph_run.backward, word, shapes, tuple(start - low for start in starts[first : n + 1]))
        known = codes.words.get(key)
        if known is None:
            parts = build_clusters(glyph_run, first, n, size)
            if not is_whole(parts[-1 if glyph_run.backward else 0]):
                return None
            known = "".join(_write_cluster(part, font, codes, measure, backward=glyph_run.backward) for part in parts)
            codes.words[key] = known
        written.append(known)
        first = n + 1
    return "".join(written)


def _split_divided_word(
    clusters: list[Cluster], divided: tuple[str, str] | None
) -> Iterator[tuple[list[Cluster], str]]:
    """Split the piece of a divided word from the rest of its run; yields clusters and the text that replaces theirs."""
    spaces = [n for n, cluster in enumerate(clusters) if cluster.text.isspace()]
    if divided is None or not spaces:
        yield clusters, ""
    elif divided[0] == "end":
        yield clusters[: spaces[-1] + 1], ""
        yield clusters[spaces[-1] + 1 :], divided[1]
    else:
        yield clusters[: spaces[0]], divided[1]
        yield clusters[spaces[0] :], ""


def _write_cluster(
    cluster: Cluster, font: Font, codes: FontCodes, measure: Callable[[int], float], *, backward: bool
) -> str:
    """Write a cluster as a part of TJ's array; `measure` returns a glyph's own advance in em.

    Of several characters in a right-to-left cluster the first has the shape and the others, which stand before it
    from left to right, have an empty one: readers reverse such runs character by character.
    """
    if not cluster.glyphs or not cluster.text:
        return f"{-cluster.advance * 1000:.3f} " if abs(cluster.advance) > 1e-6 else ""
    upem = font.upem
    text, others = (cluster.text[0], cluster.text[:0:-1]) if backward else (cluster.text, "")
    empty = "".join(f"<{_add_code(codes, (), char, 0, upem):04x}>" for char in others)
    components = tuple((glyph, round(x * upem), round(y * upem)) for glyph, x, y in cluster.glyphs)
    shift = 0.0
    if len(components) == 1 and not components[0][2]:  # moved along the line only
        shift, components = cluster.glyphs[0][1], ((components[0][0], 0, 0),)
    # justification stretches spaces, kerning anything: the code has the glyph's own advance, and TJ the rest
    advance = measure(components[0][0]) if len(components) == 1 else cluster.advance
    code = _add_code(codes, components, text, round(advance * upem), upem)
    before = f"{-shift * 1000:.3f} " if abs(shift) > 1e-6 else ""
    rest = codes.widths[code] + shift * 1000 - cluster.advance * 1000
    return f"{empty}{before}<{code:04x}>" + (f"{rest:.3f} " if abs(rest) >= 0.05 else "")


def _add_code(codes: FontCodes, components: tuple[Component, ...], text: str, advance: int, upem: int) -> int:
    code = codes.assign_code(components, text, advance)
    codes.to_unicode.setdefault(code, text)
    codes.widths.setdefault(code, round(advance * 1000 / upem, 3))
    return code
