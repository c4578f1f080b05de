"""The state of a preview: changed files in; rebuilt books, and events for the open pages, out."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bookbuild.build.editions import choose_editions
from bookbuild.build.project import build, count_processors
from bookbuild.build.request import BuildRequest, Outcome
from bookbuild.document import fonts
from bookbuild.model.errors import BookbuildError, SourceError
from bookbuild.model.project import Project
from bookbuild.preview.bodies import serialize_finding
from bookbuild.preview.places import Edit, TextSnapshots, find_page, find_position
from bookbuild.work.cache import Cache
from bookbuild.work.progress import Progress
from bookbuild.work.workers import Workers, WorkersClosed

_TEXT_SUFFIXES = (".txt", ".md", ".toml", ".csv", ".xlsx", ".css", ".html", ".xhtml", ".ncx")
_PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp")
_SUFFIXES_WITHOUT_FONTS = frozenset({*_TEXT_SUFFIXES, *_PICTURE_SUFFIXES})
"""Files that cannot change a typeface; any other path, such as a replaced folder, makes fonts be read again."""
SendEvent = Callable[[str, Mapping[str, Any]], None]
"""Sends an event to the open pages: its name, and its data for JSON."""


@dataclass(slots=True)
class BookState:
    """A book as the page shows it; its fields are the keys of the JSON."""

    slug: str
    status: str = "waiting"
    """waiting, built, fresh or failed."""
    findings: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    title: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    extra: list[str] = field(default_factory=list)
    """Editions that were asked for from the page, besides those that are always built."""
    edit: dict[str, Any] | None = None
    """Where the last edit is: path, line, unit, chapter, and the page in each PDF."""


class _ProgressSender(Progress):
    """Sends the progress of a build as events."""

    def __init__(self, send_event: SendEvent) -> None:
        self.send_event = send_event
        self.tasks = self.done = self.pages = 0

    def begin(self, tasks: int, cost: float) -> None:  # noqa: ARG002 - the interface
        self.tasks += tasks
        self._send_progress()

    def step(self, what: str, cost: float, pages: int) -> None:  # noqa: ARG002 - the interface
        self.done += 1
        self.pages += pages
        self._send_progress()

    def _send_progress(self) -> None:
        self.send_event("progress", {"done": self.done, "tasks": self.tasks, "pages": self.pages})


class Session:
    """Builds the books, holds their state and sends events. Not thread-safe."""

    def __init__(self, project: Project, wanted: BuildRequest, send_event: SendEvent) -> None:
        self.project = project
        self.wanted = wanted
        self.send_event = send_event
        self.books: dict[str, BookState] = {}
        self.trouble: list[dict[str, Any]] = []
        """Findings about the whole project."""
        self.building = False
        self.texts = TextSnapshots(project)
        self.cache = Cache(project.cache) if wanted.cached else None
        self._workshop: Workers | None = None

    def state(self) -> dict[str, Any]:
        """Return all that the page shows, for JSON."""
        return {
            "project": self.project.root.name,
            "building": self.building,
            "trouble": self.trouble,
            "books": [asdict(book) for book in self.books.values()],
        }

    def find_output(self, file: str) -> dict[str, Any] | None:
        """Return the entry of an output by its file name in dist/; None if no build has written it."""
        outputs = (output for book in self.books.values() for output in book.outputs)
        return next((output for output in outputs if output["file"] == file), None)

    def start(self) -> None:
        """Build the books that are not up to date, and remember the texts."""
        self._build(None)
        with contextlib.suppress(OSError):
            self.texts.remember(self.project.source)

    def rebuild(self, paths: Iterable[Path]) -> None:
        """Rebuild the books that changed files belong to."""
        paths = list(paths)
        if any(path.suffix.lower() not in _SUFFIXES_WITHOUT_FONTS for path in paths):
            self.close()  # worker processes cache typefaces by file name
            fonts.forget_fonts()
        self._build(self.texts.find_edit(paths))

    def announce_book(self, slug: str) -> None:
        """Show a book that was just made, before it is built."""
        self.send_event("book", asdict(self.books.setdefault(slug, BookState(slug))))

    def build_edition(self, slug: str, edition: str) -> None:
        """Build an edition of a book, now and after each change.

        Raises UsageError if there is no such edition.
        """
        choose_editions([edition], ())
        book = self.books.get(slug)
        if book is not None and edition not in book.extra:
            book.extra.append(edition)
        self._build(None)

    def close(self) -> None:
        """Stop the worker processes."""
        if self._workshop is not None:
            self._workshop.close()
            self._workshop = None

    def _build(self, edit: Edit | None) -> None:
        self.building = True
        self.send_event("building", {})
        start = time.perf_counter()
        try:
            slugs = self.project.select(self.wanted.books)
            self.books = {slug: self.books.get(slug) or BookState(slug) for slug in slugs}
            workshop = self._open_workshop()
            workshop.listener = _ProgressSender(self.send_event)
            for request in self._divide_request(slugs):
                build(self.project, request, lambda outcome: self._record_outcome(outcome, edit), workers=workshop)
            self.trouble = []
        except WorkersClosed:  # the preview is ending
            return
        except SourceError as error:
            if not self.project.source.is_dir() or any(finding.code == "P008" for finding in error.findings):
                self.books = {}  # the last one is gone
            self.trouble = [serialize_finding(finding) for finding in error.findings]
        except BookbuildError as error:
            self.trouble = [{"severity": "error", "code": "", "place": "", "message": str(error), "advice": ""}]
        finally:
            self.building = False
        seconds = round(time.perf_counter() - start, 2)
        self.send_event("ready", {"seconds": seconds, "trouble": self.trouble, "books": list(self.books)})

    def _divide_request(self, slugs: Sequence[str]) -> list[BuildRequest]:
        """Return a request for the books of which no more editions are asked for than usual, and one per other book."""
        own = [slug for slug in slugs if self.books[slug].extra]
        usual = [slug for slug in slugs if slug not in own]
        requests = [replace(self.wanted, books=usual)] if usual else []
        names = self.wanted.editions or [edition.name for edition in choose_editions((), ())]
        return requests + [
            replace(self.wanted, books=[slug], editions=[*dict.fromkeys([*names, *self.books[slug].extra])])
            for slug in own
        ]

    def _open_workshop(self) -> Workers:
        if self._workshop is None:
            self._workshop = Workers(self.wanted.jobs or count_processors(), self.cache, apart=True)
            self._workshop.begin()
        return self._workshop

    def _record_outcome(self, outcome: Outcome, edit: Edit | None) -> None:
        book = self.books[outcome.slug]
        book.findings = [serialize_finding(finding) for finding in outcome.findings]
        book.status = outcome.status
        if not outcome.outputs:
            book.edit = None
        else:
            before = {output["file"]: output["sha256"] for output in book.outputs}
            book.outputs = [
                {key: output[key] for key in ("file", "edition", "format", "pages", "sha256", "bytes")}
                for output in (*outcome.outputs, *(o for o in book.outputs if o["file"] in outcome.failed))
            ]
            if outcome.status != "fresh" or not book.title:
                book.seconds = round(outcome.seconds, 2)
                self._read_title_and_edit(book, outcome, edit)
            elif before == {output["file"]: output["sha256"] for output in book.outputs}:
                book.edit = None
        self.send_event("book", asdict(book))

    def _read_title_and_edit(self, book: BookState, outcome: Outcome, edit: Edit | None) -> None:
        """Read a book's title, and the place of an edit in it, into its state."""
        from bookbuild.book.folder import open_book
        from bookbuild.book.load import load_book

        book.edit = None
        try:
            loaded = load_book(self.project, open_book(self.project, book.slug), Workers(1, self.cache)).book
        except (SourceError, OSError):  # changed again meanwhile: the next build will report it
            return
        book.title = dict(loaded.metadata.title)
        position = find_position(loaded, edit) if edit else None
        if edit and position:
            pages = {
                row["file"]: find_page(loaded, position, row["page_starts"])
                for row in outcome.outputs
                if row.get("page_starts")
            }
            place = {"path": edit.path, "line": edit.line, "unit": position.unit, "chapter": position.chapter}
            book.edit = {**place, "pages": pages}
