"""Fonts for e-books: faces in, subsets that keep the script's shaping out."""

from __future__ import annotations

import io
from collections.abc import Iterable

from bookbuild.fonts import Face, font_data


def subset(face: Face, characters: str) -> bytes:
    """Cut a face down to the characters of a book and all glyphs that shaping makes of them.

    Time stamps are kept, so that the same book gives the same bytes.
    """
    from fontTools import subset as fonttools  # noqa: PLC0415 - only for e-books
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = fonttools.Options()
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["DSIG", "FFTM"]
    font = TTFont(io.BytesIO(font_data(face)), recalcTimestamp=False)
    subsetter = fonttools.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def licences(faces: Iterable[Face]) -> dict[str, bytes]:
    """Give a file name to licence text for each family that comes with one; the OFL asks for it."""
    found: dict[str, bytes] = {}
    for face in faces:
        stem = "".join(c for c in face.family if c.isascii() and c.isalnum())
        folder = face.path.parent
        places = [folder / "OFL.txt", folder / "LICENSE.txt", folder.parent / "LICENSE"]
        places += sorted(folder.parent.glob(f"{folder.name}-*.dist-info/licenses/*"))
        text = next((place for place in places if place.is_file()), None)
        if text is not None:
            found.setdefault(f"fonts/{stem}-licence.txt", text.read_bytes())
    return found
