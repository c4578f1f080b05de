"""The task `import`."""

from __future__ import annotations

from bookbuild.cli.options import command, find_path
from bookbuild.cli.output import show_imported
from bookbuild.model.project import Project


@command(
    name="import",
    positional=[],
    iterable=["files"],
    help={
        "files": "The files to import; their names may be given without --files.",
        "book": "The name of the book's folder, which is made.",
        "languages": "The languages of the files or columns, in order, for example ar,id.",
        "over": "Replace files that exist.",
    },
)
def import_(project: Project, files: list[str], book: str = "", languages: str = "", over: bool = False) -> None:
    """Make a book from Word files, web pages, e-books, subtitles, translation memories or spreadsheets."""
    from bookbuild.exchange.import_book import import_texts

    tags = [tag.strip() for tag in languages.split(",") if tag.strip()]
    paths = [find_path(file) for file in files]
    show_imported(import_texts(project, paths, book, tags, over=over), book)
