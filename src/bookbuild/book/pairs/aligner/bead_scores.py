"""Two texts and a model in, scores of beads out, for rectangles of boundaries. Pure.

A boundary is the number of segments before it. All scores are logarithms of likelihood ratios.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bookbuild.book.pairs.aligner.beads import MOST_JOINED, SHAPES, Segment
from bookbuild.book.pairs.aligner.evidence import Evidence, Floats
from bookbuild.book.pairs.aligner.scores import Model
from bookbuild.book.pairs.aligner.vectors import Vectors

IMPOSSIBLE = -1e30
_KIND_MISMATCH = -7.0
"""The score of partners of different kinds."""
_GUESSED_KIND_MISMATCH = -2.0
"""The score of partners of different kinds if one of the kinds is a guess."""
_LEAST_BY_WORDS, _MOST_BY_WORDS = -4.0, 15.0
"""Least and most that words say of two stretches."""


class _Side:
    """One text: what is known of 1, 2 and more segments that end at each boundary."""

    def __init__(self, segments: Sequence[Segment], absent: Floats, repeated: Floats, vectors: Vectors | None) -> None:
        size = len(segments)
        rows = np.zeros((size, 1)) if vectors is None else vectors
        total, all_absent, all_repeated, blocked = (
            np.concatenate([[0], np.cumsum(a)])
            for a in ([len(s.text) + 1.0 for s in segments], absent, repeated, [s.alone for s in segments])
        )
        sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, 0, dtype=np.float64)])
        self.log, self.norm, self.absent = ([np.zeros(size + 1) for _ in range(MOST_JOINED + 1)] for _ in range(3))
        self.free: list[NDArray[np.bool_]] = [np.zeros(size + 1, bool) for _ in range(MOST_JOINED + 1)]
        for p in range(1, min(size, MOST_JOINED) + 1):
            self.log[p][p:] = np.log(total[p:] - total[:-p])
            self.norm[p][p:] = np.linalg.norm(sums[p:] - sums[:-p], axis=1)
            first = all_absent[p:] - all_absent[:-p]
            self.absent[p][p:] = first - (all_repeated[p:] - all_repeated[1 : size - p + 2])
            self.free[p][p:] = True if p == 1 else blocked[p:] == blocked[:-p]
        self.vectors = vectors


class Scorer:
    """Scores the beads of two texts that have segments of both."""

    def __init__(
        self,
        first: Sequence[Segment],
        second: Sequence[Segment],
        model: Model,
        evidence: Evidence,
        vectors: tuple[Vectors, Vectors] | None = None,
    ) -> None:
        self.model, self.evidence = model, evidence
        texts = (first, second)
        self.sides = tuple(
            _Side(text, evidence.absent[n], evidence.repeated[n], vectors[n] if vectors else None)
            for n, text in enumerate(texts)
        )
        names = {s.shape: n for n, s in enumerate((*first, *second))}
        self.kinds = [np.array([-1, *(names[s.shape] for s in text)]) for text in texts]
        self.guessed = [np.array([False, *(s.guessed for s in text)]) for text in texts]

    def score(self, rows: tuple[int, int], columns: tuple[int, int]) -> dict[tuple[int, int], Floats]:
        """Return the scores of beads of each shape that end at boundaries from a first to a last row and column."""
        i, j = np.arange(rows[0], rows[1] + 1), np.arange(columns[0], columns[1] + 1)
        parts = self.evidence.multiply((rows[0] - MOST_JOINED, rows[1]), (columns[0] - MOST_JOINED, columns[1]))
        gain, again, hits = (
            _Blocks(parts.gain), tuple(map(_Blocks, parts.again)), tuple(map(_Blocks, parts.hits))
        )  # fmt: skip
        of_vectors = self._multiply_vectors(i, j)
        differ = self.kinds[0][i][:, None] != self.kinds[1][j][None, :]
        guessed = self.guessed[0][i][:, None] | self.guessed[1][j][None, :]
        mismatch = np.where(differ, np.where(guessed, _GUESSED_KIND_MISMATCH, _KIND_MISMATCH), 0.0)
        scores = {}
        for p, q in SHAPES:
            if not p or not q:
                continue
            left, right = self.sides
            logs = left.log[p][i][:, None], right.log[q][j][None, :]
            found = gain.add_up(p, q) - again[0].add_up(p - 1, q) - again[1].add_up(p, q - 1)
            found -= self.model.lengths.weigh_hits([h.add_up(p, q) for h in hits], logs)
            found += left.absent[p][i][:, None] + right.absent[q][j][None, :]
            words = self.model.words
            found = words.factor * found + words.constant * ((p + q) / 2)
            score = self.model.lengths.score((p, q), logs) + np.clip(found, _LEAST_BY_WORDS, _MOST_BY_WORDS)
            if of_vectors is not None and self.model.likeness:
                cosine = of_vectors.add_up(p, q) / np.maximum(
                    left.norm[p][i][:, None] * right.norm[q][j][None, :], 1e-9
                )
                score += np.interp(cosine, self.model.likeness.cosines, self.model.likeness.ratios)
            if p == q == 1:
                scores[p, q] = score + mismatch
            else:
                free = left.free[p][i][:, None] & right.free[q][j][None, :] & ~differ
                scores[p, q] = np.where(free, score, IMPOSSIBLE)
        return scores

    def _multiply_vectors(self, i: NDArray[np.int64], j: NDArray[np.int64]) -> _Blocks | None:
        """Return the products of the vectors of the segments that can be in beads ending at some boundaries."""
        ours, theirs = (side.vectors for side in self.sides)
        if ours is None or theirs is None:
            return None
        sides = [
            np.pad(v[max(0, k[0] - MOST_JOINED) : k[-1]], ((max(0, MOST_JOINED - k[0]), 0), (0, 0)))
            for v, k in ((ours, i), (theirs, j))
        ]
        return _Blocks((sides[0] @ sides[1].T).astype(float))


class _Blocks:
    """Sums of the last p rows and q columns that end at each boundary; the first MOST_JOINED ones are only summed."""

    def __init__(self, part: Floats) -> None:
        self.size = part.shape[0] - MOST_JOINED + 1, part.shape[1] - MOST_JOINED + 1
        self.part = part
        self.rows: dict[int, Floats] = {}

    def add_up(self, p: int, q: int) -> Floats:
        """Return the sums per boundary."""
        if not p or not q:
            return np.zeros(self.size)
        if p not in self.rows:
            starts = (MOST_JOINED - 1 - u for u in range(p))
            self.rows[p] = sum((self.part[n : n + self.size[0]] for n in starts), np.zeros(1))
        starts = (MOST_JOINED - 1 - v for v in range(q))
        return sum((self.rows[p][:, n : n + self.size[1]] for n in starts), np.zeros(1))
