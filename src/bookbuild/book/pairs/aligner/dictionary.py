"""Words of two texts and the beads of an earlier alignment in, a dictionary out. Pure.

What is learned for a segment never comes from its own bead: the beads are split into folds, and the segments of each
fold use the dictionary of the others, as hunalign does in a simpler way (Varga and others 2005).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pairs = Sequence[tuple[Sequence[int], Sequence[int]]]
"""Beads of an earlier pass: indices of their segments in the two texts."""
Translations = dict[str, dict[str, float]]
"""Words, their translations, and how often a bead with the word has the translation."""
_Integers = NDArray[np.int64]

FOLDS = 5
_WORDS_PER_SEGMENT = 40
"""Only the rarest words of a bead take part in the dictionary."""
_COMMON_SHARE = 0.2
"""Share of segments above which a word is ignored."""
_MOST_TRANSLATIONS = 3
_LEAST_EVIDENCE = 6.0
"""Least log-likelihood ratio (Dunning 1993) of two words taken as translations."""
_RELIABILITY, _RELIABILITY_WEIGHT = 0.3, 2.0
"""How often a translation is there, before anything is known, and the weight of that, in words."""
_OFTEN = (3, 4, 5, 7, 10)
"""Numbers of beads from which words that occur together count as another class."""
_SHARES = 4


@dataclass(frozen=True, slots=True)
class _Choice:
    """Pairs of words taken as translations."""

    numbers: _Integers
    """Of the pairs, among all."""
    classes: tuple[_Integers, ...]
    """Per text: how often they occur together, and how often that is of all times of the text's word."""
    best: tuple[NDArray[np.bool_], ...]
    """Per text: whether the pair is among the best for the text's word."""


class Dictionary:
    """Words that occur together in beads more often than by chance, counted per fold."""

    def __init__(self, words: Sequence[Sequence[set[str]]], frequency: Sequence[Counter[str]], pairs: Pairs) -> None:
        """Count the words of the segments of two texts, of which `frequency` is the number of segments."""
        names = [sorted(w for w, count in side.items() if count > 1) for side in frequency]
        self.names = [np.array(side, object) for side in names]
        places = [{w: n for n, w in enumerate(side)} for side in names]
        rare = []
        for side in (0, 1):
            most = max(3.0, _COMMON_SHARE * len(words[side]))
            usual = {w for w, count in frequency[side].items() if 1 < count <= most}
            rare.append([self._pick_rarest(side, words, usual, frequency, pair[side], places) for pair in pairs])
        self.sizes = np.array([len(pairs[f::FOLDS]) for f in range(FOLDS)])
        self.counts = [
            np.stack([np.bincount(_concatenate(r[f::FOLDS]), minlength=len(n)) for f in range(FOLDS)])
            for r, n in zip(rare, names, strict=True)
        ]
        size = max(1, len(names[1]))
        products = [np.add.outer(x * size, y).ravel() for x, y in zip(*rare, strict=True)]
        keys = [_concatenate(products[f::FOLDS]) for f in range(FOLDS)]
        together, times = np.unique(_concatenate(keys), return_counts=True)
        together = together[times > 1]
        self.pairs = np.divmod(together, size)
        """The words of either text that occur together in two beads or more."""
        self.both = np.zeros((FOLDS, len(together)), np.int64)
        for fold, fold_keys in enumerate(keys):
            distinct, times = np.unique(fold_keys, return_counts=True)
            known = np.isin(distinct, together, assume_unique=True)
            self.both[fold, np.searchsorted(together, distinct[known])] = times[known]
        self.choices = [self._choose_translations(fold) for fold in range(-1, FOLDS)]
        self.reliability = [self._measure_reliability(side) for side in (0, 1)]

    @staticmethod
    def _pick_rarest(
        side: int,
        words: Sequence[Sequence[set[str]]],
        usual: set[str],
        frequency: Sequence[Counter[str]],
        segments: Sequence[int],
        places: Sequence[dict[str, int]],
    ) -> _Integers:
        candidates = set[str]().union(*(words[side][n] for n in segments)) & usual
        chosen = sorted(candidates, key=lambda w: (frequency[side][w], w))[:_WORDS_PER_SEGMENT]
        return np.array([places[side][w] for w in chosen], np.int64)

    def _choose_translations(self, fold: int) -> _Choice:
        """Choose the pairs of words that are translations, without the beads of a fold (-1 for none)."""
        others = np.arange(FOLDS) != fold
        both = self.both[others].sum(0)
        left, right = (counts[others].sum(0)[words] for counts, words in zip(self.counts, self.pairs, strict=True))
        ratio = _compute_likelihood_ratio(both, left, right, int(self.sizes[others].sum()))
        numbers = np.flatnonzero((both > 1) & (ratio >= _LEAST_EVIDENCE))
        numbers = numbers[np.lexsort((-both[numbers], -both[numbers] / (left + right)[numbers]))]
        return _Choice(
            numbers,
            tuple(_classify(both[numbers], count[numbers]) for count in (left, right)),
            tuple(_rank(words[numbers]) < _MOST_TRANSLATIONS for words in self.pairs),
        )

    def _measure_reliability(self, side: int) -> NDArray[np.float64]:
        """Return per class how often a translation is there in the beads that were left out."""
        hits = np.zeros((len(_OFTEN) + 1) * _SHARES)
        cases = np.zeros_like(hits)
        for fold, choice in enumerate(self.choices[1:]):
            classes, numbers = choice.classes[side][choice.best[side]], choice.numbers[choice.best[side]]
            np.add.at(hits, classes, self.both[fold][numbers])
            np.add.at(cases, classes, self.counts[side][fold][self.pairs[side][numbers]])
        reliability: NDArray[np.float64] = (hits + _RELIABILITY_WEIGHT * _RELIABILITY) / (cases + _RELIABILITY_WEIGHT)
        return reliability

    def get_translations(self, side: int, fold: int) -> Translations:
        """Return the translations of the words of a text, without the evidence of a fold; -1 for none."""
        choice = self.choices[fold + 1]
        best, numbers = choice.best[side], choice.numbers[choice.best[side]]
        words, others = (self.names[s][self.pairs[s][numbers]] for s in (side, 1 - side))
        table: Translations = {}
        for word, other, share in zip(words, others, self.reliability[side][choice.classes[side][best]], strict=True):
            table.setdefault(word, {})[other] = float(share)
        return table


def _classify(both: _Integers, count: _Integers) -> _Integers:
    share = np.minimum(_SHARES - 1, (_SHARES * both) // np.maximum(1, count))
    classes: _Integers = np.searchsorted(_OFTEN, both, side="right") * _SHARES + share
    return classes


def _rank(words: _Integers) -> _Integers:
    """Return how many equal numbers stand before each number."""
    order = np.argsort(words, kind="stable")
    ranks = np.empty(len(words), np.int64)
    ranks[order] = np.arange(len(words)) - np.searchsorted(words[order], words[order])
    return ranks


def _concatenate(arrays: Sequence[_Integers]) -> _Integers:
    return np.concatenate([np.zeros(0, np.int64), *arrays])


def _compute_likelihood_ratio(both: _Integers, left: _Integers, right: _Integers, total: int) -> NDArray[np.float64]:
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
