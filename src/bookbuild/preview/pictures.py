"""Pages of finished PDFs as pictures, made when they are asked for."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

_OPEN = 4
"""PDFs that are kept open."""
_KEPT = 240
"""Pictures that are kept."""
WIDTHS = range(100, 3001)
"""Pixels that a picture may be wide."""


class Pictures:
    """Draws pages; one at a time, as PDFium asks for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: OrderedDict[str, Any] = OrderedDict()
        self._pictures: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()

    def sizes(self, path: Path, sha256: str) -> list[tuple[float, float]]:
        """Give width and height of each page in pt; `sha256` names what the file holds.

        Raises OSError if the file cannot be read, or holds something else.
        """
        with self._lock:
            document = self._document(path, sha256)
            return [tuple(round(side, 2) for side in document.get_page_size(n)) for n in range(len(document))]

    def page(self, path: Path, sha256: str, number: int, width: int) -> bytes:
        """Draw a page, counted from 1, as PNG of so many pixels.

        Raises OSError if the file cannot be read, or holds something else; IndexError if there is no such page.
        """
        key = (sha256, number, width)
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
            document = self._document(path, sha256)
            if not 1 <= number <= len(document):
                raise IndexError(number)
            scale = width / document.get_page_size(number - 1)[0]
            out = io.BytesIO()
            document[number - 1].render(scale=scale).to_pil().save(out, "PNG", compress_level=1)
            self._pictures[key] = out.getvalue()
            if len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
            return out.getvalue()

    def close(self) -> None:
        """Close all PDFs."""
        with self._lock:
            while self._documents:
                self._documents.popitem()[1].close()

    def _document(self, path: Path, sha256: str) -> Any:
        import pypdfium2

        if sha256 not in self._documents:
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != sha256:  # written anew meanwhile, or by somebody else
                raise OSError(22, "holds something else", path.name)
            self._documents[sha256] = pypdfium2.PdfDocument(data)
            if len(self._documents) > _OPEN:
                self._documents.popitem(last=False)[1].close()
        self._documents.move_to_end(sha256)
        return self._documents[sha256]
