"""Score models: segments, beads and vectors in, parameters out that score two stretches as translations. Pure.

All scores are logarithms of likelihood ratios, partners against strangers, and can be added; their parameters are
estimated on the two texts themselves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bookbuild.book.pairs.aligner.beads import MOST_JOINED, SHAPES, Bead, Segment
from bookbuild.book.pairs.aligner.evidence import Evidence, Floats
from bookbuild.book.pairs.aligner.vectors import Vectors, normalise_rows

PRIORS = {(1, 1): 0.86, (1, 0): 0.02, (0, 1): 0.02, (2, 1): 0.04, (1, 2): 0.04, (2, 2): 0.008}
PRIORS |= {(3, 1): 0.006, (1, 3): 0.006, (4, 1): 0.0015, (1, 4): 0.0015, (3, 2): 0.0015, (2, 3): 0.0015}
"""Prior probability of each shape; near those of Gale and Church (1993)."""
_PASSAGE_SEGMENTS = 4
"""Successive segments without a partner from which they count as one passage."""
_LEAST_DEVIATION = 0.4
LENGTHS_FLOOR = 0.005
"""Least density of the ratio of lengths of partners: a few have any lengths."""
_SAME_RATIO = 0.1
"""Difference of the logarithms of two ratios that count as equal."""
_BEADS_AT_ONCE = 100
_WORDS_WEIGHT = 4.0
_PRIOR_WEIGHT = 20.0
"""Weight of the priors, in beads."""


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

    def combine_inverses(self, first: Floats, second: Floats) -> Floats:
        """Combine the inverse lengths of two stretches; the result is the same if the texts change places."""
        half = math.exp(self.mean / 2)
        return first / half + second * half


@dataclass(frozen=True, slots=True)
class Likeness:
    """Model of the cosine of vectors: log-likelihood ratios at some cosines, interpolated linearly."""

    cosines: tuple[float, ...] = ()
    ratios: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """How far the evidence of words is to be trusted: its factor, and what is added per bead."""

    factor: float = 0.5
    constant: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """All parameters of the scores of two texts."""

    lengths: Lengths = Lengths()
    words: Words = Words()
    likeness: Likeness | None = None
    """Of embeddings, if there are any."""
    priors: tuple[float, ...] = tuple(math.log(PRIORS[s]) for s in SHAPES)
    """Logarithms, in the order of SHAPES."""


def guess_models(first: Sequence[Segment], second: Sequence[Segment]) -> list[Model]:
    """Return first models, which use only the lengths of the texts and their segments.

    The usual ratio of lengths is that of the whole texts; if one of them lacks much, it is rather that of the segments.
    """
    left, right = (np.array([len(s.text) + 1 for s in side], float) for side in (first, second))
    strangers = (_measure_strangers(left), _measure_strangers(right))
    means = [math.log(right.sum() / left.sum()), strangers[1][0].mean - strangers[0][0].mean]
    if abs(means[0] - means[1]) < _SAME_RATIO:
        means.pop()
    priors = [_tilt_priors(len(left), len(right)), _tilt_priors(1, 1)]
    return [Model(Lengths(m, strangers=strangers), priors=p) for m, p in zip(means, priors)]


def _tilt_priors(first: int, second: int) -> tuple[float, ...]:
    """Return logarithms of priors whose mean bead has segments in the ratio of all segments of the two texts."""
    def tilt(weight):
        raw = [PRIORS[p, q] * math.exp(weight * (q - p)) for p, q in SHAPES]
        return [r / sum(raw) for r in raw]
    low, high = -6.0, 6.0
    for _ in range(40):
        middle = (low + high) / 2
        mean = [sum(t * shape[side] for t, shape in zip(tilt(middle), SHAPES)) for side in (0, 1)]
        low, high = (middle, high) if mean[1] * first < mean[0] * second else (low, middle)
    return tuple(math.log(p) for p in tilt(low))


def _measure_strangers(lengths: Floats) -> tuple[Strangers, ...]:
    measured = []
    for count in range(1, MOST_JOINED + 1):
        logs = np.log(np.convolve(lengths, np.ones(count), "valid" if count <= len(lengths) else "full"))
        measured.append(Strangers(float(logs.mean()), max(_LEAST_DEVIATION, float(logs.std()))))
    return tuple(measured)


def fit_model(
    model: Model,
    first: Sequence[Segment],
    second: Sequence[Segment],
    beads: Sequence[Bead],
    evidence: Evidence,
    vectors: tuple[Vectors, Vectors] | None = None,
) -> Model:
    """Estimate the parameters on the beads of an earlier pass, some of which may be wrong."""
    pairs = [b for b in beads if b.first and b.second]
    if len(pairs) < 4:
        return model
    return Model(
        _fit_lengths(model.lengths, first, second, pairs),
        _fit_words(model.lengths, first, second, pairs, evidence),
        _fit_likeness(pairs, vectors) if vectors else None,
        _fit_priors(beads),
    )


def _fit_lengths(
    before: Lengths, first: Sequence[Segment], second: Sequence[Segment], pairs: Sequence[Bead]
) -> Lengths:
    left = np.array([sum(len(first[i].text) + 1 for i in b.first) for b in pairs], float)
    right = np.array([sum(len(second[j].text) + 1 for j in b.second) for b in pairs], float)
    logs = np.log(right / left)
    order = np.argsort(logs)
    weights = np.cumsum((left * right)[order] ** 0.25)
    mean = float(logs[order][np.searchsorted(weights, weights[-1] / 2)])
    # a few of the pairs are wrong: they are taken for strangers of any lengths, as when scores are added up
    inverse = replace(before, mean=mean).combine_inverses(1 / left, 1 / right)
    constants, slopes = np.geomspace(0.004, 0.2, 18), np.geomspace(0.06, 4.0, 18)
    variance = constants[:, None, None] + slopes[None, :, None] * inverse
    likelihood = np.log(np.exp(-0.5 * (logs - mean) ** 2 / variance) / np.sqrt(variance) + LENGTHS_FLOOR).sum(-1)
    likelihood -= (np.log(constants / 0.02) ** 2)[:, None] + (np.log(slopes / 0.5) ** 2)[None, :]
    best = np.unravel_index(likelihood.argmax(), likelihood.shape)
    return replace(before, mean=mean, constant=float(constants[best[0]]), decreasing=float(slopes[best[1]]))


def _fit_priors(beads: Sequence[Bead]) -> tuple[float, ...]:
    counts = {shape: _PRIOR_WEIGHT * PRIORS[shape] for shape in SHAPES}
    run = 0
    for before, bead in zip([None, *beads], beads, strict=False):
        run = run + 1 if before and before.shape == bead.shape and 0 in bead.shape else 0
        counts[bead.shape] += run < _PASSAGE_SEGMENTS  # a passage without partners says nothing about single segments
    # half of the count is shared by mirrored shapes: we do not know which text lacks more
    total = sum(counts.values())
    mixed = {s: (counts[s] + counts[s[1], s[0]]) / 2 * 0.5 + counts[s] * 0.5 for s in SHAPES}
    return tuple(math.log(mixed[s] / total) for s in SHAPES)


def _fit_words(
    lengths: Lengths, first: Sequence[Segment], second: Sequence[Segment], pairs: Sequence[Bead], evidence: Evidence
) -> Words:
    """Estimate by logistic regression what evidence of words distinguishes partners from strangers."""
    sizes = tuple(np.array([len(s.text) + 1 for s in side], float) for side in (first, second))
    partners: list[Floats] = []
    strangers: list[Floats] = []
    for start in range(0, len(pairs), _BEADS_AT_ONCE):
        chunk = pairs[start : start + _BEADS_AT_ONCE]
        matrix = _compare_all(lengths, sizes, chunk, evidence)
        partners.append(matrix.diagonal())
        strangers += [matrix.diagonal(n) for d in _STRANGERS for n in (d, -d) if d < len(chunk)]
    ours, theirs = np.concatenate(partners), np.concatenate([np.zeros(0), *strangers])
    if not len(theirs):
        return Words()
    x = np.concatenate([ours, theirs])
    weights = np.concatenate([np.full(len(ours), 1.0), np.full(len(theirs), len(ours) / len(theirs))])
    labels = np.concatenate([np.ones(len(ours)), np.zeros(len(theirs))])
    scale = max(1.0, float(np.abs(x).mean()))
    columns = np.stack([x / scale, np.ones(len(x))])
    beta = np.zeros(2)
    for _ in range(25):
        chance = 1 / (1 + np.exp(-np.clip(beta @ columns, -30, 30)))
        wrong = 0.1 * (labels * (1 - chance) + (1 - labels) * chance)
        right = 0.9 * (labels * chance + (1 - labels) * (1 - chance))
        believed = np.where(labels > 0.5, right, wrong) / (right + wrong)
        gradient = columns @ (weights * (believed - chance)) - beta
        curvature = (columns * (weights * chance * (1 - chance))) @ columns.T + np.eye(2)
        beta = beta + np.linalg.solve(curvature, gradient)
    return Words(max(0.0, float(beta[0] / scale)), float(beta[1]))


def _compare_all(
    lengths: Lengths, sizes: Sequence[Floats], beads: Sequence[Bead], evidence: Evidence
) -> Floats:
    """Return the evidence for each first side of some beads with each second side."""
    rows, columns = (beads[0].first.start, beads[-1].first.stop), (beads[0].second.start, beads[-1].second.stop)
    products = evidence.multiply(rows, columns)
    groups = [[(b.first, b.second)[side] for b in beads] for side in (0, 1)]
    picks = [np.zeros((len(beads), end - start)) for start, end in (rows, columns)]
    for pick, group, start in zip(picks, groups, (rows[0], columns[0]), strict=True):
        for n, segments in enumerate(group):
            pick[n, segments.start - start : segments.stop - start] = 1
    later = []  # segments that are joined with the one before
    for pick in picks:
        follows = pick.copy()
        follows[np.arange(len(pick)), pick.argmax(1)] = 0
        later.append(follows)
    gain, *hits = (picks[0] @ part @ picks[1].T for part in (products.gain, *products.hits))
    gain -= later[0] @ products.again[0] @ picks[1].T + picks[0] @ products.again[1] @ later[1].T
    absent = [
        pick @ a[start:end] - follows @ r[start:end]
        for pick, follows, a, r, (start, end) in zip(picks, later, evidence.absent, evidence.repeated, (rows, columns), strict=True)
    ]
    logs = [np.log(pick @ size[start:end]) for pick, size, (start, end) in zip(picks, sizes, (rows, columns), strict=True)]
    return absent[0][:, None] + absent[1] + gain - weigh_hits(lengths, hits, (logs[0][:, None], logs[1]))


def weigh_hits(lengths: Lengths, hits: Sequence[Floats], logs: Sequence[Floats]) -> Floats:
    """Return how much less tokens say that are found in a long stretch, where any token is found more easily.

    `hits` are the numbers of tokens of the first and second text that the other has, `logs` the logarithms of lengths.
    """
    (ours, *_), (theirs, *_) = lengths.strangers
    return hits[0] * (logs[1] - theirs.mean) + hits[1] * (logs[0] - ours.mean)


_STEPS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9)
_STRANGERS = (2, 3, 4, 5, 7, 9, 12, 16)
"""Distances from the partner, in pairs, at which segments are taken as strangers."""
_LEAST_RATIO = -3.0
_MOST_RATIO = 7.0


def _fit_likeness(pairs: Sequence[Bead], vectors: tuple[Vectors, Vectors]) -> Likeness:
    """Estimate the ratio of frequencies of cosines of partners and of strangers, rising with the cosine."""
    left = np.stack([vectors[0][b.first.start : b.first.stop].sum(0) for b in pairs])
    right = np.stack([vectors[1][b.second.start : b.second.stop].sum(0) for b in pairs])
    ours, theirs = normalise_rows(left), normalise_rows(right)
    partners = (ours * theirs).sum(1)
    strangers = np.concatenate(
        [(ours[n:] * theirs[:-n]).sum(1) for n in _STRANGERS if n < len(pairs)] or [partners * 0]
    )
    edges = np.array([-1.01, *_STEPS[1:], 1.01])
    counts = [np.histogram(x, edges)[0].astype(float) for x in (partners, strangers)]
    smooth = [(c + 0.5) / (c.sum() + 0.5 * len(c)) for c in counts]
    ratios = np.log(smooth[0] / smooth[1])
    weights = counts[0] + counts[1] + 1
    rising = np.clip(_fit_rising(ratios, weights), _LEAST_RATIO, _MOST_RATIO)
    middles = [0.0, *((a + b) / 2 for a, b in zip(_STEPS[1:], [*_STEPS[2:], 1.0], strict=True))]
    return Likeness(tuple(middles), tuple(float(r) for r in rising))


def _fit_rising(values: Floats, weights: Floats) -> Floats:
    """Return the nearest values that never fall (isotonic regression: pool adjacent violators)."""
    pools: list[list[float]] = []
    for value, weight in zip(values, weights, strict=True):
        pools.append([float(value), float(weight), 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            value2, weight2, count2 = pools.pop()
            value1, weight1, count1 = pools.pop()
            total = weight1 + weight2
            pools.append([(value1 * weight1 + value2 * weight2) / total, total, count1 + count2])
    return np.array([value for value, _, count in pools for _ in range(int(count))])
