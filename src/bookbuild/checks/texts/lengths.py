"""Rows in, questions about pairs of unusual lengths out (Q001): a side may lack a sentence, or be mispaired. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Ratio:
    """The length of a pair's second side relative to its first."""

    row: int
    value: float
    """Natural logarithm of the ratio of their characters."""
    deviation: float
    """From the usual ratio, in standard deviations."""


def measure_ratios(rows: Rows, side: int) -> tuple[list[Ratio], float]:
    """Return the ratios of a language's lengths to the first one's, and the usual logarithm; none in short chapters."""
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
    ratios = []
    for (n, a, b), value in zip(pairs, logs, strict=True):
        variance = constant + _DECREASING * (1 / a + math.exp(usual) / b)
        ratios.append(Ratio(n, value, (value - usual) / math.sqrt(variance)))
    return ratios, usual


def check(rows: Rows) -> Iterator[Question]:
    """Yield questions about pairs whose ratio is far from the usual one in the chapter."""
    for side, language in list(rows.sides())[1:]:
        pair_ratios, usual = measure_ratios(rows, side)
        for ratio in pair_ratios:
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
