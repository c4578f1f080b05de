"""The tasks that work on texts: new books, other formats in, pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.options import FOLDERS, project_of, serve_page
from bookbuild.cli.output import guarded, say, show_imported, show_pairs


@task(
    help={
        "book": "The book to review.",
        "port": "Serve at this port; default: the first free one from 8642 on.",
        "open": "Open the page in the browser.",
        **FOLDERS,
    },
)
@guarded
def review(
    _: Context,
    book: str = "",
    port: int = 0,
    open: bool = False,  # noqa: A002 - the option's name
    root: str = "",
    dist: str = "",
) -> None:
    """Show the pairs of a book in the browser, where they can be split, merged and moved; saved to aligned.csv."""
    project = project_of(root, dist)
    chosen = _one_book(project, book)
    serve_page(project, [chosen], [], port=port, open_browser=open, page=f"review?book={chosen}")


def _one_book(project: Any, book: str) -> str:
    """Give the book asked for, or the only one."""
    from bookbuild.model.errors import UsageError

    known = project.slugs()
    if not book and len(known) > 1:
        raise UsageError(f"which book? Say --book NAME; there are {', '.join(known)}")
    return str(project.select([book] if book else [])[0])


@task(
    name="import",
    positional=[],
    iterable=["files"],
    help={
        "files": "The files to import; their names may stand without --files.",
        "book": "The name of the book's folder, which is made.",
        "languages": "The languages of the files or columns, in order, for example ar,id.",
        "over": "Replace files that are there already.",
        **FOLDERS,
    },
)
@guarded
def import_(
    _: Context,
    files: list[str],
    book: str = "",
    languages: str = "",
    over: bool = False,
    root: str = "",
    dist: str = "",
) -> None:
    """Make a book's folder of Word files, web pages, e-books, subtitles, translation memories or spreadsheets."""
    from bookbuild.exchange.import_book import import_texts

    tags = [tag.strip() for tag in languages.split(",") if tag.strip()]
    show_imported(import_texts(project_of(root, dist), [Path(f) for f in files], book, tags, over=over), book)


@task(
    iterable=["book"],
    help={
        "book": "Pair this book; may be repeated.",
        "anew": "Pair all paragraphs anew, whatever the table says.",
        "questions": "Write the rows that have questions first.",
        "xlsx": "Write a spreadsheet of Excel where there is no table yet.",
        "model": "The folder of a sentence-transformers model that helps, if it tells partners better than lengths do.",
        **FOLDERS,
    },
)
@guarded
def align(
    _: Context,
    book: list[str],
    anew: bool = False,
    questions: bool = False,
    xlsx: bool = False,
    model: str = "",
    root: str = "",
    dist: str = "",
) -> None:
    """Pair paragraphs that do not match, and write the pairs to aligned.csv in the book's folder, to be checked."""
    from bookbuild.book.pairs.proposal import propose, write

    project = project_of(root, dist)
    for slug in project.select(book or [_one_book(project, "")]):
        proposal = propose(project, slug, anew=anew, model=Path(model) if model else None)
        path = write(project, proposal, spreadsheet=xlsx, questions_first=questions)
        show_pairs(path, proposal)


@task(
    help={
        "book": "The name of the book's folder; made of the title if left out.",
        "languages": "The languages, the original first, for example ar,id.",
        "title": "The titles in that order, parted by |.",
        "texts": "Files with the texts in that order, parted by commas; a few lines to be replaced if left out.",
        **FOLDERS,
    },
)
@guarded
def new(
    _: Context, book: str = "", languages: str = "", title: str = "", texts: str = "", root: str = "", dist: str = ""
) -> None:
    """Make a new book's folder; asks for languages, titles and texts where they are not given."""
    from bookbuild.book.new import make
    from bookbuild.cli.questions import asked

    project = project_of(root, dist)
    wanted = asked(project, book, languages, title, texts)
    for name in make(project, wanted.slug, wanted.tags, wanted.titles, wanted.texts):
        say(name)
    say(f"next: write or paste the texts, then: invoke build --book {wanted.slug}")
