"""A PDF file as it is written: objects, object streams, cross references (ISO 32000-1, 7.5). Pure."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass, field

_ROW = struct.Struct(">BIH")
"""An entry of the cross reference stream (ISO 32000-1, 7.5.8.3): kind, and two numbers."""
_IN_STREAM = 10_000
"""Objects in one object stream."""


@dataclass(slots=True)
class PdfFile:
    """A PDF that is being written."""

    count: int
    """The next number for an object."""
    parts: list[bytes] = field(default_factory=list)
    position: int = 0
    places: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """Number of an object to its entry in the cross reference stream."""
    waiting: list[tuple[int, bytes]] = field(default_factory=list)
    """Objects for the next object stream."""

    def new(self) -> int:
        """Give a number for an object."""
        self.count += 1
        return self.count - 1

    def write(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.parts.append(data)
        self.position += len(data)

    def add(self, number: int, *data: bytes) -> None:
        """Write an object by itself, as streams must be."""
        self.places[number] = (1, self.position, 0)
        self.write(b"".join((b"%d 0 obj\n" % number, *data, b"\nendobj\n")))

    def stream(self, number: int, entries: bytes, content: bytes, *, packed: bool = True) -> None:
        """Write a stream; its content is compressed if it is to be `packed`."""
        if packed:
            content = zlib.compress(content, 4)  # 6 takes twice as long for a thirtieth of the size
            entries += b"/Filter /FlateDecode"
        self.add(number, b"<<", entries, b"/Length %d>>\nstream\n" % len(content), content, b"\nendstream")

    def plain(self, number: int, data: bytes) -> None:
        """Put an object that is no stream into the next object stream."""
        self.waiting.append((number, data))
        if len(self.waiting) >= _IN_STREAM:
            self.pack()

    def pack(self) -> None:
        """Write the waiting objects as an object stream."""
        if not self.waiting:
            return
        own, heads, at = self.new(), [], 0
        for index, (number, data) in enumerate(self.waiting):
            self.places[number] = (2, own, index)
            heads.append(b"%d %d" % (number, at))
            at += len(data) + 1
        head = b" ".join(heads)
        entries = b"/Type /ObjStm/N %d/First %d" % (len(self.waiting), len(head) + 1)
        self.stream(own, entries, b"\n".join((head, *(data for _, data in self.waiting))))
        self.waiting = []

    def finish(self, catalog: int, info: int, *, identified: bool) -> bytes:
        """Write the cross reference stream, and give the file."""
        own = self.new()
        self.places[own] = (1, self.position, 0)
        rows = [_ROW.pack(0, 0, 0xFFFF)]
        rows += [_ROW.pack(*self.places.get(number, (0, 0, 0))) for number in range(1, own + 1)]
        entries = b"/Type /XRef/W [1 4 2]/Size %d/Root %d 0 R/Info %d 0 R" % (own + 1, catalog, info)
        if identified:
            digest = hashlib.md5(usedforsecurity=False)
            for part in self.parts:
                digest.update(part)
            name = digest.hexdigest().encode()
            entries += b"/ID [<%s> <%s>]" % (name, name)
        start = self.position
        self.stream(own, entries, b"".join(rows))
        self.write(b"startxref\n%d\n%%%%EOF\n" % start)
        return b"".join(self.parts)
