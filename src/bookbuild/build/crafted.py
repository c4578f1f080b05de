"""One book from its sources to finished files with their rows of the report, in whatever process."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bookbuild.build import report
from bookbuild.build.book import Made, Output, make
from bookbuild.checks.texts import Rows
from bookbuild.checks.texts.plot import picture
from bookbuild.document.editions import Edition
from bookbuild.model.findings import Finding
from bookbuild.model.project import Project
from bookbuild.pdf import page_starts
from bookbuild.pdf.page_starts import Page
from bookbuild.work.cache import Cache
from bookbuild.work.workers import Workshop


@dataclass(frozen=True, slots=True)
class Crafted:
    """A book's outputs, checked but not written."""

    files: dict[str, bytes]
    """By their names in dist/."""
    rows: dict[str, dict[str, Any]]
    """What the report says of each, without its fingerprint."""
    entry: dict[str, Any]
    """What the report says of the book, without its outputs."""
    findings: tuple[Finding, ...]


def craft(
    project: Project,
    slug: str,
    wanted: Sequence[Edition],
    standing: Mapping[str, Any],
    cache: Path | None,
    workshop: Workshop | None = None,
) -> Crafted:
    """Make editions of a book; `standing` has the report's pages of printed editions that are up to date.

    Its parts are made in `workshop`, else in this process, with what the folder `cache` has.
    Raises SourceError if its sources are wrong; OSError where a file or folder cannot be opened.
    """
    shop = workshop or Workshop(1, Cache(cache) if cache else None)
    made = make(project, slug, wanted, _pages(standing), shop)
    files = {output.name: output.data for output in made.outputs}
    entry = _entry(made)
    if made.loaded.table:
        drawn = f"{slug}-alignment.svg"
        files[drawn] = _drawn(made).encode()
        entry["alignment"] = {"table": made.loaded.table, "plot": drawn}
    return Crafted(files, {output.name: _row(output) for output in made.outputs}, entry, tuple(made.findings))


def _drawn(made: Made) -> str:
    """Draw the lengths of a book's pairs, those with questions in red."""
    book = made.loaded.book
    asked = {f.place for f in made.findings if f.code.startswith("Q")}
    rows = tuple(unit.blocks for unit in book.units())
    looked = frozenset(n for n, row in enumerate(rows) if any(block.place in asked for block in row))
    return picture(Rows(book.languages, rows), looked)


def _pages(standing: Mapping[str, Any]) -> dict[str, tuple[Page, ...]]:
    found = {}
    for name, starts in standing.items():
        with contextlib.suppress(
            AttributeError, KeyError, OverflowError, TypeError, ValueError
        ):  # a report from elsewhere: as if it said nothing
            found[name] = page_starts.from_json(starts)
    return found


def _entry(made: Made) -> dict[str, Any]:
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
        "outputs": [],
        "findings": report.findings(made.findings),
        "seconds": {stage: round(seconds, 3) for stage, seconds in made.timings.items()},
    }


def _row(output: Output) -> dict[str, Any]:
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
    }
