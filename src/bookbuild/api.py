"""The public face: what other programs may import, and what stays as it is between minor versions.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from bookbuild.api import build, open_project
>>> with TemporaryDirectory() as folder:
...     book = Path(folder, "source", "letter")
...     book.mkdir(parents=True)
...     _ = (book / "ar.txt").write_text("مرحبا بالعالم.", "utf-8")
...     _ = (book / "id.txt").write_text("Halo dunia.", "utf-8")
...     result = build(open_project(folder), editions=["handout"])
...     [(outcome.slug, outcome.status, outcome.outputs[0]["file"]) for outcome in result.outcomes]
[('letter', 'built', 'letter.pdf')]
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from bookbuild.build import project as builds
from bookbuild.build.request import BuildRequest, BuildResult, Outcome
from bookbuild.model import project as projects
from bookbuild.model.errors import BookbuildError, SourceError, UsageError
from bookbuild.model.findings import Finding
from bookbuild.model.project import Project

__all__ = [
    "BookbuildError",
    "BuildResult",
    "Finding",
    "Outcome",
    "Project",
    "SourceError",
    "UsageError",
    "build",
    "open_project",
]


def open_project(root: str | PathLike[str], dist: str | PathLike[str] | None = None) -> Project:
    """Return the project in a folder; outputs go to `dist`, else to the project's own dist/.

    Raises UsageError if there is no such folder.
    """
    return projects.open_project(Path(root), Path(dist) if dist is not None else None)


def build(
    project: Project,
    books: Sequence[str] = (),
    editions: Sequence[str] = (),
    formats: Sequence[str] = (),
    *,
    strict: bool = False,
    jobs: int = 1,
) -> BuildResult:
    """Build what changed, as the task `build` does: all books, and the default editions, unless some are named.

    With `strict`, warnings keep a book from being written. `jobs` is the number of processes; 0 means one per CPU.
    What became of each book is in the result's outcomes: built, fresh or failed, with its findings.
    Raises UsageError on an unknown book, edition or format.
    """
    request = BuildRequest(books=books, editions=editions, formats=formats, strict=strict, jobs=jobs)
    return builds.build(project, request)
