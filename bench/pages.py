"""Pages held against the goals of good setting, from PDFs alone: `python -m bench.pages FILE...`.

PDFium says where characters stand; lines, columns and paragraphs are found from that.
"""

from __future__ import annotations

import ctypes
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from statistics import mean, median

import pypdfium2
from pypdfium2 import raw

_COLUMN_GAP = 20.0
"""pt between characters of one base line from which on they stand in different columns."""
_EDGE = 1.5
"""pt by which the edges of lines of one column differ at most."""
_COMMON = 0.1
"""Share of all characters that those of the text's own sizes are at least."""
_HYPHENS = "-\u2010\u00ad\x02\ufffe"
"""As PDFium gives hyphens."""
_TOUCH = 0.2
"""pt by which boxes of ink may lap over each other, as boxes are wider than ink."""


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    left: float
    right: float
    base: float
    size: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class _Line:
    page: int
    base: float
    left: float
    right: float
    size: float
    rtl: bool
    text: str
    gaps: tuple[float, ...]
    """Between words, in pt."""
    chars: tuple[_Char, ...]

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def edge(self) -> float:
        return self.right if self.rtl else self.left


def _read_chars(page: pypdfium2.PdfPage) -> Iterator[_Char]:
    text = page.get_textpage()
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    for n in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, n)
        if raw.FPDFText_IsGenerated(text, n):
            continue
        raw.FPDFText_GetCharBox(text, n, left, right, bottom, top)
        raw.FPDFText_GetCharOrigin(text, n, x, y)
        size = raw.FPDFText_GetFontSize(text, n)
        yield _Char(chr(code) if code else "", left.value, right.value, y.value, size, top.value, bottom.value)


def _read_lines(document: pypdfium2.PdfDocument) -> Iterator[_Line]:
    pages = [list(_read_chars(page)) for page in document]
    sizes = Counter(round(char.size * 2) / 2 for page in pages for char in page)
    common = {size for size, count in sizes.items() if count > _COMMON * sizes.total()}
    for number, page in enumerate(pages, 1):
        rows: dict[float, list[_Char]] = defaultdict(list)
        for char in page:
            is_text = round(char.size * 2) / 2 in common and char.right > char.left
            if is_text and char.text and not char.text.isspace():
                rows[round(char.base * 2) / 2].append(char)
        for base, chars in rows.items():
            chars.sort(key=lambda char: char.left)
            part: list[_Char] = []
            edge = 0.0
            for char in chars:
                if part and char.left - edge > _COLUMN_GAP:
                    yield _make_line(number, base, part)
                    part = []
                edge = max(edge, char.right) if part else char.right
                part.append(char)
            if part:
                yield _make_line(number, base, part)


def _make_line(page: int, base: float, chars: Sequence[_Char]) -> _Line:
    rtl = sum(unicodedata.bidirectional(c.text[0]) in {"R", "AL"} for c in chars) * 2 > len(chars)
    size = median(c.size for c in chars)
    gaps, edge = [], chars[0].right
    for char in chars[1:]:
        if char.left - edge > size * 0.12:
            gaps.append(char.left - edge)
        edge = max(edge, char.right)
    text = "".join(c.text for c in chars)
    return _Line(page, base, chars[0].left, max(c.right for c in chars), size, rtl, text, tuple(gaps), tuple(chars))


def _find_columns(lines: Sequence[_Line]) -> Iterator[tuple[float, list[list[_Line]]]]:
    """Yield the measure of each column of running text, and its paragraphs; lines as they follow each other."""
    for rtl in (False, True):
        mine = [line for line in lines if line.rtl == rtl]
        if not mine:
            continue
        body = Counter(round(line.size * 2) / 2 for line in mine).most_common(1)[0][0]
        mine = [line for line in mine if abs(line.size - body) < 0.3]
        by_side: dict[tuple[int, int], list[_Line]] = defaultdict(list)
        for line in mine:
            by_side[line.page % 2, round(line.edge / _EDGE)].append(line)
        merged: dict[int, list[_Line]] = defaultdict(list)
        for (_, edge), found in by_side.items():
            merged[edge].extend(found)
        most = max(map(len, merged.values()))
        for found in merged.values():
            if len(found) < max(6, most // 5):
                continue
            measure = max(line.width for line in found)
            steps = Counter(
                round(a.base - b.base, 1)
                for page, group in groupby(found, key=lambda line: line.page)
                for a, b in pairwise(sorted(group, key=lambda line: -line.base))
            )
            if not steps:
                continue
            leading = steps.most_common(1)[0][0]
            paragraphs: list[list[_Line]] = []
            for _, group in groupby(sorted(found, key=lambda line: (line.page, -line.base)), key=lambda o: o.page):
                page = list(group)
                paragraphs.append([page[0]])
                for above, line in pairwise(page):
                    if abs(above.base - line.base - leading) < 0.8:
                        paragraphs[-1].append(line)
                    else:
                        paragraphs.append([line])
            yield measure, paragraphs


def _overlap(above: _Line, below: _Line) -> bool:
    """Return whether the ink of a line touches that of the line below it."""
    return any(
        one.bottom < other.top - _TOUCH and one.left < other.right and other.left < one.right
        for one in above.chars
        for other in below.chars
    )


def measure_pages(path: Path) -> dict[str, float]:
    """Return figures of a PDF's pages by their names."""
    document = pypdfium2.PdfDocument(path)
    lines = list(_read_lines(document))
    inner, before, last, gaps, hyphens, ladders, pairs, overlaps = [], [], [], [], 0, [0], 0, 0
    counted = 0
    for measure, paragraphs in _find_columns(lines):
        for paragraph in paragraphs:
            run = 0
            for n, line in enumerate(paragraph):
                share = line.width / measure
                counted += 1
                if n == len(paragraph) - 1:
                    if len(paragraph) > 1:
                        last.append(share)
                    continue
                inner.append(share)
                if n == len(paragraph) - 2:
                    before.append(share)
                gaps += [gap / line.size for gap in line.gaps]
                ends = not line.rtl and line.text[-1:] in _HYPHENS
                run = run + 1 if ends else 0
                hyphens += ends
                ladders.append(run)
            for above, below in pairwise(paragraph):
                pairs += 1
                overlaps += _overlap(above, below)
    share = lambda values, test: 100 * sum(map(test, values)) / max(1, len(values))  # noqa: E731
    return {
        "pages": len(document),
        "lines": counted,
        "inner lines > 20 % short, %": share(inner, lambda x: x < 0.8),
        "before the last > 20 % short, %": share(before, lambda x: x < 0.8),
        "last lines < 15 %, %": share(last, lambda x: x < 0.15),
        "hyphens per 100 lines": 100 * hyphens / max(1, len(inner)),
        "ladder": max(ladders),
        "mean gap, em": mean(gaps) if gaps else 0,
        "gaps > 0.5 em, %": share(gaps, lambda x: x > 0.5),
        "widest gap, em": max(gaps, default=0),
        "pairs of lines that overlap, %": 100 * overlaps / max(1, pairs),
    }


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(name)
        for what, figure in measure_pages(Path(name)).items():
            print(f"  {what:36} {figure:.2f}")
