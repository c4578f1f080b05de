"""Pages of built PDFs in, PNG pictures out, rendered on request and cached."""

from __future__ import annotations

import hashlib
import io
import threading
import unicodedata
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import Any

_MAX_DOCUMENTS = 4
"""PDFs that stay open."""
_MAX_PICTURES = 240
"""Pictures in the cache."""
WIDTHS = range(100, 3001)
"""Widths of pictures in pixels that may be asked for."""


class PageRenderer:
    """Renders pages, one at a time: PDFium is not thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: OrderedDict[str, Any] = OrderedDict()
        self._texts: dict[str, list[str]] = {}
        self._draw = lru_cache(_MAX_PICTURES)(self._draw_page)

    def page_sizes(self, path: Path, sha256: str) -> list[tuple[float, float]]:
        """Return width and height of each page in pt; `sha256` is the digest that the file must have.

        Raises OSError if the file cannot be read or has another digest.
        """
        with self._lock:
            document = self._open_document(path, sha256)
            return [tuple(round(side, 2) for side in document.get_page_size(n)) for n in range(len(document))]

    def render_page(self, path: Path, sha256: str, number: int, width: int) -> bytes:
        """Return a page, counted from 1, as a PNG `width` pixels wide.

        Raises OSError if the file cannot be read or has another digest; IndexError if there is no such page.
        """
        with self._lock:
            return self._draw(path, sha256, number, width)

    def find_pages(self, path: Path, sha256: str, words: str) -> list[int]:
        """Return the pages, counted from 1, with all of the words; vowel marks and case make no difference.

        Words may stand in any order, since PDFium reads Latin words backwards where a page begins from the right.
        Raises OSError if the file cannot be read or has another digest.
        """
        sought = _fold_text(words).split()
        with self._lock:
            if sha256 not in self._texts:
                document = self._open_document(path, sha256)
                self._texts.clear()  # one book is searched at a time
                self._texts[sha256] = [_fold_text(page.get_textpage().get_text_bounded()) for page in document]
            return [
                n for n, text in enumerate(self._texts[sha256], 1) if sought and all(word in text for word in sought)
            ]

    def _draw_page(self, path: Path, sha256: str, number: int, width: int) -> bytes:
        document = self._open_document(path, sha256)
        if not 1 <= number <= len(document):
            raise IndexError(number)
        scale = width / document.get_page_size(number - 1)[0]
        out = io.BytesIO()
        document[number - 1].render(scale=scale).to_pil().save(out, "PNG", compress_level=1)
        return out.getvalue()

    def close(self) -> None:
        """Close all PDFs."""
        with self._lock:
            while self._documents:
                self._documents.popitem()[1].close()

    def _open_document(self, path: Path, sha256: str) -> Any:
        import pypdfium2

        if sha256 not in self._documents:
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != sha256:  # rebuilt meanwhile, or written by another program
                raise OSError(22, "has another digest", path.name)
            self._documents[sha256] = pypdfium2.PdfDocument(data)
            if len(self._documents) > _MAX_DOCUMENTS:
                self._documents.popitem(last=False)[1].close()
        self._documents.move_to_end(sha256)
        return self._documents[sha256]


def _fold_text(text: str) -> str:
    """Return a text without case, marks, strokes of lengthening, presentation forms, invisible signs and line ends."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = (c for c in letters if unicodedata.category(c) not in {"Mn", "Cf", "Cc"} or c.isspace())
    return " ".join("".join(kept).replace("ـ", "").split())
