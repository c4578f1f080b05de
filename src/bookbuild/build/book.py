"""One book from its folder to finished files: open, check, load, make each output. Nothing is written here."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bookbuild.book.folder import open_book
from bookbuild.book.images import read_pictures
from bookbuild.book.load import LoadedBook, load_book
from bookbuild.build.editions import check_editions
from bookbuild.build.request import BuiltBook
from bookbuild.checks.texts import Rows
from bookbuild.checks.texts.plot import draw_plot
from bookbuild.document.editions import Edition
from bookbuild.document.outputs import BuildContext, Output
from bookbuild.model.errors import SourceError, UsageError
from bookbuild.model.pages import PageStart, parse_page_starts
from bookbuild.model.project import Project
from bookbuild.work.cache import Cache
from bookbuild.work.workers import Workers


def build_book(
    project: Project,
    slug: str,
    editions: Sequence[Edition],
    page_starts: Mapping[str, Any],
    cache: Path | None,
    workers: Workers | None = None,
) -> BuiltBook:
    """Build editions of a book; `page_starts` has the report's pages of printed editions that are up to date.

    Its parts are made by `workers`, else in this process, with what the folder `cache` has.
    Raises SourceError if its sources are wrong; OSError where a file or folder cannot be opened. What is wrong with
    an output is in the findings.
    """
    workers = workers or Workers(1, Cache(cache) if cache else None)
    seconds: dict[str, float] = {}
    with _measure_time(seconds, "read"):
        source = open_book(project, slug)
        check_editions(source)
        loaded = load_book(project, source, workers)
        images, pages = read_pictures(project, loaded.book), _read_page_starts(page_starts)
        context = BuildContext(project, source, loaded.book, images, read_source_date(), workers, pages=pages)
    outputs: list[Output] = []
    failed: list[str] = []
    findings = list(loaded.findings)
    for edition in editions:
        try:
            with _measure_time(seconds, _stage(edition)):
                output = _maker(edition)(context, edition)
        except SourceError as error:  # the others are made all the same
            failed.append(edition.file_name(slug))
            findings += error.findings
            continue
        findings += output.findings
        if output.page_starts:
            context.pages[edition.name] = output.page_starts
        outputs.append(output)
    plot = _draw_pairs(loaded) if loaded.table else ""
    return BuiltBook(loaded, tuple(outputs), tuple(failed), plot, tuple(dict.fromkeys(findings)), seconds)


def _maker(edition: Edition) -> Callable[[BuildContext, Edition], Output]:
    """Return what makes an edition; what makes others is not imported, which takes a tenth of a second."""
    if edition.is_imposed:
        from bookbuild.pdf.imposition import editions as imposition

        return imposition.make_sheets
    if edition.format == "pdf":
        from bookbuild.pdf import edition as printing

        return printing.make_pdf
    if edition.format == "epub":
        from bookbuild.epub import edition as ebook

        return ebook.make_epub
    from bookbuild.exchange import exports

    return exports.make


def _stage(edition: Edition) -> str:
    """Return the name that the report has for the time of an edition."""
    return "pdf layout" if edition.format == "pdf" else edition.format


@contextmanager
def _measure_time(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Add the time of a stage."""
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start


def read_source_date() -> dt.datetime | None:
    """Return SOURCE_DATE_EPOCH (reproducible-builds.org) as a time, or None.

    Raises UsageError if it is no number of seconds.
    """
    value = os.environ.get("SOURCE_DATE_EPOCH")
    if value is None:
        return None
    if not re.fullmatch(r"\d{1,11}", value):
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {value.encode('utf-8', 'replace').decode()!r}: write seconds since 1970, or unset it"
        )
    return dt.datetime.fromtimestamp(int(value), tz=dt.UTC)


def _read_page_starts(page_starts: Mapping[str, Any]) -> dict[str, tuple[PageStart, ...]]:
    pages = {}
    for name, starts in page_starts.items():
        # a report from elsewhere: as if it said nothing
        with contextlib.suppress(AttributeError, KeyError, OverflowError, TypeError, ValueError):
            pages[name] = parse_page_starts(starts)
    return pages


def _draw_pairs(loaded: LoadedBook) -> str:
    """Draw the lengths of a book's pairs as SVG, those with questions in red."""
    questioned = {finding.place for finding in loaded.findings if finding.code.startswith("Q")}
    rows = tuple(unit.blocks for unit in loaded.book.units())
    marked = frozenset(n for n, row in enumerate(rows) if any(block.place in questioned for block in row))
    return draw_plot(Rows(loaded.book.languages, rows), marked)
