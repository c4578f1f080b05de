"""Correct what a program read as control characters though they were of Windows-1252: bytes of a file in and out. Pure.

Windows writes its quotation marks, dashes and dots where ISO 8859-1 has controls (C1, U+0080 to U+009F), which no text
has. Browsers read them so too (WHATWG HTML, numeric character reference end state).
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from bookbuild.work.archives import DAMAGE, repack

_CONTROL = re.compile(rb"\xc2([\x80-\x9f])|&#0*(1[2-5]\d);|&#[xX]0*([89][0-9a-fA-F]);")
"""A C1 control in UTF-8, or as a reference in XML and HTML."""
_NEXT_LINE = b"\xc2\x85"
"""The control that some systems end lines with; where it is the only one, a plain text is taken for one of theirs."""
_TEXT_PART = re.compile(r".*\.(?:xml|xhtml|html?|opf|ncx)", re.IGNORECASE)
_MAX_BYTES = 256 * 1024 * 1024
"""Limit of an archive, unpacked."""


def correct_controls(data: bytes) -> bytes:
    """Return a file, or an archive of files, whose C1 controls are the characters that Windows-1252 has in their place.

    Files that are not UTF-8 stay as they are, as do the five controls that stand for no character there.
    """
    try:
        if zipfile.is_zipfile(BytesIO(data)):
            return _correct_archive(data)
    except DAMAGE:
        return data  # the importer reports what is wrong with it
    return _correct_text(data)


def _correct_archive(data: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        if sum(entry.file_size for entry in archive.infolist()) > _MAX_BYTES:
            return data
        parts = {name: archive.read(name) for name in names if _TEXT_PART.fullmatch(name)}
    corrected = {name: _correct_text(part) for name, part in parts.items()}
    if corrected == parts:
        return data
    return repack(data, names.index, corrected.get, lambda name: name == "mimetype")


def _correct_text(data: bytes) -> bytes:
    controls = {match[0] for match in _CONTROL.finditer(data)}
    may_end_lines = not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    if not controls or (may_end_lines and controls == {_NEXT_LINE}):
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        return data
    return _CONTROL.sub(_replace_control, data)


def _replace_control(match: re.Match[bytes]) -> bytes:
    code = match[1][0] if match[1] else int(match[2]) if match[2] else int(match[3], 16)
    try:
        return bytes([code]).decode("cp1252").encode() if 0x80 <= code <= 0x9F else match[0]
    except UnicodeDecodeError:
        return match[0]
