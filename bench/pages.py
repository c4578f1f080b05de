"""Pages held against the goals of good setting, from PDFs alone, for docs/reference/pages.md.

Run with `./invokew bench`, or for other files with `python -m bench.pages FILE...`. PDFium says where characters stand;
lines, columns and paragraphs are found from that.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, pairwise
from pathlib import Path
from statistics import mean, median

import pikepdf
import pypdfium2
from pypdfium2 import raw

from bench.books import BOOKS, DECLARATION, fetch_package, make_project, replace_section, write_declaration
from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.model.project import open_project

_COLUMN_GAP = 20.0
"""pt between characters of one base line from which on they stand in different columns."""
_EDGE = 1.5
"""pt by which the edges of lines of one column differ at most."""
_LEADER = "...."
_COMMON = 0.1
"""Share of all characters that those of the text's own sizes are at least."""
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
    lines = [line for line in lines if _LEADER not in line.text]  # of the table of contents
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


@dataclass(frozen=True, slots=True)
class PageFigures:
    """What is measured of a PDF's pages; shares in per cent, gaps in em."""

    pages: int
    short: float
    """Lines before the last that leave more than a fifth of their measure empty."""
    before_last: float
    """The same of the lines right before the last."""
    runts: float
    """Last lines of at most 15 % of their measure."""
    hyphens: float
    """Divided words for each hundred lines."""
    gap: float
    """The mean gap between words."""
    wide: float
    """Gaps of more than half an em."""
    widest: float
    overlaps: float
    """Lines whose ink touches that of the line below."""


def measure_pages(path: Path) -> PageFigures:
    """Return the figures of a PDF's pages."""
    document = pypdfium2.PdfDocument(path)
    inner: list[float] = []
    before: list[float] = []
    last: list[float] = []
    gaps: list[float] = []
    overlaps: list[bool] = []
    for measure, paragraphs in _find_columns(list(_read_lines(document))):
        for paragraph in paragraphs:
            shares = [line.width / measure for line in paragraph]
            inner += shares[:-1]
            before += shares[-2:-1]
            last += shares[-1:] if len(shares) > 1 else []
            gaps += [gap / line.size for line in paragraph[:-1] for gap in line.gaps]
            overlaps += [_overlap(above, below) for above, below in pairwise(paragraph)]
    return PageFigures(
        len(document),
        _share(share < _FULL for share in inner),
        _share(share < _FULL for share in before),
        _share(share < _RUNT for share in last),
        100 * _count_divided_words(path) / max(1, len(inner)),
        mean(gaps) if gaps else 0.0,
        _share(gap > _WIDE for gap in gaps),
        max(gaps, default=0.0),
        _share(overlaps),
    )


def _share(tests: Iterable[bool]) -> float:
    """Return how many of the tests are true, in per cent."""
    results = list(tests)
    return 100 * sum(results) / max(1, len(results))


def _count_divided_words(path: Path) -> int:
    """Return the divided words of a PDF: the second part of each stands for nothing, in its place."""
    with pikepdf.open(path) as pdf:
        streams = [page.Contents for page in pdf.pages]
        parts = [part for one in streams for part in (one if isinstance(one, pikepdf.Array) else [one])]
        return sum(part.read_bytes().lower().count(_NOTHING) for part in parts)


_FULL, _RUNT, _WIDE = 0.8, 0.15, 0.5
_NOTHING = b"/actualtext <feff200b>"
_PAIRS = ("ar id", "he en", "ur en", "fa tr", "ja ar", "de fr")
_EDITIONS = ("handout", "facing", "stacked", "study", "large-print")


def main() -> None:
    """Build real books in all arrangements, and write the figures of their pages."""
    rows = ["| book | edition | pages | short | before last | runts | hyphens | gap | > ½ em | widest | touching |"]
    rows.append("|---|---" + "|--:" * 9 + "|")
    for name, folder in _build_books():
        for edition in _EDITIONS:
            path = folder / "dist" / f"book{'' if edition == 'handout' else f'-{edition}'}.pdf"
            figures = measure_pages(path)
            shown = " | ".join(
                f"{figure:.2f}" if field in {"gap", "widest"} else f"{figure:.1f}"
                for field, figure in list(asdict(figures).items())[1:]
            )
            rows.append(f"| {name} | {edition} | {figures.pages} | {shown} |")
            sys.stdout.write(rows[-1] + "\n")
        shutil.rmtree(folder)
    replace_section("pages", "\n".join(rows), "pages.md")


def _build_books() -> Iterator[tuple[str, Path]]:
    declaration = fetch_package(DECLARATION)
    books = [(BOOKS[0].label, BOOKS[0]), *((pair, None) for pair in _PAIRS)]
    books.append(next((book.label, book) for book in BOOKS if book.chapters == 20))
    for name, book in books:
        folder = Path(tempfile.mkdtemp(prefix="bench-"))
        if not make_project(book or BOOKS[0], folder):
            continue
        if book is None:
            if declaration is None:
                continue
            shutil.rmtree(folder / "source" / "book")
            write_declaration(declaration, folder / "source" / "book", name.split())
        request = BuildRequest(editions=_EDITIONS, formats=("pdf",))
        result = build(open_project(folder), request)
        if result.failed:
            raise SystemExit(f"{name}: {[str(f) for f in result.outcomes[0].findings if f.severity == 'error']}")
        yield name if book else f"declaration, {name.replace(' ', '-')}", folder


if __name__ == "__main__":
    for file in sys.argv[1:]:
        print(file)
        for what, figure in asdict(measure_pages(Path(file))).items():
            print(f"  {what:12} {figure:.2f}")
