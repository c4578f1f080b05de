"""Any number of texts in, rows out: each text is aligned with the first, and the beads are joined. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bookbuild.book.pairs.aligner import two_texts
from bookbuild.book.pairs.aligner.beads import Bead, Segment
from bookbuild.book.pairs.aligner.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Row:
    """Segments of all texts that belong together, a range each; some may be empty, never all."""

    ranges: tuple[range, ...]
    confidence: float
    """Of the least certain bead in it."""


def align(
    sides: Sequence[Sequence[Segment]],
    embed: Callable[[Sequence[str]], Vectors] | None = None,
    judge: two_texts.Judge | None = None,
) -> list[Row]:
    """Align texts; the ranges of each hold all its segments once, in order.

    Pins that all texts have, in the same order, are begun at by rows. `embed` gives vectors of meaning, which are used
    where `judge` says so.
    """
    vectors = [embed([s.text for s in side]) for side in sides] if embed else []
    common = _pins(sides)
    points = [tuple(at[pin] for at in common) for pin in common[0]] if common else []
    found: list[list[Bead]] = []
    for number, other in enumerate(sides[1:], 1):
        own = (vectors[0], vectors[number]) if vectors else None
        found.append(two_texts.align(sides[0], other, own, [(p[0], p[number]) for p in points], judge))
    return joined(found, len(sides[0]))


def _pins(sides: Sequence[Sequence[Segment]]) -> list[dict[str, int]]:
    """Give where each pin stands, a dictionary a text, of those pins that all texts have in one order."""
    places = [{s.pin: n for n, s in enumerate(side) if s.pin} for side in sides]
    shared = [pin for pin in places[0] if all(pin in other for other in places[1:])]
    kept: list[str] = []
    for pin in shared:
        if not kept or all(at[pin] > at[kept[-1]] for at in places):
            kept.append(pin)
    return [{pin: at[pin] for pin in kept} for at in places]


def joined(found: Sequence[Sequence[Bead]], size: int) -> list[Row]:
    """Join alignments of one text with others: a row ends where all of them have a boundary.

    What another text has more stands in rows of its own.
    """
    if not found:
        return [Row((range(n, n + 1),), 1.0) for n in range(size)]
    # of each alignment: boundary in the first text -> the first and last boundary in the other that it meets
    met: list[dict[int, tuple[int, int]]] = []
    for beads in found:
        at: dict[int, tuple[int, int]] = {0: (0, 0)}
        for bead in beads:
            first, _ = at.get(bead.first.stop, (bead.second.stop, 0))
            at[bead.first.stop] = (first, bead.second.stop)
        met.append(at)
    rows: list[Row] = []
    common = [i for i in range(size + 1) if all(i in at for at in met)]
    sure = [_confidences(beads) for beads in found]
    for start, end in zip([None, *common], [*common, None], strict=True):
        if start is not None:
            rows += _more(start, met, sure)
        if start is None or end is None:
            continue
        ranges = (range(start, end), *(range(at[start][1], at[end][0]) for at in met))
        confidence = min(min(c.get(("first", i), 1.0) for i in range(start, end)) for c in sure)
        rows.append(Row(ranges, confidence))
    return rows


def _confidences(beads: Sequence[Bead]) -> dict[tuple[str, int], float]:
    found = {("first", i): bead.confidence for bead in beads for i in bead.first}
    return found | {("second", j): bead.confidence for bead in beads if not bead.first for j in bead.second}


def _more(
    at: int, met: Sequence[dict[int, tuple[int, int]]], sure: Sequence[dict[tuple[str, int], float]]
) -> list[Row]:
    """Give the rows of what other texts have more at a boundary of the first."""
    rows = []
    for number, one in enumerate(met):
        for j in range(*one[at]):
            ranges = [range(at, at), *(range(m[at][1] if n < number else m[at][0], 0) for n, m in enumerate(met))]
            ranges = [range(r.start, r.start) for r in ranges]
            ranges[number + 1] = range(j, j + 1)
            rows.append(Row(tuple(ranges), sure[number].get(("second", j), 1.0)))
    return rows
