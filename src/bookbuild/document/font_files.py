"""A font file in, the characters that it really draws out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any


@cache
def find_characters(path: Path) -> frozenset[int]:
    """Return the code points that a font file has glyphs of their own for."""
    return frozenset(open_shaper(path).unicodes) - find_placeholders(path)


@cache
def find_placeholders(path: Path) -> frozenset[int]:
    """Return the code points that a font file draws as nothing, or as something else.

    Letters, dashes, dots of one form share an outline by right; two currencies or two accents share a placeholder,
    and so does whatever else has it. The rouble is itself among them: faces that were made when it was new have it
    in the places of signs that came later.
    """
    import uharfbuzz

    font = uharfbuzz.Font(open_shaper(path))
    by_outline: dict[object, list[int]] = {}
    for point in font.face.unicodes:
        # ideographs are tens of thousands, each drawn by itself
        if point < _IDEOGRAPHS and unicodedata.category(chr(point))[0] in "LNPS" and point not in _BLANK:
            glyph = font.get_nominal_glyph(point)
            extents = font.get_glyph_extents(glyph)
            outline = (extents, font.get_glyph_h_advance(glyph)) if any(extents) else None
            by_outline.setdefault(outline, []).append(point)
    # letters may be put together from parts as they are shaped: Nastaliq has their dots apart
    placeholders = {point for point in by_outline.pop(None, ()) if not _leaves_ink(font, chr(point))}
    for same_size in filter(_is_suspect, by_outline.values()):
        for points in filter(_is_suspect, _group_by_outline(font, same_size)):
            placeholders.update(set(points) - {_ROUBLE})
    return frozenset(placeholders)


def _leaves_ink(font: Any, text: str) -> bool:
    """Return whether anything is drawn where a text is shaped."""
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    return any(any(font.get_glyph_extents(info.codepoint) or ()) for info in buffer.glyph_infos)


def _is_suspect(points: Sequence[int]) -> bool:
    """Return whether characters should not look the same: different currencies, different Latin accents."""
    plain = {unicodedata.normalize("NFKD", chr(p)) for p in points if p < _LATIN_END or _is_currency(p)}
    return sum(_is_currency(ord(sign[0])) or (sign[0] == " " and len(sign) > 1) for sign in plain) > 1


def _is_currency(point: int) -> bool:
    return unicodedata.category(chr(point)) == "Sc" and point != _LIRA


def _group_by_outline(font: Any, points: Sequence[int]) -> Iterable[list[int]]:
    from fontTools.pens.recordingPen import RecordingPen

    by_outline: dict[str, list[int]] = {}
    for point in points:
        pen = RecordingPen()
        font.draw_glyph_with_pen(font.get_nominal_glyph(point), pen)
        by_outline.setdefault(repr(pen.value), []).append(point)
    return by_outline.values()


_IDEOGRAPHS = 0x3000
_LATIN_END = 0x370
_ROUBLE = 0x20BD
_LIRA = 0x20A4
"""It may look like the pound sign."""
_BLANK = frozenset({0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800})
"""Letters and signs below that which are seen as nothing."""


@cache
def open_shaper(path: Path) -> Any:
    """Open a font file with HarfBuzz, which reads what it is asked for and no more."""
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
