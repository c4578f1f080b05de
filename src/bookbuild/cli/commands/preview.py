"""The task `preview`."""

from __future__ import annotations

from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.options import FOLDERS, JOBS, SERVER, check_jobs, open_project, serve_page
from bookbuild.cli.output import handle_errors


@task(
    iterable=["book", "edition"],
    help={
        "book": "Show only this book; may be repeated.",
        "edition": "Build and show this edition (see `list`), or `all`; may be repeated. Default: handout and e-book.",
        "jobs": JOBS,
        **SERVER,
        **FOLDERS,
    },
)
@handle_errors
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
    """Show the books in the browser while you write: each saved file is built and shown at once."""
    check_jobs(jobs)
    serve_page(open_project(root, dist), book, edition, port=port, jobs=jobs, open_browser=open)
