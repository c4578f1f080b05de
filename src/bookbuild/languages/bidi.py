"""The Unicode Bidirectional Algorithm (UAX #9): characters in, their embedding levels out. Pure.

The levels come from FriBidi, which Pango is built on: it is installed wherever the PDF engine is.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from functools import cache
from typing import Any

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Directional formatting characters, which have no glyph (UAX #9, section 2)."""
JOINER = "\u200d"
"""Zero width joiner: gives a letter its joined form where its neighbour stands in another box."""
WORD_JOINER = "\u2060"
"""Forbids a line break between its neighbours."""

_PARAGRAPH_RTL, _PARAGRAPH_LTR = 0x111, 0x110
"""FRIBIDI_PAR_RTL and FRIBIDI_PAR_LTR (fribidi-bidi-types.h)."""
_JOINS_RIGHT, _JOINS_LEFT, _TRANSPARENT = 0x1, 0x2, 0x8
"""FRIBIDI_MASK_JOINS_RIGHT, _LEFT and _TRANSPARENT (fribidi-joining-types.h)."""


@cache
def _load_fribidi() -> Any:
    """Load FriBidi.

    Raises SourceError if it is missing.
    """
    names = ["libfribidi.so.0"] if sys.platform.startswith("linux") else []
    for name in [*names, ctypes.util.find_library("fribidi"), "libfribidi-0.dll"]:
        if name:
            try:
                return ctypes.CDLL(name)
            except OSError:
                continue
    message = "FriBidi, which orders right-to-left text, is missing"
    advice = "run ./invokew build, which installs it, or install it (Debian: libfribidi0; macOS: brew install fribidi)"
    raise SourceError([Finding("R002", Place(""), message, advice)])


def levels(text: str, direction: str) -> list[int]:
    """Return the embedding level of each character of one paragraph.

    `direction` is the paragraph's own, rtl or ltr: level 1 or 0. Lines are not broken yet, so rule L1 applies only to
    the end of the paragraph.
    """
    if not text:
        return []
    library, size = _load_fribidi(), len(text)
    characters = (ctypes.c_uint32 * size)(*map(ord, text))
    types = (ctypes.c_uint32 * size)()
    brackets = (ctypes.c_uint32 * size)()
    embedding_levels = (ctypes.c_int8 * size)()
    base = ctypes.c_uint32(_PARAGRAPH_RTL if direction == "rtl" else _PARAGRAPH_LTR)
    library.fribidi_get_bidi_types(characters, size, types)
    library.fribidi_get_bracket_types(characters, size, types, brackets)
    highest = library.fribidi_get_par_embedding_levels_ex(types, brackets, size, ctypes.byref(base), embedding_levels)
    if not highest:
        raise MemoryError("FriBidi gave no levels")
    return list(embedding_levels)


def are_joined(before: str, after: str) -> bool:
    """Return whether the last letter of one text joins the first letter of the next, ignoring marks."""
    library = _load_fribidi()
    library.fribidi_get_joining_type.restype = ctypes.c_uint8

    def find_joining_type(char: str) -> int:
        return int(library.fribidi_get_joining_type(ctypes.c_uint32(ord(char))))

    left = next((t for c in reversed(before) if not (t := find_joining_type(c)) & _TRANSPARENT), 0)
    right = next((t for c in after if not (t := find_joining_type(c)) & _TRANSPARENT), 0)
    return bool(left & _JOINS_LEFT and right & _JOINS_RIGHT)
