"""Two texts in, beads out: the passes of the aligner. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bookbuild.book.pairs.aligner import scores, search
from bookbuild.book.pairs.aligner.band import Points, find_landmarks
from bookbuild.book.pairs.aligner.beads import Bead, Segment
from bookbuild.book.pairs.aligner.scores import Model
from bookbuild.book.pairs.aligner.vectors import Lexicon, Vectors, normalise_rows

PASSES = 4
"""One by lengths, numbers and names, the others with the dictionary learned from the pass before."""
_SURE_CONFIDENCE = 0.7

Judge = Callable[[Sequence[Segment], Sequence[Segment], Sequence[Bead], tuple[Vectors, Vectors]], bool]
"""Returns whether to use embeddings, given the beads found without them."""


def align(
    first: Sequence[Segment],
    second: Sequence[Segment],
    embedded: tuple[Vectors, Vectors] | None = None,
    through: Points = (),
    judge: Judge | None = None,
) -> list[Bead]:
    """Align two texts; each segment is in one bead, in order, and no bead crosses a point of `through`.

    `embedded` are sentence embeddings of the two texts, one row per segment. They are used after the second pass if
    `judge` accepts them.
    """
    if not first or not second:
        unpaired = [Bead(range(n, n + 1), range(0), 1.0) for n in range(len(first))]
        return unpaired + [Bead(range(0), range(n, n + 1), 1.0) for n in range(len(second))]
    lexicon = Lexicon([s.text for s in first], [s.text for s in second])
    vectors = lexicon.build_vectors()
    beads, model = _run_first_pass(first, second, lexicon, vectors, through)
    for number in range(PASSES - 1):
        sure = [b for b in beads if b.first and b.second and b.confidence >= _SURE_CONFIDENCE]
        if len(sure) < 4:
            sure = [b for b in beads if b.first and b.second]
        vectors = lexicon.build_vectors([(b.first, b.second) for b in sure])
        if embedded and number == 1 and judge and not judge(first, second, beads, embedded):
            embedded = None
        if embedded and number > 0:
            stacked = [
                np.hstack([normalise_rows(a), normalise_rows(b)]) for a, b in zip(vectors, embedded, strict=True)
            ]
            vectors = (stacked[0], stacked[1])
        model = scores.fit_model(model, first, second, beads, vectors)
        line = [(b.first.stop, b.second.stop) for b in beads]
        beads, _ = search.align(first, second, model, vectors, line, through)
    return beads


def _run_first_pass(
    first: Sequence[Segment],
    second: Sequence[Segment],
    lexicon: Lexicon,
    vectors: tuple[Vectors, Vectors],
    through: Points,
) -> tuple[list[Bead], Model]:
    """Align by lengths, numbers and names with several models and guides; return the likeliest, and its model."""
    lines: list[Points] = [()]
    if max(len(first), len(second)) > search.WIDE:  # shorter texts are searched as a whole
        lines += [line] if (line := find_landmarks(*lexicon.anchor_counts)) else []
    best: tuple[float, list[Bead], Model] | None = None
    for model in scores.guess_models(first, second):
        for line in lines:
            beads, likelihood = search.align(first, second, model, vectors, line, through)
            if best is None or likelihood > best[0]:
                best = (likelihood, beads, model)
    assert best is not None  # noqa: S101 - there is at least one model and one guide
    return best[1], best[2]
