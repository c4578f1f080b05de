"""Track the character and paragraph formats of a rich text, and its encodings. Pure."""

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
_CHARSET_WORDS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_CODE_PAGES = {65001: "utf-8", 10000: "mac_roman"}
_MARKS = {
    **dict.fromkeys(("ul", "uldb", "ulw", "uld", "ulth", "ulwave", "uldash", "uldashd", "uldashdd"), "u"),
    "b": "strong", "i": "em", "strike": "s", "striked": "s", "sub": "sub", "super": "sup", "dn": "sub", "up": "sup",
}  # fmt: skip
_COMPLEX_MARKS = {"ab": "strong", "ai": "em"}
_SCRIPT_MARKS = frozenset({"strong", "em"})
_LEFT_INDENTS, _RIGHT_INDENTS = frozenset({"li", "lin"}), frozenset({"ri", "rin"})
_BODY_LEVEL = 9
"""The outline level of body text."""

IGNORED = frozenset(
    {
        *("colortbl", "info", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        *("nonshppict", "shprslt", "nonesttables", "tc", "tcn", "xe", "rxe", "filetbl", "private", "revtbl"),
    }
)
"""Destinations that are not part of the text."""


@dataclass(slots=True)
class State:
    """The formats in force in a group."""

    destination: str = "body"
    """Where text goes: body, skip, shape, fonts, styles, or one of `_COLLECTED` in rich.py."""
    outer_destination: str = "body"
    """Where text went before a group that gives it twice (`upr`)."""
    marks: frozenset[str] = frozenset()
    complex: frozenset[str] | None = None
    """The marks of right-to-left text; None if they are the same."""
    hidden: bool = False
    deleted: bool = False
    font: int | None = None
    fallback_length: int = 1
    """How many characters follow a Unicode character as its fallback (`uc`)."""
    shape: Shape = field(default_factory=Shape)
    right_to_left: bool = False
    link: str = ""
    generated_list: str = ""
    """TOC or INDEX inside such a field, which is left out."""
    style: int = 0

    def find_marks(self, text: str) -> frozenset[str]:
        """Return the marks of a text, by the direction of its letters."""
        if self.complex is None:
            return self.marks
        sides = {unicodedata.bidirectional(letter) for letter in text}
        if sides & {"R", "AL"} or (self.right_to_left and "L" not in sides):
            return self.complex | (self.marks - _SCRIPT_MARKS)
        return self.marks

    def apply_character_word(self, word: str, value: int | None) -> None:
        """Apply a control word about characters."""
        mark, other = _MARKS.get(word), _COMPLEX_MARKS.get(word)
        if mark:
            self.marks = _switch_mark(self.marks, mark, value)
            if self.complex is not None and self.right_to_left and mark in _SCRIPT_MARKS:
                self.complex = _switch_mark(self.complex, mark, value)
        elif other:
            self.complex = _switch_mark(self.complex or frozenset(), other, value)
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
            self.fallback_length = max(0, min(100, 1 if value is None else value))
        elif word == "f":
            self.font = value

    def apply_paragraph_word(self, word: str, value: int | None, styles: Mapping[int, Style]) -> None:
        """Apply a control word about paragraphs."""
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
            self.shape = replace(self.shape, outline=number if 0 <= number < _BODY_LEVEL else None)
        elif word in _LEFT_INDENTS:
            self.shape = replace(self.shape, left=number)
        elif word in _RIGHT_INDENTS:
            self.shape = replace(self.shape, right=number)
        elif word == "fi":
            self.shape = replace(self.shape, first=number)


def _switch_mark(marks: frozenset[str], mark: str, value: int | None) -> frozenset[str]:
    return marks - {mark} if value == 0 else marks | {mark}


class Encodings:
    """Decode bytes by the encodings of a file and of its fonts; keeps incomplete characters between calls."""

    def __init__(self) -> None:
        self._file, self._codec = "cp1252", ""
        self._decoder = codecs.getincrementaldecoder("cp1252")("replace")
        self._default = self._font = 0
        self._fonts: dict[int, str] = {}

    def decode(self, raw: bytes, font: int | None) -> str:
        """Return bytes decoded in the encoding of a font (None: the default font)."""
        codec = self._fonts.get(self._default if font is None else font, self._file)
        before = ""
        if codec != self._codec:
            before = self.flush()
            self._codec, self._decoder = codec, codecs.getincrementaldecoder(codec)("replace")
        return before + self._decoder.decode(raw)

    def flush(self) -> str:
        """Return what is left of an incomplete character."""
        return self._decoder.decode(b"", final=True) if self._decoder.getstate()[0] else ""

    def apply_word(self, word: str, value: int) -> None:
        """Apply a control word about fonts and encodings."""
        if word == "f":
            self._font = value
        elif word == "deff":
            self._default = value
        elif word in _CHARSET_WORDS:
            self._file = _CHARSET_WORDS[word]
        elif word == "fcharset":
            if value in _CHARSETS:
                self._fonts[self._font] = _CHARSETS[value]
        elif word in {"cpg", "ansicpg"}:
            codec = _CODE_PAGES.get(value, f"cp{value}")
            try:
                codecs.getincrementaldecoder(codec)
            except LookupError:
                return
            if word == "ansicpg":
                self._file = codec
            else:
                self._fonts[self._font] = codec
