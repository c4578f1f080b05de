"""Chapters in sections: which pages of a chapter stay as they are when its text is edited. Pure.

A section is a run of pages that begins with a whole unit. Its pages depend on its own units and on those that could
have begun on its last page, and on nothing else of the chapter. So an edit lays out its own section, and those after
it until a section begins where one began before.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bookbuild.document.context import find_level
from bookbuild.model.book import Kind, Unit
from bookbuild.pdf.chapters import ChapterPlan
from bookbuild.pdf.job import PrintJob
from bookbuild.work.cache import Cache, compute_key

_LEAST, _ENOUGH = 4, 8
"""Pages from which on a page that begins with a whole unit begins another section: if its text is one of the half that
may, so that soon after an edit sections begin where they did; of prose, where such pages are few, any of them."""
_BEYOND = 2
"""Units after a section, from the first one that is no heading, that decide where its last page ends."""
_MOST_FORMER = 200
"""Sections of earlier versions that a chapter remembers."""


@dataclass(frozen=True, slots=True)
class Section:
    """Pages of a layout that make a section."""

    first: int
    """Its first page, counted from 0."""
    pages: int
    start: int
    """Its first unit, counted from 0."""
    units: int
    reach: int
    """Units, from its first one on, that its pages depend on."""


def list_sections(units: Sequence[Unit], shown: Sequence[Sequence[str]], *, goes_on: bool) -> list[Section]:
    """Return the sections of a layout of units; `shown` are the ids of the units that each page has something of.

    Where the text `goes_on` after these units, the last section is left out, as is any that depends on what follows.
    """
    places = {unit.id: n for n, unit in enumerate(units)}
    cuts, seen = [(0, 0)], set(shown[0] if shown else ())
    for page, here in enumerate(shown):
        length = page - cuts[-1][0]
        is_whole = length >= _LEAST and here and seen.isdisjoint(here)
        if is_whole and (length >= _ENOUGH or _may_begin_section(units[places[here[0]]])):
            cuts.append((page, places[here[0]]))
        seen.update(here)
    found = []
    for (first, start), (end, following) in zip(cuts, [*cuts[1:], (len(shown), len(units))], strict=True):
        reach = following
        while reach < len(units) and units[reach].kind is Kind.HEADING:
            reach += 1
        reach += _BEYOND
        if goes_on and (following == len(units) or reach > len(units)):
            break
        found.append(Section(first, end - first, start, following - start, min(reach, len(units)) - start))
    return found


def _may_begin_section(unit: Unit) -> bool:
    return zlib.crc32("\n".join(block.text for block in unit.blocks).encode()) % 2 == 0


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A section that was made before."""

    start: str
    """The digest of its first unit."""
    units: int
    reach: int
    key: str
    """Of its pages in the cache."""


@dataclass(frozen=True, slots=True)
class SectionIndex:
    """The sections of a chapter as it was built last."""

    chapter: str
    """The key of the whole chapter."""
    entries: tuple[SectionEntry, ...]
    former: tuple[SectionEntry, ...]
    """Sections of versions before."""


class SectionPlan:
    """Finds out which sections of a chapter were made before, and what is to be laid out."""

    def __init__(self, planned: ChapterPlan, name: str, identifier: str, cache: Cache | None) -> None:
        """Plan the sections of a chapter of the output `name`; `identifier` is that of the document, if it has one."""
        self.planned = planned
        self.chapter = planned.job.book.chapters[0]
        self.cache = cache
        self.key = compute_key(planned.key, name, identifier)
        self._context = compute_key(planned.context, name, identifier)
        self._index_key = compute_key(planned.shared, "sections", self.chapter.id, name)
        index = cache.get(self._index_key) if cache else None
        self._index: SectionIndex = index or SectionIndex("", (), ())
        known = (*self._index.entries, *self._index.former) if is_divisible(planned.job) else ()
        # of a chapter that did not change, no unit is looked at
        self._digests = [compute_key(unit) for unit in self.chapter.units] if self._index.chapter != self.key else []
        self._by_start: dict[str, list[SectionEntry]] = {}
        for entry in known:
            self._by_start.setdefault(entry.start, []).append(entry)
        self.entries: list[SectionEntry] = []
        self._stretch = 1
        self.at = 0
        """The first unit that is not in `entries`."""

    def take_known(self) -> bool:
        """Take the sections that were made before, as far as they follow each other; return whether that is all."""
        if self._index.chapter == self.key and not self.at:
            if self.cache and all(self.cache.has(entry.key) for entry in self._index.entries):
                self.entries, self.at = list(self._index.entries), len(self.chapter.units)
                return True
            self._digests = self._digests or [compute_key(unit) for unit in self.chapter.units]
        while (entry := self._find(self.at)) is not None:
            self.entries.append(entry)
            self.at += entry.units
        return bool(self.entries) and self.at == len(self.chapter.units)

    def _find(self, start: int) -> SectionEntry | None:
        if self.cache is None or start >= len(self._digests):
            return None
        for entry in self._by_start.get(self._digests[start], ()):
            if self._write_key(start, entry.reach) == entry.key and self.cache.has(entry.key):
                return entry
        return None

    def _write_key(self, start: int, reach: int) -> str:
        is_last = start + reach == len(self.chapter.units)
        digests = self._digests[start : start + reach]
        return compute_key(self._context, start == 0, is_last, self._find_level(start), digests)

    def _find_level(self, start: int) -> int:
        """Return the level of the last heading before a unit."""
        near, title = self.planned.near, int(self.planned.job.book.metadata.title_in_text)
        return find_level(dict(near.ranks), near.level, self.chapter.units[title:start])

    def take_job(self) -> tuple[PrintJob, bool]:
        """Return what is to be laid out next, and whether the chapter goes on after that."""
        job, end = self.planned.job, self._choose_end()
        if self.at == 0 and end == len(self.chapter.units):
            return job, False
        names = job.parts - ({"front"} if self.at else set()) - ({"back"} if end < len(self.chapter.units) else set())
        near = replace(self.planned.near, level=self._find_level(self.at))
        metadata = replace(job.book.metadata, title_in_text=job.book.metadata.title_in_text and not self.at)
        shown = replace(self.chapter, units=self.chapter.units[self.at : end])
        book = replace(job.book, metadata=metadata, chapters=(shown,))
        part = replace(self.planned.part, parts=names, near=near)
        return replace(job, book=book, part=part), end < len(self.chapter.units)

    def _choose_end(self) -> int:
        """Return the unit before which the next layout may end: where a section began before, and what decides that."""
        found = (n for n in range(self.at + 1, len(self.chapter.units)) if self._find(n))
        end = next((n for count, n in enumerate(found, 1) if count == self._stretch), len(self.chapter.units))
        while end < len(self.chapter.units) and self.chapter.units[end].kind is Kind.HEADING:
            end += 1
        return min(end + _BEYOND, len(self.chapter.units))

    def add(self, sections: Sequence[Section]) -> list[str]:
        """Add the sections of a layout that began at the unit `at`; return the keys of their pages."""
        if not sections:  # its pages end elsewhere than before: look farther
            self._stretch *= 2
        added = []
        for section in sections:
            start = self.at
            digest = self._digests[start] if self._digests else ""
            key = self._write_key(start, section.reach)
            added.append(SectionEntry(digest, section.units, section.reach, key))
            self.at += section.units
        self.entries += added
        return [entry.key for entry in added]

    def remember(self) -> None:
        """Store where the sections are, for the next build."""
        if self.cache is not None and self._index.chapter != self.key:
            known = {entry.key for entry in self.entries}
            former = [e for e in (*self._index.entries, *self._index.former) if e.key not in known]
            self.cache.put(self._index_key, SectionIndex(self.key, tuple(self.entries), tuple(former[:_MOST_FORMER])))


def is_divisible(job: PrintJob) -> bool:
    """Return whether nothing in a chapter is counted or collected over all of its pages."""
    units = job.book.chapters[0].units
    collects = job.options.notes == "chapter" and any(side for unit in units for side in unit.notes)
    return not collects and not (job.edition.line_numbers and job.options.line_numbers == "chapter")
