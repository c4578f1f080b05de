"""The only place that writes sources: tables of pairs, imported and new texts, typefaces; whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project

_LOCK = threading.Lock()
"""Between the comparison and the replacement of a file: the page may save twice at once."""


def replace_file(project: Project, path: Path, data: bytes, expected: bytes | None) -> None:
    """Replace a file whose content is `expected`, or create it where that is None.

    Raises SourceError if the content is another by now: what somebody else wrote is not lost (A004).
    """
    with _LOCK:
        try:
            current: bytes | None = path.read_bytes()
        except FileNotFoundError:
            current = None
        if current != expected:
            message = "the file was changed by something else meanwhile, and was left as it is"
            raise SourceError([Finding("A004", Place(project.relative(path)), message, "check it and try again")])
        _write_atomically(path, data)


def create_files(
    project: Project,
    folder: Path,
    files: Mapping[str, bytes],
    *,
    replaced: Sequence[Path] = (),
    overwrite: bool = False,
) -> None:
    """Write the files of a new book, all or none, and delete those that they have `replaced`.

    Raises SourceError if the folder already has one of them, unless `overwrite` is set (P011), or if a name leads out
    of the folder (P005).
    """
    existing = [name for name in files if (folder / name).exists() and not overwrite]
    existing += [path.relative_to(folder).as_posix() for path in replaced if not overwrite]
    if existing:
        message = "this file already exists and was not replaced"
        advice = "give another name with --book, or add --over to replace it"
        raise SourceError(
            [Finding("P011", Place(project.relative(folder / name)), message, advice) for name in existing]
        )
    for name in files:
        if not (folder / name).resolve().is_relative_to(folder.resolve()):
            raise SourceError([Finding("P005", Place(name), "the path leads out of the book's folder", "rename it")])
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        _write_atomically(folder / name, data)
    for path in replaced:
        path.unlink()
        if path.parent != folder:
            with contextlib.suppress(OSError):
                path.parent.rmdir()  # fails unless it was the last chapter


def _write_atomically(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
