"""Project in, dist/ out: decides what to build."""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bookbuild.build import dist, report
from bookbuild.build.editions import chosen_editions, expanded
from bookbuild.build.recorder import Recorder
from bookbuild.document.editions import Edition
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place, blocking
from bookbuild.model.project import Project, unreadable
from bookbuild.work import fingerprints
from bookbuild.work.cache import Cache
from bookbuild.work.progress import Silent
from bookbuild.work.stamps import Stamps
from bookbuild.work.workers import Task, Workshop

if TYPE_CHECKING:
    from bookbuild.build.crafted import Crafted

_LARGE = 200_000
"""Bytes of chapters from which on a book's chapters are laid out beside each other, not books."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one book."""

    slug: str
    status: str
    """built, fresh or failed."""
    findings: tuple[Finding, ...]
    outputs: tuple[dict[str, Any], ...] = ()
    """The report's entries of the outputs asked for."""
    seconds: float = 0.0
    paired_by: str = ""
    """The table of pairs that it was paired by, if it has one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a build is asked for."""

    books: Sequence[str] = ()
    editions: Sequence[str] = ()
    formats: Sequence[str] = ()
    strict: bool = False
    again: bool = False
    """Build also what is up to date."""
    jobs: int = 0
    """Processes that work at the same time; 0: as many as there are processors."""
    cached: bool = True
    """Take parts of books that were made before."""
    scheduler: str = ""
    """Address of a Dask scheduler, whose workers build the books."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a build."""

    outcomes: tuple[Outcome, ...]
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether any book could not be built."""
        return any(outcome.status == "failed" for outcome in self.outcomes)


def build(
    project: Project,
    wanted: Wanted,
    tell: Callable[[Outcome], None] = lambda _: None,
    listener: Silent | None = None,
    workshop: Workshop | None = None,
) -> Result:
    """Build what changed of the books asked for; `tell` is called for each, in their order, as soon as it can be.

    `listener` is told how far the work has come. A book that is wrong does not stop the others. A `workshop` that
    is given is used, and left open for the next build.
    Raises UsageError on unknown names.
    """
    slugs = project.select(wanted.books)
    chosen = chosen_editions(wanted.editions, wanted.formats)
    dist.prepare(project)
    last = report.read(project.dist)
    done: dict[str, Outcome] = {}
    told = 0
    recorder = Recorder(project)
    cache = Cache(project.cache) if wanted.cached else None
    stamps = Stamps(project.stamps if wanted.cached else None)
    with contextlib.nullcontext(workshop) if workshop else _workshop(wanted, cache, listener) as shop:
        for outcome, entry in _outcomes(project, slugs, chosen, wanted, last, stamps, shop):
            done[outcome.slug] = outcome
            if entry is not None:
                recorder.add(outcome.slug, entry)
            while told < len(slugs) and slugs[told] in done:
                tell(done[slugs[told]])
                told += 1
        if cache and shop.done:
            cache.tidy()
    return Result(tuple(done[slug] for slug in slugs), recorder.finish(last))


_Made = tuple[Outcome, dict[str, Any] | None]
"""What became of a book, and its new entry in the report; none if that stays."""


def _outcomes(
    project: Project,
    slugs: Sequence[str],
    chosen: Sequence[Edition],
    wanted: Wanted,
    last: dict[str, Any],
    stamps: Stamps,
    workshop: Workshop,
) -> Iterator[_Made]:
    """Build books: small ones beside each other, a process each; then large ones, chapter by chapter."""
    small: list[_Stale] = []
    large: list[_Stale] = []
    for slug in slugs:
        stale = _stale(project, slug, chosen, wanted, last, stamps)
        if not isinstance(stale, _Stale):
            yield stale
        else:
            (large if _is_large(project, slug) else small).append(stale)
    stamps.save()
    if not small and not large:
        return
    if large and not wanted.scheduler:
        workshop.begin()  # while the texts are read
    _spare_the_collector()
    from bookbuild.build.crafted import craft

    folder = workshop.cache.folder if workshop.cache else None
    tasks = [Task(one.slug, craft, (project, one.slug, one.chosen, one.standing, folder)) for one in small]
    if wanted.scheduler:
        from bookbuild.build.cluster import Cluster

        small, large = [*small, *large], []
        if isinstance(workshop, Cluster):
            tasks = workshop.books(project, [(one.slug, one.chosen, one.standing) for one in small])
    for n, crafted in workshop.each(tasks):
        yield _finished(project, small[n], wanted, crafted)
    for one in large:
        try:
            crafted = craft(project, one.slug, one.chosen, one.standing, None, workshop)
        except SourceError as error:
            crafted = error
        yield _finished(project, one, wanted, crafted)


def _is_large(project: Project, slug: str) -> bool:
    """Tell whether a book has chapters, and enough of them to be worth several processes."""
    size = 0
    with contextlib.suppress(OSError):
        size = sum(p.stat().st_size for f in (project.source / slug).iterdir() if f.is_dir() for p in f.iterdir())
    return size > _LARGE


def _workshop(wanted: Wanted, cache: Cache | None, listener: Silent | None) -> Workshop:
    if not wanted.scheduler:
        return Workshop(wanted.jobs or processors(), cache, listener=listener)
    from bookbuild.build.cluster import Cluster

    return Cluster(wanted.scheduler, listener)


def processors() -> int:
    """Give how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Stale:
    """A book that has to be built."""

    slug: str
    chosen: tuple[Edition, ...]
    entry: dict[str, Any]
    """The report's."""
    prints: dict[str, str]
    """Fingerprints of its outputs."""
    printed: dict[str, str]
    """Fingerprints of printed editions that e-books can refer to."""
    standing: dict[str, Any]
    """The report's pages of printed editions that are up to date."""
    start: float


def _stale(
    project: Project,
    slug: str,
    chosen: Sequence[Edition],
    wanted: Wanted,
    last: dict[str, Any],
    stamps: Stamps,
) -> _Stale | _Made:
    """Find out what of a book has to be built, or what became of it if nothing can or need be."""
    start = time.perf_counter()
    entry: dict[str, Any] = last["books"].get(slug, {})
    try:
        chosen = expanded(project, slug, chosen)
    except SourceError as error:
        return _failed(slug, entry, error, start)
    if not chosen:
        message = "this book has none of the languages whose editions were asked for"
        finding = Finding("P001", Place(f"source/{slug}"), message, "see `list` for its languages")
        return _failed(slug, entry, SourceError([finding]), start)
    known: dict[str, dict[str, Any]] = {o["file"]: o for o in entry.get("outputs", [])}
    made_of = fingerprints.sources(project, slug, stamps)
    prints = {e.file_name(slug): fingerprints.fingerprint(made_of, e.name, e.format) for e in chosen}
    standing = _standing(project, made_of, known, stamps)
    printed = {name: row["fingerprint"] for name, row in standing.items()}
    printed |= {e.name: prints[e.file_name(slug)] for e in chosen if e.format == "pdf"}
    wanted_prints = {
        file: fingerprints.with_pages(own, known.get(file, {}).get("needs_pages", ""), printed)
        for file, own in prints.items()
    }
    earlier = tuple(
        Finding(f["code"], Place(f["path"], f["line"]), f["message"], f["advice"]) for f in entry.get("findings", [])
    )
    fresh = all(fingerprints.is_fresh(project, known.get(file), own, stamps) for file, own in wanted_prints.items())
    if fresh and not wanted.again and not blocking(earlier, strict=wanted.strict):
        return Outcome(slug, "fresh", earlier, tuple(known[e.file_name(slug)] for e in chosen)), None
    pages = {name: row["page_starts"] for name, row in standing.items()}
    return _Stale(slug, tuple(chosen), entry, prints, printed, pages, start)


def _finished(project: Project, stale: _Stale, wanted: Wanted, crafted: Crafted | Exception) -> _Made:
    """Write what was made of a book, if it is right."""
    slug, entry, start = stale.slug, stale.entry, stale.start
    try:
        if isinstance(crafted, Exception):
            raise crafted
        if blocking(crafted.findings, strict=wanted.strict):
            raise SourceError(crafted.findings)
        dist.write(project, crafted.files)
    except SourceError as error:
        return _failed(slug, entry, error, start)
    except OSError as error:  # a folder or file that the system refuses to open
        return _failed(slug, entry, unreadable(project, project.source / slug, error), start)
    rows = {
        file: {
            **row,
            "fingerprint": fingerprints.with_pages(stale.prints[file], row.get("needs_pages", ""), stale.printed),
        }
        for file, row in crafted.rows.items()
    }
    known = {row["file"]: row for row in entry.get("outputs", [])}
    written = {**crafted.entry, "outputs": list({**known, **rows}.values())}
    table = crafted.entry.get("alignment", {}).get("table", "")
    built = Outcome(slug, "built", crafted.findings, tuple(rows.values()), time.perf_counter() - start, table)
    return built, written


def _standing(
    project: Project, made_of: str, known: Mapping[str, dict[str, Any]], stamps: Stamps
) -> dict[str, dict[str, Any]]:
    """Give the printed editions in dist/ that are up to date and whose pages the report knows, by edition."""
    found = {}
    for entry in known.values():
        if entry.get("page_starts"):
            own = fingerprints.fingerprint(made_of, entry["edition"], entry["format"])
            if fingerprints.is_fresh(project, entry, own, stamps):
                found[str(entry["edition"])] = entry
    return found


def _failed(slug: str, entry: dict[str, Any], error: SourceError, start: float) -> _Made:
    outcome = Outcome(slug, "failed", error.findings, seconds=time.perf_counter() - start)
    written = {**entry, "status": "failed", "findings": report.findings(error.findings)} if slug.isprintable() else None
    return outcome, written


@functools.cache
def _spare_the_collector() -> None:
    """Let Python look for cyclic garbage less often, and not at all at its end.

    The engines' trees are large and live long, so that looking through them finds nothing: a sixth of
    the first book's build, measured with bench/first_book.py.
    """
    gc.set_threshold(100_000, 20, 100)
    atexit.register(gc.freeze)
