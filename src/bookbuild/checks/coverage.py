"""The coverage ledger: every block of the book must stand in an output exactly once, whole, in order. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bookbuild.languages.bidi import CONTROLS, JOINER, WORD_JOINER
from bookbuild.languages.kashida import INSERTED_TATWEEL
from bookbuild.model.book import Block, Book, Kind, Language, block_id, note_id
from bookbuild.model.findings import Finding, Place

_NO_LETTERS = re.compile(r"[\W_]+")
_SPACE = re.compile(r"[ \t\n\u00a0]+")
_SHAPELESS = dict.fromkeys(map(ord, f"{CONTROLS}{JOINER}{WORD_JOINER}\u00ad"))
"""What shows only in how other characters stand or join; pages say it by other means."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One text that an output must show exactly once: a row of the coverage ledger."""

    id: str
    """The id of the element that holds it."""
    language: str
    text: str
    place: Place
    note: bool = False
    """Whether it belongs to a note, which may stand after later paragraphs."""
    heading: bool = False
    """Whether it is a heading, which running heads and contents may repeat."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of text that an output shows for a block: a line of a page, or a whole element of an e-book."""

    id: str
    text: str
    hyphen: str = ""
    """A character that the engine may have added at the end."""


@dataclass(slots=True)
class Tally:
    """Blocks and characters (code points, white space folded) of one language."""

    blocks: int = 0
    characters: int = 0
    shown_blocks: int = 0
    shown_characters: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """What an output must show and does show."""

    languages: dict[str, Tally] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return all(t.blocks == t.shown_blocks and t.characters == t.shown_characters for t in self.languages.values())

    @property
    def percent(self) -> float:
        """Characters shown, in per cent of those expected."""
        total = sum(t.characters for t in self.languages.values())
        return 100.0 * sum(t.shown_characters for t in self.languages.values()) / total if total else 100.0

    def add(self, other: Ledger) -> None:
        """Count what another part of the same output must show and does show."""
        for tag, tally in other.languages.items():
            own = self.languages.setdefault(tag, Tally())
            own.blocks += tally.blocks
            own.characters += tally.characters
            own.shown_blocks += tally.shown_blocks
            own.shown_characters += tally.shown_characters

    def as_json(self) -> dict[str, Any]:
        """Give the form of the report."""
        return {
            "complete": self.complete,
            "percent": round(self.percent, 3) if not self.complete else 100,
            "languages": {tag: asdict(tally) for tag, tally in self.languages.items()},
        }


def expect_book(book: Book) -> tuple[Expected, ...]:
    """Give all that outputs must show of a prepared book, without laying it out."""
    found: list[Expected] = []
    for chapter in book.chapters:
        for unit in chapter.units:
            for language, block, notes in zip(book.languages, unit.blocks, unit.notes, strict=True):
                expect_block(found, block_id(unit, language), language, block)
                for note in notes:
                    for n, part in enumerate(note.blocks, 1):
                        expect_block(found, f"{note_id(chapter, language, note)}-{n}", language, part, note=True)
    return tuple(found)


def expect_block(
    into: list[Expected], identifier: str, language: Language, block: Block, *, note: bool = False
) -> None:
    """Add what an output must show of a block, if it has any text."""
    text = block.text
    if text.strip():
        into.append(Expected(identifier, language.tag, text, block.place, note, block.kind is Kind.HEADING))


REPEATED = 40
"""Letters and digits of a paragraph that cannot stand elsewhere by chance."""


def judge(
    expected: Sequence[Expected], shown: Sequence[Shown], output: str, outside: str = "", furniture: str = ""
) -> tuple[Ledger, tuple[Finding, ...]]:
    """Hold what an output shows against the book, block by block.

    `output` names the output in messages; `outside` is all text that stands in none of the blocks' elements, and
    `furniture` what may stand there besides headings: titles, names, rights.
    """
    pieces: dict[str, list[Shown]] = {}
    order: list[str] = []
    for piece in shown:
        if piece.id not in pieces:
            order.append(piece.id)
        pieces.setdefault(piece.id, []).append(piece)
    ledger = Ledger()
    findings: list[Finding] = []
    for block in expected:
        tally = ledger.languages.setdefault(block.language, Tally())
        source = _fold(block.text)
        tally.blocks += 1
        tally.characters += len(source)
        reached, finding = _compare(block, source, pieces.get(block.id, []), output)
        tally.shown_characters += reached
        tally.shown_blocks += finding is None
        if finding:
            findings.append(finding)
    if not findings:
        findings += _order(expected, order, output)
    findings += _repeated(expected, outside, furniture, output)
    return ledger, tuple(findings)


def _compare(block: Expected, source: str, pieces: Sequence[Shown], output: str) -> tuple[int, Finding | None]:
    """Follow the pieces through the source; give the characters found and a finding where they part."""
    position = 0
    for piece in pieces:
        text = _fold(piece.text)
        if not text:
            continue
        if source.startswith(" ", position):
            position += 1
        if source.startswith(text, position):
            position += len(text)
        elif piece.hyphen and text.endswith(piece.hyphen) and source.startswith(text[: -len(piece.hyphen)], position):
            position += len(text) - len(piece.hyphen)
        elif position >= len(source):
            message = f"{output} shows this paragraph, or a part of it, twice: “{_excerpt(text)}”"
            return len(source), Finding("O002", block.place, message, _ADVICE)
        else:
            wanted, got = _excerpt(source[position:]), _excerpt(text)
            message = f"{output} shows other text than the source: “{got}” instead of “{wanted}”"
            return position, Finding("O003", block.place, message, _ADVICE)
    if position < len(source):
        what = "lacks this paragraph" if not position else "lacks the end of this paragraph"
        message = f"{output} {what}: “{_excerpt(source[position:])}”"
        return position, Finding("O001", block.place, message, _ADVICE)
    return position, None


_ADVICE = "undo the last change of a layout or stylesheet, or report it; nothing was written"


def _repeated(expected: Sequence[Expected], outside: str, furniture: str, output: str) -> Iterator[Finding]:
    """Report paragraphs that stand a second time, outside of their elements, where the ledger does not count.

    A paragraph that begins as a heading or title does may stand there as such: poems are named by their first line.
    """
    elsewhere = _bare(outside)
    named = _bare(furniture) + "\n" + "\n".join(_bare(block.text) for block in expected if block.heading)
    for block in expected:
        letters = _bare(block.text)
        repeated = len(letters) >= REPEATED and letters[:REPEATED] in elsewhere
        if repeated and not block.heading and letters[:REPEATED] not in named:
            message = f"{output} shows this paragraph, or a part of it, a second time: “{_excerpt(_fold(block.text))}”"
            yield Finding("O002", block.place, message, _ADVICE)


def _bare(text: str) -> str:
    return _NO_LETTERS.sub("", text)


def _order(expected: Sequence[Expected], order: Sequence[str], output: str) -> list[Finding]:
    place = {identifier: n for n, identifier in enumerate(order)}
    last: dict[tuple[str, bool], int] = {}
    findings = []
    for block in expected:
        key = (block.language, block.note)
        here = place.get(block.id, last.get(key, -1))
        if here < last.get(key, -1):
            message = f"{output} shows this paragraph before an earlier one: “{_excerpt(_fold(block.text))}”"
            findings.append(Finding("O003", block.place, message, _ADVICE))
        last[key] = max(here, last.get(key, -1))
    return findings


def _fold(text: str) -> str:
    return _SPACE.sub(" ", text.replace(INSERTED_TATWEEL, "").translate(_SHAPELESS)).strip(" ")


def _excerpt(text: str) -> str:
    return text if len(text) <= 48 else text[:47] + "…"
