"""Characters of a PDF where they are drawn: an own reader of content streams, so that no extractor reorders them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf


@dataclass(frozen=True)
class Drawn:
    """One character."""

    page: int
    char: str
    x: float
    """pt from the left edge, where its code begins."""
    y: float
    """pt from the top edge, of the base line."""
    order: int
    """Position in the content stream."""
    artifact: bool
    width: float = 0.0


def drawn(path: Path) -> Iterator[Drawn]:
    with pikepdf.open(path) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            yield from _page(page, number)


def _fonts(resources: Any) -> dict[str, tuple[dict[int, str], dict[int, float]]]:
    found = {}
    for name, font in resources.get("/Font", {}).items():
        pairs = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]*)>", font.ToUnicode.read_bytes().decode())
        texts = {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}
        widths: dict[int, float] = {}
        entries = list(font.DescendantFonts[0].W)
        while entries:
            first, listed, *entries = entries
            widths.update({int(first) + n: float(w) for n, w in enumerate(listed)})
        found[str(name)] = texts, widths
    return found


def _times(m: tuple[float, ...], n: tuple[float, ...]) -> tuple[float, ...]:
    return (
        m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2], m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5],
    )  # fmt: skip


@dataclass
class _State:
    """Where a content stream is drawn."""

    page: int
    height: float
    order: int = 0


def _page(page: pikepdf.Page, number: int) -> Iterator[Drawn]:
    state = _State(number, float(page.mediabox[3]))
    yield from _stream(page, page.Resources, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), [], state)


def _stream(
    content: Any, resources: Any, matrix: tuple[float, ...], marked: list[bool], state: _State
) -> Iterator[Drawn]:
    """Follow a page's content and the forms that it calls."""
    fonts, stack = _fonts(resources), []
    text, font, size = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), "", 0.0
    for operands, operator in pikepdf.parse_content_stream(content):
        match str(operator):
            case "q":
                stack.append(matrix)
            case "Q":
                matrix = stack.pop()
            case "cm":
                matrix = _times(tuple(map(float, operands)), matrix)
            case "Tm":
                text = tuple(map(float, operands))
            case "Tf":
                font, size = str(operands[0]), float(operands[1])
            case "BMC" | "BDC":
                marked.append(str(operands[0]) == "/Artifact")
            case "EMC":
                marked.pop()
            case "Do":
                form = resources.XObject[str(operands[0])]
                if form.Subtype == "/Form":
                    yield from _stream(form, form.get("/Resources", resources), matrix, marked, state)
            case "TJ":
                texts, widths = fonts[font]
                for part in operands[0]:
                    if not isinstance(part, pikepdf.String):
                        text = _times((1, 0, 0, 1, -float(part) / 1000 * size, 0), text)
                        continue
                    data = bytes(part)
                    for n in range(0, len(data), 2):
                        code = int.from_bytes(data[n : n + 2], "big")
                        at = _times(text, matrix)
                        for char in texts[code]:
                            state.order += 1
                            x, y, width = at[4], state.height - at[5], widths[code] * size / 1000
                            yield Drawn(state.page, char, x, y, state.order, any(marked), width)
                        text = _times((1, 0, 0, 1, widths[code] / 1000 * size, 0), text)
            case _:
                pass


def lines(path: Path, left: float, right: float) -> list[str]:
    """The lines of a column, characters from left to right without spaces; x in pt from the left edge.

    Characters of one line share a base line; a mark that has the place of its base stands before it, as
    right-to-left text runs.
    """
    rows: dict[tuple[int, float], list[Drawn]] = {}
    for one in drawn(path):
        if left <= one.x <= right and not one.char.isspace():
            rows.setdefault((one.page, round(one.y, 0)), []).append(one)
    return [
        "".join(d.char for d in sorted(row, key=lambda d: (round(d.x, 2), d.order))) for _, row in sorted(rows.items())
    ]
