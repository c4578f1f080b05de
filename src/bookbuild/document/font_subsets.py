"""Fonts for screens: faces in, subsets that keep the script's shaping out."""

from __future__ import annotations

import io
from typing import Any

from bookbuild.document.fonts import Face, read_face
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place


def cut_down_face(face: Face, characters: str, *, packed: bool) -> bytes:
    """Cut a face down, and pack it as WOFF2 if it is to be `packed`."""
    data = subset_face(face, characters)
    return pack_woff2(data) if packed else data


def subset_face(face: Face, characters: str) -> bytes:
    """Cut a face down to the characters of a book and all glyphs that shaping makes of them.

    HarfBuzz follows the substitution rules of the script and keeps its positioning; it takes a
    hundredth of the time that fontTools takes for Arabic, and it comes in a wheel of its own, so
    that the bytes do not depend on the machine's library.
    """
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(ord(c) for c in characters)
    wanted.sets(uharfbuzz.SubsetInputSets.NAME_ID).update({*range(7), 13, 14})
    # digits of their own widths, which stylesheets ask for and HarfBuzz would leave out
    wanted.sets(uharfbuzz.SubsetInputSets.LAYOUT_FEATURE_TAG).update({int.from_bytes(b"pnum", "big")})
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    whole = uharfbuzz.Face(uharfbuzz.Blob(read_face(face)))
    part = uharfbuzz.subset(whole, wanted)
    fonts = uharfbuzz.Font(whole), uharfbuzz.Font(part)
    if lost := [char for char in characters if len({_measure_glyph(font, char) for font in fonts}) > 1]:
        message = f"signs are drawn as nothing, or as others: {', '.join(map(repr, lost[:_MOST]))}"
        advice = "choose another font for this language under [fonts] in book.toml, and report it; nothing was written"
        raise SourceError([Finding("O007", Place(f"fonts/{face.file_name}"), message, advice)])
    data: bytes = part.blob.data
    return data


_MOST = 20
"""Signs named in one finding."""


def _measure_glyph(font: Any, char: str) -> tuple[int, ...] | None:
    """Return where the outline of a character's own glyph lies, or None if a face has none for it."""
    glyph = font.get_nominal_glyph(ord(char))
    return tuple(font.get_glyph_extents(glyph)) if glyph else None


def pack_woff2(data: bytes) -> bytes:
    """Pack a subset as WOFF2."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
