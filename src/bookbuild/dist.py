"""The folder of outputs: files that are there whole or not at all. The only place that writes there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from bookbuild.errors import SourceError
from bookbuild.findings import Finding, Place
from bookbuild.project import Project

TEMPORARY = ".writing-"
"""How the names of files begin that are being written."""


def prepare(project: Project) -> None:
    """Make dist/ and take away what a killed build left there."""
    try:
        project.dist.mkdir(parents=True, exist_ok=True)
        for path in project.dist.glob(f"{TEMPORARY}*"):
            if not _alive(path.name.removeprefix(TEMPORARY).split("-")[0]):
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(project, project.dist, error) from None


def _alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except OSError:
        return True
    return True


def write(project: Project, files: Mapping[str, bytes]) -> None:
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
        raise unwritable(project, Path(error.filename or project.dist), error) from None
    finally:
        for temporary in waiting:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def unwritable(project: Project, path: Path, error: OSError) -> SourceError:
    """Make the error of a file that cannot be written."""
    reason = (error.strerror or str(error)).lower()
    place = Place(project.relative(path.parent if path.name.startswith(TEMPORARY) else path))
    advice = "check the folder's rights and free space, or give another one with --dist"
    return SourceError([Finding("P009", place, f"cannot be written ({reason})", advice)])
