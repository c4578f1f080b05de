"""The codes of a PDF's fonts: which code each cluster of glyphs has, and how clusters are written with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bookbuild.pdf.engine.clusters import PANGO_UNITS, Cluster
from bookbuild.pdf.engine.composites import Component
from bookbuild.pdf.engine.internals import Font, PangoItem, Stream

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
    advances: dict[tuple[float, int], float] = field(default_factory=dict)
    """Of glyphs themselves, in em, by the size of the font."""
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


def build_measure(stream: Stream, item: PangoItem, size: float, codes: FontCodes) -> Callable[[int], float]:
    """Return a function that returns a glyph's own advance in em."""
    from weasyprint.text.ffi import pango

    source = item.item.analysis.font

    def measure(glyph: int) -> float:
        if (size, glyph) not in codes.advances:
            pango.pango_font_get_glyph_extents(source, glyph, stream.ink_rect, stream.logical_rect)
            codes.advances[size, glyph] = float(stream.logical_rect.width) / PANGO_UNITS / size
        return codes.advances[size, glyph]

    return measure


def write_cluster(
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
