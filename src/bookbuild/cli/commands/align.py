"""The task `align`."""

from __future__ import annotations

from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.options import FOLDERS, find_path, open_project, select_one_book
from bookbuild.cli.output import handle_errors, show_pairs


@task(
    iterable=["book"],
    help={
        "book": "Pair this book; may be repeated.",
        "anew": "Pair all paragraphs again, whatever the table says.",
        "questions": "Write the rows that have questions first.",
        "xlsx": "Write an Excel spreadsheet where there is no table yet.",
        "model": "The folder of a sentence-transformers model; used if it finds partners better than lengths do.",
        **FOLDERS,
    },
)
@handle_errors
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
    """Pair paragraphs that do not match, and write the pairs to aligned.csv in the book's folder for you to check."""
    from bookbuild.book.pairs.proposal import propose_pairs, write_table

    project = open_project(root, dist)
    for slug in project.select(book or [select_one_book(project, "")]):
        proposal = propose_pairs(project, slug, anew=anew, model=find_path(model) if model else None)
        path = write_table(project, proposal, spreadsheet=xlsx, questions_first=questions)[0]
        show_pairs(path, proposal)
