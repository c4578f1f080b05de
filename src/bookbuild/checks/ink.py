"""A PDF's bytes in, the signs that leave no ink out: every glyph that is drawn must be in its embedded font."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from bookbuild.checks.shaping import Typeface, find_inkless_glyphs, find_wrong_glyphs
from bookbuild.model.characters import is_ignorable
from bookbuild.model.findings import Finding, Place

_FONTS_AND_TEXTS = re.compile(rb"/([^\s/]+) [\d.]+ Tf|\[([^\]]*)\] ?TJ|(<[0-9a-fA-F]+>) ?Tj|^([qQ])\b", re.MULTILINE)
_CODES = re.compile(rb"<([0-9a-fA-F]+)>")
_MAPPINGS = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>")
_MOST = 20
"""Signs named in one finding."""
_INKLESS = {"Zs", "Zl", "Zp", "Cc", "Cf"}


@dataclass(slots=True)
class DrawnCodes:
    """Which codes content streams draw, and what they stand for: found out once, whichever files they are in."""

    known: dict[bytes, dict[str, frozenset[int]]] = field(default_factory=dict)
    """Codes by the name of their font, by the SHA-256 of the compressed stream."""
    glyphs: dict[bytes, tuple[tuple[int, int, str], ...]] = field(default_factory=dict)
    """Code, glyph and text of what fonts draw that is visible, by the SHA-256 of their tables and codes."""
    used: set[bytes] = field(default_factory=set)
    """What was asked for."""

    def find(self, streams: Sequence[Any]) -> dict[str, frozenset[int]]:
        """Return the codes that streams draw one after the other, by the name of their font."""
        digest = hashlib.sha256(b"".join(stream.read_raw_bytes() for stream in streams)).digest()
        self.used.add(digest)
        if digest not in self.known:
            self.known[digest] = _find_codes(b"\n".join(stream.read_bytes() for stream in streams))
        return self.known[digest]

    def read_glyphs(self, font: Any, codes: Iterable[int]) -> tuple[tuple[int, int, str], ...]:
        """Return code, glyph and text of those codes of a font that stand for visible signs."""
        descendant = font.DescendantFonts[0]
        table = descendant.get("/CIDToGIDMap")
        mapped = table.read_raw_bytes() if isinstance(table, pikepdf.Stream) else b""
        widths = descendant.W.unparse() if "/W" in descendant else b""
        said = (font.ToUnicode.read_raw_bytes(), mapped, widths, array("H", sorted(codes)).tobytes())
        digest = hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in said)).digest()
        self.used.add(digest)
        if digest not in self.glyphs:
            self.glyphs[digest] = tuple(_read_glyphs(font, codes))
        return self.glyphs[digest]

    def forget_old_streams(self) -> None:
        """Forget the streams and fonts that were not asked for."""
        self.known = {digest: codes for digest, codes in self.known.items() if digest in self.used}
        self.glyphs = {digest: found for digest, found in self.glyphs.items() if digest in self.used}


def check_ink(
    data: bytes, place: Place, typefaces: Sequence[Typeface] = (), codes: DrawnCodes | None = None
) -> list[Finding]:
    """Look for what no extraction of text can find; return findings (O007).

    Those are glyphs that are drawn but leave no ink and, where `typefaces` are given, glyphs that none of these has for
    their texts. `codes` are those of streams that were read before.
    """
    lost: list[tuple[str, int]] = []
    wrong: list[tuple[str, int]] = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for file, drawn in _collect_glyphs(pdf, codes or DrawnCodes()).values():
            inkless = find_inkless_glyphs(file, drawn)
            lost += [(text, drawn[glyph, text]) for glyph, text in inkless]
            other = [] if inkless or not typefaces else find_wrong_glyphs(file, drawn, typefaces)
            wrong += [(text, drawn[glyph, text]) for glyph, text in other]
    advice = "choose another font for this language under [fonts] in book.toml, and report it; nothing was written"
    return [
        Finding("O007", place, f"signs are drawn as {what}: {_list_signs(signs)}", advice)
        for what, signs in (("nothing", lost), ("others", wrong))
        if signs
    ]


def _list_signs(signs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(list(dict.fromkeys(f"{text!r} (page {page})" for text, page in signs))[:_MOST])


def _collect_glyphs(
    pdf: pikepdf.Pdf, known: DrawnCodes
) -> dict[tuple[int, int], tuple[bytes, dict[tuple[int, str], int]]]:
    """Return each font file, with the first page of each visible sign: of a glyph with its text."""
    pages: dict[tuple[int, int], dict[int, int]] = {}
    fonts: dict[tuple[int, int], Any] = {}
    for number, page in enumerate(pdf.pages, 1):
        for font, codes in _collect_codes(page.obj, known):
            fonts.setdefault(font.objgen, font)
            first_pages = pages.setdefault(font.objgen, {})
            for code in codes:
                first_pages.setdefault(code, number)
    glyphs: dict[tuple[int, int], tuple[bytes, dict[tuple[int, str], int]]] = {}
    for key, first_pages in pages.items():
        if fonts[key].get("/Subtype") == "/Type0":
            descriptor = fonts[key].DescendantFonts[0].FontDescriptor
            file = descriptor.get("/FontFile2", descriptor.get("/FontFile3"))
            embedded = file.objgen if file is not None else (0, 0)
            if embedded not in glyphs:
                glyphs[embedded] = file.read_bytes() if file is not None else b"", {}
            for code, glyph, text in known.read_glyphs(fonts[key], first_pages):
                glyphs[embedded][1].setdefault((glyph, text), first_pages[code])
    return glyphs


def _collect_codes(holder: Any, known: DrawnCodes) -> Iterator[tuple[Any, frozenset[int]]]:
    """Yield each font of a page, or of a form on it, with the codes drawn in it."""
    resources = holder.get("/Resources", {})
    named = resources.get("/Font", {})
    contents = holder.get("/Contents", holder)
    for key, drawn in known.find(list(contents) if isinstance(contents, pikepdf.Array) else [contents]).items():
        if key in named:
            yield named[key], drawn
    for form in resources.get("/XObject", {}).values():
        if form.get("/Subtype") == "/Form":
            yield from _collect_codes(form, known)


def _find_codes(content: bytes) -> dict[str, frozenset[int]]:
    """Return the codes that a content stream draws, by the name of their font."""
    texts: dict[str, set[bytes]] = {}
    names = [""]
    for match in _FONTS_AND_TEXTS.finditer(content):
        if match[1]:
            names[-1] = f"/{match[1].decode('latin-1')}"
        elif match[4] == b"q":  # what is restored later
            names.append(names[-1])
        elif match[4]:
            names = names[:-1] or [""]
        else:
            texts.setdefault(names[-1], set()).update(_CODES.findall(match[2] or match[3]))
    return {
        key: frozenset(int(text[n : n + 4], 16) for text in drawn for n in range(0, len(text), 4))
        for key, drawn in texts.items()
    }


def _read_glyphs(font: Any, codes: Iterable[int]) -> Iterator[tuple[int, int, str]]:
    """Yield code, glyph and text of those codes of a font that stand for visible signs."""
    descendant = font.DescendantFonts[0]
    table = descendant.get("/CIDToGIDMap")
    glyphs = table.read_bytes() if isinstance(table, pikepdf.Stream) else b""
    widths = _read_widths(descendant.get("/W", []))
    texts = _read_texts(font.ToUnicode.read_bytes())
    for code in sorted(codes):
        text = texts.get(code, "\ufffd")
        # letters of a cluster before the one that bears its shape take no room and have none
        if widths.get(code) != 0 and not all(map(_is_inkless, text)):
            yield code, int.from_bytes(glyphs[2 * code : 2 * code + 2], "big") if glyphs else code, text


def _is_inkless(char: str) -> bool:
    """Return whether a character is a space, a control, or asks for no glyph."""
    return unicodedata.category(char) in _INKLESS or is_ignorable(char)


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

    hidden: list[str] = []
    with pypdfium2.PdfDocument(data) as document:
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
                    if any(map(str.isalnum, text)) and not (text.isalpha() and len(text) <= _PIECE):
                        hidden.append(f"“{text[:_MOST]}” (page {number})")
            # what has no size is in no rectangle
            for word in re.finditer(r"\w{4,}", texts.get_text_range()):
                boxes = [texts.get_charbox(n) for n in range(word.start(), word.end())]
                if all(top - bottom < _SMALLEST for _, bottom, _, top in boxes):
                    hidden.append(f"“{word[0]}” (page {number})")
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
_PIECE = 2
"""Letters of pieces of divided words, some of which PDFium misplaces; no rule hides so little and nothing else."""
_LEAST_HIDDEN = 30
"""Letters, with those of the places: a rule hides more."""
