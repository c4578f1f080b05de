"""The only place that writes into a book's folder: tables of pairs, imported and new texts; whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project


def replace_file(project: Project, path: Path, data: bytes, known: bytes | None) -> None:
    """Write a file in place of what is known to stand there; None where there is none yet.

    Raises SourceError if something else stands there by now: what somebody else wrote is not lost.
    """
    try:
        there: bytes | None = path.read_bytes()
    except FileNotFoundError:
        there = None
    if there != known:
        message = "the file was changed by something else meanwhile, and was left as it is"
        raise SourceError(
            [Finding("A004", Place(project.relative(path)), message, "look at it, and do the same again")]
        )
    _write(path, data)


def new_files(
    project: Project, folder: Path, files: Mapping[str, bytes], *, instead: Sequence[Path] = (), over: bool = False
) -> None:
    """Write files of a new book: all or none; `instead` of those that say the same in another way.

    Raises SourceError if the folder has one of them already, unless they may be written `over`, or if a name leads out
    of it.
    """
    standing = [name for name in files if (folder / name).exists() and not over]
    standing += [path.relative_to(folder).as_posix() for path in instead if not over]
    if standing:
        message = "this file is there already, and was not replaced"
        advice = "give another name with --book, or say --over if it may be replaced"
        raise SourceError(
            [Finding("P011", Place(project.relative(folder / name)), message, advice) for name in standing]
        )
    for name in files:
        if not (folder / name).resolve().is_relative_to(folder.resolve()):
            raise SourceError([Finding("P005", Place(name), "the path leads out of the book's folder", "rename it")])
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        _write(folder / name, data)
    for path in instead:
        path.unlink()
        if path.parent != folder:
            with contextlib.suppress(OSError):
                path.parent.rmdir()  # if it was the last chapter


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
