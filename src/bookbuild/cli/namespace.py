"""The tasks that every project has, for `invoke` and for the `bookbuild` command alike."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.options import FOLDERS, project_of, serve_page, take_many_values
from bookbuild.cli.output import guarded, say, show_event, show_findings, show_json, show_outcome
from bookbuild.cli.text_tasks import align, import_, new, review
from bookbuild.model.findings import Finding


@task(
    iterable=["book", "edition"],
    help={
        "book": "Build only this book (the name of its folder in source/); may be repeated.",
        "edition": "Build this edition (see `list`), or `all`; may be repeated. Default: handout and e-book.",
        "format": "Build only these formats: pdf, epub, tmx, xliff, xlsx, html, txt; several with commas.",
        "strict": "Treat warnings as errors.",
        "again": "Build also what is up to date.",
        "jobs": "Work in so many processes; default: as many as there are processors.",
        "scheduler": "Let the workers of the Dask scheduler at this address build the books, e.g. tcp://host:8786.",
        "no-cache": "Make all parts of the books anew, and keep none of them.",
        "json": "Print the report as JSON instead of lines.",
        "events": "Print what is done as it is done, an object of JSON a line, instead of lines.",
        "quiet": "Print errors and warnings only.",
        **FOLDERS,
    },
)
@guarded
def build(
    _: Context,
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
    root: str = "",
    dist: str = "",
) -> None:
    """Build the books that changed: a PDF handout and an EPUB each, into dist/."""
    from invoke.exceptions import Exit

    from bookbuild.build.project import build as build_project
    from bookbuild.build.request import BuildRequest
    from bookbuild.work.progress import Events, progress

    project = project_of(root, dist)
    formats = [name.strip() for name in format.split(",") if name.strip()]
    if jobs < 0:
        raise _wrong_jobs(jobs)
    wanted = BuildRequest(
        book, edition, formats, strict=strict, again=again or no_cache, jobs=jobs, cached=not no_cache
    )
    wanted = replace(wanted, scheduler=scheduler)
    listener = Events(sys.stdout) if events else progress(sys.stderr, quiet=quiet or json)

    def tell(outcome: Any) -> None:
        if events:
            show_event(outcome)
        elif not json:
            show_outcome(outcome, project.dist, quiet=quiet)

    result = build_project(project, wanted, tell, listener)
    if json:
        show_json(result.report)
    if result.failed:
        raise Exit(code=1)


@task(iterable=["book"], help={"book": "Check only this book; may be repeated.", **FOLDERS})
@guarded
def check(_: Context, book: list[str], root: str = "", dist: str = "") -> None:
    """Judge what is in dist/: that it is the last build's, complete, and a valid EPUB (where there is Java)."""
    from invoke.exceptions import Exit

    from bookbuild.build.check import check as judge
    from bookbuild.model.findings import blocking

    project = project_of(root, dist)
    findings: list[Finding] = []
    for line, found in judge(project, project.select(book)):
        show_findings(found)
        say(line)
        findings += found
    if blocking(findings):
        raise Exit(code=1)


@task(name="list", help=FOLDERS)
@guarded
def list_(_: Context, root: str = "", dist: str = "") -> None:
    """Show the books, editions, typefaces and languages that are known here."""
    from bookbuild.build.listing import lines

    for line in lines(project_of(root, dist)):
        say(line)


@task(help=FOLDERS)
@guarded
def clean(_: Context, root: str = "", dist: str = "") -> None:
    """Remove what builds wrote to dist/, and the cache."""
    from bookbuild.build.dist import clean as clean_project

    removed = clean_project(project_of(root, dist))
    say(f"removed {len(removed)} files" if removed else "nothing to remove")


@task(
    iterable=["book", "edition"],
    help={
        "book": "Show only this book; may be repeated.",
        "edition": "Build and show this edition (see `list`), or `all`; may be repeated. Default: handout and e-book.",
        "port": "Serve at this port; default: the first free one from 8642 on.",
        "open": "Open the page in the browser.",
        "jobs": "Work in so many processes; default: as many as there are processors.",
        **FOLDERS,
    },
)
@guarded
def preview(
    _: Context,
    book: list[str],
    edition: list[str],
    port: int = 0,
    open: bool = False,  # noqa: A002 - the option's name
    jobs: int = 0,
    root: str = "",
    dist: str = "",
) -> None:
    """Show the books in the browser while they are written: each saved file is built and shown at once."""
    if jobs < 0:
        raise _wrong_jobs(jobs)
    serve_page(project_of(root, dist), book, edition, port=port, jobs=jobs, open_browser=open)


def _wrong_jobs(jobs: int) -> Exception:
    from bookbuild.model.errors import UsageError

    return UsageError(f"--jobs is {jobs}: write a number of processes, or 0 for one a processor")


def namespace() -> Collection:
    """Give the tasks as a collection."""
    take_many_values("import", "files")
    collection = Collection()
    for one in (build, check, list_, preview, new, import_, align, review, clean):
        collection.add_task(one)
    return collection
