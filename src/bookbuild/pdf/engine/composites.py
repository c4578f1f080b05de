"""Composite glyphs: takes a TrueType font, returns it with composites appended."""

from __future__ import annotations

import io
from collections.abc import Mapping

Component = tuple[int, int, int]
"""Glyph, and its offset to the right and upwards, in font units."""
Composites = Mapping[int, tuple[tuple[Component, ...], int]]
"""Components and advance in font units, by code or glyph."""


def add_composites(data: bytes, first: int, composites: Composites) -> bytes:
    """Append composite glyphs to a TrueType font and return it.

    `first` is the code of the first one.
    """
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

    font = TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False)
    glyf, metrics = font["glyf"], font["hmtx"].metrics
    order = list(font.getGlyphOrder())
    names = dict(enumerate(order))
    for code in range(len(order), first + len(composites)):
        name = names[code] = f"composite{code}"
        order.append(name)
        glyph = Glyph()
        components, advance = composites.get(code, ((), 0))
        if components:
            glyph.numberOfContours = -1
            glyph.components = []
            for part, x, y in components:
                component = GlyphComponent()
                component.glyphName, component.x, component.y = names[part], x, y
                component.flags = 0x2 | 0x4  # offsets are distances; rounded to the grid (OpenType, glyf)
                glyph.components.append(component)
        glyf.glyphs[name] = glyph
        metrics[name] = (advance, 0)
    font.setGlyphOrder(order)
    glyf.glyphOrder = order
    for code in (c for c in composites if composites[c][0]):
        glyph = glyf.glyphs[names[code]]
        glyph.recalcBounds(glyf)
        metrics[names[code]] = (composites[code][1], glyph.xMin if hasattr(glyph, "xMin") else 0)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
