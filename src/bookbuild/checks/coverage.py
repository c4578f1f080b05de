"""What an output must and does show in, the coverage ledger out: every block exactly once, whole, in order. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bookbuild.languages.bidi import CONTROLS, JOINER, WORD_JOINER
from bookbuild.languages.equations import draw_equation
from bookbuild.languages.kashida import INSERTED_TATWEEL
from bookbuild.model.book import Block, Book, Kind, Language, block_id, note_id
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Equation, walk

_NO_LETTERS = re.compile(r"[\W_]+")
_SPACE = re.compile(r"[ \t\n\u00a0]+")
_SHAPELESS = dict.fromkeys(map(ord, f"{CONTROLS}{JOINER}{WORD_JOINER}\u00ad"))
"""Characters seen only in how others are ordered or joined, which pages express by other means."""


@dataclass(frozen=True, slots=True)
class ExpectedText:
    """One text that an output must show exactly once: a row of the coverage ledger."""

    id: str
    """The id of the element that holds it."""
    language: str
    text: str
    place: Place
    note: bool = False
    """Whether it belongs to a note, which may come after later paragraphs."""
    heading: bool = False
    """Whether it is a heading, which running heads and contents may repeat."""
    drawn: str = ""
    """The equations of the text that are drawn as shapes, so that no typeface needs their characters."""


@dataclass(frozen=True, slots=True)
class ShownText:
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
        """Add the counts of another part of the same output."""
        for tag, tally in other.languages.items():
            total = self.languages.setdefault(tag, Tally())
            total.blocks += tally.blocks
            total.characters += tally.characters
            total.shown_blocks += tally.shown_blocks
            total.shown_characters += tally.shown_characters

    def as_json(self) -> dict[str, Any]:
        """Return the ledger as the report has it."""
        return {
            "complete": self.complete,
            "percent": round(self.percent, 3) if not self.complete else 100,
            "languages": {tag: asdict(tally) for tag, tally in self.languages.items()},
        }


def expect_book(book: Book) -> tuple[ExpectedText, ...]:
    """Return every text that outputs of a prepared book must show, without laying it out."""
    texts: list[ExpectedText] = []
    for chapter in book.chapters:
        for unit in chapter.units:
            for language, block, notes in zip(book.languages, unit.blocks, unit.notes, strict=True):
                expect_block(texts, block_id(unit, language), language, block)
                for note in notes:
                    for n, part in enumerate(note.blocks, 1):
                        expect_block(texts, f"{note_id(chapter, language, note)}-{n}", language, part, note=True)
    return tuple(texts)


def expect_block(
    texts: list[ExpectedText], identifier: str, language: Language, block: Block, *, note: bool = False
) -> None:
    """Append what an output must show of a block to `texts`, if the block has any text."""
    if block.text.strip():
        heading = block.kind is Kind.HEADING
        equations = (inline for inline in walk(block.content) if isinstance(inline, Equation))
        drawn = "".join(e.source for e in equations if draw_equation(e.source, display=e.display))
        expected = ExpectedText(identifier, language.tag, block.text, block.place, note, heading, drawn)
        texts.append(expected)


REPEATED = 40
"""Letters and digits of a paragraph that cannot occur elsewhere by chance."""


def check_coverage(
    expected: Sequence[ExpectedText], shown: Sequence[ShownText], output: str, outside: str = "", furniture: str = ""
) -> tuple[Ledger, tuple[Finding, ...]]:
    """Compare what an output shows with the book, block by block; return the ledger and the findings (O001 to O003).

    `output` names the output in messages; `outside` is all text outside the blocks' elements, and `furniture` what may
    stand there besides headings: titles, names, rights.
    """
    pieces: dict[str, list[ShownText]] = {}
    for piece in shown:
        pieces.setdefault(piece.id, []).append(piece)
    ledger = Ledger()
    findings: list[Finding] = []
    for block in expected:
        tally = ledger.languages.setdefault(block.language, Tally())
        source = _fold_text(block.text)
        tally.blocks += 1
        tally.characters += len(source)
        shown_count, finding = _compare_block(block, source, pieces.get(block.id, []), output)
        tally.shown_characters += shown_count
        tally.shown_blocks += finding is None
        if finding:
            findings.append(finding)
    if not findings:
        findings += _check_order(expected, list(pieces), output)
    findings += _find_repeated(expected, outside, furniture, output)
    return ledger, tuple(findings)


def _compare_block(
    block: ExpectedText, source: str, pieces: Sequence[ShownText], output: str
) -> tuple[int, Finding | None]:
    """Follow the pieces through the source; return the characters shown, and a finding where they differ."""
    position = 0
    for piece in pieces:
        text = _fold_text(piece.text)
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


def _find_repeated(expected: Sequence[ExpectedText], outside: str, furniture: str, output: str) -> Iterator[Finding]:
    """Yield findings for paragraphs shown a second time outside the blocks' elements, where the ledger does not count.

    A paragraph that begins like a heading or title may appear there as one: poems are named by their first line.
    """
    elsewhere = _strip_to_letters(outside)
    headings = [block.text for block in expected if block.heading]
    named = "\n".join(map(_strip_to_letters, (furniture, *headings)))
    for block in expected:
        letters = _strip_to_letters(block.text)
        repeated = len(letters) >= REPEATED and letters[:REPEATED] in elsewhere
        if repeated and not block.heading and letters[:REPEATED] not in named:
            shown = _excerpt(_fold_text(block.text))
            message = f"{output} shows this paragraph, or a part of it, a second time: “{shown}”"
            yield Finding("O002", block.place, message, _ADVICE)


def _strip_to_letters(text: str) -> str:
    return _NO_LETTERS.sub("", text)


def _check_order(expected: Sequence[ExpectedText], order: Sequence[str], output: str) -> list[Finding]:
    place = {identifier: n for n, identifier in enumerate(order)}
    last: dict[tuple[str, bool], int] = {}
    findings = []
    for block in expected:
        key = (block.language, block.note)
        here = place.get(block.id, last.get(key, -1))
        if here < last.get(key, -1):
            message = f"{output} shows this paragraph before an earlier one: “{_excerpt(_fold_text(block.text))}”"
            findings.append(Finding("O003", block.place, message, _ADVICE))
        last[key] = max(here, last.get(key, -1))
    return findings


def _fold_text(text: str) -> str:
    return _SPACE.sub(" ", text.replace(INSERTED_TATWEEL, "").translate(_SHAPELESS)).strip(" ")


def _excerpt(text: str) -> str:
    return text if len(text) <= 48 else text[:47] + "…"
