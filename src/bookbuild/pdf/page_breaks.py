"""Pages looked at while they are made: a page box in, what its end should have been like out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bookbuild.document.document import Document
from bookbuild.document.editions import Arrangement
from bookbuild.model.book import block_id, find_owners
from bookbuild.pdf.boxes import find_page_lines, find_parted_notes, find_units
from bookbuild.pdf.engine.pages import BreakRequest
from bookbuild.pdf.job import PrintJob
from bookbuild.pdf.lines import Line, follow_lines, has_letters

SHORT_FOOT = 3
"""Lines: a row that shows no more of itself at a page's foot can go to the next page as a whole."""
NOTED = 8
"""Lines of a paragraph that go to the next page with a mark whose note has no room on this one."""


class PageReview:
    """Looks at the pages of a document as they are made, and says which of them should end otherwise.

    Rows that are torn are to be kept whole, and those whose longer side would go on alone where that leaves little
    white; no word is divided over a page, and no heading is left at a page's foot. Notes that are to be `at_foot` of
    their page stand on the one that bears their mark.
    """

    def __init__(self, document: Document, *, rows: bool, at_foot: bool = False, prefix: str = "") -> None:
        self.prefix = prefix
        """Before the ids of units."""
        owners = [find_owners(c, document.languages) for c in document.book.chapters] if at_foot else []
        self.owners = {key: unit for chapter in owners for key, unit in chapter.items()}
        """Units of notes that are to be at the foot of their page, by the notes' blocks."""
        self.texts = {block.id: block.text for block in document.expected if not block.note}
        self.identifiers = frozenset(self.texts)
        self.headings = {block.id for block in document.expected if block.heading}
        self.notes = frozenset(block.id for block in document.expected if block.note)
        self.sides = {
            unit.id: [block_id(unit, language) for language in document.languages] if rows else []
            for unit in document.book.units()
        }
        self.above = {
            row.id: section.rows[n - 1].id
            for section in document.sections
            for n, row in enumerate(section.rows)
            if n and section.rows[n - 1].kind == row.kind == "heading"
        }
        self.begun: dict[int, dict[str, list[Line]]] = {1: {}}
        """Number of a page to the lines that blocks have before it, where their units go on there."""

    def __call__(self, page: Any, number: int) -> BreakRequest:
        """Look at a page box; pages are counted from 1."""
        found: dict[str, list[Line]] = dict(self.begun.get(number, {}))
        here = Counter[str]()
        lowest: Line | None = None
        for line in find_page_lines(page, number, self.identifiers | self.notes, set()):
            if not line.at_foot and (lowest is None or line.bottom > lowest.bottom):
                lowest = line
            if line.id in self.identifiers:
                found[line.id] = [*found.get(line.id, ()), line]
                here[line.id] += 1
        going = self._find_going(found)
        units = {identifier.split("-", 1)[0] for identifier in going}
        self.begun[number + 1] = {i: lines for i, lines in found.items() if i.split("-", 1)[0] in units}
        words = set()
        for identifier, end in going.items():
            last, text = found[identifier][-1], self.texts[identifier]
            is_divided = last.hyphen and last.text.endswith(last.hyphen) and not text[end : end + 1].isspace()
            if identifier in here and is_divided:
                words.add(last.piece.removesuffix(last.hyphen))
        shown = {unit: [side for side in sides if side in self.texts] for unit, sides in self.sides.items()}
        bare = {u for u in find_units(page, shown) if shown[u] and not any(side in found for side in shown[u])}
        keep = bare | {unit for unit in {i.split("-", 1)[0] for i in found} if self._is_torn(unit, found, going, here)}
        push = set()
        if lowest is not None and lowest.id in self.headings and (going or not self._is_last(lowest.id)):
            unit = lowest.id.split("-", 1)[0]
            while unit in self.above:
                unit = self.above[unit]
            push.add(unit)
        if self.owners:
            push |= self._find_crowding(page, here)
        kept, pushed = (frozenset(f"{self.prefix}{unit}" for unit in units) for units in (keep, push))
        return BreakRequest(kept, pushed, frozenset(words))

    def _find_crowding(self, page: Any, here: Mapping[str, int]) -> set[str]:
        """Return the last unit of a page where its first lines take the place of a note.

        `here` has the lines of each block on the page, in order. WeasyPrint (70) rather moves a note to the next page
        than a paragraph of which there would be a single line on this one.
        """
        parted = {self.owners[f"{note}-1"] for note in find_parted_notes(page)}
        units = [identifier.split("-", 1)[0] for identifier in here]
        if not parted or units[-1] == units[0]:
            return set()
        lines = max(count for identifier, count in here.items() if identifier.split("-", 1)[0] == units[-1])
        return {units[-1]} if units[-1] not in parted or lines <= NOTED else set()

    def is_torn(self, row: str, cells: Sequence[Any]) -> bool:
        """Look at the cells of a row before their page is done, and say as early whether it should be kept whole."""
        found: dict[str, list[Line]] = {}
        for cell in cells:
            for line in find_page_lines(cell, 0, self.identifiers, set()):
                found.setdefault(line.id, []).append(line)
        here = Counter({identifier: len(lines) for identifier, lines in found.items()})
        return self._is_torn(row, found, self._find_going(found), here)

    def _find_going(self, found: Mapping[str, Sequence[Line]]) -> dict[str, int]:
        """Return where the texts that go on after their lines go on."""
        going = {}
        for identifier, lines in found.items():
            text = self.texts[identifier]
            end = max((part.end for part in follow_lines(text, lines)), default=0)
            if has_letters(text[end:]):
                going[identifier] = end
        return going

    def _is_torn(
        self, unit: str, lines: Mapping[str, list[Line]], going: Mapping[str, int], here: Mapping[str, int]
    ) -> bool:
        """Return whether a unit that goes on is torn at this page's foot, or only its longer side goes on."""
        sides = [side for side in self.sides.get(unit, ()) if has_letters(self.texts.get(side, ""))]
        if not any(side in here for side in sides):
            return False
        if all(side in lines and side not in going for side in sides):
            return False
        if any(side not in here and (side in going or side not in lines) for side in sides):
            return True
        first = all(len(lines[side]) == here.get(side) for side in sides)
        ended = any(side not in going for side in sides)
        return first and ended and max(here[side] for side in sides) <= SHORT_FOOT

    def _is_last(self, identifier: str) -> bool:
        return identifier == next(reversed(self.texts), "")


def watch_pages(job: PrintJob, document: Document, prefix: str = "") -> PageReview:
    """Return what looks at the pages of a document as they are made; `prefix` is before the ids of units."""
    rows = job.edition.arrangement is Arrangement.ROWS
    return PageReview(document, rows=rows, at_foot=job.options.notes == "page", prefix=prefix)
