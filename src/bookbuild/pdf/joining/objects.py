"""PDF objects of pydyf 0.13 as bytes in which references are marked: whoever puts them into a file fills them in."""

from __future__ import annotations

import re
import zlib
from typing import Any

REFERENCE = b"\x01"
"""Around the number of an object."""
_REFERENCE = re.compile(r"(\d+) 0 R")


def number(reference: Any) -> int:
    """Give the number of the object that a reference names."""
    text = reference.decode() if isinstance(reference, bytes) else str(reference)
    return int(text.split()[0])


def name(item: Any) -> bytes:
    """Write a name without its slash."""
    return item if isinstance(item, bytes) else str(item).encode("ascii")


def entries(item: Any, without: frozenset[str]) -> bytes:
    """Write the entries of a dictionary, but not those `without`."""
    return b"".join(b"/" + name(key) + b" " + data(value) for key, value in item.items() if key not in without)


def data(item: Any) -> bytes:
    """Write an object as pydyf does, references marked."""
    import pydyf

    if isinstance(item, pydyf.Dictionary):
        return b"<<" + entries(item, frozenset()) + b">>"
    if isinstance(item, pydyf.Array):
        return b"[" + b" ".join(data(child) for child in item) + b"]"
    if isinstance(item, (bytes, str)):
        text = item.decode("latin-1") if isinstance(item, bytes) else item
        found = _REFERENCE.fullmatch(text)
        if found:
            return REFERENCE + found[1].encode() + REFERENCE + b" 0 R"
    written: bytes = pydyf._to_bytes(item)  # noqa: SLF001 - it has no public name
    return written


def stream(item: Any) -> tuple[bytes, bytes]:
    """Give a stream's entries and its data, compressed."""
    import pydyf

    content = b"\n".join(pydyf._to_bytes(part) for part in item.stream)  # noqa: SLF001 - as above
    extra = pydyf.Dictionary(item.extra.copy())
    if item.compress:
        extra["Filter"] = "/FlateDecode"
        content = zlib.compress(content, 6)
    extra["Length"] = len(content)
    return entries(extra, frozenset()), content
