"""The task `preview`."""

from __future__ import annotations

from bookbuild.cli.options import JOBS, SERVER, check_jobs, command, serve_page
from bookbuild.model.project import Project


@command(
    iterable=["book", "edition"],
    help={
        "book": "Show only this book; may be repeated.",
        "edition": "Build and show this edition (see `list`), or `all`; may be repeated. Default: handout and e-book.",
        "jobs": JOBS,
        **SERVER,
    },
)
def preview(
    project: Project,
    book: list[str],
    edition: list[str],
    port: int = 0,
    open: bool = False,  # noqa: A002 - the option's name
    jobs: int = 0,
) -> None:
    """Show the books in the browser while you write: each saved file is built and shown at once."""
    check_jobs(jobs)
    serve_page(project, book, edition, port=port, jobs=jobs, open_browser=open)
