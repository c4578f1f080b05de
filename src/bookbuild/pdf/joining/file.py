"""File structure: takes objects, returns a PDF with object and cross reference streams (ISO 32000-1, 7.5). Pure."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import accumulate

_ROW = struct.Struct(">BIH")
"""An entry of the cross reference stream (ISO 32000-1, 7.5.8.3): type, and two numbers."""
_STREAM_SIZE = 10_000
"""Objects at which an object stream is written; it may have more, if several came at once."""
_THREADS = 2
"""Threads that compress, which takes half of the time of joining a book."""


@dataclass(slots=True)
class _CompressedStream:
    """A stream that another thread compresses."""

    number: int
    entries: bytes
    content: Future[bytes]

    def write(self) -> bytes:
        """Return the whole object, once its content is compressed."""
        content = self.content.result()
        head = b"%d 0 obj\n<<%s/Filter /FlateDecode/Length %d>>\nstream\n" % (self.number, self.entries, len(content))
        return b"".join((head, content, b"\nendstream\nendobj\n"))


@dataclass(slots=True)
class PdfFile:
    """A PDF that is being written."""

    count: int
    """The next number for an object."""
    parts: list[tuple[int, bytes | _CompressedStream]] = field(default_factory=list)
    """What is written, with its object's number; 0 if it is not an object."""
    places: bytearray = field(default_factory=bytearray)
    """The content of the cross reference stream: one entry per number, as far as they are known."""
    numbers: list[int] = field(default_factory=list)
    """Numbers of the waiting objects."""
    waiting: list[bytes] = field(default_factory=list)
    """Objects for the next object stream."""
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS))
    """They compress streams while other objects are written."""

    def reserve_number(self) -> int:
        """Return a number for a new object."""
        self.count += 1
        return self.count - 1

    def write(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.parts.append((0, data))

    def write_object(self, number: int, *data: bytes) -> None:
        """Write an object by itself, as streams must be."""
        self.parts.append((number, b"".join((b"%d 0 obj\n" % number, *data, b"\nendobj\n"))))

    def write_stream(self, number: int, entries: bytes, content: bytes, *, compressed: bool = True) -> None:
        """Write a stream; `entries` are those of its dictionary without length and filter."""
        if compressed:  # level 6 takes twice as long for a thirtieth of the size
            self.parts.append(
                (number, _CompressedStream(number, entries, self.threads.submit(zlib.compress, content, 4)))
            )
        else:
            self.write_object(number, b"<<", entries, b"/Length %d>>\nstream\n" % len(content), content, b"\nendstream")

    def add_object(self, number: int, data: bytes) -> None:
        """Put an object that is not a stream into the next object stream."""
        self.add_objects((number,), (data,))

    def add_objects(self, numbers: Sequence[int], objects: Sequence[bytes]) -> None:
        """Put objects that are not streams into the next object stream."""
        self.numbers += numbers
        self.waiting += objects
        if len(self.waiting) >= _STREAM_SIZE:
            self.write_object_stream()

    def write_object_stream(self) -> None:
        """Write the waiting objects as an object stream."""
        if not self.waiting:
            return
        own_number = self.reserve_number()
        starts = accumulate((len(data) + 1 for data in self.waiting), initial=0)
        head = b" ".join([b"%d %d" % entry for entry in zip(self.numbers, starts, strict=False)])
        self._grow()
        for index, number in enumerate(self.numbers):
            _ROW.pack_into(self.places, _ROW.size * number, 2, own_number, index)
        entries = b"/Type /ObjStm/N %d/First %d" % (len(self.waiting), len(head) + 1)
        self.write_stream(own_number, entries, b"\n".join((head, *self.waiting)))
        self.numbers, self.waiting = [], []

    def _grow(self) -> None:
        self.places += bytes(_ROW.size * self.count - len(self.places))

    def finish(self, catalog: int, info: int, *, identified: bool) -> bytes:
        """Write the cross reference stream, and return the file; `identified` adds an identifier.

        `catalog` and `info` are the numbers of the catalogue and of the document information.
        """
        own_number = self.reserve_number()
        self._grow()
        _ROW.pack_into(self.places, 0, 0, 0, 0xFFFF)
        written: list[bytes] = []
        position = 0
        for number, part in self.parts:
            data = part.write() if isinstance(part, _CompressedStream) else part
            if number:
                _ROW.pack_into(self.places, _ROW.size * number, 1, position, 0)
            written.append(data)
            position += len(data)
        _ROW.pack_into(self.places, _ROW.size * own_number, 1, position, 0)
        entries = b"/Type /XRef/W [1 4 2]/Size %d/Root %d 0 R/Info %d 0 R" % (own_number + 1, catalog, info)
        if identified:
            digest = hashlib.md5(usedforsecurity=False)
            for data in written:
                digest.update(data)
            name = digest.hexdigest().encode()
            entries += b"/ID [<%s> <%s>]" % (name, name)
        written.append(
            _CompressedStream(own_number, entries, self.threads.submit(zlib.compress, bytes(self.places), 4)).write()
        )
        self.threads.shutdown()
        return b"".join((*written, b"startxref\n%d\n%%%%EOF\n" % position))
