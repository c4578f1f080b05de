"""Two texts in, beads out: the passes of the aligner, and what pins the texts to each other. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bookbuild.book.pairs.aligner import scores, search
from bookbuild.book.pairs.aligner.band import Points, landmarks
from bookbuild.book.pairs.aligner.beads import Bead, Segment
from bookbuild.book.pairs.aligner.scores import Model
from bookbuild.book.pairs.aligner.vectors import Lexicon, Vectors

PASSES = 4
"""One by lengths, numbers and names, then with the dictionary of the pass before."""
_SURE = 0.7


Judge = Callable[[Sequence[Segment], Sequence[Segment], Sequence[Bead], tuple[Vectors, Vectors]], bool]
"""Tells whether vectors from elsewhere are to be used, by the beads that were found without them."""


def align(
    first: Sequence[Segment],
    second: Sequence[Segment],
    embedded: tuple[Vectors, Vectors] | None = None,
    through: Points = (),
    judge: Judge | None = None,
) -> list[Bead]:
    """Align two texts; each segment stands in one bead, in order, and no bead leads over a point of `through`.

    `embedded` are vectors of the segments from elsewhere, of which those of translations are alike; a row a segment.
    They are used from the second pass on, if `judge` says so.
    """
    if not first or not second:
        found = [Bead(range(n, n + 1), range(0), 1.0) for n in range(len(first))]
        return found + [Bead(range(0), range(n, n + 1), 1.0) for n in range(len(second))]
    lexicon = Lexicon([s.text for s in first], [s.text for s in second])
    vectors = lexicon.vectors()
    beads, model = _first_pass(first, second, lexicon, vectors, through)
    for number in range(PASSES - 1):
        sure = [b for b in beads if b.first and b.second and b.confidence >= _SURE]
        if len(sure) < 4:
            sure = [b for b in beads if b.first and b.second]
        vectors = lexicon.vectors([(b.first, b.second) for b in sure])
        if embedded and number == 1 and judge and not judge(first, second, beads, embedded):
            embedded = None
        if embedded and number > 0:
            joined = [np.hstack([_scaled(a), _scaled(b)]) for a, b in zip(vectors, embedded, strict=True)]
            vectors = (joined[0], joined[1])
        model = scores.fitted(model, first, second, beads, vectors)
        line = [(b.first.stop, b.second.stop) for b in beads]
        beads, _ = search.align(first, second, model, vectors, line, through)
    return beads


def _first_pass(
    first: Sequence[Segment],
    second: Sequence[Segment],
    lexicon: Lexicon,
    vectors: tuple[Vectors, Vectors],
    through: Points,
) -> tuple[list[Bead], Model]:
    """Align by lengths, numbers and names; of several guesses the likeliest is taken."""
    lines: list[Points] = [()]
    if max(len(first), len(second)) > search.WIDE:  # shorter texts are looked at as a whole
        lines += [line] if (line := landmarks(*lexicon.anchors)) else []
    best: tuple[float, list[Bead], Model] | None = None
    for model in scores.first_guesses(first, second):
        for line in lines:
            beads, likelihood = search.align(first, second, model, vectors, line, through)
            if best is None or likelihood > best[0]:
                best = (likelihood, beads, model)
    assert best is not None  # noqa: S101 - there is always a guess
    return best[1], best[2]


def _scaled(rows: Vectors) -> Vectors:
    norm = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = (rows / np.where(norm > 0, norm, 1)).astype(np.float32)
    return scaled
