"""The report, kept up to date while books are built."""

from __future__ import annotations

import time
from typing import Any

from bookbuild.build import dist
from bookbuild.model.project import Project
from bookbuild.work import fingerprints

_SECONDS = 3.0
"""Between two times that the report is written while books are built."""


class Recorder:
    """Keeps the report up to date while books are built: what a build that is killed has made is known to the next."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.waiting: dict[str, dict[str, Any]] = {}
        self.written = time.monotonic()
        self.merged: dict[str, Any] | None = None

    def add(self, slug: str, entry: dict[str, Any]) -> None:
        """Keep what became of a book."""
        self.waiting[slug] = entry
        if time.monotonic() - self.written > _SECONDS:
            self._write()

    def _write(self) -> None:
        self.merged = dist.record(self.project, self.waiting, fingerprints.versions())
        self.waiting = {}
        self.written = time.monotonic()

    def finish(self, last: dict[str, Any]) -> dict[str, Any]:
        """Write what is left, and give the whole report."""
        if self.waiting:
            self._write()
        return self.merged if self.merged is not None else last
