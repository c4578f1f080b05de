"""Bytes of a text file in, checked characters out: UTF-8, no control characters, any line ending. Pure."""

from __future__ import annotations

import re
import unicodedata

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

LARGEST = 32 * 1024 * 1024
"""Bytes of one text: some ten times the longest novels."""

_ALLOWED = {"\n", "\t"}
_FOLD = re.compile(r"[ \t\n\u2028\u2029]+")
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_LINE_END = re.compile(rf"(?<=[{_UNSPACED}])[ \t]*\n[ \t]*(?=[{_UNSPACED}])")
"""A line end between characters of scripts that put no spaces between words."""


def decode(data: bytes, path: str) -> str:
    """Decode a text, with or without byte order mark, and make every line end a newline.

    Raises SourceError: not UTF-8 (with the line and what the bytes look like), a control character
    (each line that has one, at most five), too large.
    """
    if len(data) > LARGEST:
        size = f"{len(data) / 1024 / 1024:.0f} MiB"
        advice = f"split it into chapters, one file each, of at most {LARGEST // 1024 // 1024} MiB"
        raise SourceError([Finding("T004", Place(path), f"the text is too large ({size})", advice)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line = before.count(b"\n") + 1
        raise SourceError([Finding("T001", Place(path, line), _not_utf8(data, error), _SAVE)]) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    text = text.replace("\u0085", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    if controls := _controls(text, path):
        raise SourceError(controls)
    return text


_SAVE = "open it in your editor and save it as UTF-8 (in Word: Save As, Plain Text, Unicode UTF-8)"


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "the text is saved as UTF-16, not as UTF-8"
    if data[:4] == b"PK\x03\x04":
        return "this is an office document or archive, not a plain text"
    return f"the text is not UTF-8 (byte 0x{data[error.start]:02X})"


def _controls(text: str, path: str) -> list[Finding]:
    findings: list[Finding] = []
    if not any(map(is_control, alphabet(text))):
        return findings
    for number, line in enumerate(text.split("\n"), 1):
        for column, char in enumerate(line, 1):
            if is_control(char):
                name = f"U+{ord(char):04X}"
                message = f"the character {name} in column {column} is a control character or no character"
                findings.append(Finding("T002", Place(path, number), message, "delete it"))
                break
        if len(findings) == 5:
            break
    return findings


def is_control(char: str) -> bool:
    """Tell whether a character is a control character, half of a pair, or none at all."""
    return char not in _ALLOWED and unicodedata.category(char) in {"Cc", "Cs", "Cn"}


_AT_ONCE = 4096
"""Characters that are looked at one by one before the rest is searched for others."""


def alphabet(text: str) -> frozenset[str]:
    """Give the different characters of a text: ten times as fast as a set of a long text with few of them."""
    found: set[str] = set()
    position = 0
    while position < len(text):
        found.update(text[position : position + _AT_ONCE])
        others = re.compile(f"[^{re.escape(''.join(sorted(found)))}]")
        another = others.search(text, position + _AT_ONCE)
        position = another.start() if another else len(text)
    return frozenset(found)


def fold(text: str) -> str:
    """Make every run of spaces, tabs and line ends one space; no-break and other spaces stay as typed.

    Between Chinese, Japanese, Thai … characters a line end becomes nothing: no space was meant there.
    """
    return _FOLD.sub(" ", _LINE_END.sub("", text)).strip(" ")
