"""Clusters of a run of text: Pango's glyphs in, those that belong together out. Works on WeasyPrint 70."""

from __future__ import annotations

import struct
import unicodedata
from dataclasses import dataclass
from typing import Any

from bookbuild.languages.bidi import CONTROLS
from bookbuild.languages.kashida import INSERTED_TATWEEL

_COPIED: dict[int, str | None] = {
    **{ord(c): None for c in (*CONTROLS, "\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff")},
    0xA0: " ",
    0x202F: " ",
}
"""What is no part of the words that a reader copies or looks for, and spaces that are spaces to him."""
UNITS = 1024
"""Pango's units in a CSS pixel."""
_GLYPH = struct.Struct("=Iiii4x")
"""PangoGlyphInfo: glyph, width, offsets to the right and downwards; then attributes, whose bits are not all set."""


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


Shape = tuple[int, int, int, int]
"""A glyph as Pango gives it, in its units."""


@dataclass(slots=True)
class Run:
    """A run of glyphs in one font and direction, from left to right."""

    shapes: list[Shape]
    starts: list[int]
    """Offset of each glyph's cluster in the text's bytes."""
    text: bytes
    """UTF-8."""
    backward: bool
    """Whether it is read from right to left."""

    def end(self, first: int, last: int) -> int:
        """Give the offset at which the text of the glyphs from `first` to `last` ends."""
        if self.backward:
            return self.starts[first - 1] if first else len(self.text)
        return self.starts[last + 1] if last + 1 < len(self.starts) else len(self.text)


def run(item: Any, text: bytes) -> Run:
    """Read a glyph item; `text` is that of the whole line."""
    from weasyprint.text.ffi import ffi

    glyphs, count = item.glyphs, item.glyphs.num_glyphs
    offset = item.item.offset
    # all at once: to ask for each number alone takes ten times as long
    shapes = list(_GLYPH.iter_unpack(ffi.buffer(glyphs.glyphs, count * _GLYPH.size)))
    starts = ffi.unpack(glyphs.log_clusters, count) if count else []
    return Run(shapes, starts, text[offset : offset + item.item.length], bool(item.item.analysis.level % 2))


def clusters(found: Run, first: int, last: int, size: float) -> list[Cluster]:
    """Give the clusters of some glyphs of a run from left to right; those without a text are joined to others."""
    from weasyprint.text.ffi import pango

    made: list[Cluster] = []
    begin = first
    scale = 1 / UNITS / size
    for n in range(first, last + 1):
        if n < last and found.starts[n + 1] == found.starts[n]:
            continue
        start = found.starts[n]
        cluster = Cluster(start, found.text[start : found.end(begin, n)].decode(), [], 0.0)
        for glyph, width, x, y in found.shapes[begin : n + 1]:
            if glyph != pango.PANGO_GLYPH_EMPTY:
                cluster.glyphs.append((glyph, cluster.advance + x * scale, -y * scale))
            cluster.advance += width * scale
        made.append(cluster)
        begin = n + 1
    return joined(made, backward=found.backward)


def is_whole(cluster: Cluster) -> bool:
    """Tell whether a cluster can stand for itself: it has a shape, and its text does not begin with a mark."""
    return bool(cluster.text and cluster.glyphs) and unicodedata.category(cluster.text[0]) not in {"Mn", "Me"}


def joined(clusters: list[Cluster], *, backward: bool) -> list[Cluster]:
    """Join to the cluster before: marks, what has no text (an inserted kashida) or no shape (a non-joiner).

    Fonts differ in whether a mark is a cluster of its own; moved back and forth by TJ it looks like a word's end.
    """
    found: list[Cluster] = []
    logical = clusters[::-1] if backward else clusters
    text = "".join(cluster.text for cluster in logical)
    inserted = _inserted(text) if INSERTED_TATWEEL in text else frozenset()
    position = 0
    for cluster in logical:
        if inserted:
            kept = "".join(c for n, c in enumerate(cluster.text, position) if n not in inserted)
            position += len(cluster.text)
            cluster.text = kept
        cluster.text = cluster.text.translate(_COPIED)
        if found and not (is_whole(cluster) and found[-1].text and found[-1].glyphs):
            found[-1] = _one(found[-1], cluster, backward=backward)
        else:
            found.append(cluster)
    return found[::-1] if backward else found


def _inserted(text: str) -> frozenset[int]:
    """Give the positions of the kashidas that justification put in."""
    found: set[int] = set()
    start = text.find(INSERTED_TATWEEL)
    while start >= 0:
        found.update(range(start, start + len(INSERTED_TATWEEL)))
        start = text.find(INSERTED_TATWEEL, start + len(INSERTED_TATWEEL))
    return frozenset(found)


def _one(first: Cluster, second: Cluster, *, backward: bool) -> Cluster:
    """Make one cluster of two neighbours, `first` being read first."""
    left, right = (second, first) if backward else (first, second)
    moved = [(glyph, x + left.advance, y) for glyph, x, y in right.glyphs]
    return Cluster(first.start, first.text + second.text, [*left.glyphs, *moved], left.advance + right.advance)
