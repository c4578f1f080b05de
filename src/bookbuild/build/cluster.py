"""Books built by the workers of a Dask cluster: each gets the files of a book as bytes and gives its outputs back."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bookbuild.build.book import build_book
from bookbuild.build.request import BuiltBook
from bookbuild.build.stale import StaleBook
from bookbuild.document.editions import Edition
from bookbuild.model.errors import SourceError, UsageError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, open_project
from bookbuild.work.fingerprints import walk_files
from bookbuild.work.progress import Progress
from bookbuild.work.workers import LIMIT, Task, Workers

_PATIENCE = "15s"
"""How long to wait for the scheduler."""


def _drop_types(thing: Any) -> Any:
    return thing


def pack_book(project: Project, slug: str) -> bytes:
    """Pack all files that a book's outputs are made of; raises OSError where one cannot be read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for folder in (project.source / slug, project.styles):
            for path in map(Path, sorted(walk_files(project.root, folder))):
                archive.write(path, path.relative_to(project.root).as_posix())
    return out.getvalue()


def build_packed(
    packed: bytes, slug: str, editions: Sequence[Edition], page_starts: Mapping[str, Any], moment: str | None
) -> BuiltBook:
    """Build editions of a packed book on another machine; `moment` is SOURCE_DATE_EPOCH of the one that asks.

    Raises SourceError if its sources are wrong.
    """
    with tempfile.TemporaryDirectory(prefix="bookbuild-") as folder, zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
        before = os.environ.pop("SOURCE_DATE_EPOCH", None)
        try:
            if moment is not None:
                os.environ["SOURCE_DATE_EPOCH"] = moment
            return build_book(open_project(Path(folder)), slug, editions, page_starts, None)
        finally:
            os.environ.pop("SOURCE_DATE_EPOCH", None)
            if before is not None:
                os.environ["SOURCE_DATE_EPOCH"] = before


class Cluster(Workers):
    """Does tasks on the workers of a Dask scheduler; what a worker that dies had begun, another one does."""

    def __init__(self, address: str, listener: Progress | None = None) -> None:
        """Connect. Raises UsageError if there is no scheduler, or the package for it is missing."""
        super().__init__(1, None, LIMIT, listener)
        try:
            from distributed import Client
        except ImportError:
            raise UsageError("--scheduler needs Dask: run pip install 'bookbuild[cluster]'") from None
        try:
            self._client: Any = _drop_types(Client)(address, timeout=_PATIENCE)
        except (OSError, ValueError, TypeError) as error:
            message = f"there is no Dask scheduler at {address!r} ({type(error).__name__})"
            raise UsageError(f"{message}: start one with `dask scheduler`, give its address, tcp://host:8786") from None

    def pack_books(self, project: Project, books: Sequence[StaleBook]) -> list[Task]:
        """Return the tasks that build books elsewhere."""
        moment = os.environ.get("SOURCE_DATE_EPOCH")
        return [
            Task(b.slug, build_packed, (pack_book(project, b.slug), b.slug, b.editions, b.page_starts, moment))
            for b in books
        ]

    def _run_here(self, tasks: Sequence[Task], waiting: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Do tasks on the cluster."""
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        futures = {self._client.submit(tasks[n].function, *tasks[n].arguments, pure=False): n for n in waiting}
        for future in _drop_types(as_completed)(list(futures)):
            n = futures[future]
            result: Any
            try:
                result = future.result()
            except (SourceError, OSError) as error:
                result = error
            except KilledWorker:
                message = f"the workers that worked on {tasks[n].what} died"
                advice = "look at the workers' logs; give them more memory"
                result = SourceError([Finding("R005", Place(""), message, advice)])
            yield n, result

    def close(self) -> None:
        """Leave the cluster as it is."""
        super().close()
        self._client.close()
