"""The beads of an earlier pass in, the parameters of the scores out. Pure.

Some of the beads are wrong; all estimates allow for that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from bookbuild.book.pairs.aligner.beads import SHAPES, Bead, Segment
from bookbuild.book.pairs.aligner.evidence import Evidence, Floats
from bookbuild.book.pairs.aligner.scores import PRIORS, Lengths, Likeness, Model, Words
from bookbuild.book.pairs.aligner.vectors import Vectors, normalise_rows

_FEWEST_PAIRS = 4
_PRIOR_WEIGHT = 20.0
"""Weight of the priors, in beads."""
_PASSAGE_SEGMENTS = 4
"""Successive segments without a partner from which they count as one passage."""
_CONSTANTS, _DECREASING = np.geomspace(0.004, 0.2, 18), np.geomspace(0.06, 4.0, 18)
"""The parts of the variance of lengths that are tried."""
_STRANGERS = (2, 3, 4, 5, 7, 9, 12, 16)
"""Distances from the partner, in pairs, at which segments are taken as strangers."""
_BEADS_AT_ONCE = 100
_WRONG = 0.1
"""Share of partners that may be strangers, and of strangers that may be as alike as partners."""
_STEPS = 25
_COSINES = (-0.3, -0.1, 0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9)
_LEAST_RATIO, _MOST_RATIO = -3.0, 7.0


def fit_model(
    model: Model,
    first: Sequence[Segment],
    second: Sequence[Segment],
    beads: Sequence[Bead],
    evidence: Evidence,
    vectors: tuple[Vectors, Vectors] | None = None,
) -> Model:
    """Estimate all parameters on the beads of an earlier pass; `vectors` are embeddings, one row per segment."""
    pairs = [b for b in beads if b.first and b.second]
    if len(pairs) < _FEWEST_PAIRS:
        return model
    sizes = tuple(np.array([len(s.text) + 1 for s in side], float) for side in (first, second))
    return Model(
        _fit_lengths(model.lengths, sizes, pairs),
        _fit_words(model.lengths, sizes, pairs, evidence),
        _fit_likeness(pairs, vectors) if vectors else None,
        _fit_priors(beads),
    )


def _fit_lengths(before: Lengths, sizes: Sequence[Floats], pairs: Sequence[Bead]) -> Lengths:
    logs = [
        np.log([size[r.start : r.stop].sum() for r in side]) for size, side in zip(sizes, _split(pairs), strict=True)
    ]
    ratios = logs[1] - logs[0]
    order = np.argsort(ratios)
    weights = np.cumsum(np.exp(0.25 * (logs[0] + logs[1]))[order])
    lengths = replace(before, mean=float(ratios[order][np.searchsorted(weights, weights[-1] / 2)]))
    likelihood = lengths.score_partners(logs, _CONSTANTS[:, None, None], _DECREASING[None, :, None]).sum(-1)
    likelihood -= (np.log(_CONSTANTS / Lengths().constant) ** 2)[:, None] + np.log(
        _DECREASING / Lengths().decreasing
    ) ** 2
    row, column = np.unravel_index(likelihood.argmax(), likelihood.shape)
    return replace(lengths, constant=float(_CONSTANTS[row]), decreasing=float(_DECREASING[column]))


def _split(beads: Iterable[Bead]) -> tuple[list[range], list[range]]:
    ranges = [(b.first, b.second) for b in beads]
    return [first for first, _ in ranges], [second for _, second in ranges]


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


def _fit_words(lengths: Lengths, sizes: Sequence[Floats], pairs: Sequence[Bead], evidence: Evidence) -> Words:
    """Estimate by logistic regression how the evidence of words distinguishes partners from strangers."""
    partners, strangers = [np.zeros(0)], [np.zeros(0)]
    for start in range(0, len(pairs), _BEADS_AT_ONCE):
        chunk = pairs[start : start + _BEADS_AT_ONCE]
        matrix = _compare_all(lengths, sizes, chunk, evidence)
        partners.append(matrix.diagonal())
        strangers += [matrix.diagonal(n) for d in _STRANGERS if d < len(chunk) for n in (d, -d)]
    return _fit_logistic(np.concatenate(partners), np.concatenate(strangers))


def _compare_all(lengths: Lengths, sizes: Sequence[Floats], beads: Sequence[Bead], evidence: Evidence) -> Floats:
    """Return the evidence for each first side of some beads with each second side."""
    spans = [(side[0].start, side[-1].stop) for side in _split(beads)]
    products = evidence.multiply(*spans)
    joined, again = [], []  # which segments are in which bead, and which of them are not the first there
    for ranges, (start, end) in zip(_split(beads), spans, strict=True):
        places = np.arange(start, end)
        joined.append(np.array([(r.start <= places) & (places < r.stop) for r in ranges], float))
        again.append(np.array([(r.start < places) & (places < r.stop) for r in ranges], float))
    gain, *hits = (joined[0] @ part @ joined[1].T for part in (products.gain, *products.hits))
    gain -= again[0] @ products.again[0] @ joined[1].T + joined[0] @ products.again[1] @ again[1].T
    absent, logs = [], []
    for side, (start, end) in enumerate(spans):
        absent.append(
            joined[side] @ evidence.absent[side][start:end] - again[side] @ evidence.repeated[side][start:end]
        )
        logs.append(np.log(joined[side] @ sizes[side][start:end]))
    logs[0] = logs[0][:, None]
    found: Floats = absent[0][:, None] + absent[1] + gain - lengths.weigh_hits(hits, logs)
    return found


def _fit_logistic(partners: Floats, strangers: Floats) -> Words:
    """Return the factor and constant that make the evidence a log-likelihood ratio; a little of it may be wrong."""
    if not len(strangers):
        return Words()
    values = np.concatenate([partners, strangers])
    labels = np.repeat([True, False], [len(partners), len(strangers)])
    weights = np.repeat([1.0, len(partners) / len(strangers)], [len(partners), len(strangers)])
    scale = max(1.0, float(np.abs(values).mean()))
    columns = np.stack([values / scale, np.ones(len(values))])
    found = np.zeros(2)
    for _ in range(_STEPS):  # Newton's method, with a weak prior at 0
        chance = 1 / (1 + np.exp(-np.clip(found @ columns, -30, 30)))
        right, wrong = (
            (1 - _WRONG) * np.where(labels, chance, 1 - chance),
            _WRONG * np.where(labels, 1 - chance, chance),
        )
        believed = np.where(labels, right, wrong) / (right + wrong)
        curvature = (columns * (weights * chance * (1 - chance))) @ columns.T + np.eye(2)
        found = found + np.linalg.solve(curvature, columns @ (weights * (believed - chance)) - found)
    return Words(max(0.0, float(found[0]) / scale), float(found[1]))


def _fit_likeness(pairs: Sequence[Bead], vectors: tuple[Vectors, Vectors]) -> Likeness:
    """Estimate the ratio of frequencies of cosines of partners and of strangers, rising with the cosine."""
    ours, theirs = (
        normalise_rows(np.stack([v[r.start : r.stop].sum(0) for r in side]))
        for v, side in zip(vectors, _split(pairs), strict=True)
    )
    partners = (ours * theirs).sum(1)
    strangers = np.concatenate(
        [(a[n:] * b[:-n]).sum(1) for n in _STRANGERS if n < len(pairs) for a, b in ((ours, theirs), (theirs, ours))]
        or [partners * 0]
    )
    edges = np.array([-1.01, *_COSINES[1:], 1.01])
    counts = [np.histogram(x, edges)[0].astype(float) for x in (partners, strangers)]
    smooth = [(c + 0.5) / (c.sum() + 0.5 * len(c)) for c in counts]
    rising = np.clip(_fit_rising(np.log(smooth[0] / smooth[1]), counts[0] + counts[1] + 1), _LEAST_RATIO, _MOST_RATIO)
    middles = [_COSINES[0], *((a + b) / 2 for a, b in zip(_COSINES[1:], [*_COSINES[2:], 1.0], strict=True))]
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
