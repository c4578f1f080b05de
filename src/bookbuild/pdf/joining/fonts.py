"""One font file for all parts of a PDF: takes a face and the glyphs used, returns the smallest font with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bookbuild.pdf.engine.composites import Composites, add_composites

_DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "GDEF", "JSTF", "LTSH", "PCLT", "kern", "morx")
"""Tables that a PDF does not need, as each of its glyphs has its place."""


def subset(data: bytes, count: int, glyphs: Sequence[int], composites: Composites) -> bytes:
    """Subset a TrueType font of `count` glyphs; glyphs keep their numbers, and composites follow them."""
    import uharfbuzz

    kept = _run_subsetter(data, glyphs, uharfbuzz.SubsetFlags.RETAIN_GIDS | uharfbuzz.SubsetFlags.NO_HINTING)
    # the first run leaves empty glyphs up to the last one of the whole font
    kept = _run_subsetter(kept, range(max(glyphs, default=0) + 1), uharfbuzz.SubsetFlags.NO_HINTING)
    return add_composites(kept, count, composites) if composites else kept


def _run_subsetter(data: bytes, glyphs: Iterable[int], flags: int) -> bytes:
    import uharfbuzz

    settings = uharfbuzz.SubsetInput()
    settings.sets(uharfbuzz.SubsetInputSets.GLYPH_INDEX).update(glyphs)
    settings.sets(uharfbuzz.SubsetInputSets.DROP_TABLE_TAG).update(int.from_bytes(t.encode(), "big") for t in _DROPPED)
    settings.flags = uharfbuzz.SubsetFlags(flags) | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    font = uharfbuzz.Face(uharfbuzz.Blob(data))
    smaller: bytes = uharfbuzz.subset(font, settings).blob.data
    return smaller
