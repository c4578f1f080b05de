"""Project in, dist/ out: which books have to be built, by how many processes, and what became of each."""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from bookbuild.build import dist, report
from bookbuild.build.editions import choose_editions
from bookbuild.build.request import BuildRequest, BuildResult, Outcome, Recorded
from bookbuild.build.stale import StaleBook, find_stale, record_failure
from bookbuild.document.editions import Edition
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import select_blocking
from bookbuild.model.project import Project, unreadable_error
from bookbuild.work import fingerprints
from bookbuild.work.cache import Cache
from bookbuild.work.progress import Progress
from bookbuild.work.stamps import Stamps
from bookbuild.work.workers import Task, Workers

if TYPE_CHECKING:
    from bookbuild.build.request import BuiltBook

_LARGE = 200_000
"""Bytes of texts from which on a book's chapters are laid out beside each other, not books."""


def build(
    project: Project,
    request: BuildRequest,
    tell: Callable[[Outcome], None] = lambda _: None,
    progress: Progress | None = None,
    workers: Workers | None = None,
) -> BuildResult:
    """Build what changed of the books asked for; `tell` is called for each, in their order, as soon as it can be.

    `progress` is informed of how far the work has come. A book that is wrong does not stop the others. `workers` that
    are given are used, and left open for the next build.
    Raises UsageError on unknown names.
    """
    slugs = project.select(request.books)
    editions = choose_editions(request.editions, request.formats)
    dist.prepare_dist(project)
    written = dist.WrittenReport(project)
    cache = Cache(project.cache) if request.cached else None
    stamps = Stamps(project.stamps if request.cached else None)
    outcomes: dict[str, Outcome] = {}
    waiting = list(slugs)
    with contextlib.nullcontext(workers) if workers else _hire(request, cache, progress) as crew:
        for outcome, entry in _build_books(project, slugs, editions, request, written.last, stamps, crew):
            outcomes[outcome.slug] = outcome
            if entry is not None:
                written.add(outcome.slug, entry)
            while waiting and waiting[0] in outcomes:
                tell(outcomes[waiting.pop(0)])
        if cache and crew.done:
            cache.prune_if_due()
    return BuildResult(tuple(outcomes[slug] for slug in slugs), written.finish())


def _build_books(
    project: Project,
    slugs: Sequence[str],
    editions: Sequence[Edition],
    request: BuildRequest,
    last: dict[str, Any],
    stamps: Stamps,
    workers: Workers,
) -> Iterator[Recorded]:
    """Build books: small ones beside each other, a process each; then large ones, chapter by chapter."""
    small: list[StaleBook] = []
    large: list[StaleBook] = []
    for slug in slugs:
        stale = find_stale(project, slug, editions, request, last, stamps)
        if not isinstance(stale, StaleBook):
            yield stale
        else:
            (large if _is_large(project, slug) else small).append(stale)
    stamps.save()
    if not small and not large:
        return
    if large and not request.scheduler:
        workers.begin()  # while the texts are read
    _spare_the_collector()
    from bookbuild.build.book import build_book  # the engines, which an up-to-date book does not need

    folder = workers.cache.folder if workers.cache else None
    tasks = [Task(b.slug, build_book, (project, b.slug, b.editions, b.page_starts, folder)) for b in small]
    if request.scheduler:
        from bookbuild.build.cluster import Cluster

        if isinstance(workers, Cluster):
            tasks = workers.pack_books(project, small)
    for n, built in workers.run_each(tasks):
        yield _write(project, small[n], request, built)
    for book in large:
        try:
            built = build_book(
                project, book.slug, book.editions, book.page_starts, None, workers.divide(project, book.slug)
            )
        except SourceError as error:
            built = error
        yield _write(project, book, request, built)


def _write(project: Project, stale: StaleBook, request: BuildRequest, built: BuiltBook | Exception) -> Recorded:
    """Write what was built of a book: all outputs that are right, none if its texts are wrong."""
    slug, entry, start = stale.slug, stale.entry, stale.start
    try:
        if isinstance(built, Exception):
            raise built
        wrong = partial(select_blocking, strict=request.strict)
        outputs = [output for output in built.outputs if not wrong(output.findings)]
        if wrong(built.loaded.findings) or not outputs:
            raise SourceError(built.findings)
        files = {output.name: output.data for output in outputs}
        if built.plot:
            files[report.plot_name(slug)] = built.plot.encode()
        dist.write_files(project, files)
    except SourceError as error:
        return record_failure(slug, entry, error, start)
    except OSError as error:  # a folder or file that the system refuses to open
        return record_failure(slug, entry, unreadable_error(project, project.source / slug, error), start)
    rows = {}
    for output in outputs:
        print_ = fingerprints.add_pages(stale.prints[output.name], output.needs_pages, stale.printed)
        rows[output.name] = {**report.describe_output(output), "fingerprint": print_}
    known = {row["file"]: row for row in entry.get("outputs", [])}
    failed = sorted({*built.failed, *(output.name for output in built.outputs)} - rows.keys())
    status, seconds = "failed" if failed else "built", time.perf_counter() - start
    outcome = Outcome(slug, status, built.findings, tuple(rows.values()), seconds, tuple(failed), built.loaded.table)
    return outcome, report.describe_book(built) | {"status": status, "outputs": list({**known, **rows}.values())}


def _hire(request: BuildRequest, cache: Cache | None, progress: Progress | None) -> Workers:
    if not request.scheduler:
        return Workers(request.jobs or count_processors(), cache, listener=progress)
    from bookbuild.build.cluster import Cluster

    return Cluster(request.scheduler, progress)


def count_processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _is_large(project: Project, slug: str) -> bool:
    """Return whether a book's texts are long enough to be worth several processes."""
    size = 0
    with contextlib.suppress(OSError):
        for path in (project.source / slug).iterdir():
            texts = path.iterdir() if path.is_dir() else [path]
            size += sum(text.stat().st_size for text in texts if text.suffix in {".txt", ".md"})
    return size > _LARGE


@functools.cache
def _spare_the_collector() -> None:
    """Let Python look for cyclic garbage less often, and not at all at its end.

    The engines' trees are large and live long, so that looking through them finds nothing: a sixth of
    the first book's build, measured with bench/first_book.py.
    """
    gc.set_threshold(100_000, 20, 100)
    atexit.register(gc.freeze)
