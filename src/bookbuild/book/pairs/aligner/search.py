"""The best way to align two sequences: dynamic programming over beads in a band, diagonal by diagonal. Pure.

Cells of one diagonal (i + j constant) depend on earlier diagonals alone, and the scores of beads on none, so that all
is done by numpy: scores for some hundred diagonals at once, sums diagonal by diagonal. Memory is linear in the length
of the texts: a byte and a number a cell of the band.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bookbuild.book.pairs.aligner.band import Band, Integers, Points, diagonal
from bookbuild.book.pairs.aligner.beads import SHAPES, Bead, Segment
from bookbuild.book.pairs.aligner.scores import OTHER_GUESS, OTHER_KIND, Floats, Model
from bookbuild.book.pairs.aligner.vectors import Vectors, number_vectors

_FLOOR = 0.005
"""Density of the ratio of lengths of partners that are unlike: once in a while they are of any length."""
_NEVER = -1e30
_LONG = 16
"""Segments of a passage that one text lacks, which costs little more than one."""
_MOVES = (*SHAPES, (_LONG, 0), (0, _LONG))
_PASSAGE = -6.5
"""The logarithm of how often such a passage begins."""
_PAD = _LONG
_RING = _LONG + 1
"""Diagonals that the longest move leads over, with its own."""
_MOST_NUMBERS = 2.0
"""Numbers on one side alone that speak against partners; more say no more."""
_CELLS = 30_000
"""Cells whose scores are computed at once."""
WIDE, NARROW = 120, 40
"""Segments on either side of a path that is guessed, or of one that an earlier pass found."""


def align(
    first: Sequence[Segment],
    second: Sequence[Segment],
    model: Model,
    vectors: tuple[Vectors, Vectors],
    guide: Points = (),
    through: Points = (),
) -> tuple[list[Bead], float]:
    """Give the best sequence of beads, which hold every segment of both texts once, in order, and its likelihood.

    The band lies around `guide`, else around the line that texts of the same content keep to. It is made wider until
    the path keeps away from its edges. The likelihood is that of all ways together, as a logarithm.
    """
    size = (len(first), len(second))
    line = guide or diagonal(first, second)
    width = NARROW if guide else WIDE
    *numbers, alone = number_vectors([s.text for s in first], [s.text for s in second])
    sides = _Side(first, vectors[0], numbers[0]), _Side(second, vectors[1], numbers[1])
    while True:
        band = Band(size, line, width, through)
        search = _Search(first, second, sides, model, band, alone)
        path = search.path()
        if band.whole or band.inside([(i, j) for i, j, _ in path]):
            return search.beads(path), search.whole
        width *= 3


class _Side:
    """One text: lengths, norms and what may be joined, for 1, 2 and 3 segments that end at a boundary."""

    def __init__(self, segments: Sequence[Segment], vectors: Vectors, numbers: Vectors) -> None:
        size = len(segments)
        self.numbers = numbers
        counted = np.concatenate([np.zeros((1, numbers.shape[1])), np.cumsum(numbers, 0, dtype=np.float64)])
        self.squares = [np.zeros(size + 1) for _ in range(4)]
        for p in (1, 2, 3):
            if size >= p:
                self.squares[p][p:] = ((counted[p:] - counted[:-p]) ** 2).sum(1)
        lengths = np.array([len(s.text) + 1 for s in segments], float)
        total = np.concatenate([[0], np.cumsum(lengths)])
        sums = np.concatenate([np.zeros((1, vectors.shape[1])), np.cumsum(vectors, 0, dtype=np.float64)])
        blocked = np.concatenate([[0], np.cumsum([s.alone for s in segments])])
        self.log: list[Floats] = [np.zeros(0)]
        self.inverse: list[Floats] = [np.zeros(0)]
        self.norm: list[Floats] = [np.zeros(0)]
        self.free: list[NDArray[np.bool_]] = [np.ones(size + 1, bool)]
        for p in (1, 2, 3):
            length, norm, free = np.ones(size + 1), np.zeros(size + 1), np.zeros(size + 1, bool)
            if size >= p:
                length[p:] = total[p:] - total[:-p]
                norm[p:] = np.linalg.norm(sums[p:] - sums[:-p], axis=1)
                free[p:] = True if p == 1 else blocked[p:] == blocked[:-p]
            self.log.append(np.log(length))
            self.inverse.append(1 / length)
            self.norm.append(np.where(norm > 1e-6, norm, np.inf))
            self.free.append(free)
        self.vectors = vectors


class _Search:
    """One band, looked through forwards for the best path and backwards for its probabilities."""

    def __init__(
        self,
        first: Sequence[Segment],
        second: Sequence[Segment],
        sides: tuple[_Side, _Side],
        model: Model,
        band: Band,
        alone: float,
    ) -> None:
        self.alone = alone
        self.n, self.m = len(first), len(second)
        self.last = self.n + self.m
        self.model, self.band, self.sides = model, band, sides
        names = {s.shape: n for n, s in enumerate((*first, *second))}
        self.kinds = [np.array([names[s.shape] for s in side]) for side in (first, second)]
        self.guessed = [np.array([s.guessed for s in side]) for side in (first, second)]
        self.dotted = any(self.model.likeness.ratios)

    def _blocks(self) -> Iterator[tuple[int, int]]:
        """Part the diagonals into stretches whose scores are computed at once."""
        widths = self.band.high - self.band.low + 1
        start = 1
        while start <= self.last:
            end = start + 1
            widest = int(widths[start])
            while end <= self.last and (end - start) * max(widest, int(widths[end])) < _CELLS:
                widest = max(widest, int(widths[end]))
                end += 1
            yield start, end
            start = end

    def _scores(self, start: int, end: int) -> Floats:
        """Give the scores of beads that end on diagonals from start to end: a shape, a diagonal, a boundary each.

        Boundaries are counted from the band's lower edge; where no such bead ends the score is _NEVER.
        """
        k = np.arange(start, end)[:, None]
        low, high = self.band.low[start:end, None], self.band.high[start:end, None]
        i = low + np.arange(int((high - low).max()) + 1)[None, :]
        j = k - i
        allowed = i <= high
        since = k - self.band.start[start:end, None]
        of_vectors = self._products(i, j, allowed, [side.vectors for side in self.sides]) if self.dotted else None
        of_numbers = self._products(i, j, allowed, [side.numbers for side in self.sides]) if self.alone else None
        out = np.full((len(_MOVES), *i.shape), _NEVER)
        for s, (p, q) in enumerate(_MOVES):
            inside = allowed & (i >= p) & (j >= q) & (since >= p + q)
            if not p or not q:  # both go on from a pin
                inside &= ~((since == p + q) & self.band.pinned[start:end, None])
            ours, theirs = np.where(inside, i, 0), np.where(inside, j, 0)
            score = np.full(i.shape, self.model.priors[s] if s < len(SHAPES) else _PASSAGE)
            if p and q:
                score += self._length(p, q, ours, theirs)
                if of_vectors:
                    score += self._likeness(p, q, ours, theirs, _summed_products(p, q, ours, theirs, *of_vectors))
                if of_numbers:
                    same = _summed_products(p, q, ours, theirs, *of_numbers)
                    left = self.sides[0].squares[p][ours] + self.sides[1].squares[q][theirs] - 2 * same
                    score += self.alone * np.clip(left, 0.0, _MOST_NUMBERS)
                before = np.maximum(ours - 1, 0), np.maximum(theirs - 1, 0)
                differ = self.kinds[0][before[0]] != self.kinds[1][before[1]]
                if p == q == 1:
                    guessed = self.guessed[0][before[0]] | self.guessed[1][before[1]]
                    score += np.where(differ, np.where(guessed, OTHER_GUESS, OTHER_KIND), 0.0)
                else:
                    inside &= self.sides[0].free[p][ours] & self.sides[1].free[q][theirs] & ~differ
            out[s] = np.where(inside, score, _NEVER)
        return out

    def _products(
        self, i: Integers, j: Integers, allowed: NDArray[np.bool_], vectors: Sequence[Vectors]
    ) -> tuple[Vectors, tuple[int, int]]:
        """Give the products of the vectors of all segments of some diagonals, and the first of them."""
        rows = max(0, int(i[allowed].min()) - 4), int(i[allowed].max())
        columns = max(0, int(j[allowed].min()) - 4), int(j[allowed].max())
        products: Vectors = vectors[0][rows[0] : rows[1] + 1] @ vectors[1][columns[0] : columns[1] + 1].T
        return products, (rows[0], columns[0])

    def _length(self, p: int, q: int, i: Integers, j: Integers) -> Floats:
        lengths, (left, right) = self.model.lengths, self.sides
        log = right.log[q][j]
        inverse = left.inverse[p][i] + right.inverse[q][j] * np.exp(lengths.mean)
        variance = lengths.constant + lengths.decreasing * inverse
        off = log - left.log[p][i] - lengths.mean
        far = (log - lengths.other_mean - np.log(q)) / lengths.other_deviation
        near = np.exp(-0.5 * off * off / variance) / np.sqrt(variance) + _FLOOR
        ratio: Floats = np.log(near) + 0.5 * np.minimum(far * far, 6.0) + np.log(lengths.other_deviation)
        return ratio

    def _likeness(self, p: int, q: int, i: Integers, j: Integers, product: Floats) -> Floats:
        cosine = product / (self.sides[0].norm[p][i] * self.sides[1].norm[q][j])
        ratio: Floats = np.interp(cosine, self.model.likeness.cosines, self.model.likeness.ratios)
        return ratio

    def path(self) -> list[tuple[int, int, int]]:
        """Give boundaries and the shapes of the beads that end there, from the last to the first."""
        size = self.n + 2 * _PAD
        best, total = np.full((_RING, size), _NEVER), np.full((_RING, size), _NEVER)
        best[0, _PAD] = total[0, _PAD] = 0.0
        self.came: list[NDArray[np.uint8]] = [np.zeros(1, np.uint8)]
        self.forward: list[Floats] = [np.zeros(1)]
        for start, end in self._blocks():
            scores = self._scores(start, end)
            for k in range(start, end):
                low, width = int(self.band.low[k]), int(self.band.high[k] - self.band.low[k]) + 1
                own = scores[:, k - start, :width]
                bests, sums = own.copy(), own.copy()
                for s, (p, q) in enumerate(_MOVES):
                    if p + q <= k:
                        at = low - p + _PAD
                        bests[s] += best[(k - p - q) % _RING, at : at + width]
                        sums[s] += total[(k - p - q) % _RING, at : at + width]
                self.came.append(bests.argmax(0).astype(np.uint8))
                best[k % _RING], total[k % _RING] = _NEVER, _NEVER
                best[k % _RING, low + _PAD : low + _PAD + width] = bests.max(0)
                summed = _summed(sums)
                total[k % _RING, low + _PAD : low + _PAD + width] = summed
                self.forward.append(summed)
        self.whole = float(self.forward[self.last][self.n - int(self.band.low[self.last])])
        found = []
        i, j = self.n, self.m
        while i or j:
            shape = int(self.came[i + j][i - int(self.band.low[i + j])])
            found.append((i, j, shape))
            i, j = i - _MOVES[shape][0], j - _MOVES[shape][1]
        return found

    def beads(self, path: Sequence[tuple[int, int, int]]) -> list[Bead]:
        """Give the beads of a path, each with its probability: all ways that hold it, against all ways there are."""
        wanted = {i + j: (i, shape) for i, j, shape in path}
        size = self.n + 2 * _PAD
        after = np.full((_RING, size), _NEVER)
        after[self.last % _RING, self.n + _PAD] = 0.0
        found: list[Bead] = []
        for start, end in reversed(list(self._blocks())):
            scores = self._scores(start, end)
            for k in range(end - 1, start - 1, -1):
                low, width = int(self.band.low[k]), int(self.band.high[k] - self.band.low[k]) + 1
                # what ends here is added to where it begins; nothing that begins later than k can end here
                here = after[k % _RING, low + _PAD : low + _PAD + width].copy()
                own = scores[:, k - start, :width]
                if k in wanted:
                    i, shape = wanted[k]
                    found += reversed(self._beads(k, i, shape, float(own[shape, i - low] + here[i - low]) - self.whole))
                after[k % _RING] = _NEVER
                for s, (p, q) in enumerate(_MOVES):
                    if p + q <= k:
                        at = slice(low - p + _PAD, low - p + _PAD + width)
                        row = after[(k - p - q) % _RING]
                        row[at] = np.logaddexp(row[at], own[s] + here)
        return found[::-1]

    def _beads(self, k: int, i: int, shape: int, value: float) -> list[Bead]:
        p, q = _MOVES[shape]
        before = k - p - q
        value += float(self.forward[before][i - p - int(self.band.low[before])])
        sure = float(np.exp(min(0.0, value)))
        if shape < len(SHAPES):
            return [Bead(range(i - p, i), range(k - i - q, k - i), sure)]
        here = [Bead(range(n, n + 1), range(k - i, k - i), sure) for n in range(i - p, i)]
        return here + [Bead(range(i, i), range(n, n + 1), sure) for n in range(k - i - q, k - i)]


def _summed_products(p: int, q: int, i: Integers, j: Integers, products: Vectors, corner: tuple[int, int]) -> Floats:
    """Give the product of the sums of the p and q vectors that end at boundaries."""
    total = np.zeros(i.shape)
    for u in range(1, p + 1):
        for v in range(1, q + 1):
            row = np.clip(i - u - corner[0], 0, products.shape[0] - 1)
            column = np.clip(j - v - corner[1], 0, products.shape[1] - 1)
            total += products[row, column]
    return total


def _summed(rows: Floats) -> Floats:
    """Add numbers that are given as logarithms."""
    top = rows.max(0)
    summed: Floats = top + np.log(np.exp(np.maximum(rows - top, -50.0)).sum(0))
    return summed
