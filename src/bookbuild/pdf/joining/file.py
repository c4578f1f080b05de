"""A PDF file as it is written: objects, object streams, cross references (ISO 32000-1, 7.5). Pure."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import accumulate

_ROW = struct.Struct(">BIH")
"""An entry of the cross reference stream (ISO 32000-1, 7.5.8.3): kind, and two numbers."""
_IN_STREAM = 10_000
"""Objects from which on an object stream is full; it may have so many and those that came with the last of them."""
_THREADS = 2
"""That compress: half of what putting a book together takes would be theirs."""


@dataclass(slots=True)
class _Stream:
    """A stream that another thread compresses."""

    number: int
    entries: bytes
    content: Future[bytes]

    def written(self) -> bytes:
        content = self.content.result()
        head = b"%d 0 obj\n<<%s/Filter /FlateDecode/Length %d>>\nstream\n" % (self.number, self.entries, len(content))
        return b"".join((head, content, b"\nendstream\nendobj\n"))


@dataclass(slots=True)
class PdfFile:
    """A PDF that is being written."""

    count: int
    """The next number for an object."""
    parts: list[tuple[int, bytes | _Stream]] = field(default_factory=list)
    """What is written, with the number of the object that it is; 0 if it is none."""
    places: bytearray = field(default_factory=bytearray)
    """The content of the cross reference stream: an entry a number, as far as they are known."""
    numbers: list[int] = field(default_factory=list)
    waiting: list[bytes] = field(default_factory=list)
    """Objects for the next object stream, whose numbers are beside them."""
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS))
    """Compress streams while others are put together."""

    def new(self) -> int:
        """Give a number for an object."""
        self.count += 1
        return self.count - 1

    def write(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.parts.append((0, data))

    def add(self, number: int, *data: bytes) -> None:
        """Write an object by itself, as streams must be."""
        self.parts.append((number, b"".join((b"%d 0 obj\n" % number, *data, b"\nendobj\n"))))

    def stream(self, number: int, entries: bytes, content: bytes, *, packed: bool = True) -> None:
        """Write a stream; its content is compressed if it is to be `packed`."""
        if packed:  # 6 takes twice as long for a thirtieth of the size
            self.parts.append((number, _Stream(number, entries, self.threads.submit(zlib.compress, content, 4))))
        else:
            self.add(number, b"<<", entries, b"/Length %d>>\nstream\n" % len(content), content, b"\nendstream")

    def plain(self, number: int, data: bytes) -> None:
        """Put an object that is no stream into the next object stream."""
        self.several((number,), (data,))

    def several(self, numbers: Sequence[int], objects: Sequence[bytes]) -> None:
        """Put objects that are no streams into the next object stream."""
        self.numbers += numbers
        self.waiting += objects
        if len(self.waiting) >= _IN_STREAM:
            self.pack()

    def pack(self) -> None:
        """Write the waiting objects as an object stream."""
        if not self.waiting:
            return
        own = self.new()
        starts = accumulate((len(data) + 1 for data in self.waiting), initial=0)
        head = b" ".join([b"%d %d" % place for place in zip(self.numbers, starts, strict=False)])
        self._grow()
        for index, number in enumerate(self.numbers):
            _ROW.pack_into(self.places, _ROW.size * number, 2, own, index)
        entries = b"/Type /ObjStm/N %d/First %d" % (len(self.waiting), len(head) + 1)
        self.stream(own, entries, b"\n".join((head, *self.waiting)))
        self.numbers, self.waiting = [], []

    def _grow(self) -> None:
        self.places += bytes(_ROW.size * self.count - len(self.places))

    def finish(self, catalog: int, info: int, *, identified: bool) -> bytes:
        """Write the cross reference stream, and give the file."""
        own = self.new()
        self._grow()
        _ROW.pack_into(self.places, 0, 0, 0, 0xFFFF)
        written: list[bytes] = []
        position = 0
        for number, part in self.parts:
            data = part.written() if isinstance(part, _Stream) else part
            if number:
                _ROW.pack_into(self.places, _ROW.size * number, 1, position, 0)
            written.append(data)
            position += len(data)
        _ROW.pack_into(self.places, _ROW.size * own, 1, position, 0)
        entries = b"/Type /XRef/W [1 4 2]/Size %d/Root %d 0 R/Info %d 0 R" % (own + 1, catalog, info)
        if identified:
            digest = hashlib.md5(usedforsecurity=False)
            for data in written:
                digest.update(data)
            name = digest.hexdigest().encode()
            entries += b"/ID [<%s> <%s>]" % (name, name)
        written.append(_Stream(own, entries, self.threads.submit(zlib.compress, bytes(self.places), 4)).written())
        self.threads.shutdown()
        return b"".join((*written, b"startxref\n%d\n%%%%EOF\n" % position))
