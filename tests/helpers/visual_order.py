"""Characters in the order in which they are seen, as another implementation of UAX #9 has it."""

from __future__ import annotations

import unicodedata

import bidi as reference

CONTROLS = {c for c in map(chr, range(0x110000)) if unicodedata.bidirectional(c) in
            {"LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"}} | set("\u200e\u200f\u061c")  # fmt: skip
MIRRORED = str.maketrans(")]}»›”>", "([{«‹“<")
"""Brackets of a pair as one: which way they point is another test's matter."""


def folded(text: str) -> str:
    return "".join(c for c in text.translate(MIRRORED) if not c.isspace() and c not in CONTROLS and c != "\ufffc")


def visual(text: str, direction: str) -> str:
    """The reference: another implementation, written apart from ours (the crate unicode-bidi, by python-bidi)."""
    return folded(reference.get_display(text, base_dir="R" if direction == "rtl" else "L"))
