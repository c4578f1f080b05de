"""The Unicode Bidirectional Algorithm (UAX #9): characters in, their embedding levels out. Pure.

The levels come from FriBidi, the library that Pango itself is built on, so that it is there wherever the PDF engine is.
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
"""Characters that order text and have no shape of their own (UAX #9, section 2)."""
JOINER = "\u200d"
"""Makes a letter take its joined form where the letter that it joins to stands in another box."""
WORD_JOINER = "\u2060"
"""Keeps what stands on both sides of it on one line."""

_RIGHT, _LEFT = 0x111, 0x110
"""FRIBIDI_PAR_RTL and FRIBIDI_PAR_LTR (fribidi-bidi-types.h)."""
_JOINS_RIGHT, _JOINS_LEFT, _TRANSPARENT = 0x1, 0x2, 0x8
"""FRIBIDI_MASK_JOINS_RIGHT, _LEFT and _TRANSPARENT (fribidi-joining-types.h)."""


@cache
def _library() -> Any:
    """Open FriBidi.

    Raises SourceError where it is missing.
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
    """Give the embedding level of each character of one paragraph.

    `direction` is the paragraph's own, rtl or ltr: level 1 or 0. Lines are not broken yet, so that rule L1 is
    applied to the paragraph's end alone.
    """
    if not text:
        return []
    library, size = _library(), len(text)
    characters = (ctypes.c_uint32 * size)(*map(ord, text))
    types = (ctypes.c_uint32 * size)()
    brackets = (ctypes.c_uint32 * size)()
    found = (ctypes.c_int8 * size)()
    base = ctypes.c_uint32(_RIGHT if direction == "rtl" else _LEFT)
    library.fribidi_get_bidi_types(characters, size, types)
    library.fribidi_get_bracket_types(characters, size, types, brackets)
    highest = library.fribidi_get_par_embedding_levels_ex(types, brackets, size, ctypes.byref(base), found)
    if not highest:
        raise MemoryError("FriBidi gave no levels")
    return list(found)


def joined(before: str, after: str) -> bool:
    """Tell whether the last letter of one text and the first of the next are written as one."""
    library = _library()
    library.fribidi_get_joining_type.restype = ctypes.c_uint8

    def kind(char: str) -> int:
        return int(library.fribidi_get_joining_type(ctypes.c_uint32(ord(char))))

    left = next((k for c in reversed(before) if not (k := kind(c)) & _TRANSPARENT), 0)
    right = next((k for c in after if not (k := kind(c)) & _TRANSPARENT), 0)
    return bool(left & _JOINS_LEFT and right & _JOINS_RIGHT)
