"""Results that were made before, by the key of all that they depend on; the folder may be deleted or shared.

A file holds the digest of its content before the content, so that what was cut off or changed is made again; it is
written beside its place and then renamed, so that nobody sees half of it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import os
import pickle
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bookbuild.work.fingerprints import maker

Made = TypeVar("Made")
LARGEST = 2 * 1024**3
"""Bytes that are kept."""
_OFTEN = 600
"""Seconds between two times that the folder is looked through."""
_FORM = b"bookbuild 2\n"
_DIGEST = 32
_SAFE_MODULES = ("bookbuild.",)
_SAFE = frozenset(
    {("collections", "Counter"), ("markupsafe", "Markup"), ("builtins", "frozenset"), ("builtins", "set")}
)


class _Reader(pickle.Unpickler):
    """Reads plain data of this program and nothing else, whoever wrote the file."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _SAFE:
            return super().find_class(module, name)
        if module.startswith(_SAFE_MODULES) and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__.startswith(_SAFE_MODULES):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a cache")


class _Writer(pickle.Pickler):
    """Writes frozen records as calls of their classes, which are read in half the time of dataclasses' own form."""

    def reducer_override(self, obj: Any) -> Any:
        names = _field_names(type(obj))
        return (type(obj), tuple(getattr(obj, name) for name in names)) if names else NotImplemented


_names: dict[type, tuple[str, ...]] = {}


def _field_names(kind: type) -> tuple[str, ...]:
    """Give what one of our records is made of, in order; nothing for other types."""
    if kind not in _names:
        ours = dataclasses.is_dataclass(kind) and kind.__module__.startswith(_SAFE_MODULES)
        fields = dataclasses.fields(kind) if ours else ()
        _names[kind] = tuple(field.name for field in fields) if all(field.init for field in fields) else ()
    return _names[kind]


def key_of(*parts: object) -> str:
    """Name what is made of these: texts, numbers, records of ours, and lists of them in a fixed order."""
    digest = hashlib.sha256()
    for part in parts:
        data = repr(part).encode("utf-8", "surrogateescape")
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


Keep = Callable[[tuple[object, ...], Callable[[], Any]], Any]
"""Gives what was made before of the same things, or makes it."""


class Cache:
    """A folder of results."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self.folder = folder
        self.largest = largest
        self.hits = self.misses = 0

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]

    def has(self, key: str) -> bool:
        """Tell whether there is a result, which may be damaged."""
        return self._path(key).is_file()

    def get(self, key: str) -> Any | None:
        """Give what was made before, or None."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            self.misses += 1
            return None
        content = memoryview(data)[len(_FORM) + _DIGEST :]
        if not data.startswith(_FORM) or hashlib.sha256(content).digest() != data[len(_FORM) : len(_FORM) + _DIGEST]:
            self._forget(path)
            return None
        try:
            found = _Reader(io.BytesIO(content)).load()
        except Exception:  # noqa: BLE001 - written by another version, or not by us: pickle may raise anything
            self._forget(path)
            return None
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > 3600:
                os.utime(path)  # what was used last is kept longest
        self.hits += 1
        return found

    def kept(self, key: str, make: Callable[[], Made]) -> Made:
        """Give what was made before, or make it and keep it."""
        found: Made | None = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def _forget(self, path: Path) -> None:
        self.misses += 1
        with contextlib.suppress(OSError):
            path.unlink()

    def put(self, key: str, value: Any) -> None:
        """Keep a result; where the folder cannot be written, nothing is kept."""
        written = io.BytesIO()
        _Writer(written, protocol=5).dump(value)
        content = written.getvalue()
        path = self._path(key)
        temporary = path.with_name(f".{os.getpid()}-{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(_FORM + hashlib.sha256(content).digest() + content)
            temporary.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Prune, unless that was done a short time ago."""
        done = self.folder / "pruned"
        with contextlib.suppress(OSError):
            if done.is_file() and time.time() - done.stat().st_mtime < _OFTEN:
                return
            done.touch()
            self.prune()

    def prune(self) -> int:
        """Remove what was used longest ago until the folder is small enough; gives the number of files removed."""
        found = []
        now = time.time()
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(OSError):
                stat = path.stat()
                if path.name.startswith("."):  # left by a build that was killed
                    if now - stat.st_mtime > 3600:
                        path.unlink()
                    continue
                found.append((stat.st_mtime, stat.st_size, path))
        total = sum(size for _, size, _ in found)
        removed = 0
        for _, size, path in sorted(found, key=lambda one: (one[0], one[2].name)):
            if total <= self.largest:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size
                removed += 1
        return removed


def keeping(cache: Cache | None) -> Keep:
    """Give what was made before of the same things, by the same program, from a cache; without one it is made."""

    def keep(what: tuple[object, ...], make: Callable[[], Any]) -> Any:
        return cache.kept(key_of(maker(), *what), make) if cache else make()

    return keep
