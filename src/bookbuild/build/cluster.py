"""Books built by the workers of a Dask cluster: small ones as a whole, large ones chapter by chapter.

A small book's files travel as bytes, and its outputs come back. Of a large one the texts are read here; a chapter
travels with its text and pictures, with the project's stylesheets, layouts and typefaces, and its drawn pages come
back.
"""

from __future__ import annotations

import atexit
import io
import os
import pickle
import shutil
import sysconfig
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import bookbuild
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


def pack_theme(project: Project, slug: str) -> bytes:
    """Pack the files that decide how a book looks: all that is no text and no picture."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for folder in (project.source / slug, project.styles):
            for path in map(Path, sorted(walk_files(project.root, folder))):
                if path.suffix.lower() in _LOOKS:
                    archive.write(path, path.relative_to(project.root).as_posix())
    return out.getvalue()


_LOOKS = frozenset({".css", ".html", ".xhtml", ".ncx", ".toml", ".ttf", ".otf", ".woff", ".woff2"})


class _CallPickler(pickle.Pickler):
    """Writes a call so that it can be made in another folder, by another installation."""

    def __init__(self, file: io.BytesIO, root: Path) -> None:
        super().__init__(file, protocol=5)
        self.folders = {"project": root, **_INSTALLED}

    def reducer_override(self, obj: object) -> Any:
        """Write paths relative to the project, this package or the other packages."""
        if isinstance(obj, Path):
            for name, folder in self.folders.items():
                if obj.is_relative_to(folder):
                    return _restore_path, (name, obj.relative_to(folder).as_posix())
        return NotImplemented


_INSTALLED = {"program": Path(bookbuild.__file__).parent, "packages": Path(sysconfig.get_path("purelib"))}
_place = threading.local()
"""Its `root` is the folder of the project whose call is being read."""


def _restore_path(name: str, path: str) -> Path:
    root: Path = _place.root
    return {"project": root, **_INSTALLED}[name] / path


def make_packed_call(packed: bytes, call: bytes) -> Any:
    """Make a call that _CallPickler wrote, in a project of packed files."""
    _place.root = _unpack(packed)
    function, arguments = pickle.loads(call)  # noqa: S301 - Dask runs whatever it is sent, as its users are told
    return function(*arguments)


@lru_cache(maxsize=8)
def _unpack(packed: bytes) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="bookbuild-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
    return folder


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

        futures = {self._submit(tasks[n]): n for n in waiting}
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

    def _submit(self, task: Task) -> Any:
        return self._client.submit(task.function, *task.arguments, pure=False)

    def divide(self, project: Project, slug: str) -> Workers:
        """Return workers that do the parts of a book on the cluster."""
        return _BookCluster(self._client, self.listener, project, slug)

    def close(self) -> None:
        """Leave the cluster as it is."""
        super().close()
        self._client.close()


class _BookCluster(Cluster):
    """Does the parts of one book on a cluster that others use too."""

    def __init__(self, client: Any, listener: Progress, project: Project, slug: str) -> None:
        Workers.__init__(self, 1, None, LIMIT, listener)
        self._client = client
        self._root = project.root
        self._packed = pack_theme(project, slug)

    def _submit(self, task: Task) -> Any:
        call = io.BytesIO()
        _CallPickler(call, self._root).dump((task.function, task.arguments))
        # the most expensive first, as here
        return self._client.submit(make_packed_call, self._packed, call.getvalue(), pure=False, priority=task.cost)
