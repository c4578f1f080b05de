"""Two texts in, the evidence of their words out: which segments hold words that translate each other. Pure.

Each word adds the logarithm of a likelihood ratio, partners against strangers: more than nothing if one of its
translations is there, less if none is. Numbers, names and punctuation are taken for translations of themselves.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from bookbuild.book.pairs.aligner.dictionary import FOLDS, Dictionary, Pairs
from bookbuild.book.pairs.aligner.evidence import Evidence, Tokens
from bookbuild.languages.words import count_anchors, count_punctuation, words

_KEPT = {"n": 0.9, "u": 0.9, "h": 0.3, "c": 0.3, "s": 0.3, "p": 0.6}
"""How often a translation keeps a token of a kind, before anything is known: see words.count_anchors."""
_KIND_WEIGHT, _KEPT_WEIGHT = 10.0, 3.0
"""Weight of that for a kind of token, and of what is known of a kind for one of its tokens, in tokens."""
_MOST_KEPT = 0.97
_MOST_COMMON = 0.9
"""Greatest share of segments that is believed to hold a token."""
_NO_PAIRS: Pairs = ()


class Lexicon:
    """The tokens of two texts; finds out what translates what."""

    def __init__(self, first: Sequence[str], second: Sequence[str]) -> None:
        texts = (first, second)
        self.size = (len(first), len(second))
        self.words = [[set(words(text)) for text in side] for side in texts]
        self.frequency = [_count_segments(side) for side in self.words]
        self.anchors = [[{*count_anchors(t), *count_punctuation(t)} for t in side] for side in texts]
        self.anchor_frequency = [_count_segments(side) for side in self.anchors]
        self.shared = self.anchor_frequency[0].keys() & self.anchor_frequency[1].keys()

    def collect_evidence(self, pairs: Pairs = _NO_PAIRS) -> Evidence:
        """Return what the tokens say on which segments are partners; `pairs` are beads of an earlier pass."""
        dictionary = Dictionary(self.words, self.frequency, pairs)
        kept = _KeptTokens(self, pairs)
        tokens = []
        for side in (0, 1):
            folds = {i: n % FOLDS for n, pair in enumerate(pairs) for i in pair[side]}
            gains = [
                self._weigh_words(side, dictionary.get_translations(side, fold)) | self._weigh_anchors(side, kept, fold)
                for fold in range(-1, FOLDS)
            ]
            tokens.append(self._find_tokens(side, [gains[folds.get(n, -1) + 1] for n in range(self.size[side])]))
        return Evidence(*tokens)

    def _weigh_words(self, side: int, translations: Mapping[str, Mapping[str, float]]) -> _Gains:
        return {
            f"w{word}": self._weigh_token(
                {f"w{w}": s for w, s in row.items()}, {f"w{w}": self.frequency[1 - side][w] for w in row}, side
            )
            for word, row in translations.items()
        }

    def _weigh_anchors(self, side: int, kept: _KeptTokens, fold: int) -> _Gains:
        return {
            token: self._weigh_token(
                {token: kept.get_share(side, token, fold)}, {token: self.anchor_frequency[1 - side][token]}, side
            )
            for token in self.shared
        }

    def _weigh_token(self, row: Mapping[str, float], holders: Mapping[str, int], side: int) -> _Gain:
        """Weigh a token of a text by its translations: how often they are there, and how many segments hold them."""
        shares = {token: min(_MOST_COMMON, count / self.size[1 - side]) for token, count in holders.items()}
        found = min(_MOST_KEPT, sum(row.values()))
        absent = min(0.0, math.log((1 - found) / (1 - min(_MOST_COMMON, sum(shares.values())))))
        present = {token: math.log(share / shares[token]) - absent for token, share in row.items()}
        return absent, {token: gain for token, gain in present.items() if gain > 0}

    def _find_tokens(self, side: int, gains: Sequence[_Gains]) -> Tokens:
        """Return per segment of a text its tokens, and what they say about those of the other; `gains` per segment."""
        found = Tokens([], [], [], [])
        before = set[str]()
        for held, anchors, known in zip(self.words[side], self.anchors[side], gains, strict=True):
            tokens = {*(f"w{w}" for w in held), *anchors}
            sought: dict[str, float] = {}
            absent = repeated = 0.0
            for token in sorted(tokens & known.keys()):
                loss, present = known[token]
                absent += loss
                repeated += loss if token in before else 0.0
                for other, gain in present.items():
                    sought[other] = sought.get(other, 0.0) + gain
            found.held.append(tokens)
            found.sought.append(sought)
            found.absent.append(absent)
            found.repeated.append(repeated)
            before = tokens
        return found


_Gain = tuple[float, dict[str, float]]
"""What is added if none of a token's translations is there, and for each translation, if it is."""
_Gains = dict[str, _Gain]


class _KeptTokens:
    """How often the tokens that both texts have are in both sides of a bead."""

    def __init__(self, lexicon: Lexicon, pairs: Pairs) -> None:
        self.counts = [[Counter[str](), Counter[str](), Counter[str]()] for _ in range(FOLDS)]
        """Per fold: beads with a token in the first text, in the second, in both."""
        for n, pair in enumerate(pairs):
            sides = [
                set[str]().union(*(lexicon.anchors[side][i] for i in pair[side])) & lexicon.shared for side in (0, 1)
            ]
            for counter, tokens in zip(self.counts[n % FOLDS], (*sides, sides[0] & sides[1]), strict=True):
                counter.update(tokens)
        self.totals = [sum((fold[part] for fold in self.counts), Counter[str]()) for part in (0, 1, 2)]
        self.kinds = {kind: self._measure_kind(kind, expected) for kind, expected in _KEPT.items()}

    def _measure_kind(self, kind: str, expected: float) -> float:
        first, second, both = (sum(n for token, n in c.items() if token[0] == kind) for c in self.totals)
        return (2 * both + _KIND_WEIGHT * expected) / (first + second + _KIND_WEIGHT)

    def get_share(self, side: int, token: str, fold: int) -> float:
        """Return how often a token of a text is kept, without the evidence of a fold; -1 for none."""
        count, both = (
            self.totals[part][token] - (self.counts[fold][part][token] if fold >= 0 else 0) for part in (side, 2)
        )
        return (both + _KEPT_WEIGHT * self.kinds[token[0]]) / (count + _KEPT_WEIGHT)


def _count_segments(side: Sequence[set[str]]) -> Counter[str]:
    """Count the segments that hold each token."""
    counts: Counter[str] = Counter()
    for tokens in side:
        counts.update(tokens)
    return counts
