"""What the preview knows: books are built anew when their files change, and whoever looks is told."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bookbuild.build.project import build, count_processors
from bookbuild.build.request import BuildRequest, Outcome
from bookbuild.document import fonts
from bookbuild.model.errors import BookbuildError, SourceError
from bookbuild.model.findings import Finding
from bookbuild.model.project import Project
from bookbuild.preview.places import Edit, Texts, page_of, spot_of
from bookbuild.work.cache import Cache
from bookbuild.work.progress import Silent
from bookbuild.work.workers import Stopped, Workshop

_NO_FONTS = {
    ".txt",
    ".md",
    ".toml",
    ".csv",
    ".xlsx",
    ".css",
    ".html",
    ".xhtml",
    ".ncx",
    ".png",
    ".jpg",
    ".jpeg",
    ".svg",
    ".gif",
    ".webp",
}
"""Endings of what can change without typefaces being read again; of a folder that was replaced, nothing is known."""
Tell = Callable[[str, Mapping[str, Any]], None]
"""Is told of an event: its name, and what JSON knows of it."""


@dataclass(slots=True)
class Shown:
    """A book as the page shows it."""

    slug: str
    status: str = "waiting"
    """waiting, built, fresh or failed."""
    findings: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    title: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    edit: dict[str, Any] | None = None
    """Where the last edit is: file, line, unit, chapter, and the page of each PDF."""


class _Progress(Silent):
    """Tells how far a build has come."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.tasks = self.done = self.pages = 0

    def begin(self, tasks: int, cost: float) -> None:  # noqa: ARG002 - the interface
        self.tasks += tasks
        self._say()

    def step(self, what: str, cost: float, pages: int) -> None:  # noqa: ARG002 - the interface
        self.done += 1
        self.pages += pages
        self._say()

    def _say(self) -> None:
        self.tell("progress", {"done": self.done, "tasks": self.tasks, "pages": self.pages})


class Session:
    """Builds, remembers, tells. Not to be used by several threads at a time."""

    def __init__(self, project: Project, wanted: BuildRequest, tell: Tell) -> None:
        self.project = project
        self.wanted = wanted
        self.tell = tell
        self.books: dict[str, Shown] = {}
        self.trouble: list[dict[str, Any]] = []
        """What is wrong with the whole project."""
        self.building = False
        self.texts = Texts(project)
        self._workshop: Workshop | None = None

    def state(self) -> dict[str, Any]:
        """Give all that the page shows, for JSON."""
        return {
            "project": self.project.root.name,
            "building": self.building,
            "trouble": self.trouble,
            "books": [asdict(book) for book in self.books.values()],
        }

    def output(self, file: str) -> dict[str, Any] | None:
        """Give what is known of an output by its name in dist/."""
        for book in self.books.values():
            for output in book.outputs:
                if output["file"] == file:
                    return output
        return None

    def begin(self) -> None:
        """Build what is not up to date, and remember the texts."""
        self._build(None)
        with contextlib.suppress(OSError):
            self.texts.learn(self.project.source)

    def changed(self, paths: Iterable[Path]) -> None:
        """Build what changed files belong to."""
        paths = list(paths)
        if any(path.suffix.lower() not in _NO_FONTS for path in paths):
            self.close()  # processes remember typefaces by their files' names
            fonts.forget_fonts()
        self._build(self.texts.edit(paths))

    def close(self) -> None:
        """Stop the processes."""
        if self._workshop is not None:
            self._workshop.close()
            self._workshop = None

    def _build(self, edit: Edit | None) -> None:
        self.building = True
        self.tell("building", {})
        start = time.perf_counter()
        try:
            self._forget_removed()
            workshop = self._processes()
            workshop.listener = _Progress(self.tell)
            build(self.project, self.wanted, lambda outcome: self._built(outcome, edit), workers=workshop)
            self.trouble = []
        except Stopped:  # the preview ends
            return
        except SourceError as error:
            self.trouble = [_shown(finding) for finding in error.findings]
        except BookbuildError as error:
            self.trouble = [{"severity": "error", "code": "", "place": "", "message": str(error), "advice": ""}]
        finally:
            self.building = False
        seconds = round(time.perf_counter() - start, 2)
        self.tell("ready", {"seconds": seconds, "trouble": self.trouble, "books": list(self.books)})

    def _processes(self) -> Workshop:
        if self._workshop is None:
            cache = Cache(self.project.cache) if self.wanted.cached else None
            self._workshop = Workshop(self.wanted.jobs or count_processors(), cache, apart=True)
            self._workshop.begin()
        return self._workshop

    def _forget_removed(self) -> None:
        known = self.project.select(self.wanted.books)
        self.books = {slug: self.books.get(slug) or Shown(slug) for slug in known}

    def _built(self, outcome: Outcome, edit: Edit | None) -> None:
        book = self.books[outcome.slug]
        book.findings = [_shown(finding) for finding in outcome.findings]
        book.status = outcome.status
        if outcome.status == "failed":
            book.edit = None
        else:
            before = {output["file"]: output["sha256"] for output in book.outputs}
            book.outputs = [
                {key: output[key] for key in ("file", "edition", "format", "pages", "sha256", "bytes")}
                for output in outcome.outputs
            ]
            if outcome.status == "built" or not book.title:
                book.seconds = round(outcome.seconds, 2)
                self._look(book, outcome, edit)
            elif before == {output["file"]: output["sha256"] for output in book.outputs}:
                book.edit = None
        self.tell("book", asdict(book))

    def _look(self, book: Shown, outcome: Outcome, edit: Edit | None) -> None:
        """Read a book for its title, and for the place of an edit."""
        from bookbuild.book.folder import open_book
        from bookbuild.book.load import load

        book.edit = None
        try:
            cache = Cache(self.project.cache) if self.wanted.cached else None
            loaded = load(self.project, open_book(self.project, book.slug), cache).book
        except (SourceError, OSError):  # changed again meanwhile: the next build will say what is wrong
            return
        book.title = dict(loaded.metadata.title)
        spot = spot_of(loaded, edit) if edit else None
        if edit and spot:
            pages = {
                row["file"]: page_of(loaded, spot, row["page_starts"])
                for row in outcome.outputs
                if row.get("page_starts")
            }
            place = {"path": edit.path, "line": edit.line, "unit": spot.unit, "chapter": spot.chapter}
            book.edit = {**place, "pages": pages}


def _shown(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "place": str(finding.place),
        "message": finding.message,
        "advice": finding.advice,
    }
