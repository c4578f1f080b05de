"""Project in, dist/ out: decides what to build."""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookbuild import dist, freshness, report
from bookbuild.cache import Cache
from bookbuild.choice import chosen_editions, expanded
from bookbuild.editions import Edition
from bookbuild.errors import SourceError
from bookbuild.findings import Finding, Place, blocking
from bookbuild.project import Project, unreadable
from bookbuild.workshop import Workshop

if TYPE_CHECKING:
    from bookbuild.make import Made, Output


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


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a build."""

    outcomes: tuple[Outcome, ...]
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether any book could not be built."""
        return any(outcome.status == "failed" for outcome in self.outcomes)


def build(project: Project, wanted: Wanted, tell: Callable[[Outcome], None] = lambda _: None) -> Result:
    """Build what changed of the books asked for; `tell` is called as each is done.

    A book that is wrong does not stop the others. Raises UsageError on unknown names.
    """
    slugs = project.select(wanted.books)
    chosen = chosen_editions(wanted.editions, wanted.formats)
    dist.prepare(project)
    last = report.read(project.dist)
    outcomes = []
    cache = Cache(project.cache) if wanted.cached else None
    with Workshop(wanted.jobs or processors(), cache) as workshop:
        for slug in slugs:
            outcome = _build_book(project, slug, chosen, wanted, last, workshop)
            outcomes.append(outcome)
            tell(outcome)
        if cache and workshop.done:
            cache.prune()
    if any(outcome.status != "fresh" for outcome in outcomes):
        last["packages"] = freshness.versions()
        dist.write(project, {report.NAME: report.text(last).encode()})
    return Result(tuple(outcomes), last)


def processors() -> int:
    """Give how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _build_book(
    project: Project,
    slug: str,
    chosen: Sequence[Edition],
    wanted: Wanted,
    last: dict[str, Any],
    workshop: Workshop,
) -> Outcome:
    start = time.perf_counter()
    entry: dict[str, Any] = last["books"].get(slug, {})
    try:
        chosen = expanded(project, slug, chosen)
    except SourceError as error:
        return _failed(slug, entry, error, last, start)
    if not chosen:
        message = "this book has none of the languages whose editions were asked for"
        finding = Finding("P001", Place(f"source/{slug}"), message, "see `list` for its languages")
        return _failed(slug, entry, SourceError([finding]), last, start)
    known: dict[str, dict[str, Any]] = {o["file"]: o for o in entry.get("outputs", [])}
    made_of = freshness.sources(project, slug)
    prints = {e.file_name(slug): freshness.fingerprint(made_of, e.name, e.format) for e in chosen}
    standing = _standing(project, made_of, known)
    printed = {name: entry["fingerprint"] for name, entry in standing.items()}
    printed |= {e.name: prints[e.file_name(slug)] for e in chosen if e.format == "pdf"}
    wanted_prints = {
        file: freshness.with_pages(own, known.get(file, {}).get("needs_pages", ""), printed)
        for file, own in prints.items()
    }
    earlier = tuple(
        Finding(f["code"], Place(f["path"], f["line"]), f["message"], f["advice"]) for f in entry.get("findings", [])
    )
    fresh = all(freshness.is_fresh(project, known.get(file), own) for file, own in wanted_prints.items())
    if fresh and not wanted.again and not blocking(earlier, strict=wanted.strict):
        return Outcome(slug, "fresh", earlier, tuple(known[e.file_name(slug)] for e in chosen))
    _spare_the_collector()
    from bookbuild.make import make  # noqa: PLC0415 - the engines, which an up-to-date book does not need

    try:
        made = make(project, slug, chosen, _pages(standing), workshop)
        findings = tuple(made.findings)
        if blocking(findings, strict=wanted.strict):
            raise SourceError(findings)
        dist.write(project, {output.name: output.data for output in made.outputs})
    except SourceError as error:
        return _failed(slug, entry, error, last, start)
    except OSError as error:  # a folder or file that the system refuses to open
        return _failed(slug, entry, unreadable(project, project.source / slug, error), last, start)
    outputs = {o.name: _output(o, freshness.with_pages(prints[o.name], o.needs_pages, printed)) for o in made.outputs}
    last["books"][slug] = _entry(made, {**known, **outputs})
    return Outcome(slug, "built", findings, tuple(outputs.values()), time.perf_counter() - start)


def _standing(project: Project, made_of: str, known: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Give the printed editions in dist/ that are up to date and whose pages the report knows, by edition."""
    found = {}
    for entry in known.values():
        if entry.get("page_starts"):
            own = freshness.fingerprint(made_of, entry["edition"], entry["format"])
            if freshness.is_fresh(project, entry, own):
                found[str(entry["edition"])] = entry
    return found


def _pages(standing: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    from bookbuild import pagination  # noqa: PLC0415 - needs much of the program, which an up-to-date book does not

    found = {}
    for name, entry in standing.items():
        with contextlib.suppress(
            AttributeError, KeyError, OverflowError, TypeError, ValueError
        ):  # a report from elsewhere: as if it said nothing
            found[name] = pagination.from_json(entry["page_starts"])
    return found


def _failed(slug: str, entry: dict[str, Any], error: SourceError, last: dict[str, Any], start: float) -> Outcome:
    if slug.isprintable():
        last["books"][slug] = {**entry, "status": "failed", "findings": _as_json(error.findings)}
    return Outcome(slug, "failed", error.findings, seconds=time.perf_counter() - start)


@functools.cache
def _spare_the_collector() -> None:
    """Let Python look for cyclic garbage less often, and not at all at its end.

    The engines' trees are large and live long, so that looking through them finds nothing: a sixth of
    the first book's build, measured with bench/first_book.py.
    """
    gc.set_threshold(100_000, 20, 100)
    atexit.register(gc.freeze)


def _entry(made: Made, outputs: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    book = made.loaded.book
    return {
        "status": "built",
        "languages": [asdict(language) for language in book.languages],
        "chapters": len(book.chapters),
        "units": sum(1 for _ in book.units()),
        "inputs": [
            {"file": path, "characters": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()}
            for path, text in made.loaded.sources.items()
        ],
        "typography": {
            tag: [{**asdict(change), "count": count} for change, count in sorted(counter.items())]
            for tag, counter in made.loaded.changes.items()
        },
        "outputs": list(outputs.values()),
        "findings": _as_json(made.findings),
        "seconds": {stage: round(seconds, 3) for stage, seconds in made.timings.items()},
    }


def _output(output: Output, fingerprint: str) -> dict[str, Any]:
    return {
        "file": output.name,
        "edition": output.edition.name,
        "format": output.edition.format,
        "bytes": len(output.data),
        "sha256": hashlib.sha256(output.data).hexdigest(),
        "pages": output.pages,
        "fonts": list(output.faces),
        **({"make_up": dict(output.makeup)} if output.makeup else {}),
        **({"page_starts": [page.as_json() for page in output.starts]} if output.starts else {}),
        **({"needs_pages": output.needs_pages} if output.needs_pages else {}),
        "ledger": output.ledger.as_json(),
        "fingerprint": fingerprint,
    }


def _as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "code": f.code,
            "severity": f.severity.value,
            "path": f.place.path,
            "line": f.place.line,
            "message": f.message,
            "advice": f.advice,
        }
        for f in findings
    ]


def clean(project: Project) -> tuple[str, ...]:
    """Remove what builds wrote, also the cache, and nothing else; gives the names of what was removed from dist/."""
    shutil.rmtree(project.cache, ignore_errors=True)
    with contextlib.suppress(OSError):
        project.cache.parent.rmdir()  # if nothing else is in it
    last = report.read(project.dist)
    names = [o["file"] for entry in last["books"].values() for o in entry.get("outputs", [])]
    removed = []
    for name in [*names, report.NAME]:
        path = project.dist / Path(name).name
        if path.is_file():
            try:
                path.unlink()
            except OSError as error:
                raise dist.unwritable(project, path, error) from None
            removed.append(path.name)
    if project.dist.is_dir():
        for path in project.dist.glob(f"{dist.TEMPORARY}*"):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    return tuple(removed)
