"""The task `import`."""

from __future__ import annotations

from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.options import FOLDERS, find_path, open_project
from bookbuild.cli.output import handle_errors, show_imported


@task(
    name="import",
    positional=[],
    iterable=["files"],
    help={
        "files": "The files to import; their names may be given without --files.",
        "book": "The name of the book's folder, which is made.",
        "languages": "The languages of the files or columns, in order, for example ar,id.",
        "over": "Replace files that exist.",
        **FOLDERS,
    },
)
@handle_errors
def import_(
    _: Context,
    files: list[str],
    book: str = "",
    languages: str = "",
    over: bool = False,
    root: str = "",
    dist: str = "",
) -> None:
    """Make a book from Word files, web pages, e-books, subtitles, translation memories or spreadsheets."""
    from bookbuild.exchange.import_book import import_texts

    tags = [tag.strip() for tag in languages.split(",") if tag.strip()]
    paths = [find_path(file) for file in files]
    show_imported(import_texts(open_project(root, dist), paths, book, tags, over=over), book)
