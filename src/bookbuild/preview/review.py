"""The review of a book's pairs: their state for the page out, the rows that the page sends into the table of pairs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, islice, pairwise
from operator import attrgetter
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bookbuild.book.folder import open_book
from bookbuild.book.pairs.by_table import Pairing, find_misfit
from bookbuild.book.pairs.chapter import build_rows, must_guess_headings
from bookbuild.book.pairs.portions import Portion, table_text
from bookbuild.book.pairs.proposal import Proposal, build_entries, propose_pairs, write_table
from bookbuild.book.reading import parse_chapters
from bookbuild.checks import texts as quality
from bookbuild.checks.texts import plot
from bookbuild.languages.sentences import sentences
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, read_file


class PageReviewRow(BaseModel):
    """A row of pairs as the page sends it."""

    model_config = ConfigDict(extra="forbid", strict=True)
    sizes: tuple[Annotated[int, Field(ge=0)], ...] = Field(strict=False)
    """Number of pieces of each language."""
    checked: bool
    confidence: Annotated[float, Field(ge=0, le=1)]
    note: Annotated[str, Field(max_length=10_000)] = ""


class PageReview(BaseModel):
    """All rows, per chapter, and the version of the texts and the table that they were made from."""

    model_config = ConfigDict(extra="forbid", strict=True)
    version: str
    chapters: tuple[tuple[PageReviewRow, ...], ...] = Field(strict=False)


def read_state(project: Project, slug: str) -> dict[str, Any]:
    """Return all that the page shows: the pieces (mostly sentences) of each language, and the rows that hold them.

    Raises SourceError if the texts or the table cannot be read.
    """
    return _build_state(project, propose_pairs(project, slug))


def version(project: Project, slug: str) -> str:
    """Return a digest of the texts and the table as they are now.

    Raises SourceError if they cannot be read.
    """
    source = open_book(project, slug)
    known = read_file(project, source.table) if source.table else None
    chapters = [(name, [p.blocks for p in parsed]) for name, parsed in parse_chapters(project, source)]
    return _compute_version(known, chapters)


def _build_state(project: Project, proposal: Proposal) -> dict[str, Any]:
    languages = proposal.source.languages
    entries = iter(proposal.entries)
    chapters = []
    for chapter in proposal.chapters:
        pieces = _split_pieces(chapter.blocks, chapter.rows, languages)
        described = [
            [_describe_piece(blocks, piece) for piece in side_pieces]
            for blocks, side_pieces in zip(chapter.blocks, pieces, strict=True)
        ]
        rows = [
            {
                "sizes": _count_pieces(row, pieces),
                "checked": row.checked,
                "confidence": round(row.confidence, 4),
                "note": row.note,
                "look": next(entries).look,
            }
            for row in chapter.rows
        ]
        chapters.append({"name": chapter.name, "pieces": described, "rows": rows})
    return {
        "book": proposal.source.slug,
        "version": _compute_proposal_version(proposal),
        "table": project.relative(proposal.source.table) if proposal.source.table else "",
        "languages": [{"tag": lang.tag, "name": lang.name, "direction": lang.direction} for lang in languages],
        "chapters": chapters,
    }


def _compute_version(table: bytes | None, chapters: Sequence[tuple[str, Sequence[Sequence[Block]]]]) -> str:
    """Return a digest of the table's file and of the texts."""
    digest = hashlib.sha256(table or b"none")
    for name, texts in chapters:
        digest.update(
            repr((name, [[table_text(b) for b in blocks] for blocks in texts])).encode("utf-8", "surrogatepass")
        )
    return digest.hexdigest()


def _compute_proposal_version(proposal: Proposal) -> str:
    return _compute_version(proposal.original, [(chapter.name, chapter.blocks) for chapter in proposal.chapters])


def _describe_piece(blocks: Sequence[Block], piece: Portion) -> dict[str, Any]:
    block = blocks[piece.block]
    text = " ".join(table_text(block)[piece.start : piece.end].split())
    return {"text": text, "first": piece.start == 0, "kind": block.kind.value}


def _split_pieces(
    blocks: Sequence[Sequence[Block]], rows: Sequence[Pairing], languages: Sequence[Language]
) -> list[list[Portion]]:
    """Split each language's blocks where sentences begin, and wherever rows split them already."""
    pieces = []
    for side, language in enumerate(languages):
        cuts = [{0, len(table_text(block))} for block in blocks[side]]
        for own, block in zip(cuts, blocks[side], strict=True):
            if block.kind is Kind.PARAGRAPH:
                own |= {start for start, _ in sentences(table_text(block), language)}
        for row in rows:
            for portion in row.sides[side]:
                cuts[portion.block] |= {portion.start, portion.end}
        pieces.append([Portion(n, *ends) for n, own in enumerate(cuts) for ends in pairwise(sorted(own))])
    return pieces


def _count_pieces(row: Pairing, pieces: Sequence[Sequence[Portion]]) -> list[int]:
    return [
        sum(any(p.block == one.block and one.start <= p.start < one.end for one in portions) for p in side_pieces)
        for portions, side_pieces in zip(row.sides, pieces, strict=True)
    ]


def save(project: Project, slug: str, data: bytes) -> dict[str, Any]:
    """Write the rows that the page sends, as JSON of a PageReview, into the table; return the new state.

    Raises SourceError if they are not valid (A003), or if the texts or the table have changed since (A004).
    """
    place = Place(f"source/{slug}")
    try:
        page_review = PageReview.model_validate_json(data)
    except ValidationError:
        raise _invalid_review(place) from None
    proposal = propose_pairs(project, slug)
    if page_review.version != _compute_proposal_version(proposal):
        message = "the texts or the table of pairs have changed in the meantime; the table was left as it is"
        advice = "reload the page and make your changes again"
        raise SourceError([Finding(code="A004", place=place, message=message, advice=advice)])
    if len(page_review.chapters) != len(proposal.chapters):
        raise _invalid_review(place)
    chapters = []
    for chapter, review_rows in zip(proposal.chapters, page_review.chapters, strict=True):
        pieces = _split_pieces(chapter.blocks, chapter.rows, proposal.source.languages)
        pairings = _build_pairings(pieces, review_rows, place)
        for pairing in pairings:
            if reason := find_misfit(chapter.blocks, pairing):
                advice = "split it: pictures, tables and code stand alone"
                raise SourceError([Finding(code="A003", place=place, message=f"a row {reason}", advice=advice)])
        chapters.append(replace(chapter, rows=tuple(pairings)))
    entries = [entry for chapter in chapters for entry in build_entries(proposal.source, chapter)]
    reviewed = replace(proposal, chapters=tuple(chapters), entries=tuple(entries))
    _, written = write_table(project, reviewed)
    return _build_state(project, written)


def _invalid_review(place: Place) -> SourceError:
    message = "the page sent something that is not a table of pairs"
    return SourceError([Finding(code="A003", place=place, message=message, advice="reload the page")])


def _build_pairings(pieces: Sequence[Sequence[Portion]], rows: Sequence[PageReviewRow], place: Place) -> list[Pairing]:
    """Return the pairings of rows that give numbers of pieces.

    Raises SourceError unless every piece is in exactly one row, and no row is empty.
    """
    if any(len(row.sizes) != len(pieces) or not any(row.sizes) for row in rows):
        raise _invalid_review(place)
    if [sum(row.sizes[side] for row in rows) for side in range(len(pieces))] != [*map(len, pieces)]:
        raise _invalid_review(place)
    waiting = [iter(side_pieces) for side_pieces in pieces]
    pairings = []
    for row in rows:
        sides = tuple(_merge_pieces(islice(side, size)) for side, size in zip(waiting, row.sizes, strict=True))
        pairings.append(Pairing(sides, row.confidence, row.checked, fresh=False, note=row.note))
    return pairings


def _merge_pieces(pieces: Iterable[Portion]) -> tuple[Portion, ...]:
    """Merge consecutive pieces of the same block."""
    groups = [list(group) for _, group in groupby(pieces, attrgetter("block"))]
    return tuple(Portion(group[0].block, group[0].start, group[-1].end) for group in groups)


def draw_plot(project: Project, slug: str) -> str:
    """Return a plot of the lengths of a book's pairs as SVG; pairs to be looked at are marked.

    Raises SourceError if the texts or the table cannot be read.
    """
    proposal = propose_pairs(project, slug)
    rows: list[tuple[Block, ...]] = []
    for chapter in proposal.chapters:
        settable = [pairing for pairing in chapter.rows if not find_misfit(chapter.blocks, pairing)]
        guess = must_guess_headings(chapter.parsed, proposal.source)
        rows += build_rows(chapter.blocks, settable, proposal.source.slug, guess=guess)
    flagged = frozenset(n for n, entry in enumerate(proposal.entries) if entry.look)
    return plot.draw_plot(quality.Rows(proposal.source.languages, tuple(rows)), flagged)
