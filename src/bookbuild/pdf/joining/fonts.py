"""One font file for all parts of a PDF: a face and the glyphs that are used in, the smallest font with them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bookbuild.pdf.engine.composites import Component, with_composites

_DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "GDEF", "JSTF", "LTSH", "PCLT", "kern", "morx")
"""Tables that a PDF, in which each glyph has its place, has no use for."""


def subset(
    data: bytes, count: int, glyphs: Sequence[int], composites: Mapping[int, tuple[tuple[Component, ...], int]]
) -> bytes:
    """Cut a TrueType font of `count` glyphs down; glyphs keep their numbers, and composites are put after them."""
    import uharfbuzz

    kept = _cut(data, glyphs, uharfbuzz.SubsetFlags.RETAIN_GIDS | uharfbuzz.SubsetFlags.NO_HINTING)
    # what is kept leaves empty glyphs up to the last one of the whole font
    kept = _cut(kept, range(max(glyphs, default=0) + 1), uharfbuzz.SubsetFlags.NO_HINTING)
    return with_composites(kept, count, composites) if composites else kept


def _cut(data: bytes, glyphs: Iterable[int], flags: int) -> bytes:
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.GLYPH_INDEX).update(glyphs)
    wanted.sets(uharfbuzz.SubsetInputSets.DROP_TABLE_TAG).update(int.from_bytes(t.encode(), "big") for t in _DROPPED)
    wanted.flags = uharfbuzz.SubsetFlags(flags) | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    font = uharfbuzz.Face(uharfbuzz.Blob(data))
    cut: bytes = uharfbuzz.subset(font, wanted).blob.data
    return cut
