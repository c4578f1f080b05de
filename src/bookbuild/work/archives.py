"""A zip archive in, the same out with bytes that depend on its content alone, not on time or machine."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError),
    *(NotImplementedError, RuntimeError),  # of a compression that is unknown, of a password
)
"""What zipfile raises for archives in memory that are damaged or cannot be read."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can hold."""


def repack(
    data: bytes,
    order: Callable[[str], Any],
    change: Callable[[str, bytes], bytes],
    is_stored: Callable[[str], bool] = lambda _: False,
    *,
    level: int = 9,
    rights: int = 0o644,
) -> bytes:
    """Return an archive whose entries went through `change`, with fixed dates and rights.

    Entries are sorted by the key `order` of their names. Those whose name satisfies `is_stored` are not compressed,
    the others are, with zlib's `level`.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in sorted(source.namelist(), key=order):
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system = 3  # Unix, whatever the machine is
            info.external_attr = rights << 16
            info.compress_type = zipfile.ZIP_STORED if is_stored(name) else zipfile.ZIP_DEFLATED
            target.writestr(info, change(name, source.read(name)), compresslevel=level)
    return out.getvalue()
