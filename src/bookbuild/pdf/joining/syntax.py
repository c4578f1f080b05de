"""PDF syntax: takes values and pydyf 0.13 objects, returns bytes in which references are marked. Pure.

The numbers of objects are filled in where a fragment gets its place in a file.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

from bookbuild.pdf.engine.internals import PdfObject, to_bytes

REFERENCE = b"\x01"
"""Around the number of an object."""
_REFERENCE = re.compile(r"(\d+) 0 R")


def object_number(reference: PdfObject) -> int:
    """Return the number of the object to which a reference leads."""
    text = reference.decode() if isinstance(reference, bytes) else str(reference)
    return int(text.split()[0])


def write_name(item: PdfObject) -> bytes:
    """Write a name without its slash."""
    return item if isinstance(item, bytes) else str(item).encode("ascii")


def write_entries(item: PdfObject, without: frozenset[str] = frozenset(), *, separator: bytes = b"") -> bytes:
    """Write the entries of a dictionary, except those `without`."""
    return separator.join(
        b"/" + write_name(key) + b" " + write_object(value) for key, value in item.items() if key not in without
    )


def write_object(item: PdfObject) -> bytes:
    """Write an object as pydyf does, references marked."""
    import pydyf

    if isinstance(item, pydyf.Dictionary):
        return b"<<" + write_entries(item) + b">>"
    if isinstance(item, pydyf.Array):
        return b"[" + b" ".join(write_object(child) for child in item) + b"]"
    if isinstance(item, (bytes, str)):
        text = item.decode("latin-1") if isinstance(item, bytes) else item
        if match := _REFERENCE.fullmatch(text):
            return REFERENCE + match[1].encode() + REFERENCE + b" 0 R"
    return to_bytes(item)


def split_stream(item: PdfObject) -> tuple[bytes, bytes]:
    """Return the entries of a stream and its data, compressed."""
    import pydyf

    content = b"\n".join(to_bytes(part) for part in item.stream)
    extra = pydyf.Dictionary(item.extra.copy())
    if item.compress:
        extra["Filter"] = "/FlateDecode"
        content = zlib.compress(content, 6)
    extra["Length"] = len(content)
    return write_entries(extra), content


def fill_references(data: bytes, numbers: Sequence[bytes]) -> bytes:
    """Put the numbers of objects where they are marked."""
    pieces = data.split(REFERENCE)
    pieces[1::2] = [numbers[int(piece)] for piece in pieces[1::2]]
    return b"".join(pieces)


def write_decimal(value: float) -> bytes:
    """Write a number."""
    return f"{value:f}".rstrip("0").rstrip(".").encode()


def write_string(text: str) -> bytes:
    """Write a text string (ISO 32000-1, 7.9.2.2)."""
    if text.isascii():
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", text.encode()) + b")"
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"
