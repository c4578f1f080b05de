"""Where the pages of a printed edition begin, for e-books of the same text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bookbuild.document.document import Document
from bookbuild.document.editions import Arrangement
from bookbuild.languages.tables import number
from bookbuild.model.book import Book, block_id
from bookbuild.model.inline import PageBreak
from bookbuild.model.pages import PageStart
from bookbuild.pdf.lines import Line, follow_blocks


def find_page_starts(document: Document, lines: Sequence[Line], pages: int) -> tuple[PageStart, ...]:
    """Find where pages begin; a word that goes on from the page before counts to that page."""
    starts: dict[int, dict[str, tuple[str, int]]] = {}
    for identifier, tag, text, parts in follow_blocks(document, lines):
        for part in parts:
            start = (identifier, _find_word_start(text, part.start))
            starts.setdefault(part.line.page, {}).setdefault(tag, start)
    return tuple(PageStart(n, starts.get(n, {})) for n in range(1, pages + 1))


def _find_word_start(text: str, at: int) -> int:
    while at > 0 and not text[at - 1].isspace():
        at -= 1
    return at


def label_page(book: Book, page: int) -> str:
    """Write a page's number as the printed edition does; in the digits that keyboards have, if any side does."""
    systems = [book.digits[language.tag] for language in book.languages[:2]]
    return number(page, "latn" if "latn" in systems else systems[0])


@dataclass(frozen=True, slots=True)
class PageMarks:
    """Where the marks of pages stand in an e-book."""

    extra: Mapping[str, Mapping[int, PageBreak]]
    """Of a block's id: the marks at offsets of its text."""
    blocks: Mapping[int, str]
    """Number of a page to the block that it begins in."""
    before: tuple[PageBreak, ...]
    """Pages before the first text: title and contents."""
    after: tuple[PageBreak, ...]
    """Pages after the last text."""


def place_page_marks(book: Book, arrangement: Arrangement, pages: Sequence[PageStart]) -> PageMarks:
    """Put each page's mark where its first words stand in the book's order.

    `book` has the languages of the e-book. Where translations are notes, the original's words count; a page
    between others without words of its own is left out.
    """
    identifiers = (block_id(unit, language) for unit in book.units() for language in book.languages)
    order = {identifier: n for n, identifier in enumerate(identifiers)}
    extra: dict[str, dict[int, PageBreak]] = {}
    blocks: dict[int, str] = {}
    before: list[PageBreak] = []
    after: list[PageBreak] = []
    first = book.languages[0].tag
    for page in pages:
        mark = PageBreak(page.number, label_page(book, page.number))
        known = {tag: start for tag, start in page.starts.items() if start[0] in order}
        if arrangement is Arrangement.NOTES and first in known:
            known = {first: known[first]}
        if page.number == 1 and not book.metadata.title_in_text:  # the title stands above the text
            before.append(mark)
            continue
        if not known:
            (after if blocks else before).append(mark)
            continue
        identifier, at = min(known.values(), key=lambda start: (order[start[0]], start[1]))
        extra.setdefault(identifier, {}).setdefault(at, mark)
        if extra[identifier][at] is mark:
            blocks[page.number] = identifier
    last = max(blocks, default=0)
    return PageMarks(extra, blocks, tuple(before), tuple(mark for mark in after if mark.number > last))
