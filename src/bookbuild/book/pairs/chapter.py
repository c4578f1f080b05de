"""A chapter's parsed texts in, rows of partners out: by number, or by the book's table of pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bookbuild.book import headings, typography
from bookbuild.book.folder import BookSource
from bookbuild.book.pairs import in_order
from bookbuild.book.pairs import table as aligned_table
from bookbuild.book.pairs.by_table import Pairing, Written, renewed, unfit
from bookbuild.book.pairs.portions import DIVISIBLE, assembled, written
from bookbuild.book.readers import Parsed, RawNote
from bookbuild.book.typography import Change
from bookbuild.checks import texts as quality
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import ParagraphEnd
from bookbuild.model.project import Project, read_file

Row = tuple[Block, ...]
Notes = tuple[tuple[RawNote, ...], ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chapter's blocks, paired and normalised, and its notes, a language each; not numbered yet."""

    rows: tuple[Row, ...]
    notes: Notes
    changes: dict[str, Counter[Change]]
    """Language tag to what typography changed."""
    findings: tuple[Finding, ...] = ()
    """Warnings."""
    checked: frozenset[int] = frozenset()
    """Numbers of rows that somebody has looked at."""


@dataclass(frozen=True, slots=True)
class Table:
    """A book's table of pairs."""

    path: str
    """For messages."""
    chapters: dict[str, list[Written]]

    def rows(self, chapter: str) -> tuple[Written, ...]:
        """Give the rows of a chapter."""
        return tuple(self.chapters.get(chapter, ()))


def table_of(project: Project, source: BookSource) -> Table | None:
    """Read the table of pairs, if the book has one.

    Raises SourceError if it is no such table.
    """
    if source.table is None:
        return None
    path = project.relative(source.table)
    tags = [language.tag for language in source.languages]
    return Table(path, aligned_table.read(read_file(project, source.table), path, tags))


def strangers(table: Table | None, source: BookSource) -> list[Finding]:
    """Report rows of chapters that the book has not."""
    if table is None:
        return []
    known = {chapter.name for chapter in source.chapters}
    return [
        Finding(
            "A002",
            Place(table.path, rows[0].line),
            f"{len(rows)} rows are of a chapter {name!r} that the book has not",
            "run `invoke align`, which writes the table anew and keeps what still fits",
        )
        for name, rows in table.chapters.items()
        if name not in known
    ]


def guesses(parsed: Sequence[Parsed], source: BookSource) -> bool:
    """Tell whether headings have to be found out."""
    return source.config.headings == "inferred" and all(p.infer_headings for p in parsed)


def prepare(
    parsed: list[Parsed], source: BookSource, rules: frozenset[str], table: Table | None, chapter: str
) -> Prepared:
    """Pair a chapter's blocks and normalise them and the notes.

    Raises SourceError where they do not match.
    """
    changes: dict[str, Counter[Change]] = {language.tag: Counter() for language in source.languages}
    texts: Sequence[Sequence[Block]] = [p.blocks for p in parsed]
    findings: list[Finding] = []
    checked: frozenset[int] = frozenset()
    if table is None:
        if guesses(parsed, source):
            texts = headings.infer(texts)
        rows = in_order.pair(texts, source.languages)
    else:
        pairings, stale = renewed(texts, table.rows(chapter), guess=guesses(parsed, source))
        findings = _outdated(table, chapter, pairings, stale)
        rows = paired(texts, pairings, table.path, guess=guesses(parsed, source))
        checked = frozenset(n for n, one in enumerate(pairings) if one.checked)
    findings += [
        question.finding for question in quality.questions(quality.Rows(source.languages, tuple(rows), checked))
    ]

    def normal(block: Block, language: Language) -> Block:
        changed, made = typography.normalise(block, language, rules)
        changes[language.tag].update(made)
        return changed

    normalised = tuple(
        tuple(normal(block, language) for block, language in zip(row, source.languages, strict=True)) for row in rows
    )
    notes = tuple(
        tuple(replace(note, blocks=tuple(normal(b, language) for b in note.blocks)) for note in p.notes)
        for p, language in zip(parsed, source.languages, strict=True)
    )
    return Prepared(normalised, notes, changes, tuple(findings), checked)


def _outdated(table: Table, chapter: str, pairings: Sequence[Pairing], stale: Sequence[Written]) -> list[Finding]:
    fresh = sum(1 for one in pairings if one.fresh)
    if not fresh and not stale:
        return []
    rows = table.rows(chapter)
    place = Place(table.path, stale[0].line if stale else rows[-1].line if rows else None)
    what = f"{len(stale)} of its rows do not stand in the texts" if stale else "the texts have more than its rows"
    where = f" of chapter {chapter!r}" if chapter else ""
    message = f"the table of pairs is older than the texts{where}: {what}, and {fresh} pairs were made anew"
    advice = "run `invoke align` and look at the rows marked as new; the texts themselves are edited in their own files"
    return [Finding("A002", place, message, advice)]


def paired(texts: Sequence[Sequence[Block]], pairings: Sequence[Pairing], path: str, *, guess: bool) -> tuple[Row, ...]:
    """Give the rows of blocks that pairings say.

    Raises SourceError at rows that join or pair what cannot stand together.
    """
    problems: list[Finding] = []
    rows: list[Row] = []
    candidates = [headings.candidates(blocks) if guess else [False] * len(blocks) for blocks in texts]
    for number, one in enumerate(pairings):
        if reason := unfit(texts, one):
            first = next(blocks[side[0].block] for blocks, side in zip(texts, one.sides, strict=True) if side)
            advice = "part them in the table, or run `invoke review`"
            message = f"the row in {path} that begins here {reason}"
            problems.append(Finding("A003", first.place, message, advice))
            continue
        some = next(blocks[side[0].block] for blocks, side in zip(texts, one.sides, strict=True) if side)
        row = [assembled(blocks, side, some) for blocks, side in zip(texts, one.sides, strict=True)]
        whole = all(
            len(side) == 1
            and guessed[side[0].block]
            and side[0].end - side[0].start == len(written(blocks[side[0].block]))
            for side, guessed, blocks in zip(one.sides, candidates, texts, strict=True)
        )
        if whole:
            row = [replace(block, kind=Kind.HEADING, level=2 if number else 1) for block in row]
        rows.append(_alike(row, [bool(side) for side in one.sides]))
    if problems:
        raise SourceError(problems)
    return tuple(rows)


def _alike(row: list[Block], there: Sequence[bool]) -> Row:
    """Make all blocks of a row of one kind: that of the first language that has any, unless it is too short for it."""
    leader = next(block for block, has in zip(row, there, strict=True) if has)
    kind, level = leader.kind, leader.level
    joined = any(isinstance(inline, ParagraphEnd) for block in row for inline in block.content)
    if kind is Kind.HEADING and (joined or not all(there)):
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
        for block, has in zip(row, there, strict=True)
    )
