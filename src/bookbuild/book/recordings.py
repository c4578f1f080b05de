"""Recordings of a book's texts: the folder audio/ in, checked sound files with the time of each unit out."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bookbuild.book.folder import BookSource
from bookbuild.book.timings import Spoken, assign, parse
from bookbuild.model.book import Book, Chapter, Kind
from bookbuild.model.characters import decode
from bookbuild.model.errors import SourceError, nearest
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
"""Endings to EPUB's core media types of sound (EPUB 3.3, section 3.2)."""
TIMINGS = (".txt", ".vtt", ".smil")


@dataclass(frozen=True, slots=True)
class Recording:
    """A chapter read aloud in one language."""

    name: str
    """In the e-book: audio/c1-ar.mp3."""
    media_type: str
    data: bytes
    spoken: Mapping[str, Spoken]
    """A unit's id to when it is spoken."""


def recordings(project: Project, source: BookSource, book: Book) -> dict[tuple[str, str], Recording]:
    """Give the recording of each chapter and language that has one, by the chapter's id and the language's tag.

    They are named as the texts are: audio/ar.mp3 beside audio/ar.txt, or audio/ar/01-….mp3 for chapters.
    Raises SourceError with all that is wrong with them.
    """
    folder = source.folder / "audio"
    if not folder.is_dir():
        return {}
    wanted = dict(_wanted(book))
    found: dict[tuple[str, str], Recording] = {}
    findings: list[Finding] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name[0] not in "._"):
        kind = path.suffix.lower()
        stem = path.relative_to(folder).with_suffix("").as_posix()
        place = Place(project.relative(path))
        if kind in TIMINGS:
            if not any(path.with_suffix(ending).is_file() for ending in _both(KINDS)):
                message = "there is no recording of this name"
                findings.append(Finding("M001", place, message, "add it: MP3, M4A (AAC) or OGG (Opus)"))
            continue
        if kind not in KINDS:
            message = "this is no recording that e-readers play"
            findings.append(Finding("M001", place, message, "save it as MP3, M4A (AAC) or OGG (Opus)"))
        elif stem not in wanted:
            near = nearest(stem, list(wanted))
            advice = f"rename it to {near}{path.suffix}" if near else f"name it as the texts are: {', '.join(wanted)}"
            findings.append(Finding("M001", place, "no text has the name of this recording", advice))
        elif wanted[stem][1:] in {(key[0], key[1]) for key in found}:
            findings.append(Finding("M001", place, "this text has two recordings", "keep one of them"))
        else:
            chapter, tag = wanted[stem][0], wanted[stem][2]
            try:
                found[chapter.id, tag] = _recording(project, path, chapter, tag)
            except SourceError as error:
                findings += error.findings
    if findings:
        raise SourceError(findings)
    return found


def _wanted(book: Book) -> Iterator[tuple[str, tuple[Chapter, str, str]]]:
    for chapter in book.chapters:
        for language in book.languages:
            name = f"{language.tag}/{chapter.name}" if chapter.name else language.tag
            yield name, (chapter, chapter.id, language.tag)


def _both(endings: Mapping[str, str]) -> Iterator[str]:
    for ending in endings:
        yield ending
        yield ending.upper()


def _recording(project: Project, path: Path, chapter: Chapter, tag: str) -> Recording:
    place = Place(project.relative(path))
    kind = path.suffix.lower()
    if path.stat().st_size > LARGEST:
        raise SourceError([Finding("M001", place, "the recording is larger than 512 MiB", "save it as MP3, 64 kbit/s")])
    data = read_file(project, path)
    seconds = _seconds(data, path.name, place)
    timing = next((p for ending in TIMINGS if (p := path.with_suffix(ending)).is_file()), None)
    if timing is None:
        advice = f"add {path.stem}.txt with a label a paragraph (Audacity: File, Export, Export Labels)"
        raise SourceError([Finding("M002", place, "there is no timing file for this recording", advice)])
    relative = project.relative(timing)
    clips = parse(decode(read_file(project, timing), relative), relative, timing.suffix.lower())
    units = [(u.id, u.number) for u in chapter.units if u.kind is not Kind.BREAK and any(b.text for b in u.blocks)]
    spoken = assign(clips, units, relative, seconds)
    return Recording(f"audio/{chapter.id}-{tag}{kind}", KINDS[kind], data, spoken)


def _seconds(data: bytes, name: str, place: Place) -> float:
    """Give a recording's length."""
    import tinytag

    advice = "save it anew as MP3, M4A (AAC) or OGG (Opus)"
    try:
        tag = tinytag.TinyTag.get(name, file_obj=io.BytesIO(data), tags=False)
    except (tinytag.TinyTagException, ValueError, IndexError, KeyError, OSError) as error:
        message = f"the recording is damaged or of another kind ({error})"
        raise SourceError([Finding("M001", place, message, advice)]) from None
    if not tag.duration or tag.duration < 0.1:
        raise SourceError([Finding("M001", place, "the recording has no sound, or is of another kind", advice)])
    return float(tag.duration)
