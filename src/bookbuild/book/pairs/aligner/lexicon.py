"""Two texts in, the evidence of their words out: which segments hold words that translate each other. Pure.

The dictionary is learned from an earlier alignment of the same two texts, as hunalign does (Varga and others 2005).
Each word adds the logarithm of a likelihood ratio, partners against strangers: more than nothing if one of its
translations is there, less if none is. The evidence for a pair never comes from the pair itself: segments are split
into folds, and each fold uses the dictionary of the others.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bookbuild.book.pairs.aligner.evidence import Evidence, Posting
from bookbuild.languages.words import count_anchors, count_punctuation, words

Pairs = Sequence[tuple[Sequence[int], Sequence[int]]]
"""Beads of an earlier pass: indices of their segments in the two texts."""
_Integers = NDArray[np.int64]

FOLDS = 5
_WORDS_PER_SEGMENT = 40
"""Only the rarest words of a segment take part in the dictionary."""
_COMMON_SHARE = 0.2
"""Share of segments above which a word is ignored."""
_MOST_TRANSLATIONS = 3
_LEAST_EVIDENCE = 6.0
"""Least log-likelihood ratio (Dunning 1993) of two words taken as translations."""
_KEPT = {"n": 0.9, "u": 0.9, "h": 0.3, "c": 0.3, "s": 0.3, "p": 0.6}
"""How often a translation keeps a token of a kind, before anything is known: see words.count_anchors."""
_KEPT_WEIGHT = 3.0
"""Weight of that, in tokens."""
_TRANSLATED = 0.3
_TRANSLATED_WEIGHT = 2.0
"""How often a word is translated by its translations, before anything is known, and the weight of that, in words."""
_MOST_KEPT = 0.97


class Lexicon:
    """The tokens of two texts; learns what translates what."""

    def __init__(self, first: Sequence[str], second: Sequence[str]) -> None:
        texts = (first, second)
        self.words = tuple([set(words(text)) for text in side] for side in texts)
        self.frequency = tuple(_count_segments(side) for side in self.words)
        self.anchors = tuple([{*count_anchors(t), *count_punctuation(t)} for t in side] for side in texts)
        self.anchor_frequency = tuple(_count_segments(side) for side in self.anchors)
        self.kept = self.anchor_frequency[0].keys() & self.anchor_frequency[1].keys()
        self.size = (len(first), len(second))

    def collect_evidence(self, pairs: Pairs = ()) -> Evidence:
        """Return what the words of the texts say on which segments are partners; `pairs` are beads of a pass before."""
        dictionary = _Dictionary(self, pairs)
        return Evidence(*(dictionary.collect_postings(side) for side in (0, 1)))

    def get_share(self, side: int, token: str) -> float:
        """Return the share of a text's segments that hold a token."""
        table = self.frequency if token[0] == "w" else self.anchor_frequency
        return table[side][token[1:] if token[0] == "w" else token] / self.size[side]


def _count_segments(side: Sequence[set[str]]) -> Counter[str]:
    """Count the segments that hold each token."""
    counts: Counter[str] = Counter()
    for tokens in side:
        counts.update(tokens)
    return counts


_Gains = dict[str, tuple[float, dict[str, float]]]
"""Tokens; what is added if none of their translations is there, and for each translation, if it is."""


class _Dictionary:
    """Tokens of either text and their translations in the other, learned from the beads of an earlier pass."""

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
        self.anchors = self._count_anchors(pairs)
        self.kept = self._measure_kept_shares()
        chosen = [self._choose_translations(fold) for fold in range(-1, FOLDS)]
        self.reliability = self._measure_reliability(chosen[1:])
        self.gains = [self._find_gains(fold, *found) for fold, found in enumerate(chosen, -1)]

    def _find_rare_words(self, side: int, places: dict[str, int], segments: Sequence[int]) -> _Integers:
        frequency = self.lexicon.frequency[side]
        most = max(3.0, _COMMON_SHARE * self.lexicon.size[side])
        candidates = {w for n in segments for w in self.lexicon.words[side][n] if 1 < frequency[w] <= most}
        chosen = sorted(candidates, key=lambda w: (frequency[w], w))[:_WORDS_PER_SEGMENT]
        return np.array([places[w] for w in chosen], np.int64)

    def _count_anchors(self, pairs: Pairs) -> list[tuple[Counter[str], Counter[str], Counter[str]]]:
        """Count per fold the beads that hold each token in the first text, in the second, and in both."""
        counts = [(Counter[str](), Counter[str](), Counter[str]()) for _ in range(FOLDS)]
        for n, pair in enumerate(pairs):
            ours, theirs = (
                set().union(*(self.lexicon.anchors[side][i] for i in pair[side])) & self.lexicon.kept for side in (0, 1)
            )
            for counter, tokens in zip(counts[n % FOLDS], (ours, theirs, ours & theirs), strict=True):
                counter.update(tokens)
        return counts

    def _measure_kept_shares(self) -> dict[str, float]:
        """Return for each kind of token how often translations keep it."""
        shares = {}
        for kind, expected in _KEPT.items():
            counts = [sum(n for fold in self.anchors for t, n in fold[part].items() if t[0] == kind) for part in (0, 1, 2)]
            shares[kind] = (2 * counts[2] + 10 * expected) / (counts[0] + counts[1] + 10)
        return shares

    def _choose_translations(self, fold: int) -> tuple[_Integers, tuple[_Integers, _Integers], tuple[_Integers, _Integers]]:
        """Return numbers of keys whose words translate each other, without the evidence of a fold (-1 for none).

        Then, per text: how often both words occur together in the beads, in classes, see `_classify`; and whether it is
        among the best for its word.
        """
        others = [f for f in range(FOLDS) if f != fold]
        both = self.counts[others].sum(0)
        x, y = np.divmod(self.keys, max(1, len(self.names[1])))
        left, right = (np.sum([self.words[s][f] for f in others], 0)[z] if len(z) else z for s, z in ((0, x), (1, y)))
        total = sum(self.sizes[f] for f in others)
        good = np.flatnonzero((both > 1) & (_likelihood_ratio(both, left, right, total) >= _LEAST_EVIDENCE))
        dice = 2 * both[good] / (left[good] + right[good])
        good = good[np.lexsort((-both[good], -dice))]
        ranks = tuple(_rank(z[good]) for z in (x, y))
        classes = tuple(_classify(both[good], z[good]) for z in (left, right))
        return good, classes, ranks

    def _measure_reliability(self, chosen: Sequence[tuple[_Integers, tuple[_Integers, ...], tuple[_Integers, ...]]]) -> list[NDArray[np.float64]]:
        """Return per text and class how often a translation is there, in the beads of the fold that is left out."""
        tables = []
        for side in (0, 1):
            hits, cases = np.zeros(_CLASSES), np.zeros(_CLASSES)
            for fold, (good, classes, ranks) in enumerate(chosen):
                best = ranks[side] < _MOST_TRANSLATIONS
                words = np.divmod(self.keys[good], max(1, len(self.names[1])))[side]
                np.add.at(hits, classes[side][best], self.counts[fold][good[best]])
                np.add.at(cases, classes[side][best], self.words[side][fold][words[best]])
            tables.append((hits + _TRANSLATED_WEIGHT * _TRANSLATED) / (cases + _TRANSLATED_WEIGHT))
        return tables

    def _find_gains(self, fold: int, good: _Integers, classes: tuple[_Integers, _Integers], ranks: tuple[_Integers, _Integers]) -> tuple[_Gains, _Gains]:
        """Return what the tokens of each text say, without the evidence of a fold; -1 for none."""
        others = [f for f in range(FOLDS) if f != fold]
        gains: tuple[_Gains, _Gains] = ({}, {})
        rows: tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]] = ({}, {})
        x, y = np.divmod(self.keys[good], max(1, len(self.names[1])))
        for n in range(len(good)):
            pair = f"w{self.names[0][x[n]]}", f"w{self.names[1][y[n]]}"
            for side in (0, 1):
                if ranks[side][n] < _MOST_TRANSLATIONS:
                    rows[side].setdefault(pair[side], {})[pair[1 - side]] = float(self.reliability[side][classes[side][n]])
        for token in self.lexicon.kept:
            for side in (0, 1):
                count, both = (sum(self.anchors[f][c][token] for f in others) for c in (side, 2))
                kept = (both + _KEPT_WEIGHT * self.kept[token[0]]) / (count + _KEPT_WEIGHT)
                rows[side][token] = {token: kept}
        for side in (0, 1):
            for token, row in rows[side].items():
                gains[side][token] = self._weigh_translations(1 - side, row)
        return gains

    def _weigh_translations(self, side: int, row: dict[str, float]) -> tuple[float, dict[str, float]]:
        shares = {token: min(0.9, self.lexicon.get_share(side, token)) for token in row}
        any_of_them = min(_MOST_KEPT, sum(row.values()))
        absent = min(0.0, math.log((1 - any_of_them) / (1 - min(0.95, sum(shares.values())))))
        present = {token: math.log(kept / shares[token]) - absent for token, kept in row.items()}
        return absent, {token: gain for token, gain in present.items() if gain > 0}

    def collect_postings(self, side: int) -> Posting:
        """Return per segment of a text its tokens, and what it says about those of the other."""
        held: list[set[str]] = []
        sought: list[dict[str, float]] = []
        absent: list[float] = []
        repeated: list[float] = []
        for n in range(self.lexicon.size[side]):
            gains = self.gains[self.folds[side].get(n, -1) + 1][side]
            tokens = {*(f"w{w}" for w in self.lexicon.words[side][n]), *(self.lexicon.anchors[side][n])}
            row: dict[str, float] = {}
            total = again = 0.0
            before = held[-1] if held else set()
            for token in sorted(tokens & gains.keys()):
                loss, present = gains[token]
                total += loss
                again += loss if token in before else 0.0
                for other, gain in present.items():
                    row[other] = row.get(other, 0.0) + gain
            held.append(tokens)
            sought.append(row)
            absent.append(total)
            repeated.append(again)
        return Posting(held, sought, absent, repeated)


_CLASSES = 24


def _classify(both: _Integers, count: _Integers) -> _Integers:
    """Class pairs of words by how often they occur together, and how often that is of all times of one of them."""
    often = np.searchsorted([3, 4, 5, 7, 10], both, side="right")
    share = np.minimum(3, (4 * both) // np.maximum(1, count))
    return often * 4 + share


def _rank(words: _Integers) -> _Integers:
    """Return how many equal numbers stand before each number."""
    order = np.argsort(words, kind="stable")
    starts = np.searchsorted(words[order], words[order])
    ranks = np.empty(len(words), np.int64)
    ranks[order] = np.arange(len(words)) - starts
    return ranks


def _concatenate(arrays: Sequence[_Integers]) -> _Integers:
    return np.concatenate([np.zeros(0, np.int64), *arrays])


def _likelihood_ratio(both: _Integers, left: _Integers, right: _Integers, total: int) -> NDArray[np.float64]:
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
