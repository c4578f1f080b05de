"""Rules that stylesheets of print, e-book and cover share: typefaces, and how scripts show stress. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bookbuild.document.font_files import find_characters, find_placeholders
from bookbuild.document.fonts import Face
from bookbuild.languages.tables import find_script
from bookbuild.model.book import Language

BASE_URL = "http://book.invalid/"
"""Where layouts believe to be: no real host (RFC 2606), served by the writer from the book's own files."""


def write_face_rules(faces: Sequence[Face], folder: str, suffix: str = "") -> str:
    """Write @font-face rules; `folder` is where the files are, seen from the stylesheet; `suffix` their ending."""
    return "\n".join(
        f'@font-face {{ font-family: "{f.family}"; font-weight: {f.weight}; font-style: {f.style}; '
        f'src: url("{folder}{f.stem + suffix if suffix else f.file_name}"){_write_range(f)} }}'
        for f in faces
    )


def _write_range(face: Face) -> str:
    """Write which characters a face is for, where it draws some of them wrong.

    They are those that it has: WeasyPrint 70 takes a range for what the face covers (text/fonts.py).
    """
    if not find_placeholders(face.path):
        return ""
    points = sorted(find_characters(face.path))
    starts = [n for n, point in enumerate(points) if not n or point > points[n - 1] + 1]
    ranges = [f"U+{points[low]:X}-{points[high - 1]:X}" for low, high in pairwise([*starts, len(points)])]
    return f"; unicode-range: {', '.join(ranges)}"


def write_emphasis_rules(language: Language, at: str, upright: str = "weight") -> list[str]:
    """Write how stress looks; `upright` is how in scripts without a slant: weight or overline."""
    if find_script(language.script).emphasis == "italic":
        return [f"em{at} {{ font-style: italic }}"]
    if upright == "overline":
        return [f"em{at} {{ font-style: normal; text-decoration: overline }}"]
    return [f"em{at} {{ font-style: normal; font-weight: bold }}"]
