"""How letters and paragraphs of a rich text stand, and the encodings that they are in. Pure."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bookbuild.exchange.importing.rich_page import Shape, Style

LETTERS = {
    "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "zwj": "\u200d", "zwnj": "\u200c",
    "ltrmark": "\u200e", "rtlmark": "\u200f", "zwbo": "\u200b", "zwnbo": "\u2060", "page": " ", "column": " ",
}  # fmt: skip
SIGNS = {b"~": "\u00a0", b"_": "\u2011", b"-": "\u00ad", b"\\": "\\", b"{": "{", b"}": "}"}
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_OLD = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_PAGES = {65001: "utf-8", 10000: "mac_roman"}
_MARKS = {
    **dict.fromkeys(["ul", "uldb", "ulw", "uld", "ulth", "ulwave", "uldash", "uldashd", "uldashdd"], "u"),
    "b": "strong",
    "i": "em",
    "strike": "s",
    "striked": "s",
    "sub": "sub",
    "super": "sup",
    "dn": "sub",
    "up": "sup",
}
_COMPLEX = {"ab": "strong", "ai": "em"}
_BOTH = frozenset({"strong", "em"})
_LEFT, _RIGHT = frozenset({"li", "lin"}), frozenset({"ri", "rin"})
_BODY = 9
"""The outline level of what is no heading."""

IGNORED = frozenset(
    {
        *("colortbl", "info", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        *("nonshppict", "shprslt", "nonesttables", "tc", "tcn", "xe", "rxe", "filetbl", "private", "revtbl"),
    }
)
"""Destinations that are no part of the text."""


@dataclass(slots=True)
class State:
    """What holds in a group."""

    into: str = "body"
    """Where letters go: body, skip, shape, fonts, styles, or one of `_COLLECTED`."""
    outside: str = "body"
    """Where they went outside of a text that is given twice (`upr`)."""
    marks: frozenset[str] = frozenset()
    complex: frozenset[str] | None = None
    """Those of letters that run from right to left; nothing where they are as the others."""
    hidden: bool = False
    deleted: bool = False
    font: int | None = None
    fallback: int = 1
    """How many signs stand in for a letter (`uc`)."""
    shape: Shape = field(default_factory=Shape)
    right_to_left: bool = False
    link: str = ""
    unread: str = ""
    """The kind of a field that is left out: a table of contents, an index."""
    style: int = 0

    def marks_of(self, text: str) -> frozenset[str]:
        """Give the marks of a text, by the side that its letters run to."""
        if self.complex is None:
            return self.marks
        sides = {unicodedata.bidirectional(letter) for letter in text}
        if sides & {"R", "AL"} or (self.right_to_left and "L" not in sides):
            return self.complex | (self.marks - _BOTH)
        return self.marks

    def set_letters(self, word: str, value: int | None) -> None:
        """Set how letters are."""
        mark, other = _MARKS.get(word), _COMPLEX.get(word)
        if mark:
            self.marks = _set(self.marks, mark, value)
            if self.complex is not None and self.right_to_left and mark in _BOTH:
                self.complex = _set(self.complex, mark, value)
        elif other:
            self.complex = _set(self.complex or frozenset(), other, value)
        elif word == "plain":
            self.marks, self.complex, self.font = frozenset(), None, None
            self.hidden = self.deleted = self.right_to_left = False
        elif word in {"ulnone", "nosupersub"}:
            self.marks -= {"u"} if word == "ulnone" else {"sub", "sup"}
        elif word == "v":
            self.hidden = value != 0
        elif word == "deleted":
            self.deleted = value != 0
        elif word in {"rtlch", "ltrch"}:
            self.right_to_left = word == "rtlch"
        elif word == "uc":
            self.fallback = max(0, min(100, 1 if value is None else value))
        elif word == "f":
            self.font = value

    def set_paragraph(self, word: str, value: int | None, styles: Mapping[int, Style]) -> None:
        """Set how paragraphs stand."""
        number = value or 0
        if word == "pard":
            self.shape = Shape()
        elif word == "s":
            self.style = number
            self.shape = replace(self.shape, style=styles.get(number, Style()))
        elif word in {"intbl", "itap"}:
            self.shape = replace(self.shape, in_table=value != 0)
        elif word == "ilvl":
            self.shape = replace(self.shape, level=max(0, min(8, number)))
        elif word == "outlinelevel":
            self.shape = replace(self.shape, outline=number if 0 <= number < _BODY else None)
        elif word in _LEFT:
            self.shape = replace(self.shape, left=number)
        elif word in _RIGHT:
            self.shape = replace(self.shape, right=number)
        elif word == "fi":
            self.shape = replace(self.shape, first=number)


def _set(marks: frozenset[str], mark: str, value: int | None) -> frozenset[str]:
    return marks - {mark} if value == 0 else marks | {mark}


class Encodings:
    """The encodings of a file and of its fonts, and half a letter that waits for its other half."""

    def __init__(self) -> None:
        self._file, self._codec = "cp1252", ""
        self._decoder = codecs.getincrementaldecoder("cp1252")("replace")
        self._default = self._font = 0
        self._fonts: dict[int, str] = {}

    def decode(self, raw: bytes, font: int | None) -> str:
        """Read bytes in the encoding of a font."""
        codec = self._fonts.get(self._default if font is None else font, self._file)
        before = ""
        if codec != self._codec:
            before = self.rest()
            self._codec, self._decoder = codec, codecs.getincrementaldecoder(codec)("replace")
        return before + self._decoder.decode(raw)

    def rest(self) -> str:
        """Give what is left of half a letter."""
        return self._decoder.decode(b"", final=True) if self._decoder.getstate()[0] else ""

    def set(self, word: str, value: int) -> None:
        """Take what a file says of its encodings."""
        if word == "f":
            self._font = value
        elif word == "deff":
            self._default = value
        elif word in _OLD:
            self._file = _OLD[word]
        elif word == "fcharset":
            if value in _CHARSETS:
                self._fonts[self._font] = _CHARSETS[value]
        elif word in {"cpg", "ansicpg"}:
            codec = _PAGES.get(value, f"cp{value}")
            try:
                codecs.getincrementaldecoder(codec)
            except LookupError:
                return
            if word == "ansicpg":
                self._file = codec
            else:
                self._fonts[self._font] = codec
