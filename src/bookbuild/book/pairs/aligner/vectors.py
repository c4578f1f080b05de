"""Texts as vectors whose angle tells how alike they are across languages: tokens, a dictionary of their own. Pure.

The dictionary is learned from a first alignment of the same two texts, as hunalign does (Varga and others 2005). The
evidence for a pair never comes from the pair itself: segments are parted into folds, and each fold is judged by the
dictionary of the others.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bookbuild.languages.words import anchors, marks, numbers, words

Vectors = NDArray[np.float32]
Pairs = Sequence[tuple[Sequence[int], Sequence[int]]]
"""Beads of a first pass: indices of segments of either text."""

FOLDS = 5
_EXACT = 1024
"""Different tokens up to which each has a dimension of its own."""
_DIMENSIONS = 512
_WORDS = 40
"""Of a segment: its rarest words take part in the dictionary."""
_COMMON = 0.2
"""Share of segments above which a word tells nothing."""
_LONG_NUMBER = 3
"""Digits of a number that hardly stands in two places by chance."""
_KEPT = (2.0, 2.2)
"""Numbers that were kept, of so many, before the texts were seen."""
_STRANGE = 0.97
"""How often a number of one segment is not in another one that is not its partner."""
_TRANSLATIONS = 3
_EVIDENCE = 6.0
"""Least log-likelihood ratio (Dunning 1993) of two words that are taken for translations of each other."""


class Lexicon:
    """The tokens of two texts, counted once, and vectors of them with or without a dictionary."""

    def __init__(self, first: Sequence[str], second: Sequence[str]) -> None:
        self.anchors = [[anchors(t) for t in side] for side in (first, second)]
        self.marks = [[marks(t) for t in side] for side in (first, second)]
        self.words = [[Counter(words(t)) for t in side] for side in (first, second)]
        self.frequency = [_frequency(side) for side in self.words]
        self.size = (len(first), len(second))
        both = set(_frequency(self.anchors[0])) & set(_frequency(self.anchors[1]))
        self.weight = self._weights(both)

    def _weights(self, tokens: set[str]) -> dict[str, float]:
        """Give each token that both texts have a weight: the rarer, the more it tells."""
        counts = [_frequency(side) for side in self.anchors]
        found = {}
        for token in tokens:
            share = max(counts[0][token] / self.size[0], counts[1][token] / self.size[1])
            kind = {"n": 1.5, "u": 2.0}.get(token[0], 1.0)
            found[token] = kind * max(0.0, -math.log(share)) ** 1.0
        return found

    def vectors(self, pairs: Pairs = ()) -> tuple[Vectors, Vectors]:
        """Give a vector a segment of either text, not normalised, so that those of joined segments are sums."""
        table = _Dictionary(self, pairs) if pairs else None
        rows: list[list[dict[str, float]]] = [[], []]
        for side in (0, 1):
            for n in range(self.size[side]):
                row = {t: self.weight[t] * c for t, c in self.anchors[side][n].items() if t in self.weight}
                for t, c in self.marks[side][n].items():
                    row[t] = 0.7 * c
                if table:
                    known = table.translated(n) if side == 0 else table.own(n)
                    for t, value in known.items():
                        row[t] = row.get(t, 0.0) + value
                rows[side].append(row)
        return _dense(rows)


def _frequency(side: Sequence[Counter[str]]) -> Counter[str]:
    """Count in how many segments each token stands."""
    found: Counter[str] = Counter()
    for tokens in side:
        found.update(tokens.keys())
    return found


class _Dictionary:
    """Which words of the one text stand for which of the other, by the beads of an earlier pass."""

    def __init__(self, lexicon: Lexicon, pairs: Pairs) -> None:
        self.lexicon = lexicon
        self.fold = {i: n % FOLDS for n, (ours, _) in enumerate(pairs) for i in ours}
        self.names = tuple(sorted(w for w, count in side.items() if count > 1) for side in lexicon.frequency)
        places = tuple({w: n for n, w in enumerate(side)} for side in self.names)
        rare = [[self._rare(side, places[side], pair[side]) for pair in pairs] for side in (0, 1)]
        self.words = tuple(
            [np.bincount(_joined(r[f::FOLDS]), minlength=max(1, len(p))) for f in range(FOLDS)]
            for r, p in zip(rare, places, strict=True)
        )
        self.sizes = [len(pairs[f::FOLDS]) for f in range(FOLDS)]
        keys = [
            _joined(
                [
                    np.add.outer(x * len(places[1]), y).ravel()
                    for x, y in zip(rare[0][f::FOLDS], rare[1][f::FOLDS], strict=True)
                ]
            )
            for f in range(FOLDS)
        ]
        self.keys, counts = np.unique(_joined(keys), return_counts=True)
        self.keys = self.keys[counts > 1]
        self.counts = np.zeros((FOLDS, len(self.keys)), np.int64)
        for fold, found in enumerate(keys):
            own, times = np.unique(found, return_counts=True)
            at = np.searchsorted(self.keys, own)
            known = at < len(self.keys)
            known[known] = self.keys[at[known]] == own[known]
            self.counts[fold, at[known]] = times[known]
        self.known = [self._best(fold) for fold in range(-1, FOLDS)]
        self.targets = {other for table in self.known for found in table.values() for other in found}

    def _rare(self, side: int, places: dict[str, int], segments: Sequence[int]) -> NDArray[np.int64]:
        frequency = self.lexicon.frequency[side]
        most = max(3.0, _COMMON * self.lexicon.size[side])
        found = {w for n in segments for w in self.lexicon.words[side][n] if 1 < frequency[w] <= most}
        chosen = sorted(found, key=lambda w: (frequency[w], w))[:_WORDS]
        return np.array([places[w] for w in chosen], np.int64)

    def _best(self, fold: int) -> dict[str, dict[str, float]]:
        """Give the words that stand for each word, with weights up to 1, leaving the evidence of a fold out."""
        if not len(self.keys):
            return {}
        others = [f for f in range(FOLDS) if f != fold]
        both = self.counts[others].sum(0)
        x, y = np.divmod(self.keys, len(self.names[1]))
        left = np.sum([self.words[0][f] for f in others], 0)[x]
        right = np.sum([self.words[1][f] for f in others], 0)[y]
        total = sum(self.sizes[f] for f in others)
        good = np.flatnonzero((both > 1) & (_likelihood_ratio(both, left, right, total) >= _EVIDENCE))
        dice = 2 * both[good] / (left[good] + right[good])
        found: dict[str, dict[str, float]] = {}
        for n in np.lexsort((y[good], -dice, x[good])):
            row = found.setdefault(self.names[0][x[good[n]]], {})
            if len(row) < _TRANSLATIONS:
                row[self.names[1][y[good[n]]]] = float(dice[n])
        return found

    def translated(self, n: int) -> dict[str, float]:
        """Give a segment of the first text in words of the second."""
        known = self.known[self.fold.get(n, -1) + 1]
        found: dict[str, float] = {}
        for word, count in self.lexicon.words[0][n].items():
            for other, value in known.get(word, {}).items():
                weight = value * self._weight(other) * min(count, 2)
                found[f"w{other}"] = max(found.get(f"w{other}", 0.0), weight)
        return found

    def own(self, n: int) -> dict[str, float]:
        """Give a segment of the second text, as far as its words are translations."""
        return {
            f"w{word}": self._weight(word) * min(count, 2)
            for word, count in self.lexicon.words[1][n].items()
            if word in self.targets
        }

    def _weight(self, word: str) -> float:
        return max(0.0, -math.log(self.lexicon.frequency[1][word] / self.lexicon.size[1]))


def _joined(arrays: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, np.int64), *arrays])


def _likelihood_ratio(
    both: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64], total: int
) -> NDArray[np.float64]:
    """Give Dunning's log-likelihood ratio of words that stand together more often than chance would have it."""
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


def number_vectors(first: Sequence[str], second: Sequence[str]) -> tuple[Vectors, Vectors, float]:
    """Give vectors of the numbers of three digits and more, and how much one without its like speaks against partners.

    The squared distance of two vectors is the number of numbers that are on one side alone. What one of them says, a
    logarithm of a likelihood ratio, follows from how many numbers of the one text are in the other at all: translators
    mostly keep them, unless years are of other calendars or numbers are written in words.
    """
    counts = [
        [Counter(f"n{n}" for n in numbers(text) if len(n) >= _LONG_NUMBER) for text in side] for side in (first, second)
    ]
    total = [sum((Counter(row) for row in side), Counter[str]()) for side in counts]
    kept, all_of_them = (total[0] & total[1]).total(), (total[0] | total[1]).total()
    missing = 1 - (kept + _KEPT[0]) / (all_of_them + _KEPT[1])
    vectors = _dense([[{t: float(c) for t, c in row.items()} for row in side] for side in counts])
    return *vectors, min(0.0, math.log(missing / _STRANGE)) if all_of_them else 0.0


def _dense(rows: list[list[dict[str, float]]]) -> tuple[Vectors, Vectors]:
    """Give sparse rows as dense ones: a dimension a token, or, where there are too many, sums of random signs.

    The signs come from a hash of the token, the same on every machine (a projection after Achlioptas 2003).
    """
    tokens = sorted({t for side in rows for row in side for t in row})
    if len(tokens) <= _EXACT:
        basis = np.eye(max(1, len(tokens)), dtype=np.float32)
    else:
        digests = b"".join(hashlib.blake2b(t.encode(), digest_size=_DIMENSIONS // 8).digest() for t in tokens)
        bits = np.unpackbits(np.frombuffer(digests, np.uint8)).reshape(len(tokens), _DIMENSIONS)
        basis = (bits.astype(np.float32) * 2 - 1) / np.float32(math.sqrt(_DIMENSIONS))
    place = {t: n for n, t in enumerate(tokens)}
    made = []
    for side in rows:
        out = np.zeros((len(side), basis.shape[1]), np.float32)
        for n, row in enumerate(side):
            if row:
                at = [place[t] for t in row]
                out[n] = np.fromiter(row.values(), np.float32, len(row)) @ basis[at]
        made.append(out)
    return made[0], made[1]
