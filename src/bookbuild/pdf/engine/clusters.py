"""Glyph clusters: takes Pango's glyphs, returns those that belong together. Works on WeasyPrint 70."""

from __future__ import annotations

import re
import struct
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bookbuild.languages.bidi import CONTROLS
from bookbuild.languages.kashida import INSERTED_TATWEEL
from bookbuild.pdf.engine.internals import PangoItem

_COPY_TABLE: dict[int, str | None] = {
    **{ord(c): None for c in (*CONTROLS, "\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff")},
    0xA0: " ",
    0x202F: " ",
}
"""Characters that are not copied or searched for, and spaces that become plain spaces."""
PANGO_UNITS = 1024
"""Pango's units per CSS pixel."""
GLYPH = struct.Struct("=Iiii4x")
"""PangoGlyphInfo: glyph, width, offsets to the right and downwards; then attributes, whose bits are not all set."""


@dataclass(slots=True)
class Cluster:
    """Glyphs that belong together, and the characters that they stand for."""

    start: int
    """Offset of the text's first byte, which gives the logical order of clusters."""
    text: str
    glyphs: list[tuple[int, float, float]]
    """Glyph and its offsets to the right and upwards in em; invisible glyphs are left out."""
    advance: float
    """Of all glyphs together, in em."""


GlyphShape = tuple[int, int, int, int]
"""Glyph, width, offsets to the right and downwards, in Pango's units."""


@dataclass(slots=True)
class GlyphRun:
    """A run of glyphs in one font and direction, from left to right."""

    shapes: list[GlyphShape]
    starts: list[int]
    """Offset of each glyph's cluster in the text's bytes."""
    text: bytes
    """UTF-8."""
    backward: bool
    """Whether it is read from right to left."""

    def text_end(self, first: int, last: int) -> int:
        """Return the byte offset at which the text of the glyphs from `first` to `last` ends."""
        if self.backward:
            return self.starts[first - 1] if first else len(self.text)
        return self.starts[last + 1] if last + 1 < len(self.starts) else len(self.text)


def read_run(item: PangoItem, text: bytes) -> GlyphRun:
    """Read a glyph item; `text` is that of the whole line in UTF-8."""
    from weasyprint.text.ffi import ffi

    glyphs, count = item.glyphs, item.glyphs.num_glyphs
    offset = item.item.offset
    # all at once: reading each number by itself takes ten times as long
    shapes = list(GLYPH.iter_unpack(ffi.buffer(glyphs.glyphs, count * GLYPH.size)))
    starts = ffi.unpack(glyphs.log_clusters, count) if count else []
    return GlyphRun(shapes, starts, text[offset : offset + item.item.length], bool(item.item.analysis.level % 2))


def build_clusters(glyph_run: GlyphRun, first: int, last: int, size: float) -> list[Cluster]:
    """Return the clusters of a run's glyphs from `first` to `last`, from left to right; `size` is in CSS pixels.

    Clusters without a text are merged with others.
    """
    from weasyprint.text.ffi import pango

    visual: list[Cluster] = []
    begin = first
    scale = 1 / PANGO_UNITS / size
    for n in range(first, last + 1):
        if n < last and glyph_run.starts[n + 1] == glyph_run.starts[n]:
            continue
        start = glyph_run.starts[n]
        cluster = Cluster(start, glyph_run.text[start : glyph_run.text_end(begin, n)].decode(), [], 0.0)
        for glyph, width, x, y in glyph_run.shapes[begin : n + 1]:
            if glyph != pango.PANGO_GLYPH_EMPTY:
                cluster.glyphs.append((glyph, cluster.advance + x * scale, -y * scale))
            cluster.advance += width * scale
        visual.append(cluster)
        begin = n + 1
    return merge_clusters(visual, backward=glyph_run.backward)


@lru_cache(maxsize=20_000)
def build_word(
    shapes: tuple[GlyphShape, ...], starts: tuple[int, ...], text: bytes, size: float, *, backward: bool
) -> tuple[Cluster, ...]:
    """Return the clusters of a word as build_clusters() does; `starts` are counted from its first byte.

    They are the same in all sections of a chapter, which share no codes.
    """
    return tuple(build_clusters(GlyphRun(list(shapes), list(starts), text, backward), 0, len(starts) - 1, size))


def is_whole(cluster: Cluster) -> bool:
    """Return whether a cluster can stand by itself: it has a shape, and its text does not begin with a mark."""
    return bool(cluster.text and cluster.glyphs) and unicodedata.category(cluster.text[0]) not in {"Mn", "Me"}


def merge_clusters(clusters: list[Cluster], *, backward: bool) -> list[Cluster]:
    """Merge with the cluster before: marks, what has no text (an inserted kashida) or no shape (a non-joiner).

    Fonts differ in whether a mark is a cluster of its own; moved back and forth by TJ, it looks like the end of a word.
    """
    merged: list[Cluster] = []
    logical = clusters[::-1] if backward else clusters
    text = "".join(cluster.text for cluster in logical)
    inserted = {n for match in re.finditer(INSERTED_TATWEEL, text) for n in range(*match.span())}
    position = 0
    for cluster in logical:
        if inserted:
            kept = "".join(c for n, c in enumerate(cluster.text, position) if n not in inserted)
            position += len(cluster.text)
            cluster.text = kept
        cluster.text = cluster.text.translate(_COPY_TABLE)
        if merged and not (is_whole(cluster) and merged[-1].text and merged[-1].glyphs):
            merged[-1] = _merge_pair(merged[-1], cluster, backward=backward)
        else:
            merged.append(cluster)
    return merged[::-1] if backward else merged


def _merge_pair(first: Cluster, second: Cluster, *, backward: bool) -> Cluster:
    """Merge two neighbours; `first` is read first."""
    left, right = (second, first) if backward else (first, second)
    shifted = [(glyph, x + left.advance, y) for glyph, x, y in right.glyphs]
    return Cluster(first.start, first.text + second.text, [*left.glyphs, *shifted], left.advance + right.advance)
