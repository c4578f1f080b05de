"""Texts in, vectors out whose cosine is their similarity across languages: shared tokens and a dictionary. Pure.

The dictionary is learned from a first alignment of the same two texts, as hunalign does (Varga and others 2005). The
evidence for a pair never comes from the pair itself: segments are split into folds, and each fold uses the dictionary
of the others.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bookbuild.languages.words import count_anchors, count_punctuation, numbers, words

Vectors = NDArray[np.float32]
Pairs = Sequence[tuple[Sequence[int], Sequence[int]]]
"""Beads of an earlier pass: indices of their segments in the two texts."""

FOLDS = 5
_EXACT_DIMENSIONS = 1024
"""Number of different tokens up to which each has its own dimension."""
_DIMENSIONS = 512
_WORDS_PER_SEGMENT = 40
"""Only the rarest words of a segment take part in the dictionary."""
_COMMON_SHARE = 0.2
"""Share of segments above which a word is ignored."""
_LONG_NUMBER_DIGITS = 3
"""Digits of a number that hardly ever occurs twice by chance."""
_KEPT_PRIOR = (2.0, 2.2)
"""Prior counts: numbers kept in translation, of all numbers."""
_STRANGER_RATE = 0.97
"""How often a number of a segment is absent from one that is not its partner."""
_MOST_TRANSLATIONS = 3
_LEAST_EVIDENCE = 6.0
"""Least log-likelihood ratio (Dunning 1993) of two words taken as translations."""
_Table = dict[str, dict[str, float]]
"""Words, and their translations with weights up to 1."""


class Lexicon:
    """The tokens of two texts, counted once; builds vectors with or without a dictionary."""

    def __init__(self, first: Sequence[str], second: Sequence[str]) -> None:
        self.anchor_counts = [[count_anchors(t) for t in side] for side in (first, second)]
        self.punctuation_counts = [[count_punctuation(t) for t in side] for side in (first, second)]
        self.word_counts = [[Counter(words(t)) for t in side] for side in (first, second)]
        self.frequency = [_count_segments(side) for side in self.word_counts]
        self.size = (len(first), len(second))
        both = set(_count_segments(self.anchor_counts[0])) & set(_count_segments(self.anchor_counts[1]))
        self.weight = self._weigh_tokens(both)

    def _weigh_tokens(self, tokens: set[str]) -> dict[str, float]:
        """Return a weight for each token that both texts have: rare tokens weigh more."""
        counts = [_count_segments(side) for side in self.anchor_counts]
        weights = {}
        for token in tokens:
            share = max(counts[0][token] / self.size[0], counts[1][token] / self.size[1])
            kind = {"n": 1.5, "u": 2.0}.get(token[0], 1.0)
            weights[token] = kind * max(0.0, -math.log(share))
        return weights

    def build_vectors(self, pairs: Pairs = ()) -> tuple[Vectors, Vectors]:
        """Build one row per segment for each text, not normalised: joined segments have the sum of their vectors."""
        dictionary = _Dictionary(self, pairs) if pairs else None
        rows: list[list[dict[str, float]]] = [[], []]
        for side in (0, 1):
            for n in range(self.size[side]):
                row = {t: self.weight[t] * c for t, c in self.anchor_counts[side][n].items() if t in self.weight}
                for t, c in self.punctuation_counts[side][n].items():
                    row[t] = 0.7 * c
                if dictionary:
                    row |= dictionary.translate_segment(side, n) | dictionary.weigh_targets(side, n)
                rows[side].append(row)
        return _build_dense_vectors(rows)


def _count_segments(side: Sequence[Counter[str]]) -> Counter[str]:
    """Count the segments that hold each token."""
    counts: Counter[str] = Counter()
    for tokens in side:
        counts.update(tokens.keys())
    return counts


class _Dictionary:
    """Words of either text and their translations in the other, learned from the beads of an earlier pass."""

    def __init__(self, lexicon: Lexicon, pairs: Pairs) -> None:
        self.lexicon = lexicon
        self.folds = tuple({i: n % FOLDS for n, pair in enumerate(pairs) for i in pair[side]} for side in (0, 1))
        self.names = tuple(sorted(w for w, count in side.items() if count > 1) for side in lexicon.frequency)
        places = tuple({w: n for n, w in enumerate(side)} for side in self.names)
        rare = [[self._find_rare_words(side, places[side], pair[side]) for pair in pairs] for side in (0, 1)]
        self.words = tuple(
            [np.bincount(_concatenate(r[f::FOLDS]), minlength=max(1, len(p))) for f in range(FOLDS)]
            for r, p in zip(rare, places, strict=True)
        )
        self.sizes = [len(pairs[f::FOLDS]) for f in range(FOLDS)]
        keys = [
            _concatenate(
                [
                    np.add.outer(x * len(places[1]), y).ravel()
                    for x, y in zip(rare[0][f::FOLDS], rare[1][f::FOLDS], strict=True)
                ]
            )
            for f in range(FOLDS)
        ]
        self.keys, counts = np.unique(_concatenate(keys), return_counts=True)
        self.keys = self.keys[counts > 1]
        self.counts = np.zeros((FOLDS, len(self.keys)), np.int64)
        for fold, fold_keys in enumerate(keys):
            distinct, times = np.unique(fold_keys, return_counts=True)
            positions = np.searchsorted(self.keys, distinct)
            known = positions < len(self.keys)
            known[known] = self.keys[positions[known]] == distinct[known]
            self.counts[fold, positions[known]] = times[known]
        found = [self._find_translations(fold) for fold in range(-1, FOLDS)]
        self.translations = tuple([tables[side] for tables in found] for side in (0, 1))
        self.targets = tuple(
            {other for table in self.translations[1 - side] for row in table.values() for other in row}
            for side in (0, 1)
        )

    def _find_rare_words(self, side: int, places: dict[str, int], segments: Sequence[int]) -> NDArray[np.int64]:
        frequency = self.lexicon.frequency[side]
        most = max(3.0, _COMMON_SHARE * self.lexicon.size[side])
        candidates = {w for n in segments for w in self.lexicon.word_counts[side][n] if 1 < frequency[w] <= most}
        chosen = sorted(candidates, key=lambda w: (frequency[w], w))[:_WORDS_PER_SEGMENT]
        return np.array([places[w] for w in chosen], np.int64)

    def _find_translations(self, fold: int) -> tuple[_Table, _Table]:
        """Return the translations of the words of each text, without the evidence of a fold; -1 for none."""
        if not len(self.keys):
            return {}, {}
        others = [f for f in range(FOLDS) if f != fold]
        both = self.counts[others].sum(0)
        x, y = np.divmod(self.keys, len(self.names[1]))
        left = np.sum([self.words[0][f] for f in others], 0)[x]
        right = np.sum([self.words[1][f] for f in others], 0)[y]
        total = sum(self.sizes[f] for f in others)
        good = np.flatnonzero((both > 1) & (_likelihood_ratio(both, left, right, total) >= _LEAST_EVIDENCE))
        dice = 2 * both[good] / (left[good] + right[good])
        pairs = [(self.names[0][i], self.names[1][j]) for i, j in zip(x[good], y[good], strict=True)]
        tables: tuple[_Table, _Table] = ({}, {})
        for n in np.lexsort((-both[good], -dice)):
            for word, other, table in ((*pairs[n], tables[0]), (*pairs[n][::-1], tables[1])):
                row = table.setdefault(word, {})
                if len(row) < _MOST_TRANSLATIONS:
                    row[other] = float(dice[n])
        return tables

    def translate_segment(self, side: int, n: int) -> dict[str, float]:
        """Return a segment as weighted words of the other text."""
        known = self.translations[side][self.folds[side].get(n, -1) + 1]
        weights: dict[str, float] = {}
        for word, count in self.lexicon.word_counts[side][n].items():
            for other, value in known.get(word, {}).items():
                token, weight = f"w{1 - side}{other}", value * self._weigh_word(1 - side, other) * min(count, 2)
                weights[token] = max(weights.get(token, 0.0), weight)
        return weights

    def weigh_targets(self, side: int, n: int) -> dict[str, float]:
        """Return the weighted words of a segment that are translations of words of the other text."""
        return {
            f"w{side}{word}": self._weigh_word(side, word) * min(count, 2)
            for word, count in self.lexicon.word_counts[side][n].items()
            if word in self.targets[side]
        }

    def _weigh_word(self, side: int, word: str) -> float:
        return max(0.0, -math.log(self.lexicon.frequency[side][word] / self.lexicon.size[side]))


def normalise_rows(rows: Vectors) -> Vectors:
    """Scale rows to length 1; rows of zeros stay as they are."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.where(norms > 0, norms, 1)).astype(np.float32)
    return unit


def _concatenate(arrays: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, np.int64), *arrays])


def _likelihood_ratio(
    both: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64], total: int
) -> NDArray[np.float64]:
    """Return Dunning's log-likelihood ratio of words that occur together more often than by chance, else 0."""
    out = np.zeros(len(both))
    for cell, margin in (
        (both, left * right),
        (left - both, left * (total - right)),
        (right - both, (total - left) * right),
        (total - left - right + both, (total - left) * (total - right)),
    ):
        there = (cell > 0) & (margin > 0)
        out[there] += 2 * cell[there] * np.log(cell[there] * float(total) / margin[there])
    ratio: NDArray[np.float64] = np.where(both * total > left * right, out, 0.0)
    return ratio


def build_number_vectors(first: Sequence[str], second: Sequence[str]) -> tuple[Vectors, Vectors, float]:
    """Return vectors of the numbers of three or more digits, and the score of a number that is on one side only.

    The squared distance of two vectors is the number of numbers on one side only. Their score, a logarithm of a
    likelihood ratio, depends on how many numbers the two texts share at all: translators mostly keep them, unless
    years are of other calendars or numbers are written in words.
    """
    counts = [
        [Counter(f"n{n}" for n in numbers(text) if len(n) >= _LONG_NUMBER_DIGITS) for text in side]
        for side in (first, second)
    ]
    total = [sum((Counter(row) for row in side), Counter[str]()) for side in counts]
    kept, all_of_them = (total[0] & total[1]).total(), (total[0] | total[1]).total()
    missing = 1 - (kept + _KEPT_PRIOR[0]) / (all_of_them + _KEPT_PRIOR[1])
    vectors = _build_dense_vectors([[{t: float(c) for t, c in row.items()} for row in side] for side in counts])
    return *vectors, min(0.0, math.log(missing / _STRANGER_RATE)) if all_of_them else 0.0


def _build_dense_vectors(rows: list[list[dict[str, float]]]) -> tuple[Vectors, Vectors]:
    """Convert sparse rows to dense ones: one dimension per token, or random signs if there are too many tokens.

    The signs come from a hash of the token, the same on every machine (random projection, Achlioptas 2003).
    """
    tokens = sorted({t for side in rows for row in side for t in row})
    if len(tokens) <= _EXACT_DIMENSIONS:
        basis = np.eye(max(1, len(tokens)), dtype=np.float32)
    else:
        digests = b"".join(hashlib.blake2b(t.encode(), digest_size=_DIMENSIONS // 8).digest() for t in tokens)
        bits = np.unpackbits(np.frombuffer(digests, np.uint8)).reshape(len(tokens), _DIMENSIONS)
        basis = (bits.astype(np.float32) * 2 - 1) / np.float32(math.sqrt(_DIMENSIONS))
    dimension_of = {t: n for n, t in enumerate(tokens)}
    dense = []
    for side in rows:
        out = np.zeros((len(side), basis.shape[1]), np.float32)
        for n, row in enumerate(side):
            if row:
                dimensions = [dimension_of[t] for t in row]
                out[n] = np.fromiter(row.values(), np.float32, len(row)) @ basis[dimensions]
        dense.append(out)
    return dense[0], dense[1]
