"""What the review page shows of a book's pairs, and what it sends back: JSON out and in, the table written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bookbuild.book.folder import open_book
from bookbuild.book.pairs import proposal
from bookbuild.book.pairs.by_table import Pairing, unfit
from bookbuild.book.pairs.chapter import guesses, paired
from bookbuild.book.pairs.portions import Portion, written
from bookbuild.book.pairs.proposal import Proposal
from bookbuild.book.reading import parse_chapters
from bookbuild.checks import texts as quality
from bookbuild.checks.texts.plot import picture
from bookbuild.languages.sentences import sentences
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, read_file


class SentRow(BaseModel):
    """A row as the page sends it."""

    model_config = ConfigDict(extra="forbid", strict=True)
    sizes: tuple[Annotated[int, Field(ge=0)], ...] = Field(strict=False)
    """How many pieces of each language it holds."""
    checked: bool
    confidence: Annotated[float, Field(ge=0, le=1)]
    note: Annotated[str, Field(max_length=10_000)] = ""


class Sent(BaseModel):
    """All rows, chapter by chapter, and the version that they were made from."""

    model_config = ConfigDict(extra="forbid", strict=True)
    version: str
    chapters: tuple[tuple[SentRow, ...], ...] = Field(strict=False)


def state(project: Project, slug: str) -> dict[str, Any]:
    """Give all that the page shows: pieces (sentences, mostly) of each language, and how rows hold them.

    Raises SourceError if the texts or the table cannot be read.
    """
    made = proposal.propose(project, slug)
    return _state(project, made)


def version(project: Project, slug: str) -> str:
    """Name the texts and the table as they are now."""
    source = open_book(project, slug)
    known = read_file(project, source.table) if source.table else None
    chapters = [(name, [p.blocks for p in parsed]) for name, parsed in parse_chapters(project, source)]
    return _version(known, chapters)


def _state(project: Project, made: Proposal) -> dict[str, Any]:
    languages = made.source.languages
    looks = iter(made.entries)
    chapters = []
    for name, blocks, rows in made.chapters:
        pieces = [_pieces(blocks, rows, side, language) for side, language in enumerate(languages)]
        chapters.append(
            {
                "name": name,
                "pieces": [
                    [{"text": _shown(own, p), "first": p.start == 0, "kind": own[p.block].kind.value} for p in found]
                    for own, found in zip(blocks, pieces, strict=True)
                ],
                "rows": [
                    {
                        "sizes": _sizes(row, pieces),
                        "checked": row.checked,
                        "confidence": round(row.confidence, 4),
                        "note": row.note,
                        "look": next(looks).look,
                    }
                    for row in rows
                ],
            }
        )
    return {
        "book": made.source.slug,
        "version": _version_of(made),
        "table": project.relative(made.source.table) if made.source.table else "",
        "languages": [{"tag": one.tag, "name": one.name, "direction": one.direction} for one in languages],
        "chapters": chapters,
    }


def _version(table: bytes | None, chapters: Sequence[tuple[str, Sequence[Sequence[Block]]]]) -> str:
    """Name the texts and the table that a page was made from."""
    digest = hashlib.sha256(table or b"none")
    for name, texts in chapters:
        digest.update(repr((name, [[written(b) for b in own] for own in texts])).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _version_of(made: Proposal) -> str:
    return _version(made.known, [(name, blocks) for name, blocks, _ in made.chapters])


def _shown(blocks: Sequence[Block], piece: Portion) -> str:
    return " ".join(written(blocks[piece.block])[piece.start : piece.end].split())


def _pieces(
    blocks: Sequence[tuple[Block, ...]], rows: Sequence[Pairing], side: int, language: Language
) -> list[Portion]:
    """Part a language's blocks at the ends of sentences, and wherever rows part them already."""
    cuts: dict[int, set[int]] = {n: {0, len(written(block))} for n, block in enumerate(blocks[side])}
    for n, block in enumerate(blocks[side]):
        if block.kind is Kind.PARAGRAPH:
            cuts[n] |= {start for start, _ in sentences(written(block), language)}
    for row in rows:
        for portion in row.sides[side]:
            cuts[portion.block] |= {portion.start, portion.end}
    return [Portion(n, start, end) for n in sorted(cuts) for start, end in pairwise(sorted(cuts[n]))]


def _sizes(row: Pairing, pieces: Sequence[Sequence[Portion]]) -> list[int]:
    found = []
    for portions, own in zip(row.sides, pieces, strict=True):
        spans = [(p.block, p.start, p.end) for p in portions]
        found.append(sum(1 for p in own if any(p.block == b and s <= p.start < e for b, s, e in spans)))
    return found


def save(project: Project, slug: str, data: bytes) -> dict[str, Any]:
    """Write what the page sends into the table; gives the new state.

    Raises SourceError if it makes no sense (A003), or if the texts or the table have changed since (A004).
    """
    place = Place(f"source/{slug}")
    try:
        sent = Sent.model_validate_json(data)
    except ValidationError:
        raise _senseless(place) from None
    made = proposal.propose(project, slug)
    if sent.version != _version_of(made):
        message = "the texts or the table of pairs were changed meanwhile, and the table was left as it is"
        raise SourceError([Finding("A004", place, message, "load the page again, and do the same again")])
    if len(sent.chapters) != len(made.chapters):
        raise _senseless(place)
    chapters = []
    entries = []
    parsed = parse_chapters(project, made.source)
    for (name, blocks, rows), sent_rows, (_, own) in zip(made.chapters, sent.chapters, parsed, strict=True):
        pieces = [_pieces(blocks, rows, side, language) for side, language in enumerate(made.source.languages)]
        pairings = _pairings(pieces, sent_rows, place)
        for one in pairings:
            if reason := unfit(blocks, one):
                message = f"a row {reason}"
                raise SourceError([Finding("A003", place, message, "part them: pictures, tables and code stand alone")])
        chapters.append((name, blocks, tuple(pairings)))
        entries += proposal.entries_of(made.source, name, own, pairings)
    changed = Proposal(made.source, tuple(chapters), tuple(entries), 0, made.known)
    proposal.write(project, changed)
    return state(project, slug)


def _senseless(place: Place) -> SourceError:
    message = "the page sent something that is no table of pairs"
    return SourceError([Finding("A003", place, message, "load the page again")])


def _pairings(pieces: Sequence[Sequence[Portion]], rows: Sequence[SentRow], place: Place) -> list[Pairing]:
    """Give the rows that numbers of pieces say; every piece has to be in one of them."""
    at = [0] * len(pieces)
    found = []
    for row in rows:
        if len(row.sizes) != len(pieces) or not any(row.sizes):
            raise _senseless(place)
        sides = []
        for side, size in enumerate(row.sizes):
            sides.append(_joined(pieces[side][at[side] : at[side] + size]))
            at[side] += size
        found.append(Pairing(tuple(sides), row.confidence, row.checked, fresh=False, note=row.note))
    if at != [len(own) for own in pieces]:
        raise _senseless(place)
    return found


def _joined(pieces: Sequence[Portion]) -> tuple[Portion, ...]:
    """Join pieces of the same block."""
    found: list[Portion] = []
    for piece in pieces:
        if found and found[-1].block == piece.block:
            found[-1] = Portion(piece.block, found[-1].start, piece.end)
        else:
            found.append(piece)
    return tuple(found)


def plot(project: Project, slug: str) -> str:
    """Draw the lengths of all pairs of a book."""
    return plotted(proposal.propose(project, slug), project)


def plotted(made: Proposal, project: Project) -> str:
    """Draw the lengths of the pairs of a proposal."""
    rows: list[tuple[Block, ...]] = []
    for (_, blocks, pairings), (_, parsed) in zip(made.chapters, parse_chapters(project, made.source), strict=True):
        fit = [one for one in pairings if not unfit(blocks, one)]
        rows += paired(blocks, fit, made.source.slug, guess=guesses(parsed, made.source))
    looked = frozenset(n for n, entry in enumerate(made.entries) if entry.look)
    return picture(quality.Rows(made.source.languages, tuple(rows)), looked)
