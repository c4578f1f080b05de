"""Rows in, questions about pairs of unusual lengths out (Q001): a side may lack a sentence, or be mispaired. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator

from bookbuild.checks.texts import Question, Rows, excerpt
from bookbuild.model.book import Kind
from bookbuild.model.findings import Finding

_CONSTANT, _DECREASING = 0.02, 1.0
"""Prior variance of the ratio's logarithm: a constant, and a part that decreases with length; as in the aligner."""
_OUTLYING = 4.0
"""Standard deviations from the usual ratio."""
_LEAST = 30
"""Characters by which a side must be too long or too short."""
_ENOUGH = 8
"""Pairs that are needed to estimate the usual ratio."""
_COMPARED = frozenset({Kind.PARAGRAPH, Kind.VERSE})


def measure_deviations(rows: Rows, side: int) -> tuple[dict[int, float], float]:
    """Return how far the ratios of a language's lengths to the first one's are from the usual one, and that one.

    The deviations are in standard deviations, by row; the usual ratio is a natural logarithm. Short chapters have none.
    """
    pairs = [
        (n, len(row[0].text) + 1, len(row[side].text) + 1)
        for n, row in enumerate(rows.rows)
        if row[0].kind in _COMPARED and row[0].content and row[side].content
    ]
    if len(pairs) < _ENOUGH:
        return {}, 0.0
    logs = [math.log(b / a) for _, a, b in pairs]
    usual = statistics.median(logs)
    spread = statistics.median(abs(x - usual) for x in logs) / 0.6745
    constant = max(_CONSTANT, min(0.12, spread * spread))
    return {
        n: (value - usual) / math.sqrt(constant + _DECREASING * (1 / a + math.exp(usual) / b))
        for (n, a, b), value in zip(pairs, logs, strict=True)
    }, usual


def check(rows: Rows) -> Iterator[Question]:
    """Yield questions about pairs whose ratio is far from the usual one in the chapter."""
    for side, language in list(enumerate(rows.languages))[1:]:
        deviations, usual = measure_deviations(rows, side)
        for number, deviation in deviations.items():
            left, right = rows.rows[number][0], rows.rows[number][side]
            expected = len(left.text) * math.exp(usual)
            few = abs(len(right.text) - expected) < _LEAST
            if few or number in rows.checked or abs(deviation) < _OUTLYING:
                continue
            what = "long" if deviation > 0 else "short"
            message = (
                f"{language.tag} is too {what} beside {left.place}, {len(right.text)} characters "
                f"where about {expected:.0f} are usual: {excerpt(right.text)}"
            )
            advice = "see whether a sentence is missing, or belongs to another paragraph"
            yield Question(number, Finding("Q001", right.place, message, advice))
