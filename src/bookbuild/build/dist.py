"""The folder of outputs: files that are there whole or not at all. The only place that writes there."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bookbuild.build import report
from bookbuild.model.errors import SourceError, describe_os_error
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project
from bookbuild.work import fingerprints
from bookbuild.work.processes import is_alive

LOCK = ".lock"
"""The file whose holder writes the report."""
TEMPORARY = ".writing-"
"""How the names of files begin that are being written."""
_PATIENCE = 30.0
"""Seconds to wait for another build to write its report."""
_SECONDS = 3.0
"""Between two times that the report is written while books are built."""


def prepare_dist(project: Project) -> None:
    """Make dist/ and take away what a killed build left there."""
    try:
        project.dist.mkdir(parents=True, exist_ok=True)
        for path in project.dist.glob(f"{TEMPORARY}*"):
            if not is_alive(path.name.removeprefix(TEMPORARY).split("-")[0]):
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
    except OSError as error:
        raise report_unwritable(project, project.dist, error) from None


def write_files(project: Project, files: Mapping[str, bytes]) -> None:
    """Write files so that each is there whole or not at all: beside their places first, then renamed together."""
    waiting: dict[Path, Path] = {}
    try:
        for name in files:
            if (project.dist / name).is_dir():  # known before the first file takes its place
                raise IsADirectoryError(21, "there is a folder of that name", str(project.dist / name))
        for name, data in files.items():
            target = project.dist / name
            temporary = project.dist / f"{TEMPORARY}{os.getpid()}-{name}"
            waiting[temporary] = target
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for temporary, target in waiting.items():
            temporary.replace(target)
    except OSError as error:
        raise report_unwritable(project, Path(error.filename or project.dist), error) from None
    finally:
        for temporary in waiting:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def report_unwritable(project: Project, path: Path, error: OSError) -> SourceError:
    """Make the error of a file that cannot be written."""
    reason = describe_os_error(error)
    place = Place(project.relative(path.parent if path.name.startswith(TEMPORARY) else path))
    advice = "check the folder's rights and free space, or give another one with --dist"
    return SourceError([Finding("P009", place, f"cannot be written ({reason})", advice)])


class WrittenReport:
    """The report in dist/, kept up to date while books are built: the next build knows what a killed one has built."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.last = report.read_report(project.dist)
        """The report before the build."""
        self._waiting: dict[str, dict[str, Any]] = {}
        self._time = time.monotonic()
        self._whole: dict[str, Any] | None = None

    def add(self, slug: str, entry: dict[str, Any]) -> None:
        """Take what became of a book."""
        self._waiting[slug] = entry
        if time.monotonic() - self._time > _SECONDS:
            self._write()

    def finish(self) -> dict[str, Any]:
        """Write what is left, and return the whole report."""
        if self._waiting:
            self._write()
        return self._whole if self._whole is not None else self.last

    def _write(self) -> None:
        """Write what became of books beside what other builds wrote meanwhile."""
        with _lock(self.project):
            whole = report.read_report(self.project.dist)
            books = {**whole["books"], **self._waiting}
            packages = dict(fingerprints.versions())
            whole |= {"packages": packages, "books": {slug: books[slug] for slug in sorted(books)}}
            write_files(self.project, {report.NAME: report.format_report(whole).encode()})
        self._whole, self._waiting, self._time = whole, {}, time.monotonic()


@contextmanager
def _lock(project: Project) -> Iterator[None]:
    """Keep other builds of the same outputs waiting; where that cannot be done, they are not waited for."""
    from filelock import FileLock

    lock = FileLock(project.dist / LOCK)
    try:
        lock.acquire(timeout=_PATIENCE)
    except (OSError, TimeoutError):  # filelock's Timeout is one
        yield
        return
    try:
        yield
    finally:
        lock.release()


def clean_dist(project: Project) -> tuple[str, ...]:
    """Remove what builds wrote, also the cache, and nothing else; returns the names of what was removed from dist/."""
    shutil.rmtree(project.cache, ignore_errors=True)
    project.stamps.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        project.cache.parent.rmdir()  # if nothing else is in it
    last = report.read_report(project.dist)
    names = [o["file"] for entry in last["books"].values() for o in entry.get("outputs", [])]
    drawn = [entry["alignment"] for entry in last["books"].values() if isinstance(entry.get("alignment"), dict)]
    names += [one["plot"] for one in drawn if isinstance(one.get("plot"), str) and one["plot"].endswith(".svg")]
    removed = []
    for name in [*names, report.NAME]:
        path = project.dist / Path(name).name
        if path.is_file():
            try:
                path.unlink()
            except OSError as error:
                raise report_unwritable(project, path, error) from None
            removed.append(path.name)
    if project.dist.is_dir():
        for path in (*project.dist.glob(f"{TEMPORARY}*"), project.dist / LOCK):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    return tuple(removed)
