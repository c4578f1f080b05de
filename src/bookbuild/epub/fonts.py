"""Fonts for e-books: faces in, subsets that keep the script's shaping out."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from bookbuild.document.fonts import Face, Stack, read_face
from bookbuild.languages.equations import find_typeface
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.xml import parse_xml


def cut_down_face(face: Face, characters: str, *, packed: bool) -> bytes:
    """Cut a face down, and pack it as WOFF2 if it is to be `packed`."""
    data = subset_face(face, characters)
    return pack_woff2(data) if packed else data


def subset_face(face: Face, characters: str) -> bytes:
    """Cut a face down to the characters of a book and all glyphs that shaping makes of them.

    HarfBuzz follows the substitution rules of the script and keeps its positioning; it takes a
    hundredth of the time that fontTools takes for Arabic, and it comes in a wheel of its own, so
    that the bytes do not depend on the machine's library.
    """
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(ord(c) for c in characters)
    wanted.sets(uharfbuzz.SubsetInputSets.NAME_ID).update({*range(7), 13, 14})
    # digits of their own widths, which stylesheets ask for and HarfBuzz would leave out
    wanted.sets(uharfbuzz.SubsetInputSets.LAYOUT_FEATURE_TAG).update({int.from_bytes(b"pnum", "big")})
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    whole = uharfbuzz.Face(uharfbuzz.Blob(read_face(face)))
    part = uharfbuzz.subset(whole, wanted)
    fonts = uharfbuzz.Font(whole), uharfbuzz.Font(part)
    if lost := [char for char in characters if len({_measure_glyph(font, char) for font in fonts}) > 1]:
        message = f"signs are drawn as nothing, or as others: {', '.join(map(repr, lost[:_MOST]))}"
        advice = "choose another font for this language under [fonts] in book.toml, and report it; nothing was written"
        raise SourceError([Finding("O007", Place(f"fonts/{face.file_name}"), message, advice)])
    data: bytes = part.blob.data
    return data


_MOST = 20
"""Signs named in one finding."""


def _measure_glyph(font: Any, char: str) -> tuple[int, ...] | None:
    """Return where the outline of a character's own glyph lies, or None if a face has none for it."""
    glyph = font.get_nominal_glyph(ord(char))
    return tuple(font.get_glyph_extents(glyph)) if glyph else None


def pack_woff2(data: bytes) -> bytes:
    """Pack a subset as WOFF2."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def list_shown_characters(documents: Iterable[bytes], stacks: Mapping[str, Stack]) -> dict[str, set[str]]:
    """Return the characters that XHTML documents show, by the name of the family that draws them.

    They are more than those of the texts: letters before items of lists, names of typefaces, signs between links.
    """
    shown: dict[str, set[str]] = {}
    for data in documents:
        tags: dict[Any, str] = {}
        for element in parse_xml(data).iter("*"):
            around = tags.get(element.getparent(), "")
            tags[element] = _MATH_TAG if element.tag == _MATH_ELEMENT else element.get(_LANGUAGE, around)
            shown.setdefault(tags[element], set()).update(element.text or "")
            shown.setdefault(around, set()).update(element.tail or "")
    italics = {c for letter in shown.get(_MATH_TAG, ()) for c in _ITALICS.get(letter, "")}
    families = {MATH.family: {*shown.pop(_MATH_TAG, ()), *italics, _ROOT}}
    for tag, stack in stacks.items():
        for char in shown.get(tag, ()):
            if family := stack.find_family(char):
                families.setdefault(family.name, set()).add(char)
    return families


MATH = Face("STIX Two Math", 400, "normal", find_typeface(), "OFL-1.1")
"""The face of equations: without one, some reading engines draw no root signs."""
MATH_RULE = f'math[dir], math[dir] * {{ font-family: "{MATH.family}", math, serif }}'
"""Stronger than the rules of languages, whose faces have no signs that grow."""
_MATH_ELEMENT = "{http://www.w3.org/1998/Math/MathML}math"
_MATH_TAG = "math"
_ROOT = "√"
"""What engines draw around `msqrt` and `mroot`."""
_LETTERS = [*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C), 0x210E]
_ITALICS = {unicodedata.normalize("NFKD", chr(point)): chr(point) for point in _LETTERS}
"""Letters to the slanted ones that MathML shows for a single letter."""
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def find_licences(faces: Iterable[Face]) -> dict[str, bytes]:
    """Return a file name to licence text for each family that comes with one; the OFL asks for it."""
    texts: dict[str, bytes] = {}
    for face in faces:
        stem = "".join(c for c in face.family if c.isascii() and c.isalnum())
        folder = face.path.parent
        places = [folder / "OFL.txt", folder / "LICENSE.txt", folder.parent / "LICENSE"]
        places += sorted(folder.parent.glob(f"{folder.name}-*.dist-info/licenses/*"))
        text = next((place for place in places if place.is_file()), None)
        if text is not None:
            texts.setdefault(f"fonts/{stem}-licence.txt", text.read_bytes())
    return texts
