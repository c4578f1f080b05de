"""A chapter's parsed texts in, rows of partners out: in order, or by the book's table of pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bookbuild.book import headings, typography
from bookbuild.book.folder import BookSource
from bookbuild.book.pairs import in_order
from bookbuild.book.pairs import table as aligned_table
from bookbuild.book.pairs.by_table import Pairing, TableRow, find_misfit, pair_by_table
from bookbuild.book.pairs.portions import DIVISIBLE, assemble_block, table_text
from bookbuild.book.readers import ParsedText, RawNote
from bookbuild.book.typography import Change
from bookbuild.checks import texts as quality
from bookbuild.languages.equations import draw_equation
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.errors import Problems
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Equation, ParagraphEnd, walk
from bookbuild.model.project import Project, read_file

Row = tuple[Block, ...]
Notes = tuple[tuple[RawNote, ...], ...]


@dataclass(frozen=True, slots=True)
class PreparedChapter:
    """A chapter's blocks, paired and normalised, and its notes per language; not numbered yet."""

    rows: tuple[Row, ...]
    notes: Notes
    changes: dict[str, Counter[Change]]
    """Language tag to what typography changed."""
    findings: tuple[Finding, ...] = ()
    """Warnings."""
    checked: frozenset[int] = frozenset()
    """Indices of rows that the user has checked."""


@dataclass(frozen=True, slots=True)
class PairTable:
    """A book's table of pairs."""

    path: str
    """Relative to the project, for messages."""
    chapters: dict[str, list[TableRow]]

    def rows(self, chapter: str) -> tuple[TableRow, ...]:
        """Return the rows of a chapter; none if the table has no such chapter."""
        return tuple(self.chapters.get(chapter, ()))


def read_pair_table(project: Project, source: BookSource) -> PairTable | None:
    """Read the book's table of pairs; None if it has none.

    Raises SourceError if the file is not a table of pairs.
    """
    if source.table is None:
        return None
    path = project.relative(source.table)
    tags = [language.tag for language in source.languages]
    return PairTable(path, aligned_table.parse_table(read_file(project, source.table), path, tags))


def report_unknown_chapters(table: PairTable | None, source: BookSource) -> list[Finding]:
    """Report rows of chapters that the book does not have."""
    if table is None:
        return []
    known = {chapter.name for chapter in source.chapters}
    return [
        Finding(
            "A002",
            Place(table.path, rows[0].line),
            f"{len(rows)} rows belong to chapter {name!r}, which the book does not have",
            "run `invoke align`, which rewrites the table and keeps the rows that still fit",
        )
        for name, rows in table.chapters.items()
        if name not in known
    ]


def must_guess_headings(parsed: Sequence[ParsedText], source: BookSource) -> bool:
    """Return whether headings must be inferred: no text marks them, and book.toml asks for it."""
    return source.config.headings == "inferred" and all(p.infer_headings for p in parsed)


def prepare_chapter(
    parsed: list[ParsedText], source: BookSource, rules: frozenset[str], table: PairTable | None, chapter: str
) -> PreparedChapter:
    """Pair a chapter's blocks, and normalise them and the notes.

    Raises SourceError where the blocks do not match.
    """
    changes: dict[str, Counter[Change]] = {language.tag: Counter() for language in source.languages}
    texts: Sequence[Sequence[Block]] = [p.blocks for p in parsed]
    findings: list[Finding] = []
    checked: frozenset[int] = frozenset()
    if table is None:
        if must_guess_headings(parsed, source):
            texts = headings.infer_headings(texts)
        rows = in_order.pair_blocks(texts, source.languages)
    else:
        pairings, stale = pair_by_table(texts, table.rows(chapter), guess=must_guess_headings(parsed, source))
        findings = _report_outdated(table, chapter, pairings, stale)
        rows = build_rows(texts, pairings, table.path, guess=must_guess_headings(parsed, source))
        checked = frozenset(n for n, pairing in enumerate(pairings) if pairing.checked)
    findings += [
        question.finding for question in quality.find_questions(quality.Rows(source.languages, tuple(rows), checked))
    ]

    findings += [finding for text in parsed for finding in _report_unset_equations(text)]

    def normalise(block: Block, language: Language) -> Block:
        normalised, block_changes = typography.normalise_block(block, language, rules)
        changes[language.tag].update(block_changes)
        return normalised

    normalised_rows = tuple(
        tuple(normalise(block, language) for block, language in zip(row, source.languages, strict=True)) for row in rows
    )
    notes = tuple(
        tuple(replace(note, blocks=tuple(normalise(b, language) for b in note.blocks)) for note in p.notes)
        for p, language in zip(parsed, source.languages, strict=True)
    )
    return PreparedChapter(
        rows=normalised_rows, notes=notes, changes=changes, findings=tuple(findings), checked=checked
    )


def _report_unset_equations(text: ParsedText) -> list[Finding]:
    """Return a finding for the equations of a text that pages show as LaTeX: one, at the first of them."""
    blocks = [*text.blocks, *(block for note in text.notes for block in note.blocks)]
    equations = [(block.place, i) for block in blocks for i in walk(block.content) if isinstance(i, Equation)]
    unset = [(place, e.source) for place, e in equations if draw_equation(e.source, display=e.display) is None]
    if not unset:
        return []
    (place, source), *others = unset
    message = f"an equation that cannot be set is printed as LaTeX: “{source[:60]}”"
    message += f"; and {len(others)} more" if others else ""
    advice = "write it with other commands, and words outside of it, or put in a picture of it"
    return [Finding("T010", place, message, advice)]


def _report_outdated(
    table: PairTable, chapter: str, pairings: Sequence[Pairing], stale: Sequence[TableRow]
) -> list[Finding]:
    fresh = sum(1 for pairing in pairings if pairing.fresh)
    if not fresh and not stale:
        return []
    rows = table.rows(chapter)
    place = Place(table.path, stale[0].line if stale else rows[-1].line if rows else None)
    what = f"{len(stale)} of its rows are no longer in the texts" if stale else "the texts hold more than its rows"
    where = f" of chapter {chapter!r}" if chapter else ""
    message = f"the table of pairs is older than the texts{where}: {what}, and {fresh} pairs were aligned again"
    advice = "run `invoke align` and look at the rows marked as new; the texts themselves are edited in their own files"
    return [Finding("A002", place, message, advice)]


def build_rows(
    texts: Sequence[Sequence[Block]], pairings: Sequence[Pairing], path: str, *, guess: bool
) -> tuple[Row, ...]:
    """Build the rows of blocks for pairings; `guess` whether short lines may be headings.

    Raises SourceError for pairings that join or pair blocks of kinds that cannot.
    """
    problems = Problems()
    rows: list[Row] = []
    candidates = [headings.find_candidates(blocks) if guess else [False] * len(blocks) for blocks in texts]
    for number, pairing in enumerate(pairings):
        first = next(blocks[side[0].block] for blocks, side in zip(texts, pairing.sides, strict=True) if side)
        if reason := find_misfit(texts, pairing):
            advice = "split it in the table, or run `invoke review`"
            message = f"the row in {path} that begins here {reason}"
            problems.append(Finding("A003", first.place, message, advice))
            continue
        row = [assemble_block(blocks, side, first) for blocks, side in zip(texts, pairing.sides, strict=True)]
        is_heading = all(
            len(side) == 1
            and guessed[side[0].block]
            and side[0].end - side[0].start == len(table_text(blocks[side[0].block]))
            for side, guessed, blocks in zip(pairing.sides, candidates, texts, strict=True)
        )
        if is_heading:
            row = [replace(block, kind=Kind.HEADING, level=2 if number else 1) for block in row]
        rows.append(_unify_kinds(row, [bool(side) for side in pairing.sides]))
    problems.raise_all()
    return tuple(rows)


def _unify_kinds(row: list[Block], present: Sequence[bool]) -> Row:
    """Give all blocks of a row the kind of the first language present; a heading must be one paragraph in each."""
    leader = next(block for block, has in zip(row, present, strict=True) if has)
    kind, level = leader.kind, leader.level
    joined = any(isinstance(inline, ParagraphEnd) for block in row for inline in block.content)
    if kind is Kind.HEADING and (joined or not all(present)):
        kind, level = Kind.PARAGRAPH, 0
    if kind not in DIVISIBLE:
        return tuple(row)
    return tuple(
        replace(
            block,
            kind=block.kind if kind is not Kind.HEADING and block.kind is not Kind.HEADING and has else kind,
            level=level,
            containers=leader.containers,
        )
        for block, has in zip(row, present, strict=True)
    )
