"""Rows in, an SVG plot of the ratio of each pair's lengths along the text out. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bookbuild.checks.texts import Rows
from bookbuild.model.book import Kind

_WIDTH, _HEIGHT, _EDGE = 960, 220, 44
_MOST = 2.0
"""Doublings from the usual ratio at which dots are clipped."""
_SHOWN = frozenset({Kind.PARAGRAPH, Kind.VERSE})
_STYLE = (
    "text{font:12px sans-serif;fill:#444}.p{fill:#4a4a4a;fill-opacity:.65}.q{fill:#b3261e}"
    ".e{stroke:#b3261e;stroke-width:1.5}.usual{stroke:#888;stroke-dasharray:4 3}.frame{fill:none;stroke:#bbb}"
)


def draw_plot(rows: Rows, marked: frozenset[int] = frozenset()) -> str:
    """Draw a band of dots per language pair: the usual ratio in the middle, `marked` rows red, empty sides as lines."""
    bands = list(enumerate(rows.languages))[1:]
    height = _HEIGHT * len(bands) + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>Lengths of {len(rows.rows)} pairs</title><style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
    ]
    for number, (side, language) in enumerate(bands):
        top = number * _HEIGHT
        parts.append(f'<g transform="translate(0 {top})">')
        parts += _draw_band(rows, side, marked)
        parts.append(f'<text x="{_EDGE}" y="16">{language.tag} : {rows.languages[0].tag}</text></g>')
    parts.append(f'<text x="{_EDGE}" y="{height - 8}">pair 1</text>')
    parts.append(f'<text x="{_WIDTH - 8}" y="{height - 8}" text-anchor="end">pair {len(rows.rows)}</text></svg>')
    return "\n".join(parts) + "\n"


def _draw_band(rows: Rows, side: int, marked: frozenset[int]) -> Iterator[str]:
    logs = {
        n: math.log2((len(row[side].text) + 1) / (len(row[0].text) + 1))
        for n, row in enumerate(rows.rows)
        if row[0].content and row[side].content and row[0].kind in _SHOWN
    }
    usual = sorted(logs.values())[len(logs) // 2] if logs else 0.0
    low, high = 24, _HEIGHT - 12
    middle = (low + high) / 2
    scale = (high - low) / 2 / _MOST
    yield f'<rect class="frame" x="{_EDGE}" y="{low}" width="{_WIDTH - _EDGE - 8}" height="{high - low}"/>'
    yield f'<line class="usual" x1="{_EDGE}" x2="{_WIDTH - 8}" y1="{middle:.1f}" y2="{middle:.1f}"/>'
    for doublings in (-1, 0, 1):
        ratio = 2 ** (usual + doublings)
        y = middle - doublings * scale + 4
        yield f'<text x="{_EDGE - 6}" y="{y:.1f}" text-anchor="end">{ratio:.2f}</text>'
    count = max(1, len(rows.rows))
    for n, row in enumerate(rows.rows):
        x = _EDGE + (n + 0.5) * (_WIDTH - _EDGE - 8) / count
        if n in logs:
            away = max(-_MOST, min(_MOST, logs[n] - usual))
            kind = "q" if n in marked else "p"
            y = middle - away * scale
            yield f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{n + 1}</title></circle>'
        elif row[0].kind in _SHOWN and not (row[0].content and row[side].content):
            edge = low if row[0].content else high
            ends = f'y1="{edge - 5}" y2="{edge + 5}"'
            yield f'<line class="e" x1="{x:.1f}" x2="{x:.1f}" {ends}><title>{n + 1}</title></line>'
