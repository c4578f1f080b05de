"""Fonts of e-books: documents in, the characters that each family has to draw out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from bookbuild.document.fonts import Face, Stack
from bookbuild.languages.equations import find_typeface
from bookbuild.work.xml import parse_xml


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
