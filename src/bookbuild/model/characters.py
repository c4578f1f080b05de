"""The bytes of a UTF-8 text file in, checked characters out: newlines as line ends, no control characters. Pure."""

from __future__ import annotations

import re
import unicodedata

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

LARGEST = 32 * 1024 * 1024
"""Bytes of one text: about ten times the longest novels."""

_ALLOWED = {"\n", "\t"}
_FOLD = re.compile(r"[ \t\n\u2028\u2029]+")
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_LINE_END = re.compile(rf"(?<=[{_UNSPACED}])[ \t]*\n[ \t]*(?=[{_UNSPACED}])")
"""A line end between characters of scripts that put no spaces between words."""


def decode_text(data: bytes, path: str) -> str:
    """Decode UTF-8, with or without a byte order mark, and make every line end a newline.

    Raises SourceError if the text is not UTF-8 (T001), has control characters (T002, five lines at most) or is too
    large (T004).
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
        raise SourceError([Finding("T001", Place(path, line), _describe_bytes(data, error), _SAVE)]) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    text = text.replace("\u0085", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    if controls := _find_controls(text, path):
        raise SourceError(controls)
    return text


_SAVE = "open it in your editor and save it as UTF-8 (in Word: Save As, Plain Text, Unicode UTF-8)"


def _describe_bytes(data: bytes, error: UnicodeDecodeError) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "the text is saved as UTF-16, not as UTF-8"
    if data[:4] == b"PK\x03\x04":
        return "this is an office document or archive, not a plain text"
    return f"the text is not UTF-8 (byte 0x{data[error.start]:02X})"


def _find_controls(text: str, path: str) -> list[Finding]:
    findings: list[Finding] = []
    if not any(map(is_control, alphabet(text))):
        return findings
    for number, line in enumerate(text.split("\n"), 1):
        for column, char in enumerate(line, 1):
            if is_control(char):
                name = f"U+{ord(char):04X}"
                message = f"the character {name} in column {column} is a control character or unassigned"
                findings.append(Finding("T002", Place(path, number), message, "delete it"))
                break
        if len(findings) == 5:
            break
    return findings


def is_control(char: str) -> bool:
    """Return whether a character is a control character, a surrogate or unassigned; tab and newline are not."""
    return char not in _ALLOWED and unicodedata.category(char) in {"Cc", "Cs", "Cn"}


_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def is_ignorable(char: str) -> bool:
    """Return whether a character that a font lacks is not missed (Unicode 16, Default_Ignorable_Code_Point)."""
    return _IGNORABLE.match(char) is not None


_AT_ONCE = 4096
"""Characters that alphabet() collects one by one before it searches for new ones."""


def alphabet(text: str) -> frozenset[str]:
    """Return the set of characters in a text: ten times as fast as set() on a long text with few different ones."""
    letters: set[str] = set()
    position = 0
    while position < len(text):
        letters.update(text[position : position + _AT_ONCE])
        unseen = re.compile(f"[^{re.escape(''.join(sorted(letters)))}]").search(text, position + _AT_ONCE)
        position = unseen.start() if unseen else len(text)
    return frozenset(letters)


def fold_spaces(text: str) -> str:
    """Replace every run of spaces, tabs and line ends by one space, and strip; other spaces stay as typed.

    A line end between characters of scripts without spaces (Chinese, Japanese, Thai …) is removed.
    """
    return _FOLD.sub(" ", _LINE_END.sub("", text)).strip(" ")
