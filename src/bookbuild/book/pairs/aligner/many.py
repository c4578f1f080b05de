"""Any number of texts in, rows out: each text is aligned with the first, and the alignments are joined. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bookbuild.book.pairs.aligner import two_texts
from bookbuild.book.pairs.aligner.beads import Bead, Segment
from bookbuild.book.pairs.aligner.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Row:
    """Segments of all texts that belong together: one range per text, some may be empty, never all."""

    ranges: tuple[range, ...]
    confidence: float
    """The confidence of its least certain bead."""


def align(
    sides: Sequence[Sequence[Segment]],
    embed: Callable[[Sequence[str]], Vectors] | None = None,
) -> list[Row]:
    """Align texts; the ranges of each text cover its segments once, in order.

    Rows begin at pins that all texts have in the same order. `embed` returns sentence embeddings, one row per segment,
    which are used where they help.
    """
    vectors = [embed([s.text for s in side]) for side in sides] if embed else []
    common = _find_common_pins(sides)
    points = [tuple(positions[pin] for positions in common) for pin in common[0]] if common else []
    alignments: list[list[Bead]] = []
    for number, other in enumerate(sides[1:], 1):
        embedded = (vectors[0], vectors[number]) if vectors else None
        alignments.append(two_texts.align(sides[0], other, embedded, [(p[0], p[number]) for p in points]))
    return join_alignments(alignments, len(sides[0]))


def _find_common_pins(sides: Sequence[Sequence[Segment]]) -> list[dict[str, int]]:
    """Return, per text, the segment of each pin that all texts have in the same order."""
    places = [{s.pin: n for n, s in enumerate(side) if s.pin} for side in sides]
    shared = [pin for pin in places[0] if all(pin in other for other in places[1:])]
    ordered: list[str] = []
    for pin in shared:
        if not ordered or all(positions[pin] > positions[ordered[-1]] for positions in places):
            ordered.append(pin)
    return [{pin: positions[pin] for pin in ordered} for positions in places]


def join_alignments(alignments: Sequence[Sequence[Bead]], size: int) -> list[Row]:
    """Join alignments of a text of `size` segments with others: a row ends where all of them have a boundary.

    Segments that the first text lacks get rows of their own.
    """
    if not alignments:
        return [Row((range(n, n + 1),), 1.0) for n in range(size)]
    # per alignment: boundary in the first text -> first and last boundary in the other text that it corresponds to
    boundary_maps: list[dict[int, tuple[int, int]]] = []
    for beads in alignments:
        boundary_map: dict[int, tuple[int, int]] = {0: (0, 0)}
        for bead in beads:
            first, _ = boundary_map.get(bead.first.stop, (bead.second.stop, 0))
            boundary_map[bead.first.stop] = (first, bead.second.stop)
        boundary_maps.append(boundary_map)
    rows: list[Row] = []
    common = [i for i in range(size + 1) if all(i in boundary_map for boundary_map in boundary_maps)]
    confidences = [_collect_confidences(beads) for beads in alignments]
    for start, end in zip([None, *common], [*common, None], strict=True):
        if start is not None:
            rows += _build_extra_rows(start, boundary_maps, confidences)
        if start is None or end is None:
            continue
        ranges = (
            range(start, end),
            *(range(boundary_map[start][1], boundary_map[end][0]) for boundary_map in boundary_maps),
        )
        confidence = min(min(c.get(("first", i), 1.0) for i in range(start, end)) for c in confidences)
        rows.append(Row(ranges, confidence))
    return rows


def _collect_confidences(beads: Sequence[Bead]) -> dict[tuple[str, int], float]:
    confidences = {("first", i): bead.confidence for bead in beads for i in bead.first}
    return confidences | {("second", j): bead.confidence for bead in beads if not bead.first for j in bead.second}


def _build_extra_rows(
    boundary: int,
    boundary_maps: Sequence[dict[int, tuple[int, int]]],
    confidences: Sequence[dict[tuple[str, int], float]],
) -> list[Row]:
    """Build the rows of segments that other texts have at a boundary of the first, which lacks them."""
    rows = []
    for number, boundary_map in enumerate(boundary_maps):
        for j in range(*boundary_map[boundary]):
            ranges = [
                range(boundary, boundary),
                *(range(m[boundary][1] if n < number else m[boundary][0], 0) for n, m in enumerate(boundary_maps)),
            ]
            ranges = [range(r.start, r.start) for r in ranges]
            ranges[number + 1] = range(j, j + 1)
            rows.append(Row(tuple(ranges), confidences[number].get(("second", j), 1.0)))
    return rows
