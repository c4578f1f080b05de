"""Pairs whose lengths do not fit: one side may lack a sentence, or belong to another paragraph. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from bookbuild.checks.texts import Question, Rows, excerpt
from bookbuild.model.book import Kind
from bookbuild.model.findings import Finding

_CONSTANT, _DECREASING = 0.02, 1.0
"""Of the variance of the logarithm of the ratio, before the texts were seen; as in aligning.scores."""
_OUTLYING = 4.0
"""Standard deviations from the usual ratio."""
_LEAST = 30
"""Characters by which a side is too long or too short, at least."""
_ENOUGH = 8
"""Pairs from which on a usual ratio can be told."""
_COMPARED = frozenset({Kind.PARAGRAPH, Kind.VERSE})


@dataclass(frozen=True, slots=True)
class Ratio:
    """How long a pair's second side is for its first, as a logarithm of the ratio."""

    row: int
    value: float
    deviation: float
    """From the usual, in standard deviations."""


def ratios(rows: Rows, side: int) -> tuple[list[Ratio], float]:
    """Give the ratios of a language's lengths to the first one's, and the usual one; none in short chapters."""
    pairs = [
        (n, len(row[0].text) + 1, len(row[side].text) + 1)
        for n, row in enumerate(rows.rows)
        if row[0].kind in _COMPARED and row[0].content and row[side].content
    ]
    if len(pairs) < _ENOUGH:
        return [], 0.0
    logs = [math.log(b / a) for _, a, b in pairs]
    usual = statistics.median(logs)
    spread = statistics.median(abs(x - usual) for x in logs) / 0.6745
    constant = max(_CONSTANT, min(0.12, spread * spread))
    found = []
    for (n, a, b), value in zip(pairs, logs, strict=True):
        variance = constant + _DECREASING * (1 / a + math.exp(usual) / b)
        found.append(Ratio(n, value, (value - usual) / math.sqrt(variance)))
    return found, usual


def check(rows: Rows) -> Iterator[Question]:
    """Find pairs whose lengths lie far from what is usual in the chapter."""
    for side, language in list(rows.sides())[1:]:
        found, usual = ratios(rows, side)
        for ratio in found:
            left, right = rows.rows[ratio.row][0], rows.rows[ratio.row][side]
            expected = len(left.text) * math.exp(usual)
            if ratio.row in rows.checked or abs(ratio.deviation) < _OUTLYING:
                continue
            if abs(len(right.text) - expected) < _LEAST:
                continue
            what = "long" if ratio.value > usual else "short"
            message = (
                f"{language.tag} is too {what} beside {left.place}, {len(right.text)} characters "
                f"where about {expected:.0f} are usual: {excerpt(right.text)}"
            )
            advice = "see whether a sentence is missing, or belongs to another paragraph"
            yield Question(ratio.row, Finding("Q001", right.place, message, advice))
