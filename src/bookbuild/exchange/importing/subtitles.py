"""Subtitles: SRT and WebVTT, a file a language. Cues of two languages are paired by the time that they share."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookbuild.exchange.importing import Asked, Pairs
from bookbuild.model.book import Block, Kind
from bookbuild.model.characters import decode
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import Text as Words
from bookbuild.model.inlines import tidy
from bookbuild.work.optional import needed

_MARKS = re.compile(r"\{[^}]*\}|<[^>]*>")
"""Styles of SubStation, tags of SRT and WebVTT."""
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>\n]+)>")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


@dataclass(frozen=True, slots=True)
class Cue:
    """A line of subtitles."""

    start: int
    """Milliseconds."""
    end: int
    text: str


SUFFIXES = (".srt", ".vtt")


def read(path: Path, data: bytes, name: str, asked: Asked) -> Pairs:
    """Read one language's cues; several files are joined by paired()."""
    found = cues(path, data, name)
    tag = asked.languages[0] if asked.languages else ""
    return Pairs((tag,), tuple((_block(cue.text),) for cue in found))


def cues(path: Path, data: bytes, name: str) -> list[Cue]:
    """Give the cues of a file that have words.

    Raises SourceError if there are none.
    """
    pysubs2 = needed("pysubs2", "import", name)
    text = decode(data, name)
    try:
        subtitles = pysubs2.SSAFile.from_string(text, format_=path.suffix.lower()[1:])
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of the library
        advice = "check its times, and save it anew as SRT"
        message = f"the subtitles cannot be read ({type(error).__name__})"
        raise SourceError([Finding("T009", Place(name), message, advice)]) from None
    found = []
    for event in subtitles:
        words = " ".join(
            _ENTITY.sub(_character, _MARKS.sub("", event.text.replace("\\N", " ").replace("\\h", " "))).split()
        )
        if words and not event.is_comment:
            found.append(Cue(event.start, event.end, words))
    if not found:
        raise SourceError(
            [Finding("T003", Place(name), "the file has no subtitles", "see whether it is the right one")]
        )
    return sorted(found, key=lambda cue: (cue.start, cue.end))


def speakers(data: bytes, name: str) -> list[str]:
    """Give the names of those who speak, which WebVTT keeps apart from the words; each once.

    Raises SourceError as cues() does.
    """
    return list(dict.fromkeys(" ".join(html.unescape(said).split()) for said in _VOICE.findall(decode(data, name))))


def _character(match: re.Match[str]) -> str:
    """Give the character of an entity; white space that does not part lines stays so."""
    return html.unescape(match[0])


def _block(text: str) -> Block:
    return Block(Kind.PARAGRAPH, tidy([Words(text)]), Place(""))


def paired(sides: Sequence[Sequence[Cue]]) -> tuple[tuple[Block | None, ...], ...]:
    """Pair cues: those that share most of the shorter one's time belong to one row; so do all that they share with."""
    rows: list[tuple[Block | None, ...]] = []
    at = [0] * len(sides)
    while any(n < len(side) for n, side in zip(at, sides, strict=True)):
        starts = [side[n].start if n < len(side) else None for n, side in zip(at, sides, strict=True)]
        first = min(s for s in starts if s is not None)
        lead = starts.index(first)
        end = sides[lead][at[lead]].end
        taken: list[list[Cue]] = [[] for _ in sides]
        grown = True
        while grown:
            grown = False
            for number, side in enumerate(sides):
                while at[number] < len(side) and _shares(side[at[number]], first, end):
                    cue = side[at[number]]
                    taken[number].append(cue)
                    end = max(end, cue.end)
                    at[number] += 1
                    grown = True
        rows.append(tuple(_block(" ".join(c.text for c in own)) if own else None for own in taken))
    return tuple(rows)


def _shares(cue: Cue, start: int, end: int) -> bool:
    shared = min(cue.end, end) - max(cue.start, start)
    return shared * 2 > min(cue.end - cue.start, end - start) or cue.start == start
