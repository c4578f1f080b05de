"""Digests of files, and what the system says of each file: while that stays as it is, no file is read again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import time
from pathlib import Path
from stat import S_ISREG

_SETTLED = 3_000_000_000
"""Nanoseconds after which a file that is changed again surely has another time; coarse clocks tick in two seconds."""

_Signs = tuple[int, int, int, int]


class Stamps:
    """Remembers digests in a file; where that cannot be read or written, nothing is remembered."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._known: dict[str, list[int | str]] = {}
        self._new: dict[str, list[int | str]] = {}
        if path:
            with contextlib.suppress(OSError, ValueError, RecursionError):
                found = json.loads(path.read_bytes()) if path.is_file() else None
                self._known = found if isinstance(found, dict) else {}

    def digest(self, path: Path | str) -> str:
        """Give the SHA-256 of a file, in hexadecimal digits.

        Raises OSError if it cannot be read.
        """
        name = os.fspath(path)
        stat = os.stat(name)  # noqa: PTH116 - twice as fast as Path's for the hundreds of files that are asked for
        if not S_ISREG(stat.st_mode):  # to open a pipe would wait for ever
            raise OSError(22, "is no file", name)
        signs = stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino
        known = self._known.get(name)
        if isinstance(known, list) and len(known) == 5 and tuple(known[:4]) == signs and _is_digest(known[4]):
            self._new[name] = known
            return str(known[4])
        with open(name, "rb") as file:  # noqa: PTH123 - as above
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if self.path and _settled(signs):
            self._new[name] = [*signs, digest]
        return digest

    def save(self) -> None:
        """Write down the digests that were asked for."""
        if self.path is None or self._new == self._known:
            return
        temporary = self.path.with_name(f".{self.path.name}-{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(exist_ok=True)
            kept = {**self._known, **self._new}
            if len(kept) > 2 * len(self._new) + 1000:  # most of it is of files that are gone
                kept = self._new
            temporary.write_text(json.dumps(kept), "ascii")
            temporary.replace(self.path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _settled(signs: _Signs) -> bool:
    return time.time_ns() - max(signs[1], signs[2]) > _SETTLED
