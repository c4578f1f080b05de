"""The parameters that score two stretches as translations, and first guesses of them. Pure.

All scores are logarithms of likelihood ratios, partners against strangers, and can be added. They are the same if the
texts change places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bookbuild.book.pairs.aligner.beads import MOST_JOINED, SHAPES, Segment
from bookbuild.book.pairs.aligner.evidence import Floats

PRIORS = {(1, 1): 0.86, (1, 0): 0.02, (0, 1): 0.02, (2, 1): 0.04, (1, 2): 0.04, (2, 2): 0.008}
PRIORS |= {(3, 1): 0.006, (1, 3): 0.006, (4, 1): 0.0015, (1, 4): 0.0015, (3, 2): 0.0015, (2, 3): 0.0015}
"""Prior probability of each shape; near those of Gale and Church (1993)."""
_FLOOR = 0.005
"""Least density of the ratio of lengths of partners: a few have any lengths."""
_MOST_DEVIATIONS = 2.5
"""Deviations from the mean of strangers from which on a length says no more."""
_LEAST_DEVIATION = 0.4
_SAME_RATIO = 0.1
"""Difference of the logarithms of two ratios that count as equal."""
_TILTS = np.linspace(-4, 4, 801)


@dataclass(frozen=True, slots=True)
class Strangers:
    """Lengths of any segments of a text, log-normal."""

    mean: float
    """Of the logarithm."""
    deviation: float


@dataclass(frozen=True, slots=True)
class Lengths:
    """Model of the ratio of lengths in characters: log-normal, narrower for long segments."""

    mean: float = 0.0
    """Of the logarithm of second length over first."""
    constant: float = 0.02
    """Part of the variance of the logarithm that does not depend on the lengths."""
    decreasing: float = 0.5
    """Part of the variance per inverse length, in characters; see `combine_inverses`."""
    strangers: tuple[tuple[Strangers, ...], ...] = ()
    """For each text, of one segment, two joined, and so on."""

    def combine_inverses(self, logs: Sequence[Floats]) -> Floats:
        """Return the mean inverse length of two stretches, in units between those of the texts."""
        half = self.mean / 2
        return np.exp(-half - logs[0]) + np.exp(half - logs[1])

    def score_partners(self, logs: Sequence[Floats], constant: Floats | float, decreasing: Floats | float) -> Floats:
        """Return the density of the ratio of partners' lengths, as a logarithm; `logs` are logarithms of lengths."""
        variance = constant + decreasing * self.combine_inverses(logs)
        off = logs[1] - logs[0] - self.mean
        density: Floats = np.log(np.exp(-0.5 * off * off / variance) / np.sqrt(variance) + _FLOOR)
        return density

    def score(self, shape: tuple[int, int], logs: Sequence[Floats]) -> Floats:
        """Return how much likelier partners have these lengths than strangers, as a logarithm."""
        score = self.score_partners(logs, self.constant, self.decreasing)
        for log, count, strangers in zip(logs, shape, self.strangers, strict=True):
            usual = strangers[count - 1]
            far = np.clip((log - usual.mean) / usual.deviation, -_MOST_DEVIATIONS, _MOST_DEVIATIONS)
            score = score + 0.5 * (0.5 * far * far + math.log(usual.deviation))
        return score

    def weigh_hits(self, hits: Sequence[Floats], logs: Sequence[Floats]) -> Floats:
        """Return how much less tokens say that are found in a long stretch, where any token is found more easily.

        `hits` are the numbers of tokens of the first and second text that the other has.
        """
        (ours, *_), (theirs, *_) = self.strangers
        return hits[0] * (logs[1] - theirs.mean) + hits[1] * (logs[0] - ours.mean)


@dataclass(frozen=True, slots=True)
class Words:
    """How far the evidence of words is to be trusted: its factor, and what is added per pair of segments."""

    factor: float = 0.5
    constant: float = 0.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """Model of the cosine of embeddings: log-likelihood ratios at some cosines, interpolated linearly."""

    cosines: tuple[float, ...]
    ratios: tuple[float, ...]


_FIRST_LIKENESS = Likeness((-0.3, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7), (-2.0, -1.0, -0.3, 0.5, 1.5, 2.5, 3.5, 5.0))
"""Of models of sentences in many languages, before any estimate."""


@dataclass(frozen=True, slots=True)
class Model:
    """All parameters of the scores of two texts."""

    lengths: Lengths = Lengths()
    words: Words = Words()
    likeness: Likeness | None = None
    """Of embeddings, if there are any."""
    priors: tuple[float, ...] = tuple(math.log(PRIORS[s]) for s in SHAPES)
    """Logarithms, in the order of SHAPES."""
    passage_prior: float = -11.0
    """Logarithm of the prior of a long passage that one text lacks."""


def guess_models(first: Sequence[Segment], second: Sequence[Segment], *, embedded: bool = False) -> list[Model]:
    """Return first models, which use only the lengths of the texts and their segments.

    If the texts lack little, the usual ratio of lengths is that of the whole texts, and beads have as many segments of
    both as the texts; if one of them lacks much, it is rather the ratio of the segments. `embedded` is whether there
    are sentence embeddings.
    """
    left, right = (np.array([len(s.text) + 1 for s in side], float) for side in (first, second))
    strangers = (_measure_strangers(left), _measure_strangers(right))
    whole = Lengths(math.log(right.sum() / left.sum()), strangers=strangers)
    single = Lengths(strangers[1][0].mean - strangers[0][0].mean, strangers=strangers)
    likeness = _FIRST_LIKENESS if embedded else None
    models = [Model(whole, likeness=likeness, priors=_tilt_priors(len(right) / len(left)))]
    return models if abs(whole.mean - single.mean) < _SAME_RATIO else [*models, Model(single, likeness=likeness)]


def _tilt_priors(ratio: float) -> tuple[float, ...]:
    """Return logarithms of priors whose beads have `ratio` times as many segments of the second text as the first."""
    first, second = np.array(SHAPES, float).T
    priors = np.array([PRIORS[s] for s in SHAPES]) * np.exp(_TILTS[:, None] * (second - first))
    off = np.abs(np.log(priors @ second) - np.log(priors @ first) - math.log(ratio))
    chosen = priors[off.argmin()]
    return tuple(float(p) for p in np.log(chosen / chosen.sum()))


def _measure_strangers(lengths: Floats) -> tuple[Strangers, ...]:
    measured = []
    for count in range(1, MOST_JOINED + 1):
        logs = np.log(np.convolve(lengths, np.ones(count), "valid" if count <= len(lengths) else "full"))
        measured.append(Strangers(float(logs.mean()), max(_LEAST_DEVIATION, float(logs.std()))))
    return tuple(measured)
