"""A book's texts in, its table of pairs out: rows that still fit are kept, everything else is aligned again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from bookbuild.book import write as book_folder
from bookbuild.book.folder import BookSource, open_book
from bookbuild.book.pairs import table as aligned_table
from bookbuild.book.pairs.by_table import Pairing, align_texts, find_misfit, pair_by_table
from bookbuild.book.pairs.chapter import build_rows, must_guess_headings, read_pair_table
from bookbuild.book.pairs.portions import cell_text
from bookbuild.book.pairs.table import Entry
from bookbuild.book.readers import ParsedText
from bookbuild.book.reading import parse_chapters
from bookbuild.checks import texts as quality
from bookbuild.model.book import Block
from bookbuild.model.project import Project, read_file

CERTAIN = 0.9
"""Confidence from which a pair needs no check."""
_REASONS = {
    "Q001": "length does not fit",
    "Q002": "numbers differ",
    "Q003": "dates differ",
    "Q004": "a name is missing",
    "Q005": "addresses differ",
    "Q006": "nothing beside it",
    "Q007": "not translated?",
    "Q009": "comes twice",
}
"""What to check of a pair, by the code of a finding about pairs."""


@dataclass(frozen=True, slots=True)
class ProposedChapter:
    """The pairs of a chapter."""

    name: str
    parsed: tuple[ParsedText, ...]
    """Its texts, in the order of the book's languages."""
    rows: tuple[Pairing, ...]

    @property
    def blocks(self) -> tuple[tuple[Block, ...], ...]:
        """The blocks of each text."""
        return tuple(text.blocks for text in self.parsed)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The pairs of a whole book."""

    source: BookSource
    chapters: tuple[ProposedChapter, ...]
    entries: tuple[Entry, ...]
    """One per row, in the order of the chapters."""
    original: bytes | None = field(default=None, repr=False)
    """Content of the table that was read."""

    @property
    def questions(self) -> int:
        """The number of rows that need a check."""
        return sum(1 for entry in self.entries if entry.look)

    @property
    def kept_rows(self) -> int:
        """The number of rows taken from an earlier table."""
        return sum(1 for chapter in self.chapters for row in chapter.rows if not row.fresh)


def propose_pairs(project: Project, slug: str, *, anew: bool = False, model: str = "") -> Proposal:
    """Pair the paragraphs of a book, keeping the rows of its table unless `anew` is set.

    `model` is "small", or the folder of a sentence-transformers model; it is used only without a table.

    Raises SourceError if the texts or the table cannot be read.
    """
    source = open_book(project, slug)
    original = read_file(project, source.table) if source.table else None
    table = None if anew else read_pair_table(project, source)
    embed = None
    if model:
        from bookbuild.book.pairs import embeddings

        small = model == embeddings.SMALL_MODEL
        embed = embeddings.load_small_model() if small else embeddings.load_model(Path(model))
    chapters = []
    entries: list[Entry] = []
    for name, parsed in parse_chapters(project, source):
        texts, guess = [p.blocks for p in parsed], must_guess_headings(parsed, source)
        if table is None:
            rows = align_texts(texts, guess=guess, embed=embed)
        else:
            rows = pair_by_table(texts, table.rows(name), guess=guess)[0]
        chapter = ProposedChapter(name, tuple(parsed), tuple(rows))
        chapters.append(chapter)
        entries += build_entries(source, chapter, marked=table is not None)
    return Proposal(source=source, chapters=tuple(chapters), entries=tuple(entries), original=original)


def build_entries(source: BookSource, chapter: ProposedChapter, *, marked: bool = False) -> list[Entry]:
    """Return a chapter's entries in the table, with what to check; `marked` whether fresh rows are marked as new."""
    blocks, rows = chapter.blocks, chapter.rows
    looks: list[list[str]] = [[] for _ in rows]
    for number, row in enumerate(rows):
        if reason := find_misfit(blocks, row):
            looks[number].append(f"cannot be set: {reason}")
        if row.checked:
            continue
        if row.fresh and marked:
            looks[number].append("new")
        if row.confidence < CERTAIN:
            looks[number].append("not certain")
        if len({len(side) for side in row.sides if side}) > 1:
            looks[number].append("paragraphs were joined")
    fit = [n for n, row in enumerate(rows) if not find_misfit(blocks, row)]
    block_rows = build_rows(
        blocks, [rows[n] for n in fit], source.slug, guess=must_guess_headings(chapter.parsed, source)
    )
    checked = frozenset(n for n, row_number in enumerate(fit) if rows[row_number].checked)
    for question in quality.find_questions(quality.Rows(source.languages, block_rows, checked)):
        row_number = fit[question.row]
        word = _REASONS.get(question.finding.code, "")
        if word and not rows[row_number].checked and word not in looks[row_number]:
            looks[row_number].append(word)
    return [
        Entry(
            chapter=chapter.name,
            cells=tuple(cell_text(text_blocks, side) for text_blocks, side in zip(blocks, row.sides, strict=True)),
            shape=row.shape,
            confidence=1.0 if row.checked else row.confidence,
            look=", ".join(look),
            checked=row.checked,
            note=row.note,
        )
        for row, look in zip(rows, looks, strict=True)
    ]


def write_table(
    project: Project, proposal: Proposal, *, spreadsheet: bool = False, questions_first: bool = False
) -> tuple[str, Proposal]:
    """Write the table into the book's folder; return its path in the project, and the proposal that it now holds.

    Raises SourceError if the file has changed since it was read.
    """
    source = proposal.source
    path = source.table or source.folder / ("aligned.xlsx" if spreadsheet else "aligned.csv")
    tags = [language.tag for language in source.languages]
    if path.suffix == ".xlsx":
        from bookbuild.book.spreadsheets import write_xlsx

        rows = aligned_table.format_rows(proposal.entries, questions_first=questions_first)
        data = write_xlsx("aligned", aligned_table.header(tags), rows, source.languages, project.relative(path))
    else:
        data = aligned_table.to_csv(tags, proposal.entries, questions_first=questions_first)
    book_folder.replace_file(project, path, data, proposal.original)
    return project.relative(path), replace(proposal, source=replace(source, table=path), original=data)
