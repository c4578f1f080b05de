"""The words that readers copy out of a PDF."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pypdfium2


def words(text: str, *, marks: bool = False) -> Counter[str]:
    """Arabic words; without marks, unless these are asked for."""
    text = unicodedata.normalize("NFD", text)
    found = re.findall(r"[\u0621-\u065f\u0670-\u06d3\u200c]+", text)
    if not marks:
        found = ["".join(c for c in word if unicodedata.category(c) != "Mn") for word in found]
    return Counter(word for word in found if word)


def texts(path: Path) -> Iterator[tuple[str, str]]:
    yield "pypdf", "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    opened = pypdfium2.PdfDocument(path)
    yield "PDFium", "\n".join(page.get_textpage().get_text_range() for page in opened)
    opened.close()
