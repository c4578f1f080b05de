"""A book's folder audio/ in, checked sound files with the time of each unit out."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bookbuild.book.folder import BookSource
from bookbuild.book.timings import TimeSpan, assign_clips, parse_timings
from bookbuild.model.book import Book, Chapter, Kind
from bookbuild.model.characters import decode_text
from bookbuild.model.errors import SourceError, find_nearest
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, read_file

LARGEST = 512 * 1024 * 1024
"""Bytes of one recording."""
KINDS = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".mp4": "audio/mp4",
    ".ogg": "audio/ogg; codecs=opus",
    ".opus": "audio/ogg; codecs=opus",
}
"""Suffix to core media type of EPUB (EPUB 3.3, section 3.2)."""
TIMINGS = (".txt", ".vtt", ".smil")


@dataclass(frozen=True, slots=True)
class Recording:
    """A chapter read aloud in one language."""

    name: str
    """Path in the e-book: audio/c1-ar.mp3."""
    media_type: str
    data: bytes
    spans: Mapping[str, TimeSpan]
    """Unit id to when it is spoken."""


def read_recordings(project: Project, source: BookSource, book: Book) -> dict[tuple[str, str], Recording]:
    """Return the recordings by chapter id and language tag.

    Recordings are named as the texts are: audio/ar.mp3 beside audio/ar.txt, or audio/ar/01-….mp3 for chapters.
    Raises SourceError with every problem (M001, M002).
    """
    folder = source.folder / "audio"
    if not folder.is_dir():
        return {}
    expected = dict(_list_expected(book))
    recordings: dict[tuple[str, str], Recording] = {}
    findings: list[Finding] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name[0] not in "._"):
        kind = path.suffix.lower()
        stem = path.relative_to(folder).with_suffix("").as_posix()
        place = Place(project.relative(path))
        if kind in TIMINGS:
            if not any(path.with_suffix(ending).is_file() for ending in _both_cases(KINDS)):
                message = "there is no recording of this name"
                findings.append(Finding("M001", place, message, "add it: MP3, M4A (AAC) or OGG (Opus)"))
            continue
        if kind not in KINDS:
            message = "e-readers cannot play this recording"
            findings.append(Finding("M001", place, message, "save it as MP3, M4A (AAC) or OGG (Opus)"))
        elif stem not in expected:
            similar = find_nearest(stem, list(expected))
            advice = (
                f"rename it to {similar}{path.suffix}" if similar else f"name it like a text: {', '.join(expected)}"
            )
            findings.append(Finding("M001", place, "no text has the name of this recording", advice))
        else:
            chapter, tag = expected[stem]
            if (chapter.id, tag) in recordings:
                findings.append(Finding("M001", place, "this text has two recordings", "keep one of them"))
                continue
            try:
                recordings[chapter.id, tag] = _read_recording(project, path, chapter, tag)
            except SourceError as error:
                findings += error.findings
    if findings:
        raise SourceError(findings)
    return recordings


def _list_expected(book: Book) -> Iterator[tuple[str, tuple[Chapter, str]]]:
    """Yield the name that each recording must have, with its chapter and language tag."""
    for chapter in book.chapters:
        for language in book.languages:
            name = f"{language.tag}/{chapter.name}" if chapter.name else language.tag
            yield name, (chapter, language.tag)


def _both_cases(endings: Mapping[str, str]) -> Iterator[str]:
    for ending in endings:
        yield ending
        yield ending.upper()


def _read_recording(project: Project, path: Path, chapter: Chapter, tag: str) -> Recording:
    place = Place(project.relative(path))
    kind = path.suffix.lower()
    if path.stat().st_size > LARGEST:
        raise SourceError([Finding("M001", place, "the recording is larger than 512 MiB", "save it as MP3, 64 kbit/s")])
    data = read_file(project, path)
    seconds = _measure_seconds(data, path.name, place)
    timing = next((p for ending in TIMINGS if (p := path.with_suffix(ending)).is_file()), None)
    if timing is None:
        advice = f"add {path.stem}.txt with one label per paragraph (Audacity: File, Export, Export Labels)"
        raise SourceError([Finding("M002", place, "there is no timing file for this recording", advice)])
    relative = project.relative(timing)
    clips = parse_timings(decode_text(read_file(project, timing), relative), relative, timing.suffix.lower())
    units = [
        (u.id, ".".join(map(str, u.numbers)))
        for u in chapter.units
        if u.kind is not Kind.BREAK and any(b.text for b in u.blocks)
    ]
    spans = assign_clips(clips, units, relative, seconds)
    return Recording(name=f"audio/{chapter.id}-{tag}{kind}", media_type=KINDS[kind], data=data, spans=spans)


def _measure_seconds(data: bytes, name: str, place: Place) -> float:
    """Return a recording's length in seconds.

    Raises SourceError if it is damaged or silent.
    """
    import tinytag

    advice = "save it again as MP3, M4A (AAC) or OGG (Opus)"
    try:
        tag = tinytag.TinyTag.get(name, file_obj=io.BytesIO(data), tags=False)
    except (tinytag.TinyTagException, ValueError, IndexError, KeyError, OSError) as error:
        message = f"the recording is damaged or of another kind ({error})"
        raise SourceError([Finding("M001", place, message, advice)]) from None
    if not tag.duration or tag.duration < 0.1:
        raise SourceError([Finding("M001", place, "the recording has no sound, or is of another kind", advice)])
    return float(tag.duration)
