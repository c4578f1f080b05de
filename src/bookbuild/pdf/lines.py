"""Lines as they fell: which characters of a block stand on which line, and what follows from it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bookbuild.document.document import Document
from bookbuild.languages.bidi import CONTROLS, JOINER, WORD_JOINER
from bookbuild.languages.tables import number
from bookbuild.model.book import Kind
from bookbuild.model.inline import Inline, LineMark

_SHAPELESS = frozenset(f"{CONTROLS}{JOINER}{WORD_JOINER}\u00ad")
_STEP = 5
"""Lines from one number to the next, as editions for study have it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one block on one page."""

    id: str
    """Of the element that holds the text; a key of the ledger."""
    page: int
    """Counted from 1."""
    text: str
    hyphen: str
    """The character that the engine may have added at the line's end."""
    overfull: float
    """pt by which the line is wider than its column; 0 or less if it fits."""
    top: float = 0.0
    """pt from the page's upper edge to the line box."""
    bottom: float = 0.0
    """pt from the page's upper edge to the end of the line box."""
    piece: str = ""
    """The end of the text that is of one style."""
    room: float = 0.0
    """pt that the column is wide."""
    widened: float = 0.0
    """em by which justification widened each space."""
    fitted: bool = False
    """Whether it was chosen together with the other lines of its paragraph."""
    at_foot: bool = False
    """Whether it is of a note at the page's foot."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The characters of a block's text that stand on a line."""

    line: Line
    start: int
    end: int
    """Offsets in code points of the block's text."""


def follow_lines(text: str, lines: Sequence[Line]) -> Iterator[Stretch]:
    """Follow lines through the text that they show; white space and hyphens at line ends belong to none."""
    position = 0
    for line in lines:
        shown = line.text.strip()
        at = _find_exactly(text, shown, position)
        if at >= 0:  # as nearly all lines are: the next characters, all of them
            position = at + len(shown)
            yield Stretch(line, at, position)
            continue
        start = end = -1
        for char in line.text:
            if char.isspace() or char in _SHAPELESS:
                continue
            at = position
            while at < len(text) and (text[at].isspace() or text[at] in _SHAPELESS):
                at += 1
            if at < len(text) and text[at] == char:
                start, end, position = (at if start < 0 else start), at + 1, at + 1
        if start >= 0:
            yield Stretch(line, start, end)


def _find_exactly(text: str, shown: str, position: int) -> int:
    """Return where the next characters of a text are those of a line; -1 if they must be compared one by one."""
    if not shown or shown[0] in _SHAPELESS or shown[-1] in _SHAPELESS:
        return -1
    at = text.find(shown[0], position)
    return at if at >= 0 and text.startswith(shown, at) and not has_letters(text[position:at]) else -1


def has_letters(text: str) -> bool:
    """Return whether anything of a text shows on a page."""
    return any(not char.isspace() and char not in _SHAPELESS for char in text)


def follow_blocks(document: Document, lines: Sequence[Line]) -> Iterator[tuple[str, str, str, list[Stretch]]]:
    """Return id, language tag, text and stretches of each block that is no note."""
    lines_by_block: dict[str, list[Line]] = {}
    for line in lines:
        lines_by_block.setdefault(line.id, []).append(line)
    for block in document.expected:
        if not block.note:
            yield block.id, block.language, block.text, list(follow_lines(block.text, lines_by_block.get(block.id, [])))


_LEVELS = 5
"""Of headings below the title, all of which have pages."""


def find_heading_pages(document: Document, lines: Sequence[Line]) -> dict[str, int]:
    """Return the page on which each heading stands, by its unit's id."""
    pages = {line.id: line.page for line in reversed(lines)}
    keys = {
        row.id: [f"{row.id}-{language.tag}" for language, _ in row.titles] for row in document.list_entries(_LEVELS)
    }
    return {unit: min(pages[key] for key in own if key in pages) for unit, own in keys.items() if pages.keys() & own}


def find_divided_words(document: Document, lines: Sequence[Line]) -> dict[str, dict[int, str]]:
    """Return the words that are divided between two pages, by block and offset."""
    words: dict[str, dict[int, str]] = {}
    for identifier, _, text, parts in follow_blocks(document, lines):
        for this, following in pairwise(parts):
            if this.line.page != following.line.page and this.end == following.start and this.line.hyphen:
                start = max(text.rfind(" ", 0, this.end), text.rfind("\u00a0", 0, this.end)) + 1
                end = min(n for n in (text.find(" ", this.end), text.find("\u00a0", this.end), len(text)) if n >= 0)
                words.setdefault(identifier, {})[start] = text[start:end]
    return words


def number_lines(document: Document, lines: Sequence[Line], restart: str) -> dict[str, dict[int, Inline]]:
    """Return the numbers of every fifth line of the original, counted a page or a chapter, by block and offset.

    A number is put at the first space of its line, where it changes no break: it stands in the margin.
    """
    marks: dict[str, dict[int, Inline]] = {}
    language = document.languages[0]
    chapters: Mapping[str, str] = {row.id: section.id for section in document.sections for row in section.rows}
    counted = {unit.id for unit in document.book.units() if unit.number is not None and unit.kind is not Kind.TABLE}
    count, last = 0, ""
    above = (0, 0)
    for identifier, tag, text, parts in follow_blocks(document, lines):
        unit = identifier.removesuffix(f"-{tag}")
        if tag != language.tag or unit not in counted:
            continue
        for part in parts:
            # half-lines that stand beside each other are one line
            place = (part.line.page, round(part.line.top))
            if place == above:
                continue
            above = place
            here = str(part.line.page) if restart == "page" else chapters.get(unit, "")
            count, last = (count + 1, last) if here == last else (1, here)
            space = text.find(" ", part.start, part.end)
            if count % _STEP == 0 and space > 0:
                marks.setdefault(identifier, {})[space] = LineMark(number(count, document.book.digits[tag]))
    return marks
