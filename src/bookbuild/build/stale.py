"""What of a book has to be built: the editions asked for, held against the report and what is in dist/."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bookbuild.build import report
from bookbuild.build.editions import expand_editions
from bookbuild.build.request import BuildRequest, Outcome, Recorded
from bookbuild.document.editions import Edition
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place, select_blocking
from bookbuild.model.project import Project
from bookbuild.work import fingerprints
from bookbuild.work.stamps import Stamps


@dataclass(frozen=True, slots=True)
class StaleBook:
    """A book that has to be built."""

    slug: str
    editions: tuple[Edition, ...]
    entry: dict[str, Any]
    """The report's."""
    prints: dict[str, str]
    """Fingerprints of its outputs, by file name."""
    printed: dict[str, str]
    """Fingerprints of printed editions that e-books can refer to, by edition."""
    page_starts: dict[str, Any]
    """The report's pages of printed editions that are up to date, by edition."""
    start: float
    """When work on it began (time.perf_counter)."""


def find_stale(
    project: Project,
    slug: str,
    editions: Sequence[Edition],
    request: BuildRequest,
    last: dict[str, Any],
    stamps: Stamps,
) -> StaleBook | Recorded:
    """Return what of a book has to be built, or what became of it if nothing can or need be; `last` is the report."""
    start = time.perf_counter()
    entry: dict[str, Any] = last["books"].get(slug, {})
    try:
        editions = expand_editions(project, slug, editions)
    except SourceError as error:
        return record_failure(slug, entry, error, start)
    if not editions:
        message = "this book has none of the languages whose editions were asked for"
        finding = Finding("P001", Place(f"source/{slug}"), message, "see `list` for its languages")
        return record_failure(slug, entry, SourceError([finding]), start)
    known: dict[str, dict[str, Any]] = {row["file"]: row for row in entry.get("outputs", [])}
    sources = fingerprints.hash_sources(project, slug, stamps)
    prints = {e.file_name(slug): fingerprints.fingerprint(sources, e.name, e.format) for e in editions}
    fresh_prints = _find_fresh_prints(project, sources, known, stamps)
    printed = {name: row["fingerprint"] for name, row in fresh_prints.items()}
    printed |= {e.name: prints[e.file_name(slug)] for e in editions if e.format == "pdf"}
    earlier = tuple(
        Finding(f["code"], Place(f["path"], f["line"]), f["message"], f["advice"]) for f in entry.get("findings", [])
    )
    fresh = all(
        fingerprints.is_fresh(
            project,
            known.get(file),
            fingerprints.add_pages(own, known.get(file, {}).get("needs_pages", ""), printed),
            stamps,
        )
        for file, own in prints.items()
    )
    if fresh and not request.again and not select_blocking(earlier, strict=request.strict):
        return Outcome(slug, "fresh", earlier, tuple(known[e.file_name(slug)] for e in editions)), None
    page_starts = {name: row["page_starts"] for name, row in fresh_prints.items()}
    return StaleBook(slug, tuple(editions), entry, prints, printed, page_starts, start)


def _find_fresh_prints(
    project: Project, sources: str, known: Mapping[str, dict[str, Any]], stamps: Stamps
) -> dict[str, dict[str, Any]]:
    """Return the report's rows of printed editions that are up to date and whose pages it knows, by edition."""
    fresh = {}
    for row in known.values():
        if row.get("page_starts"):
            own = fingerprints.fingerprint(sources, row["edition"], row["format"])
            if fingerprints.is_fresh(project, row, own, stamps):
                fresh[str(row["edition"])] = row
    return fresh


def record_failure(slug: str, entry: dict[str, Any], error: SourceError, start: float) -> Recorded:
    """Return what became of a book that cannot be built; what is in dist/ stays as it is."""
    outcome = Outcome(slug, "failed", error.findings, seconds=time.perf_counter() - start)
    if not slug.isprintable():
        return outcome, None
    return outcome, {**entry, "status": "failed", "findings": report.list_findings(error.findings)}
