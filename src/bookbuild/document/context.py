"""What the rows of some chapters depend on of the rest of their book. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bookbuild.model.book import Book, Chapter, Kind, Unit
from bookbuild.model.inline import Image, walk


@dataclass(frozen=True, slots=True)
class ChapterContext:
    """What the rows of some chapters depend on of the rest of the book."""

    ranks: tuple[tuple[int, int], ...]
    """Levels of headings in the texts, and those that they have in outputs, if no level is left out above them."""
    level: int
    """Of the last heading before."""
    chapters: int
    alt: tuple[tuple[str, str], ...]
    """Pictures and their descriptions."""


def find_book_context(book: Book) -> ChapterContext:
    """Return what all chapters of a prepared book depend on of it, taken together."""
    title = next(book.units()) if book.metadata.title_in_text else None
    return ChapterContext(
        tuple(_rank_levels(book, title).items()), 1, len(book.chapters), tuple(_collect_descriptions(book).items())
    )


def find_chapter_contexts(book: Book) -> Iterator[ChapterContext]:
    """Return what each chapter of a prepared book depends on of the others."""
    title = next(book.units()) if book.metadata.title_in_text else None
    ranks = _rank_levels(book, title)
    alt = _collect_descriptions(book)
    level = 1
    for chapter in book.chapters:
        shown = list_pictures(chapter) if alt else []
        described = tuple((source, alt[source]) for source in shown if source in alt)
        yield ChapterContext(tuple(ranks.items()), level, len(book.chapters), described)
        level = find_level(ranks, level, (unit for unit in chapter.units if unit is not title))


def find_level(ranks: Mapping[int, int], level: int, units: Iterable[Unit]) -> int:
    """Return the level of the last heading of some units, or that of the one before; no level is left out."""
    for unit in units:
        if unit.kind is Kind.HEADING:
            level = min(ranks[unit.blocks[0].level], level + 1, 6)
    return level


def list_pictures(chapter: Chapter) -> list[str]:
    """Return the sources of a chapter's pictures, sorted."""
    inlines = (i for unit in chapter.units for block in unit.all_blocks for i in walk(block.content))
    return sorted({i.source for i in inlines if isinstance(i, Image)})


def _rank_levels(book: Book, title: Unit | None) -> dict[int, int]:
    levels = sorted({u.blocks[0].level for u in book.units() if u.kind is Kind.HEADING and u is not title})
    return {level: rank for rank, level in enumerate(levels, 2)}


def _collect_descriptions(book: Book) -> dict[str, str]:
    descriptions: dict[str, dict[str, None]] = {}
    for inline in (i for unit in book.units() for block in unit.blocks for i in walk(block.content)):
        if isinstance(inline, Image) and inline.alt:
            descriptions.setdefault(inline.source, {})[inline.alt] = None
    return {source: " / ".join(alts) for source, alts in descriptions.items()}
