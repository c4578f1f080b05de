"""Read subtitles, SRT and WebVTT, one file per language, and pair their cues by the time that they share."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from bookbuild.exchange.importing import ImportedPairs, ImportOptions, PairRow
from bookbuild.exchange.importing.alternating import find_two_languages
from bookbuild.exchange.importing.cues import Cue, is_simultaneous
from bookbuild.model.book import Block, Kind
from bookbuild.model.characters import decode_text
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Text as Words
from bookbuild.model.inlines import tidy_inlines
from bookbuild.work.optional import import_optional

if TYPE_CHECKING:
    from bookbuild.book.pairs.aligner.beads import Bead

_MARKS = re.compile(r"\{[^}]*\}|<[^>]*>")
"""Styles of SubStation Alpha, tags of SRT and WebVTT."""
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>\n]+)>")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


SUFFIXES = (".srt", ".vtt")


def read(path: Path, data: bytes, name: str, options: ImportOptions) -> ImportedPairs:
    """Return the cues of one language; pair_cues() joins several files.

    Raises SourceError if there are none.
    """
    file_cues = read_cues(path, data, name)
    tag = options.languages[0] if options.languages else ""
    return ImportedPairs((tag,), tuple(((_build_block(cue.text),),) for cue in file_cues))


def read_cues(path: Path, data: bytes, name: str) -> list[Cue]:
    """Return the cues of a file that have words, by time.

    Raises SourceError if there are none.
    """
    pysubs2 = import_optional("pysubs2", "import", name)
    text = decode_text(data, name)
    try:
        subtitles = pysubs2.SSAFile.from_string(text, format_=path.suffix.lower()[1:])
    except Exception as error:  # noqa: BLE001 - a damaged file may raise anything in the library
        advice = "check its times, and save it again as SRT"
        message = f"the subtitles cannot be read ({type(error).__name__})"
        raise SourceError([Finding("T009", Place(name), message, advice)]) from None
    cues = []
    for event in subtitles:
        unmarked = _MARKS.sub("", event.text.replace("\\N", "\n").replace("\\h", " "))
        unescaped = _ENTITY.sub(lambda match: html.unescape(match[0]), unmarked)
        words = "\n".join(" ".join(line.split()) for line in unescaped.splitlines() if line.strip())
        if words and not event.is_comment:
            cues.append(Cue(event.start, event.end, words))
    if not cues:
        raise SourceError(
            [Finding("T003", Place(name), "the file has no subtitles", "see whether it is the right one")]
        )
    return sorted(cues, key=lambda cue: cue.start)  # cues of one start stay in the order of the file


def find_speakers(data: bytes, name: str) -> list[str]:
    """Return the names of the speakers, each once; WebVTT keeps them in tags, apart from the words.

    Raises SourceError if the file is not UTF-8.
    """
    return list(
        dict.fromkeys(" ".join(html.unescape(voice).split()) for voice in _VOICE.findall(decode_text(data, name)))
    )


def _build_block(text: str) -> Block:
    return Block(Kind.PARAGRAPH, tidy_inlines([Words(" ".join(text.split()))]), Place(""))


def split_languages(cues: Sequence[Cue], tags: Sequence[str]) -> tuple[tuple[str, str], list[list[Cue]]] | None:
    """Return the two languages of a file that has both, and the cues of each; None if it has one."""
    lines = [(cue, line) for cue in cues for line in cue.text.splitlines()]
    found = find_two_languages([line for _, line in lines], tags)
    if found is None:
        return None
    languages, numbers = found
    sides: list[list[Cue]] = [[], []]
    for cue, run in groupby(zip(lines, numbers, strict=True), lambda one: one[0][0]):
        parts = [(line, number) for (_, line), number in run]
        for side in sorted({number for _, number in parts}):
            text = "\n".join(line for line, number in parts if number == side)
            sides[side].append(replace(cue, text=text))
    return languages, sides


def pair_editions(sides: Sequence[Sequence[Cue]], tags: Sequence[str]) -> tuple[tuple[PairRow, ...], list[str]]:
    """Return rows with the cues of each language, and what was found out about the times, for messages.

    The times of all editions are led to those of the first.
    """
    from bookbuild.exchange.importing.cue_times import estimate_line

    moved, remarks = [sides[0]], []
    for tag, side in zip(tags[1:], sides[1:], strict=True):
        estimate = estimate_line(sides[0], side)
        if estimate.line is None and len(sides) == 2:
            remarks.append(f"the times of {tag} fit those of {tags[0]} nowhere: paired by the words; check the pairs")
            return _pair_by_beads(sides, estimate.beads), remarks
        if estimate.line is None:
            remarks.append(f"the times of {tag} fit those of {tags[0]} nowhere: check the pairs")
        elif description := estimate.line.describe():
            remarks.append(f"the times of {tag} were moved to fit those of {tags[0]}: {description}")
        moved.append(estimate.line.move(side) if estimate.line else side)
    return pair_cues(moved), remarks


def _pair_by_beads(sides: Sequence[Sequence[Cue]], beads: Sequence[Bead]) -> tuple[PairRow, ...]:
    ranges = ((bead.first, bead.second) for bead in beads)
    return tuple(
        tuple(tuple(_build_block(side[n].text) for n in r) for side, r in zip(sides, row, strict=True))
        for row in ranges
    )


def pair_cues(sides: Sequence[Sequence[Cue]]) -> tuple[PairRow, ...]:
    """Return rows with the cues of each language.

    Cues that share more than half of the shorter one's time are in one row, and so are all that overlap the row so far.
    """
    rows: list[PairRow] = []
    positions = [0] * len(sides)
    while any(n < len(side) for n, side in zip(positions, sides, strict=True)):
        starts = [side[n].start if n < len(side) else None for n, side in zip(positions, sides, strict=True)]
        first = min(s for s in starts if s is not None)
        lead = starts.index(first)
        end = sides[lead][positions[lead]].end
        row_cues: list[list[Cue]] = [[] for _ in sides]
        has_grown = True
        while has_grown:
            has_grown = False
            for number, side in enumerate(sides):
                while positions[number] < len(side) and is_simultaneous(side[positions[number]], first, end):
                    cue = side[positions[number]]
                    row_cues[number].append(cue)
                    end = max(end, cue.end)
                    positions[number] += 1
                    has_grown = True
        rows.append(tuple(tuple(_build_block(c.text) for c in side_cues) for side_cues in row_cues))
    return tuple(rows)
