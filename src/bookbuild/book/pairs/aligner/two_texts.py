"""Two texts in, beads out: the passes of the aligner. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bookbuild.book.pairs.aligner import fitting, scores, search
from bookbuild.book.pairs.aligner.band import Points, find_landmarks
from bookbuild.book.pairs.aligner.bead_scores import IMPOSSIBLE
from bookbuild.book.pairs.aligner.beads import Bead, Segment
from bookbuild.book.pairs.aligner.lexicon import Lexicon
from bookbuild.book.pairs.aligner.scores import Model
from bookbuild.book.pairs.aligner.vectors import Vectors, centre_rows

PASSES = 4
"""One by lengths, numbers and names, the others with the dictionary learned from the pass before."""
_SURE_CONFIDENCE = 0.7

_LEAST_GAIN, _LEAST_GAIN_SHARE = 10.0, 0.05
"""How much likelier an alignment must be with embeddings than without them, at least, and as a share."""


def align(
    first: Sequence[Segment],
    second: Sequence[Segment],
    embedded: tuple[Vectors, Vectors] | None = None,
    through: Points = (),
) -> list[Bead]:
    """Align two texts; each segment is in one bead, in order, and no bead crosses a point of `through`.

    `embedded` are sentence embeddings of the two texts, one row per segment. They are used if they make the alignment
    likelier: a model that does not know a language only adds noise.
    """
    if not first or not second:
        unpaired = [Bead(range(n, n + 1), range(0), 1.0) for n in range(len(first))]
        return unpaired + [Bead(range(0), range(n, n + 1), 1.0) for n in range(len(second))]
    lexicon = Lexicon([s.text for s in first], [s.text for s in second])
    plain = _Task(first, second, lexicon, through).run()
    if not embedded:
        return plain.beads
    vectors = centre_rows(embedded[0]), centre_rows(embedded[1])
    by_meaning = _Task(first, second, lexicon, through, vectors).run()
    gain = by_meaning.likelihood - plain.likelihood
    return (by_meaning if gain > max(_LEAST_GAIN, _LEAST_GAIN_SHARE * plain.likelihood) else plain).beads


@dataclass(frozen=True, slots=True)
class _Result:
    """What a pass found."""

    beads: list[Bead]
    likelihood: float
    model: Model
    has_passages: bool


@dataclass(frozen=True, slots=True)
class _Task:
    """Two texts to align."""

    first: Sequence[Segment]
    second: Sequence[Segment]
    lexicon: Lexicon
    through: Points
    vectors: tuple[Vectors, Vectors] | None = None

    def run(self) -> _Result:
        """Run all passes.

        Where the first one finds long passages that one text lacks, it is run without these, too: they are cheap, and
        knowing no words yet it may prefer them to segments that are often joined. The likelier result counts.
        """
        models = scores.guess_models(self.first, self.second, embedded=self.vectors is not None)
        result = self._run_first_pass(models)
        results = [result]
        if result.has_passages:
            results.append(self._run_first_pass([replace(m, passage_prior=IMPOSSIBLE) for m in models]))
        for _ in range(PASSES - 1):
            results = [self._run_next_pass(result) for result in results]
        return max(results, key=lambda result: result.likelihood)

    def _run_first_pass(self, models: Sequence[Model]) -> _Result:
        """Align by lengths, numbers and names with several models and guides; return the likeliest result."""
        lines: list[Points] = [()]
        if max(len(self.first), len(self.second)) > search.WIDE:  # shorter texts are searched as a whole
            lines += [line] if (line := find_landmarks(*self.lexicon.anchors)) else []
        evidence = self.lexicon.collect_evidence()
        results = [
            (search.align(self.first, self.second, model, evidence, line, self.through, self.vectors), model)
            for model in models
            for line in lines
        ]
        best, model = max(results, key=lambda result: result[0].likelihood)
        return _Result(best.build_beads(), best.likelihood, model, best.has_passages)

    def _run_next_pass(self, before: _Result) -> _Result:
        """Align with the dictionary and the model learned from the pass before."""
        pairs = [b for b in before.beads if b.first and b.second]
        sure = [b for b in pairs if b.confidence >= _SURE_CONFIDENCE]
        evidence = self.lexicon.collect_evidence([(b.first, b.second) for b in (sure if len(sure) >= 4 else pairs)])
        model = fitting.fit_model(before.model, self.first, self.second, before.beads, evidence, self.vectors)
        line = [(b.first.stop, b.second.stop) for b in before.beads]
        found = search.align(self.first, self.second, model, evidence, line, self.through, self.vectors)
        return _Result(found.build_beads(), found.likelihood, model, found.has_passages)
