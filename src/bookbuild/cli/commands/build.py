"""The task `build`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bookbuild.cli.options import JOBS, check_jobs, command, split_names
from bookbuild.cli.output import show_event, show_json, show_outcome
from bookbuild.model.project import Project

if TYPE_CHECKING:
    from bookbuild.build.request import Outcome


@command(
    iterable=["book", "edition"],
    help={
        "book": "Build only these books (the names of their folders in source/); separate several by commas.",
        "edition": "Build these editions (see `list`), or `all`, with commas between. Default: handout and e-book.",
        "format": "Build only these formats: pdf, epub, tmx, xliff, xlsx, html, txt; separate several by commas.",
        "strict": "Treat warnings as errors.",
        "again": "Rebuild even what is up to date.",
        "jobs": JOBS,
        "scheduler": "Build on the workers of the Dask scheduler at this address, for example tcp://host:8786.",
        "no-cache": "Rebuild all parts of the books, and store none of them in the cache.",
        "json": "Print the report as JSON instead of lines.",
        "events": "Print progress as JSON objects, one per line, instead of lines.",
        "quiet": "Print errors and warnings only.",
    },
)
def build(
    project: Project,
    book: list[str],
    edition: list[str],
    format: str = "",  # noqa: A002 - the option's name
    strict: bool = False,
    again: bool = False,
    jobs: int = 0,
    scheduler: str = "",
    no_cache: bool = False,
    json: bool = False,
    events: bool = False,
    quiet: bool = False,
) -> None:
    """Build the books that changed, each as a PDF handout and an EPUB, into dist/."""
    from invoke.exceptions import Exit

    from bookbuild.build.project import build as build_project
    from bookbuild.build.request import BuildRequest
    from bookbuild.cli.progress import JsonProgress, choose_progress

    check_jobs(jobs)
    request = BuildRequest(
        books=book,
        editions=edition,
        formats=split_names([format]),
        strict=strict,
        again=again or no_cache,
        jobs=jobs,
        cached=not no_cache,
        scheduler=scheduler,
    )

    def report(outcome: Outcome) -> None:
        if events:
            show_event(outcome)
        elif not json:
            show_outcome(outcome, project.dist, quiet=quiet)

    progress = JsonProgress(sys.stdout) if events else choose_progress(sys.stderr, quiet=quiet or json)
    result = build_project(project, request, report, progress)
    if json:
        show_json(result.report)
    if result.failed:
        raise Exit(code=1)
