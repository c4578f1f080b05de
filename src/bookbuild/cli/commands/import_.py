"""The task `import`."""

from __future__ import annotations

from bookbuild.cli.options import command, find_path
from bookbuild.cli.output import show_imported
from bookbuild.model.project import Project

_QUESTION = "These files need libraries that are not installed yet (about 45 MB, once). Install them now?"


@command(
    name="import",
    positional=[],
    iterable=["files"],
    help={
        "files": "The files to import; their names may be given without --files.",
        "book": "The name of the book's folder, which is made; what the files' names share if left out.",
        "languages": "The languages of the files or columns, in order: ar,id or their names.",
        "over": "Replace files that exist.",
        "install": "Install the libraries that the files need without asking (about 45 MB, once).",
    },
)
def import_(
    project: Project,
    files: list[str],
    book: str = "",
    languages: str = "",
    over: bool = False,
    install: bool = False,
) -> None:
    """Make a book from Word files, web pages, e-books, subtitles, translation memories or spreadsheets."""
    from bookbuild.book.new import split_languages
    from bookbuild.cli.questions import confirm
    from bookbuild.exchange.import_book import import_texts, suggest_slug
    from bookbuild.model.errors import SourceError
    from bookbuild.work.optional import install_extra

    tags = split_languages(languages)
    paths = [find_path(file) for file in files]
    book = book or suggest_slug(paths)
    try:
        imported = import_texts(project, paths, book, tags, over=over)
    except SourceError as error:
        lacking = any(finding.code == "X001" for finding in error.findings)
        if not lacking or not (install or confirm(_QUESTION)):
            raise
        install_extra("import")
        imported = import_texts(project, paths, book, tags, over=over)
    show_imported(imported, book)
