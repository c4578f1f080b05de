"""Cues of two editions of subtitles in, the line that leads from the times of one to those of the other out. Pure.

Another edition may begin later, or run at another number of pictures a second. Where most cues begin together at once,
nothing is to be done. Elsewhere a rough alignment of the texts bears witness to which cues belong together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bookbuild.book.pairs.aligner import two_texts
from bookbuild.book.pairs.aligner.beads import Bead, Segment
from bookbuild.exchange.importing.cues import Cue, is_simultaneous

_PICTURES = (24, 24000 / 1001, 25)
"""Pictures a second of films, television and video."""
_RATES = tuple(dict.fromkeys(one / other for one in _PICTURES for other in _PICTURES))
_TOGETHER = 300
"""Milliseconds between starts that are the same."""
_STEP = 100
_FEWEST = 8
"""Pairs of cues from which a line can be told."""
_SURE = 0.5
"""Confidence of the pairs of cues that bear witness."""
_NEAR = (1000, 500, _TOGETHER, _TOGETHER)
"""Milliseconds that a line may be off, each time it is fitted again."""
_GAIN = 0.05
"""Share of the cues that a line has to bring together beyond those that are together without it."""
_CONSISTENT = 0.5
"""Share of the witnesses that a line brings together if there is one."""
_DEVIATIONS = 6
"""Standard deviations from chance at which so many cues begin together that it is none."""

_SEEN_OFFSET, _SEEN_RATE = 500, 0.05
"""Milliseconds, and hundredths, that are worth a message."""
_Times = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """How to get from the times of one edition to those of another: times `rate`, plus `offset` milliseconds."""

    rate: float = 1.0
    offset: float = 0.0

    def move(self, cues: Sequence[Cue]) -> list[Cue]:
        """Return cues with the times of the other edition."""
        return [replace(cue, start=self._move_time(cue.start), end=self._move_time(cue.end)) for cue in cues]

    def describe(self) -> str:
        """Return what is done to the times, for messages; nothing if it is too little to be seen."""
        faster = (1 / self.rate - 1) * 100
        rate = f"{abs(faster):.1f} % {'faster' if faster > 0 else 'slower'}" if abs(faster) >= _SEEN_RATE else ""
        offset = f"{self.offset / 1000:+.1f} seconds" if abs(self.offset) >= _SEEN_OFFSET else ""
        return " and ".join(part for part in (offset, rate) if part)

    def _move_time(self, time: int) -> int:
        return round(time * self.rate + self.offset)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known of two editions: the line; None if no line brings them together, and the alignment of the texts."""

    line: Line | None
    beads: tuple[Bead, ...] = ()


def estimate_line(first: Sequence[Cue], second: Sequence[Cue]) -> Estimate:
    """Return how the second edition has to be moved: not at all, unless that brings clearly more cues together."""
    if min(len(first), len(second)) < _FEWEST:
        return Estimate(Line())
    starts = [np.array([cue.start for cue in side], float) for side in (first, second)]
    by_times = _choose_line(_find_lines(*starts), *starts)
    unmoved, moved = (_measure_coincidence(line, *starts) for line in (Line(), by_times))
    if unmoved > moved - _GAIN and _is_telling(unmoved, *starts):
        return Estimate(Line())
    beads = tuple(two_texts.align([Segment(c.text) for c in first], [Segment(c.text) for c in second]))
    sure = [bead for bead in beads if bead.first and bead.second and bead.confidence >= _SURE]
    witnesses = [(first[bead.first.start], second[bead.second.start]) for bead in sure]
    if len(witnesses) < _FEWEST:
        return Estimate(by_times if _is_telling(moved, *starts) else Line())
    by_texts = _choose_line(_find_lines_of_witnesses(witnesses), *starts)
    lines = (Line(), by_times, by_texts)
    best = max(lines, key=lambda line: (_measure_agreement(line, witnesses), line == Line()))
    agreement, unmoved = (_measure_agreement(line, witnesses) for line in (best, Line()))
    if agreement < _CONSISTENT:
        return Estimate(None, beads)
    return Estimate(best if agreement > unmoved + _GAIN else Line())


def _measure_agreement(line: Line, witnesses: Sequence[tuple[Cue, Cue]]) -> float:
    """Return the share of pairs whose cues are simultaneous."""
    moved = line.move([second for _, second in witnesses])
    together = [is_simultaneous(cue, one.start, one.end) for cue, (one, _) in zip(moved, witnesses, strict=True)]
    return sum(together) / len(together)


def _measure_coincidence(line: Line, ones: _Times, others: _Times) -> float:
    """Return the share of cues that begin together with one of the other edition."""
    moved = line.rate * others + line.offset
    together = np.abs(_find_nearest(ones, moved) - moved) < _TOGETHER
    return min(1.0, float(together.sum()) / min(len(ones), len(others)))


def _is_telling(coincidence: float, ones: _Times, others: _Times) -> bool:
    """Return whether far more cues begin together than would by chance."""
    chance = 1 - math.exp(-2 * _TOGETHER * len(ones) / max(1.0, float(ones[-1] - ones[0])))
    return coincidence > chance + _DEVIATIONS * math.sqrt(chance * (1 - chance) / min(len(ones), len(others)))


def _find_nearest(ones: _Times, moved: _Times) -> _Times:
    """Return for each moved start the nearest of the other edition."""
    after = np.searchsorted(ones, moved).clip(1, len(ones) - 1)
    nearest: _Times = np.where(moved - ones[after - 1] < ones[after] - moved, ones[after - 1], ones[after])
    return nearest


def _find_lines(ones: _Times, others: _Times) -> list[Line]:
    """Return for each rate the offset at which most cues begin together."""
    lines = []
    for rate in _RATES:
        differences = np.rint((ones[:, None] - rate * others[None, :]) / _STEP).astype(np.int64).ravel()
        lowest = int(differences.min())
        counts = np.convolve(np.bincount(differences - lowest), np.ones(2 * _TOGETHER // _STEP + 1), "same")
        lines.append(Line(rate, float((int(counts.argmax()) + lowest) * _STEP)))
    return lines


def _find_lines_of_witnesses(witnesses: Sequence[tuple[Cue, Cue]]) -> list[Line]:
    """Return for each rate the offset that most pairs have."""
    ones, others = (np.array([pair[n].start for pair in witnesses], float) for n in (0, 1))
    lines = []
    for rate in _RATES:
        offsets = np.sort(ones - rate * others)
        near = np.searchsorted(offsets, offsets + _NEAR[0], "right") - np.arange(len(offsets))
        densest = int(np.argmax(near))
        lines.append(Line(rate, float(np.median(offsets[densest : densest + near[densest]]))))
    return lines


def _choose_line(lines: Sequence[Line], ones: _Times, others: _Times) -> Line:
    """Fit lines to the starts of all cues that are near each other, and return the one that brings most together."""
    return max((_fit_line(line, ones, others) for line in lines), key=lambda n: _measure_coincidence(n, ones, others))


def _fit_line(line: Line, ones: _Times, others: _Times) -> Line:
    for near in _NEAR:
        moved = line.rate * others + line.offset
        nearest = _find_nearest(ones, moved)
        is_near = np.abs(nearest - moved) < near
        if is_near.sum() < _FEWEST:
            return line
        rate, offset = np.polyfit(others[is_near], nearest[is_near], 1)
        line = Line(float(rate), float(offset))
    return line
