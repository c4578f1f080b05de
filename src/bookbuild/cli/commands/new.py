"""The task `new`."""

from __future__ import annotations

import shlex

from bookbuild.cli.options import command
from bookbuild.cli.output import say
from bookbuild.model.project import Project


@command(
    help={
        "book": "The name of the book's folder; made from the title if left out.",
        "languages": "The languages, the original first: ar,id or their names.",
        "title": "The titles in that order, separated by |.",
        "texts": "Files with the texts in that order, separated by commas; sample lines to replace if left out.",
    },
)
def new(project: Project, book: str = "", languages: str = "", title: str = "", texts: str = "") -> None:
    """Make a folder for a new book; asks for languages, titles and texts that are not given."""
    from bookbuild.book.new import write_book
    from bookbuild.cli.questions import ask_missing

    slug, tags, titles, contents = ask_missing(project, book, languages, title, texts)
    for name in write_book(project, slug, tags, titles, contents):
        say(name)
    say(f"next: write or paste the texts, then: invoke build --book {shlex.quote(slug)}")
