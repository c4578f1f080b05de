"""The task `review`."""

from __future__ import annotations

from bookbuild.cli.options import SERVER, command, select_one_book, serve_page
from bookbuild.model.project import Project


@command(help={"book": "The book to review.", **SERVER})
def review(project: Project, book: str = "", port: int = 0, open: bool = False) -> None:  # noqa: A002 - the option's name
    """Show the pairs of a book in the browser, to split, merge and move them; saved to aligned.csv."""
    slug = select_one_book(project, book)
    serve_page(project, [slug], [], port=port, open_browser=open, page=f"review?book={slug}")
