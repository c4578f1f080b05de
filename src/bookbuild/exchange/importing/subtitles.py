"""Read subtitles, SRT and WebVTT, one file per language, and pair their cues by the time that they share."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookbuild.exchange.importing import ImportedPairs, ImportOptions
from bookbuild.model.book import Block, Kind
from bookbuild.model.characters import decode_text
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Text as Words
from bookbuild.model.inlines import tidy_inlines
from bookbuild.work.optional import import_optional

_MARKS = re.compile(r"\{[^}]*\}|<[^>]*>")
"""Styles of SubStation Alpha, tags of SRT and WebVTT."""
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>\n]+)>")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


@dataclass(frozen=True, slots=True)
class Cue:
    """A subtitle."""

    start: int
    """In milliseconds."""
    end: int
    text: str


SUFFIXES = (".srt", ".vtt")


def read(path: Path, data: bytes, name: str, options: ImportOptions) -> ImportedPairs:
    """Return the cues of one language; pair_cues() joins several files.

    Raises SourceError if there are none.
    """
    file_cues = read_cues(path, data, name)
    tag = options.languages[0] if options.languages else ""
    return ImportedPairs((tag,), tuple((_build_block(cue.text),) for cue in file_cues))


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
        unmarked = _MARKS.sub("", event.text.replace("\\N", " ").replace("\\h", " "))
        words = " ".join(_ENTITY.sub(lambda match: html.unescape(match[0]), unmarked).split())
        if words and not event.is_comment:
            cues.append(Cue(event.start, event.end, words))
    if not cues:
        raise SourceError(
            [Finding("T003", Place(name), "the file has no subtitles", "see whether it is the right one")]
        )
    return sorted(cues, key=lambda cue: (cue.start, cue.end))


def find_speakers(data: bytes, name: str) -> list[str]:
    """Return the names of the speakers, each once; WebVTT keeps them in tags, apart from the words.

    Raises SourceError if the file is not UTF-8.
    """
    return list(
        dict.fromkeys(" ".join(html.unescape(voice).split()) for voice in _VOICE.findall(decode_text(data, name)))
    )


def _build_block(text: str) -> Block:
    return Block(Kind.PARAGRAPH, tidy_inlines([Words(text)]), Place(""))


def pair_cues(sides: Sequence[Sequence[Cue]]) -> tuple[tuple[Block | None, ...], ...]:
    """Return rows with one block per language.

    Cues that share more than half of the shorter one's time are in one row, and so are all that overlap the row so far.
    """
    rows: list[tuple[Block | None, ...]] = []
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
                while positions[number] < len(side) and _is_simultaneous(side[positions[number]], first, end):
                    cue = side[positions[number]]
                    row_cues[number].append(cue)
                    end = max(end, cue.end)
                    positions[number] += 1
                    has_grown = True
        rows.append(
            tuple(_build_block(" ".join(c.text for c in side_cues)) if side_cues else None for side_cues in row_cues)
        )
    return tuple(rows)


def _is_simultaneous(cue: Cue, start: int, end: int) -> bool:
    shared = min(cue.end, end) - max(cue.start, start)
    return shared * 2 > min(cue.end - cue.start, end - start) or cue.start == start
