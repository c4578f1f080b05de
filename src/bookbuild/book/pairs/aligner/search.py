"""Two texts and a model in, the best beads out: dynamic programming over beads in a band, by diagonals. Pure.

Cells of a diagonal (i + j constant) depend only on earlier diagonals, and the scores of beads on none, so numpy does
all the work: scores for some hundred diagonals at once, sums diagonal by diagonal. Memory is linear in the length of
the texts: one byte and one number per cell of the band.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bookbuild.book.pairs.aligner.band import Band, Integers, Points, estimate_line
from bookbuild.book.pairs.aligner.beads import MOST_JOINED, SHAPES, Bead, Segment
from bookbuild.book.pairs.aligner.scores import GUESSED_KIND_MISMATCH, KIND_MISMATCH, LENGTHS_FLOOR, Floats, Likeness, Model, add_evidence
from bookbuild.book.pairs.aligner.evidence import Evidence, Products
from bookbuild.book.pairs.aligner.vectors import Vectors

_IMPOSSIBLE = -1e30
_LONG_PASSAGE = 16
"""Segments of a passage that one text lacks: together they cost little more than one segment."""
_MOVES = (*SHAPES, (_LONG_PASSAGE, 0), (0, _LONG_PASSAGE))
_PASSAGE_PRIOR = -11.0
"""Logarithm of the prior probability of such a passage."""
_PAD = _LONG_PASSAGE
_RING_SIZE = _LONG_PASSAGE + 1
"""Diagonals that the longest move spans, including its own."""
_LEAST_RATIO, _MOST_RATIO = -4.0, 15.0
"""Least and most that words say of two stretches."""
_CELLS_AT_ONCE = 30_000
"""Cells whose scores are computed at once."""
WIDE, NARROW = 120, 40
"""Segments on either side of a guessed path, and of a path found by an earlier pass."""


def align(
    first: Sequence[Segment],
    second: Sequence[Segment],
    model: Model,
    evidence: Evidence,
    guide: Points = (),
    through: Points = (),
    vectors: tuple[Vectors, Vectors] | None = None,
) -> tuple[list[Bead], float]:
    """Return the best sequence of beads, which cover every segment of both texts once, in order, and a likelihood.

    The band lies around `guide`, else around the expected path. It is widened until the path keeps away from its
    edges. The likelihood, a logarithm, is that of all alignments together.
    """
    size = (len(first), len(second))
    line = guide or estimate_line(first, second)
    width = NARROW if guide else WIDE
    sides = tuple(
        _Side(text, evidence.absent[n], evidence.repeated[n], vectors[n] if vectors else None)
        for n, text in enumerate((first, second))
    )
    while True:
        band = Band(size, line, width, through)
        search = _Search(first, second, sides, model, band, evidence)
        path = search.find_path()
        if band.whole or band.is_clear_of_edges([(i, j) for i, j, _ in path]):
            return search.build_beads(path), search.likelihood
        width *= 3


class _Side:
    """One text: lengths, norms and what may be joined, for 1, 2 and 3 segments that end at each boundary."""

    def __init__(self, segments: Sequence[Segment], absent: Floats, repeated: Floats, vectors: Vectors | None) -> None:
        size = len(segments)
        all_absent, all_repeated = (np.concatenate([[0], np.cumsum(a)]) for a in (absent, repeated))
        lengths = np.array([len(s.text) + 1 for s in segments], float)
        total = np.concatenate([[0], np.cumsum(lengths)])
        rows = np.zeros((size, 1)) if vectors is None else vectors
        sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, 0, dtype=np.float64)])
        blocked = np.concatenate([[0], np.cumsum([s.alone for s in segments])])
        self.log: list[Floats] = [np.zeros(0)]
        self.inverse: list[Floats] = [np.zeros(0)]
        self.norm: list[Floats] = [np.zeros(0)]
        self.absent: list[Floats] = [np.zeros(0)]
        self.free: list[NDArray[np.bool_]] = [np.ones(size + 1, bool)]
        for p in (1, 2, 3):
            length, norm, free = np.ones(size + 1), np.zeros(size + 1), np.zeros(size + 1, bool)
            missing = np.zeros(size + 1)
            if size >= p:
                missing[p:] = all_absent[p:] - all_absent[:-p]
                missing[p:] -= all_repeated[p:] - all_repeated[1 : len(all_repeated) - p + 1]
                length[p:] = total[p:] - total[:-p]
                norm[p:] = np.linalg.norm(sums[p:] - sums[:-p], axis=1)
                free[p:] = True if p == 1 else blocked[p:] == blocked[:-p]
            self.log.append(np.log(length))
            self.inverse.append(1 / length)
            self.norm.append(np.where(norm > 1e-6, norm, np.inf))
            self.free.append(free)
            self.absent.append(missing)
        self.vectors = vectors


class _Search:
    """One band, searched forwards for the best path and backwards for the probabilities of its beads."""

    def __init__(
        self,
        first: Sequence[Segment],
        second: Sequence[Segment],
        sides: tuple[_Side, _Side],
        model: Model,
        band: Band,
        evidence: Evidence,
    ) -> None:
        self.evidence = evidence
        self.n, self.m = len(first), len(second)
        self.last = self.n + self.m
        self.model, self.band, self.sides = model, band, sides
        names = {s.shape: n for n, s in enumerate((*first, *second))}
        self.kinds = [np.array([names[s.shape] for s in side]) for side in (first, second)]
        self.guessed = [np.array([s.guessed for s in side]) for side in (first, second)]

    def _split_diagonals(self) -> Iterator[tuple[int, int]]:
        """Split the diagonals into stretches whose scores are computed at once."""
        widths = self.band.high - self.band.low + 1
        start = 1
        while start <= self.last:
            end = start + 1
            widest = int(widths[start])
            while end <= self.last and (end - start) * max(widest, int(widths[end])) < _CELLS_AT_ONCE:
                widest = max(widest, int(widths[end]))
                end += 1
            yield start, end
            start = end

    def _score_beads(self, start: int, end: int) -> Floats:
        """Score the beads that end on diagonals from start to end: an array by move, diagonal and boundary.

        Boundaries are counted from the band's lower edge; the score is _IMPOSSIBLE where no such bead can end.
        """
        k = np.arange(start, end)[:, None]
        low, high = self.band.low[start:end, None], self.band.high[start:end, None]
        i = low + np.arange(int((high - low).max()) + 1)[None, :]
        j = k - i
        allowed = i <= high
        since = k - self.band.start[start:end, None]
        rows = max(0, int(i[allowed].min()) - MOST_JOINED), int(i[allowed].max())
        columns = max(0, int(j[allowed].min()) - MOST_JOINED), int(j[allowed].max())
        products = self.evidence.multiply(rows, columns)
        of_vectors = self._multiply_vectors(rows, columns)
        out = np.full((len(_MOVES), *i.shape), _IMPOSSIBLE)
        for s, (p, q) in enumerate(_MOVES):
            inside = allowed & (i >= p) & (j >= q) & (since >= p + q)
            if not p or not q:  # no one-sided bead directly after a pin
                inside &= ~((since == p + q) & self.band.pinned[start:end, None])
            ours, theirs = np.where(inside, i, 0), np.where(inside, j, 0)
            score = np.full(i.shape, self.model.priors[s] if s < len(SHAPES) else _PASSAGE_PRIOR)
            if p and q:
                score += self._score_lengths(p, q, ours, theirs)
                score += self._score_words(p, q, ours, theirs, products)
                if of_vectors is not None:
                    score += self._score_likeness(p, q, ours, theirs, _sum_products(p, q, ours, theirs, of_vectors, products.corner))
                before = np.maximum(ours - 1, 0), np.maximum(theirs - 1, 0)
                differ = self.kinds[0][before[0]] != self.kinds[1][before[1]]
                if p == q == 1:
                    guessed = self.guessed[0][before[0]] | self.guessed[1][before[1]]
                    score += np.where(differ, np.where(guessed, GUESSED_KIND_MISMATCH, KIND_MISMATCH), 0.0)
                else:
                    inside &= self.sides[0].free[p][ours] & self.sides[1].free[q][theirs] & ~differ
            out[s] = np.where(inside, score, _IMPOSSIBLE)
        return out

    def _multiply_vectors(self, rows: tuple[int, int], columns: tuple[int, int]) -> Vectors | None:
        """Return the products of the vectors of some segments, if there are any."""
        ours, theirs = (side.vectors for side in self.sides)
        return None if ours is None or theirs is None else ours[slice(*rows)] @ theirs[slice(*columns)].T

    def _score_words(self, p: int, q: int, i: Integers, j: Integers, products: Products) -> Floats:
        """Score by the words whose translations are there."""
        gain, *hits = (
            _sum_products(p, q, i, j, part, products.corner) for part in (products.gain, *products.hits)
        )
        gain -= _sum_products(p - 1, q, i, j, products.again[0], products.corner)
        gain -= _sum_products(p, q - 1, i, j, products.again[1], products.corner)
        left, right = self.sides
        found = add_evidence(
            self.model.lengths, (left.absent[p][i], right.absent[q][j]), gain, hits, (left.log[p][i], right.log[q][j])
        )
        words = self.model.words
        return np.clip(words.factor * found + words.constant * (p + q) / 2, _LEAST_RATIO, _MOST_RATIO)

    def _score_lengths(self, p: int, q: int, i: Integers, j: Integers) -> Floats:
        lengths, (left, right) = self.model.lengths, self.sides
        logs = left.log[p][i], right.log[q][j]
        inverse = lengths.combine_inverses(left.inverse[p][i], right.inverse[q][j])
        variance = lengths.constant + lengths.decreasing * inverse
        off = logs[1] - logs[0] - lengths.mean
        ratio: Floats = np.log(np.exp(-0.5 * off * off / variance) / np.sqrt(variance) + LENGTHS_FLOOR)
        for log, strangers in zip(logs, (lengths.strangers[0][p - 1], lengths.strangers[1][q - 1]), strict=True):
            far = (log - strangers.mean) / strangers.deviation
            ratio += 0.5 * (0.5 * np.minimum(far * far, 6.0) + math.log(strangers.deviation))
        return ratio

    def _score_likeness(self, p: int, q: int, i: Integers, j: Integers, product: Floats) -> Floats:
        cosine = product / (self.sides[0].norm[p][i] * self.sides[1].norm[q][j])
        likeness = self.model.likeness or Likeness()
        ratio: Floats = np.interp(cosine, likeness.cosines, likeness.ratios)
        return ratio

    def find_path(self) -> list[tuple[int, int, int]]:
        """Return the steps of the best path from last to first: boundaries i and j, and the move that ends there."""
        size = self.n + 2 * _PAD
        best, total = np.full((_RING_SIZE, size), _IMPOSSIBLE), np.full((_RING_SIZE, size), _IMPOSSIBLE)
        best[0, _PAD] = total[0, _PAD] = 0.0
        self.moves: list[NDArray[np.uint8]] = [np.zeros(1, np.uint8)]
        self.forward: list[Floats] = [np.zeros(1)]
        for start, end in self._split_diagonals():
            scores = self._score_beads(start, end)
            for k in range(start, end):
                low, width = int(self.band.low[k]), int(self.band.high[k] - self.band.low[k]) + 1
                diagonal_scores = scores[:, k - start, :width]
                bests, sums = diagonal_scores.copy(), diagonal_scores.copy()
                for s, (p, q) in enumerate(_MOVES):
                    if p + q <= k:
                        offset = low - p + _PAD
                        bests[s] += best[(k - p - q) % _RING_SIZE, offset : offset + width]
                        sums[s] += total[(k - p - q) % _RING_SIZE, offset : offset + width]
                self.moves.append(bests.argmax(0).astype(np.uint8))
                best[k % _RING_SIZE], total[k % _RING_SIZE] = _IMPOSSIBLE, _IMPOSSIBLE
                best[k % _RING_SIZE, low + _PAD : low + _PAD + width] = bests.max(0)
                summed = _add_logarithms(sums)
                total[k % _RING_SIZE, low + _PAD : low + _PAD + width] = summed
                self.forward.append(summed)
        self.likelihood = float(self.forward[self.last][self.n - int(self.band.low[self.last])])
        steps = []
        i, j = self.n, self.m
        while i or j:
            shape = int(self.moves[i + j][i - int(self.band.low[i + j])])
            steps.append((i, j, shape))
            i, j = i - _MOVES[shape][0], j - _MOVES[shape][1]
        return steps

    def build_beads(self, path: Sequence[tuple[int, int, int]]) -> list[Bead]:
        """Return the beads of a path, each with its probability: the share of all alignments that hold it."""
        wanted = {i + j: (i, shape) for i, j, shape in path}
        size = self.n + 2 * _PAD
        after = np.full((_RING_SIZE, size), _IMPOSSIBLE)
        after[self.last % _RING_SIZE, self.n + _PAD] = 0.0
        beads: list[Bead] = []
        for start, end in reversed(list(self._split_diagonals())):
            scores = self._score_beads(start, end)
            for k in range(end - 1, start - 1, -1):
                low, width = int(self.band.low[k]), int(self.band.high[k] - self.band.low[k]) + 1
                # add what ends here to where it begins; nothing that begins after k can end here
                here = after[k % _RING_SIZE, low + _PAD : low + _PAD + width].copy()
                diagonal_scores = scores[:, k - start, :width]
                if k in wanted:
                    i, shape = wanted[k]
                    beads += reversed(
                        self._build_move_beads(
                            k, i, shape, float(diagonal_scores[shape, i - low] + here[i - low]) - self.likelihood
                        )
                    )
                after[k % _RING_SIZE] = _IMPOSSIBLE
                for s, (p, q) in enumerate(_MOVES):
                    if p + q <= k:
                        target = slice(low - p + _PAD, low - p + _PAD + width)
                        row = after[(k - p - q) % _RING_SIZE]
                        row[target] = np.logaddexp(row[target], diagonal_scores[s] + here)
        return beads[::-1]

    def _build_move_beads(self, k: int, i: int, shape: int, value: float) -> list[Bead]:
        p, q = _MOVES[shape]
        before = k - p - q
        value += float(self.forward[before][i - p - int(self.band.low[before])])
        confidence = float(np.exp(min(0.0, value)))
        if shape < len(SHAPES):
            return [Bead(range(i - p, i), range(k - i - q, k - i), confidence)]
        beads = [Bead(range(n, n + 1), range(k - i, k - i), confidence) for n in range(i - p, i)]
        return beads + [Bead(range(i, i), range(n, n + 1), confidence) for n in range(k - i - q, k - i)]


def _sum_products(p: int, q: int, i: Integers, j: Integers, products: Vectors, corner: tuple[int, int]) -> Floats:
    """Return the products of the sums of the p and q vectors that end at boundaries i and j."""
    total = np.zeros(i.shape)
    for u in range(1, p + 1):
        for v in range(1, q + 1):
            row = np.clip(i - u - corner[0], 0, products.shape[0] - 1)
            column = np.clip(j - v - corner[1], 0, products.shape[1] - 1)
            total += products[row, column]
    return total


def _add_logarithms(rows: Floats) -> Floats:
    """Return the logarithms of sums of numbers, given as logarithms in rows."""
    top = rows.max(0)
    summed: Floats = top + np.log(np.exp(np.maximum(rows - top, -50.0)).sum(0))
    return summed
