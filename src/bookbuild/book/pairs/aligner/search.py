"""Two texts and a model in, the best beads out: dynamic programming over beads in a band, by diagonals. Pure.

Cells of a diagonal (i + j constant) depend only on earlier diagonals, and the scores of beads on none, so numpy does
all the work: scores for some hundred diagonals at once, sums diagonal by diagonal. Memory is linear in the length of
the texts: one byte and one number per cell of the band.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bookbuild.book.pairs.aligner.band import Band, Points, estimate_line
from bookbuild.book.pairs.aligner.bead_scores import IMPOSSIBLE, Scorer
from bookbuild.book.pairs.aligner.beads import SHAPES, Bead, Segment
from bookbuild.book.pairs.aligner.evidence import Evidence, Floats
from bookbuild.book.pairs.aligner.scores import Model
from bookbuild.book.pairs.aligner.vectors import Vectors

_LONG_PASSAGE = 16
"""Segments of a passage that one text lacks: together they cost little more than one segment."""
_MOVES = (*SHAPES, (_LONG_PASSAGE, 0), (0, _LONG_PASSAGE))
_PAD = _LONG_PASSAGE
_RING_SIZE = _LONG_PASSAGE + 1
"""Diagonals that the longest move spans, including its own."""
_CELLS_AT_ONCE = 30_000
"""Cells whose scores are computed at once."""
_MOST_KEPT = 8_000_000
"""Scores that are kept in memory for the second direction."""
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
) -> Alignment:
    """Find the best sequence of beads, which cover every segment of both texts once, in order.

    The band lies around `guide`, else around the expected path. It is widened until the path keeps away from its
    edges.
    """
    size = (len(first), len(second))
    line = guide or estimate_line(first, second)
    width = NARROW if guide else WIDE
    scorer = Scorer(first, second, model, evidence, vectors)
    while True:
        band = Band(size, line, width, through)
        found = Alignment(scorer, model, band)
        if band.whole or band.is_clear_of_edges([(i, j) for i, j, _ in found.path]):
            return found
        width *= 3


class Alignment:
    """One band, searched forwards for the best path and, for its beads, backwards for their probabilities."""

    def __init__(self, scorer: Scorer, model: Model, band: Band) -> None:
        self.scorer, self.model, self.band = scorer, model, band
        self.n, self.m = band.size
        self.last = self.n + self.m
        self.kept_scores: dict[int, Floats] = {}
        self.path = self._find_path()

    @property
    def has_passages(self) -> bool:
        """Whether the path has a long passage that one text lacks."""
        return any(move >= len(SHAPES) for _, _, move in self.path)

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

    def _get_scores(self, start: int, end: int) -> Floats:
        """Return the scores of a stretch of diagonals, which both directions need: kept as far as there is room."""
        scores = self.kept_scores.pop(start, None)
        if scores is None:
            scores = self._score_beads(start, end)
            if scores.size + sum(kept.size for kept in self.kept_scores.values()) <= _MOST_KEPT:
                self.kept_scores[start] = scores
        return scores

    def _score_beads(self, start: int, end: int) -> Floats:
        """Score the beads that end on diagonals from start to end: an array by move, diagonal and boundary.

        Boundaries are counted from the band's lower edge; the score is IMPOSSIBLE where no such bead can end.
        """
        k = np.arange(start, end)[:, None]
        low, high = self.band.low[start:end, None], self.band.high[start:end, None]
        i = low + np.arange(int((high - low).max()) + 1)[None, :]
        j = k - i
        allowed = i <= high
        since = k - self.band.start[start:end, None]
        rows, columns = ((int(x[allowed].min()), int(x[allowed].max())) for x in (i, j))
        scores = self.scorer.score(rows, columns)
        places = np.where(allowed, (i - rows[0]) * (columns[1] - columns[0] + 1) + j - columns[0], 0)
        out = np.full((len(_MOVES), *i.shape), IMPOSSIBLE)
        for s, (p, q) in enumerate(_MOVES):
            inside = allowed & (i >= p) & (j >= q) & (since >= p + q)
            if not p or not q:  # no one-sided bead directly after a pin
                inside &= ~((since == p + q) & self.band.pinned[start:end, None])
            score = np.full(i.shape, self.model.priors[s] if s < len(SHAPES) else self.model.passage_prior)
            if p and q:
                score += scores[p, q].ravel()[places]
            out[s] = np.where(inside, np.maximum(score, IMPOSSIBLE), IMPOSSIBLE)
        return out

    def _find_path(self) -> list[tuple[int, int, int]]:
        """Return the steps of the best path from last to first: boundaries i and j, and the move that ends there."""
        size = self.n + 2 * _PAD
        best, total = np.full((_RING_SIZE, size), IMPOSSIBLE), np.full((_RING_SIZE, size), IMPOSSIBLE)
        best[0, _PAD] = total[0, _PAD] = 0.0
        self.moves: list[NDArray[np.uint8]] = [np.zeros(1, np.uint8)]
        self.forward: list[Floats] = [np.zeros(1)]
        for start, end in self._split_diagonals():
            scores = self._get_scores(start, end)
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
                best[k % _RING_SIZE], total[k % _RING_SIZE] = IMPOSSIBLE, IMPOSSIBLE
                best[k % _RING_SIZE, low + _PAD : low + _PAD + width] = bests.max(0)
                summed = _add_logarithms(sums)
                total[k % _RING_SIZE, low + _PAD : low + _PAD + width] = summed
                self.forward.append(summed)
        self.likelihood = float(self.forward[self.last][self.n - int(self.band.low[self.last])])
        """Of all alignments together, as a logarithm."""
        steps = []
        i, j = self.n, self.m
        while i or j:
            shape = int(self.moves[i + j][i - int(self.band.low[i + j])])
            steps.append((i, j, shape))
            i, j = i - _MOVES[shape][0], j - _MOVES[shape][1]
        return steps

    def build_beads(self) -> list[Bead]:
        """Return the beads of the path, each with its probability: the share of all alignments that hold it."""
        wanted = {i + j: (i, shape) for i, j, shape in self.path}
        size = self.n + 2 * _PAD
        after = np.full((_RING_SIZE, size), IMPOSSIBLE)
        after[self.last % _RING_SIZE, self.n + _PAD] = 0.0
        beads: list[Bead] = []
        for start, end in reversed(list(self._split_diagonals())):
            scores = self._get_scores(start, end)
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
                after[k % _RING_SIZE] = IMPOSSIBLE
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


def _add_logarithms(rows: Floats) -> Floats:
    """Return the logarithms of sums of numbers, given as logarithms in rows."""
    top = rows.max(0)
    summed: Floats = top + np.log(np.exp(np.maximum(rows - top, -50.0)).sum(0))
    return summed
