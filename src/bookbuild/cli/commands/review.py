"""The task `review`."""

from __future__ import annotations

from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.options import FOLDERS, SERVER, open_project, select_one_book, serve_page
from bookbuild.cli.output import handle_errors


@task(help={"book": "The book to review.", **SERVER, **FOLDERS})
@handle_errors
def review(
    _: Context,
    book: str = "",
    port: int = 0,
    open: bool = False,  # noqa: A002 - the option's name
    root: str = "",
    dist: str = "",
) -> None:
    """Show the pairs of a book in the browser, to split, merge and move them; saved to aligned.csv."""
    project = open_project(root, dist)
    slug = select_one_book(project, book)
    serve_page(project, [slug], [], port=port, open_browser=open, page=f"review?book={slug}")
