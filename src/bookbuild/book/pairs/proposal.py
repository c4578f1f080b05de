"""A book's texts in, its table of pairs out: rows that still fit are kept, all others are aligned anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bookbuild.book import write as book_folder
from bookbuild.book.folder import BookSource, open_book
from bookbuild.book.pairs import table as aligned_table
from bookbuild.book.pairs.by_table import Pairing, aligned, renewed, unfit
from bookbuild.book.pairs.chapter import Table, guesses, paired, table_of
from bookbuild.book.pairs.portions import excerpt
from bookbuild.book.pairs.table import Entry
from bookbuild.book.readers import Parsed
from bookbuild.book.reading import parse_chapters
from bookbuild.checks import texts as quality
from bookbuild.model.book import Block
from bookbuild.model.project import Project, read_file

CERTAIN = 0.9
"""Confidence from which on a pair needs no look."""
_ABOUT_PAIRS = frozenset({"Q001", "Q002", "Q003", "Q004", "Q005", "Q006", "Q007", "Q009"})
_WORDS = {
    "Q001": "length does not fit",
    "Q002": "numbers differ",
    "Q003": "dates differ",
    "Q004": "a name is missing",
    "Q005": "addresses differ",
    "Q006": "nothing beside it",
    "Q007": "not translated?",
    "Q009": "comes twice",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The pairs of a whole book."""

    source: BookSource
    chapters: tuple[tuple[str, tuple[tuple[Block, ...], ...], tuple[Pairing, ...]], ...]
    """Name, blocks a language, rows."""
    entries: tuple[Entry, ...]
    """A row each, in the order of the chapters."""
    kept: int
    """Rows that an earlier table had."""
    known: bytes | None = field(default=None, repr=False)
    """The file that it was made from."""

    @property
    def questions(self) -> int:
        """How many rows have something to be looked at."""
        return sum(1 for entry in self.entries if entry.look)


def propose(project: Project, slug: str, *, anew: bool = False, model: Path | None = None) -> Proposal:
    """Pair the paragraphs of a book, keeping what its table says unless all is to be paired `anew`.

    `model` is the folder of a sentence-transformers model, which helps to pair anew.

    Raises SourceError if the texts or the table cannot be read.
    """
    source = open_book(project, slug)
    known = read_file(project, source.table) if source.table else None
    table = None if anew else table_of(project, source)
    embed = None
    if model is not None:
        from bookbuild.book.pairs import embeddings

        embed = embeddings.model(model)
    chapters = []
    entries: list[Entry] = []
    for name, parsed in parse_chapters(project, source):
        blocks = tuple(p.blocks for p in parsed)
        rows = tuple(_rows(parsed, source, table, name, embed))
        chapters.append((name, blocks, rows))
        entries += _entries(source, name, blocks, rows, parsed, marked=table is not None)
    kept = sum(1 for _, _, rows in chapters for row in rows if not row.fresh)
    return Proposal(source, tuple(chapters), tuple(entries), kept, known)


def _rows(
    parsed: Sequence[Parsed],
    source: BookSource,
    table: Table | None,
    chapter: str,
    embed: Any = None,
) -> list[Pairing]:
    texts = [p.blocks for p in parsed]
    guess = guesses(parsed, source)
    if table is None:
        return aligned(texts, guess=guess, embed=embed)
    return renewed(texts, table.rows(chapter), guess=guess)[0]


def entries_of(
    source: BookSource, chapter: str, parsed: Sequence[Parsed], rows: Sequence[Pairing], *, marked: bool = False
) -> list[Entry]:
    """Give the rows of a table with what is to be looked at."""
    return _entries(source, chapter, tuple(p.blocks for p in parsed), rows, parsed, marked=marked)


def _entries(
    source: BookSource,
    chapter: str,
    blocks: Sequence[tuple[Block, ...]],
    rows: Sequence[Pairing],
    parsed: Sequence[Parsed],
    *,
    marked: bool,
) -> list[Entry]:
    looks: list[list[str]] = [[] for _ in rows]
    for number, row in enumerate(rows):
        if reason := unfit(blocks, row):
            looks[number].append(f"cannot be set: {reason}")
        if row.checked:
            continue
        if row.fresh and marked:
            looks[number].append("new")
        if row.confidence < CERTAIN:
            looks[number].append("not certain")
        if len({len(side) for side in row.sides if side}) > 1:
            looks[number].append("paragraphs were joined")
    fit = [n for n, row in enumerate(rows) if not unfit(blocks, row)]
    made = paired(blocks, [rows[n] for n in fit], source.slug, guess=guesses(parsed, source))
    checked = frozenset(n for n, at in enumerate(fit) if rows[at].checked)
    for question in quality.questions(quality.Rows(source.languages, made, checked)):
        at = fit[question.row]
        if question.finding.code in _ABOUT_PAIRS and not rows[at].checked:
            word = _WORDS[question.finding.code]
            looks[at] += [word] if word not in looks[at] else []
    return [
        Entry(
            chapter,
            tuple(excerpt(own, side) for own, side in zip(blocks, row.sides, strict=True)),
            row.shape,
            1.0 if row.checked else row.confidence,
            ", ".join(look),
            row.checked,
            row.note,
        )
        for row, look in zip(rows, looks, strict=True)
    ]


def write(project: Project, proposal: Proposal, *, spreadsheet: bool = False, questions_first: bool = False) -> str:
    """Write the table into the book's folder; gives its path for messages.

    Raises SourceError if somebody changed it since it was read.
    """
    source = proposal.source
    path = source.table or source.folder / ("aligned.xlsx" if spreadsheet else "aligned.csv")
    tags = [language.tag for language in source.languages]
    if path.suffix == ".xlsx":
        from bookbuild.book.spreadsheets import write_xlsx

        rows = aligned_table.values(proposal.entries, questions_first=questions_first)
        data = write_xlsx("aligned", aligned_table.header(tags), rows, source.languages, project.relative(path))
    else:
        data = aligned_table.to_csv(tags, proposal.entries, questions_first=questions_first)
    book_folder.replace_file(project, path, data, proposal.known)
    return project.relative(path)
