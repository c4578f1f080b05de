"""A PDF's bytes in, the signs that leave no ink out: every glyph that is drawn must be in its embedded font."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf
import uharfbuzz

from bookbuild.model.findings import Finding, Place

_FONTS_AND_CODES = re.compile(rb"/([^\s/]+) [\d.]+ Tf|<([0-9a-fA-F]+)>(?=[^>]*\] ?TJ)|<([0-9a-fA-F]+)> ?Tj")
_MAPPINGS = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>")
_MOST = 20
"""Signs named in one finding."""
_INKLESS = {"Zs", "Zl", "Zp", "Cc", "Cf"}


def check_ink(data: bytes, place: Place) -> list[Finding]:
    """Look for glyphs that are drawn but leave no ink, which no extraction of text can find; return findings (O007)."""
    pages: dict[tuple[tuple[int, int], int], int] = {}
    fonts: dict[tuple[int, int], Any] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            for font, codes in _collect_codes(page.obj):
                fonts.setdefault(font.objgen, font)
                for code in codes:
                    pages.setdefault((font.objgen, code), number)
        lost = [
            (text, pages[key, code])
            for key, font in fonts.items()
            for code, text in _find_inkless_codes(font, {code for drawn, code in pages if drawn == key})
        ]
    if not lost:
        return []
    signs = ", ".join(dict.fromkeys(f"{text!r} (page {page})" for text, page in lost[:_MOST]))
    advice = "choose another font for this language under [fonts] in book.toml, and report it; nothing was written"
    return [Finding("O007", place, f"signs are drawn as nothing: {signs}", advice)]


def _collect_codes(holder: Any) -> Iterator[tuple[Any, set[int]]]:
    """Yield each font of a page, or of a form on it, with the codes drawn in it."""
    resources = holder.get("/Resources", {})
    named = resources.get("/Font", {})
    contents = holder.get("/Contents", holder)
    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    codes: dict[str, set[int]] = {}
    name = ""
    for match in _FONTS_AND_CODES.finditer(b"\n".join(stream.read_bytes() for stream in streams)):
        if match[1]:
            name = f"/{match[1].decode('latin-1')}"
        else:
            text = match[2] or match[3]
            codes.setdefault(name, set()).update(int(text[n : n + 4], 16) for n in range(0, len(text), 4))
    for key, drawn in codes.items():
        if key in named:
            yield named[key], drawn
    for form in resources.get("/XObject", {}).values():
        if form.get("/Subtype") == "/Form":
            yield from _collect_codes(form)


def _find_inkless_codes(font: Any, codes: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield those codes of a font that stand for visible signs and draw nothing, with their texts."""
    if font.get("/Subtype") != "/Type0":
        return
    descendant = font.DescendantFonts[0]
    descriptor = descendant.FontDescriptor
    file = descriptor.get("/FontFile2", descriptor.get("/FontFile3"))
    face = uharfbuzz.Face(uharfbuzz.Blob(file.read_bytes())) if file is not None else None
    drawn = uharfbuzz.Font(face) if face is not None else None
    table = descendant.get("/CIDToGIDMap")
    glyphs = table.read_bytes() if isinstance(table, pikepdf.Stream) else b""
    widths = _read_widths(descendant.get("/W", []))
    texts = _read_texts(font.ToUnicode.read_bytes())
    for code in sorted(codes):
        text = texts.get(code, "\ufffd")
        # letters of a cluster before the one that bears its shape take no room and have none
        if widths.get(code) == 0 or all(unicodedata.category(char) in _INKLESS for char in text):
            continue
        glyph = int.from_bytes(glyphs[2 * code : 2 * code + 2], "big") if glyphs else code
        if face is None or drawn is None or glyph >= face.glyph_count or not any(drawn.get_glyph_extents(glyph) or ()):
            yield code, text


def _read_texts(cmap: bytes) -> dict[int, str]:
    """Return the texts of a ToUnicode map (ISO 32000-1, 9.10.3), as far as it maps codes one by one."""
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
        for section in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL)
        for code, text in _MAPPINGS.findall(section)
    }


def _read_widths(entries: Any) -> dict[int, float]:
    """Return the widths of a font's codes (ISO 32000-1, 9.7.4.3)."""
    widths: dict[int, float] = {}
    items = iter(entries)
    for first in items:
        following = next(items)
        if isinstance(following, pikepdf.Array):
            widths |= {int(first) + n: float(width) for n, width in enumerate(following)}
        else:
            widths |= dict.fromkeys(range(int(first), int(following) + 1), float(next(items)))
    return widths


def check_visibility(data: bytes, place: Place) -> list[Finding]:
    """Look for text that a stylesheet hides: white on white, without size, cut off; return findings (O008).

    Each run of letters must stand on the page and differ from its ground there.
    """
    import numpy as np
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    hidden: list[str] = []
    try:
        for number, page in enumerate(document, 1):
            edge, _, _, head = page.get_cropbox()  # left, bottom, right, top
            pixels = np.asarray(page.render(scale=_SCALE, grayscale=True).to_pil())
            texts = page.get_textpage()
            for n in range(texts.count_rects()):
                left, bottom, right, top = texts.get_rect(n)
                rows = slice(max(0, int((head - top) * _SCALE)), max(0, int((head - bottom) * _SCALE) + 2))
                columns = slice(max(0, int((left - edge) * _SCALE)), max(0, int((right - edge) * _SCALE) + 2))
                ground = pixels[rows, columns]
                if not ground.size or int(ground.max()) - int(ground.min()) < _CONTRAST:
                    text = texts.get_text_bounded(left, bottom, right, top).strip()
                    hidden += [f"“{text[:_MOST]}” (page {number})"] if any(map(str.isalnum, text)) else []
            # what has no size is in no rectangle
            for word in re.finditer(r"\w{4,}", texts.get_text_range()):
                boxes = [texts.get_charbox(n) for n in range(word.start(), word.end())]
                if all(top - bottom < _SMALLEST for _, bottom, _, top in boxes):
                    hidden.append(f"“{word[0]}” (page {number})")
    finally:
        document.close()
    if sum(map(str.isalnum, "".join(hidden))) < _LEAST_HIDDEN:
        return []
    message = f"text is not seen: {', '.join(hidden[:_FEW])}"
    return [Finding("O008", place, message, "undo the last change of a stylesheet or layout; nothing was written")]


_SCALE = 0.75
"""Pixels per pt."""
_CONTRAST = 20
"""Of 255: less than a hairline in the lightest grey of the program's own pages."""
_SMALLEST = 0.5
"""pt; the height of a letter that can be seen."""
_FEW = 3
_LEAST_HIDDEN = 30
"""Letters, with those of the places: a rule hides more. PDFium misplaces pieces of some divided words."""
