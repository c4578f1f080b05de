"""Text drawn so that it can be read back: one code a cluster, each with its own text. Works on WeasyPrint 70.

WeasyPrint stores one text a glyph (draw/text.py). Arabic fonts draw one letter by several glyphs and several letters
by one, and use the same dot or stem for different letters, so that words come out of such a PDF misspelt or not at
all. Here every cluster that HarfBuzz makes (a base with its marks, a ligature) becomes one code: the font's own glyph
where its text is always the same, else a composite glyph that is appended to the subset. Extractors then see whole
letters in the order in which they stand, and ToUnicode (ISO 32000-1, 9.10.3) gives each its very characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bookbuild.pdf.engine.clusters import UNITS, Cluster, Run, clusters, is_whole, run
from bookbuild.pdf.engine.composites import Component, with_composites

_LAST = 0xFFFF
"""The highest code of a font in a PDF."""


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
    words: dict[tuple[object, ...], str] = field(default_factory=dict)
    """Words as they were set before, to what is written for them."""

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
    from weasyprint.draw import text as drawing
    from weasyprint.pdf import fonts

    line, clean = drawing.draw_first_line, fonts.Font.clean
    made: dict[str, Codes] = {}

    def draw_line(stream: Any, textbox: Any, overflow: str, ellipsis: str, matrix: Any) -> list[Any]:
        if not _ours(stream, textbox, overflow, ellipsis):
            drawn: list[Any] = line(stream, textbox, overflow, ellipsis, matrix)
            return drawn
        _draw(stream, textbox, matrix, made, (divided or {}).get(id(textbox.pango_layout)))
        return []

    def cleaned(font: Any, to_unicode: Mapping[int, str], hinting: bool) -> None:
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


def _runs(textbox: Any) -> Iterator[Any]:
    """Give the glyph items of a text box's line, from left to right."""
    from weasyprint.text.ffi import ffi

    first, _ = textbox.pango_layout.get_first_line()
    run = first.runs[0] if first.runs != ffi.NULL else ffi.NULL
    while run != ffi.NULL:
        yield run.data
        run = run.next


def _ours(stream: Any, textbox: Any, overflow: str, ellipsis: str) -> bool:
    """Tell whether a line is plain text in fonts that composites can be added to."""
    from weasyprint.text.ffi import pango

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
    stream: Any,
    textbox: Any,
    matrix: Any,
    made: dict[str, Codes],
    divided: tuple[str, str] | None,
) -> None:
    import pydyf
    from weasyprint.text.ffi import pango

    layout, text = textbox.pango_layout, textbox.pango_layout.text
    if not _PARAGRAPHS.isdisjoint(text):  # else it would only make Pango set the line once more
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    stream.set_text_matrix(*matrix.values)
    encoded = text.encode()
    items = list(_runs(textbox))
    for number, item in enumerate(items):
        source = item.item.analysis.font
        font, size = stream.add_font(source)
        codes = made.setdefault(font.hash, Codes(font.glyph_count))
        # one dictionary for all sizes: WeasyPrint writes those of the last size alone
        font.to_unicode, font.widths = codes.to_unicode, codes.widths
        stream.set_font_size(font.hash, size)

        def natural(glyph: int, source: Any = source, size: float = size) -> float:
            pango.pango_font_get_glyph_extents(source, glyph, stream.ink_rect, stream.logical_rect)
            return float(stream.logical_rect.width) / UNITS / size

        found = run(item, encoded)
        # the piece of a divided word is the box's last or first; fonts and scripts may cut the box in between
        edge = divided is not None and number == (len(items) - 1 if divided[0] == "end" else 0)
        if not edge and (words := _by_word(found, size, font, codes, natural)) is not None:
            if words:
                stream.show_text(words)
            continue
        whole = clusters(found, 0, len(found.starts) - 1, size)
        for part, actual in _parts(whole, divided if edge else None):
            shown = "".join(_written(cluster, font, codes, natural, backward=found.backward) for cluster in part)
            if shown and actual:
                stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": pydyf.String(actual)}))
            if shown:
                stream.show_text(shown)
            if shown and actual:
                stream.end_marked_content()


_PARAGRAPHS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
"""Characters at which Pango would begin another paragraph."""
_SPACE = 0x20


def _by_word(found: Run, size: float, font: Any, codes: Codes, natural: Callable[[int], float]) -> str | None:
    """Write a run word by word: most words come again. None where a mark of one word sits on the end of another."""
    written: list[str] = []
    starts, text = found.starts, found.text
    first = 0
    for n in range(len(starts)):
        at_space = text[starts[n]] == _SPACE
        following = n + 1 < len(starts) and (text[starts[n + 1]] == _SPACE) == at_space
        if following and not at_space:
            continue
        low = min(starts[first], starts[n])
        word = text[low : found.end(first, n)]
        shapes = tuple(found.shapes[first : n + 1])
        key = (size, found.backward, word, shapes, tuple(start - low for start in starts[first : n + 1]))
        known = codes.words.get(key)
        if known is None:
            parts = clusters(found, first, n, size)
            begun = parts[-1 if found.backward else 0]
            if not is_whole(begun):
                return None
            known = "".join(_written(part, font, codes, natural, backward=found.backward) for part in parts)
            codes.words[key] = known
        written.append(known)
        first = n + 1
    return "".join(written)


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


def _written(
    cluster: Cluster,
    font: Any,
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
