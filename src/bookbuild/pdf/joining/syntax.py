"""Values of PDF objects as bytes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookbuild.pdf.joining.objects import REFERENCE


def filled(data: bytes, numbers: Sequence[bytes]) -> bytes:
    """Put the numbers of objects where they are marked."""
    pieces = data.split(REFERENCE)
    pieces[1::2] = [numbers[int(piece)] for piece in pieces[1::2]]
    return b"".join(pieces)


def decimal(value: float) -> bytes:
    """Write a number."""
    return f"{value:f}".rstrip("0").rstrip(".").encode()


def string(text: str) -> bytes:
    """Write a text string (ISO 32000-1, 7.9.2.2)."""
    if text.isascii():
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", text.encode()) + b")"
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"
