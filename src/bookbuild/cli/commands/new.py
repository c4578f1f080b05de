"""The task `new`."""

from __future__ import annotations

from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.options import FOLDERS, open_project
from bookbuild.cli.output import handle_errors, say


@task(
    help={
        "book": "The name of the book's folder; made from the title if left out.",
        "languages": "The languages, the original first, for example ar,id.",
        "title": "The titles in that order, separated by |.",
        "texts": "Files with the texts in that order, separated by commas; sample lines to replace if left out.",
        **FOLDERS,
    },
)
@handle_errors
def new(
    _: Context, book: str = "", languages: str = "", title: str = "", texts: str = "", root: str = "", dist: str = ""
) -> None:
    """Make a folder for a new book; asks for languages, titles and texts that are not given."""
    from bookbuild.book.new import write_book
    from bookbuild.cli.questions import ask_missing

    project = open_project(root, dist)
    answers = ask_missing(project, book, languages, title, texts)
    for name in write_book(project, answers.slug, answers.tags, answers.titles, answers.texts):
        say(name)
    say(f"next: write or paste the texts, then: invoke build --book {answers.slug}")
