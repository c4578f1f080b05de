"""The task `align`."""

from __future__ import annotations

from bookbuild.cli.options import command, find_path, select_one_book
from bookbuild.cli.output import show_pairs
from bookbuild.model.project import Project


@command(
    iterable=["book"],
    help={
        "book": "Pair this book; may be repeated.",
        "anew": "Pair all paragraphs again, whatever the table says.",
        "questions": "Write the rows that have questions first.",
        "xlsx": "Write an Excel spreadsheet where there is no table yet.",
        "model": "small, or the folder of a sentence-transformers model: pair by meaning, too, where that helps.",
    },
)
def align(
    project: Project, book: list[str], anew: bool = False, questions: bool = False, xlsx: bool = False, model: str = ""
) -> None:
    """Pair paragraphs that do not match, and write the pairs to aligned.csv in the book's folder for you to check."""
    from bookbuild.book.pairs.embeddings import SMALL_MODEL
    from bookbuild.book.pairs.proposal import propose_pairs, write_table

    chosen = str(find_path(model)) if model not in {"", SMALL_MODEL} else model
    for slug in project.select(book or [select_one_book(project, "")]):
        proposal = propose_pairs(project, slug, anew=anew, model=chosen)
        path = write_table(project, proposal, spreadsheet=xlsx, questions_first=questions)[0]
        show_pairs(path, proposal)
