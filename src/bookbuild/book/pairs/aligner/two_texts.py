"""Two texts in, beads out: the passes of the aligner. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bookbuild.book.pairs.aligner import fitting, scores, search
from bookbuild.book.pairs.aligner.band import Points, find_landmarks
from bookbuild.book.pairs.aligner.beads import Bead, Segment
from bookbuild.book.pairs.aligner.lexicon import Lexicon
from bookbuild.book.pairs.aligner.scores import Model
from bookbuild.book.pairs.aligner.vectors import Vectors

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
    task = _Task(first, second, lexicon, through)
    best = task.run_first_pass()
    for number in range(PASSES - 1):
        if embedded and number == 1 and judge and not judge(first, second, best.beads, embedded):
            embedded = None
        best = task.run_next_pass(best, embedded if number else None)
    return best.beads


@dataclass(frozen=True, slots=True)
class _Result:
    """What a pass found."""

    beads: list[Bead]
    likelihood: float
    model: Model


@dataclass(frozen=True, slots=True)
class _Task:
    """Two texts to align."""

    first: Sequence[Segment]
    second: Sequence[Segment]
    lexicon: Lexicon
    through: Points

    def run_first_pass(self) -> _Result:
        """Align by lengths, numbers and names with several models and guides; return the likeliest result."""
        lines: list[Points] = [()]
        if max(len(self.first), len(self.second)) > search.WIDE:  # shorter texts are searched as a whole
            lines += [line] if (line := find_landmarks(*self.lexicon.anchors)) else []
        evidence = self.lexicon.collect_evidence()
        results = [
            (search.align(self.first, self.second, model, evidence, line, self.through), model)
            for model in scores.guess_models(self.first, self.second)
            for line in lines
        ]
        best, model = max(results, key=lambda result: result[0].likelihood)
        return _Result(best.build_beads(), best.likelihood, model)

    def run_next_pass(self, before: _Result, embedded: tuple[Vectors, Vectors] | None = None) -> _Result:
        """Align with the dictionary and the model learned from the pass before."""
        pairs = [b for b in before.beads if b.first and b.second]
        sure = [b for b in pairs if b.confidence >= _SURE_CONFIDENCE]
        evidence = self.lexicon.collect_evidence([(b.first, b.second) for b in (sure if len(sure) >= 4 else pairs)])
        model = fitting.fit_model(before.model, self.first, self.second, before.beads, evidence, embedded)
        line = [(b.first.stop, b.second.stop) for b in before.beads]
        found = search.align(self.first, self.second, model, evidence, line, self.through, embedded)
        return _Result(found.build_beads(), found.likelihood, model)
