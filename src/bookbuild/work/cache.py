"""A folder of results, each by the key of all that it depends on; the folder may be deleted or shared.

A file holds the digest of its content before the content, so that a damaged result is made again; it is written under
another name and then renamed, so that nobody sees half of it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import io
import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bookbuild.work.fingerprints import toolchain
from bookbuild.work.stamps import write_if_possible

Result = TypeVar("Result")
LARGEST = 2 * 1024**3
"""Bytes that the folder may have after pruning."""
_OFTEN = 600
"""Seconds between two prunings."""
_FORM = b"bookbuild 2\n"
_HEAD = len(_FORM) + hashlib.sha256().digest_size
_SAFE_MODULES = ("bookbuild.",)
_SAFE = frozenset(
    {("collections", "Counter"), ("markupsafe", "Markup"), ("builtins", "frozenset"), ("builtins", "set")}
)


class _Reader(pickle.Unpickler):
    """Reads this program's records and plain data, and nothing else, whoever wrote the file."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _SAFE:
            return super().find_class(module, name)
        if module.startswith(_SAFE_MODULES) and "." not in name:
            loaded = super().find_class(module, name)
            if isinstance(loaded, type) and loaded.__module__.startswith(_SAFE_MODULES):
                return loaded
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a cache")


class _Writer(pickle.Pickler):
    """Writes records as calls of their classes, which load in half the time of dataclasses' own form."""

    def reducer_override(self, obj: Any) -> Any:
        names = _field_names(obj.__class__)
        return (type(obj), tuple(getattr(obj, name) for name in names)) if names else NotImplemented


@functools.cache
def _field_names(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a record of this program, in order; nothing for other types."""
    ours = dataclasses.is_dataclass(kind) and kind.__module__.startswith(_SAFE_MODULES)
    fields = dataclasses.fields(kind) if ours else ()
    return tuple(field.name for field in fields) if all(field.init for field in fields) else ()


def compute_key(*parts: object) -> str:
    """Return the key of what depends on these: texts, numbers, our records, and sequences of them."""
    digest = hashlib.sha256()
    for part in parts:
        data = repr(part).encode("utf-8", "surrogateescape")
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


Memoiser = Callable[[tuple[object, ...], Callable[[], Any]], Any]
"""Takes what a result depends on and a function that makes it; returns the cached result, or makes it."""


class Cache:
    """A folder of results."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self.folder = folder
        self.largest = largest
        self.hits = self.misses = 0

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]

    def has(self, key: str) -> bool:
        """Return whether there is a result, which may be damaged."""
        return self._path(key).is_file()

    def get(self, key: str) -> Any | None:
        """Return the result, or None if there is none or it is damaged."""
        path = self._path(key)
        try:
            data = path.read_bytes()
            content = memoryview(data)[_HEAD:]
            if data[:_HEAD] != _FORM + hashlib.sha256(content).digest():
                raise pickle.UnpicklingError("it is damaged")
            result = _Reader(io.BytesIO(content)).load()
        except Exception as error:  # noqa: BLE001 - pickle may raise anything on a file of another version or origin
            self.misses += 1
            if not isinstance(error, OSError):
                with contextlib.suppress(OSError):
                    path.unlink()
            return None
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > 3600:
                os.utime(path)  # pruning removes what was used longest ago
        self.hits += 1
        return result

    def get_or_make(self, key: str, make: Callable[[], Result]) -> Result:
        """Return the result, or make it and store it."""
        result: Result | None = self.get(key)
        if result is None:
            result = make()
            self.put(key, result)
        return result

    def put(self, key: str, value: Any) -> None:
        """Store a result; do nothing where the folder cannot be written."""
        buffer = io.BytesIO()
        _Writer(buffer, protocol=5).dump(value)
        content = buffer.getvalue()
        write_if_possible(self._path(key), _FORM + hashlib.sha256(content).digest() + content)

    def prune_if_due(self) -> None:
        """Prune, unless that was done recently."""
        marker = self.folder / "pruned"
        with contextlib.suppress(OSError):
            if marker.is_file() and time.time() - marker.stat().st_mtime < _OFTEN:
                return
            marker.touch()
            self.prune()

    def prune(self) -> int:
        """Remove what was used longest ago until the folder is small enough; return the number of files removed."""
        files = []
        now = time.time()
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(OSError):
                stat = path.stat()
                if path.name.startswith("."):  # left by a build that was killed
                    if now - stat.st_mtime > 3600:
                        path.unlink()
                    continue
                files.append((stat.st_mtime, stat.st_size, path))
        total = sum(size for _, size, _ in files)
        removed = 0
        for _, size, path in sorted(files, key=lambda file: (file[0], file[2].name)):
            if total <= self.largest:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size
                removed += 1
        return removed


def make_memoiser(cache: Cache | None) -> Memoiser:
    """Return a function that gets results of the same program from a cache, or makes them if there is none."""

    def keep(what: tuple[object, ...], make: Callable[[], Any]) -> Any:
        return cache.get_or_make(compute_key(toolchain(), *what), make) if cache else make()

    return keep
