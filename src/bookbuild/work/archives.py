"""Zip archives whose bytes depend on their content alone: neither the time nor the machine can be seen in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

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
    """Return an archive packed again: each entry is passed through `change`, dates and rights are fixed.

    Entries are sorted by what `order` says of their names. Those for which `is_stored` holds are not compressed,
    the others with zlib's `level`.
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
