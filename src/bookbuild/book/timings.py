"""A timing file's text in, the time of each unit in a recording out. Pure.

Three formats: labels as Audacity exports them (start, end and label, separated by tabs), WebVTT, and SMIL as in EPUB's
media overlays (EPUB 3.3, section 9).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bookbuild.languages.tables import NUMBERING_SYSTEMS
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.xml import parse_xml


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of a recording."""

    label: str
    """Its name in the timing file; may be empty."""
    begin: float
    """Seconds."""
    end: float | None
    """Seconds; None for a point, which lasts until the next one."""
    line: int | None
    """In the timing file."""


def parse_timings(text: str, path: str, suffix: str) -> tuple[Clip, ...]:
    """Return the clips of a timing file; `suffix` decides the format.

    Raises SourceError with the place of what cannot be read (M002).
    """
    clips = tuple({".vtt": _parse_webvtt, ".smil": _parse_smil}.get(suffix, _parse_labels)(text, path))
    if not clips:
        raise SourceError([_make_finding(path, None, "there is no label in it")])
    return clips


def _make_finding(path: str, line: int | None, what: str) -> Finding:
    advice = "export the labels again (Audacity: File, Export, Export Labels), one per paragraph"
    return Finding("M002", Place(path, line), what, advice)


_SECONDS = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,9})?")


def _parse_labels(text: str, path: str) -> Iterator[Clip]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("\\"):  # a backslash begins the frequency range of the label above
            continue
        begin, end, *label = (*line.split("\t", 2), "")[:3] if "\t" in line else (*line.split(None, 2), "", "")[:3]
        if not (_SECONDS.fullmatch(begin.strip()) and _SECONDS.fullmatch(end.strip())):
            raise SourceError([_make_finding(path, number, "this line does not begin with two times in seconds")])
        start, stop = (float(part.strip().replace(",", ".")) for part in (begin, end))
        yield Clip("".join(label).strip(), start, stop if stop > start else None, number)


_TIME = r"(?:[0-9]{1,4}:)?[0-5][0-9]:[0-5][0-9]\.[0-9]{3}"
_CUE = re.compile(rf"({_TIME})[ \t]+-->[ \t]+({_TIME})(?:[ \t].*)?")


def _parse_webvtt(text: str, path: str) -> Iterator[Clip]:
    lines = text.split("\n")
    if not lines[0].startswith("WEBVTT"):
        raise SourceError([_make_finding(path, 1, "this is not WebVTT: its first line is not WEBVTT")])
    for number, line in enumerate(lines, 1):
        cue = _CUE.fullmatch(line.strip())
        if cue:
            above = lines[number - 2].strip() if number > 1 else ""
            yield Clip("" if above.startswith("WEBVTT") else above, parse_clock(cue[1]), parse_clock(cue[2]), number)
        elif "-->" in line:
            raise SourceError([_make_finding(path, number, "the times of this cue cannot be read")])


def _parse_smil(text: str, path: str) -> Iterator[Clip]:
    from lxml import etree

    try:
        root = parse_xml(text)
    except etree.XMLSyntaxError as error:
        raise SourceError([_make_finding(path, error.lineno, f"this is not well-formed SMIL ({error.msg})")]) from None
    for par in root.iter("{*}par"):
        words, sound = par.find("{*}text"), par.find("{*}audio")
        if words is None or sound is None:
            raise SourceError([_make_finding(path, par.sourceline, "a par has no text or no audio")])
        try:
            begin, end = parse_clock(sound.get("clipBegin", "0")), sound.get("clipEnd")
            stop = parse_clock(end) if end else None
        except ValueError:
            raise SourceError(
                [_make_finding(path, sound.sourceline, "the times of this clip cannot be read")]
            ) from None
        yield Clip(words.get("src", "").partition("#")[2], begin, stop, par.sourceline)


def parse_clock(value: str) -> float:
    """Return the seconds of a clock value of SMIL 3 (section 5.4.1): 1:02:03.5, 02:03, 3.5s, 1200ms, 2min, 1h.

    Raises ValueError if it is not one.
    """
    value = value.strip().removeprefix("npt=")
    timecount = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(h|min|s|ms)?", value)
    if timecount:
        return float(timecount[1]) * {"h": 3600.0, "min": 60.0, "s": 1.0, "ms": 0.001, None: 1.0}[timecount[2]]
    parts = re.fullmatch(r"(?:([0-9]{1,4}):)?([0-5]?[0-9]):([0-5]?[0-9](?:\.[0-9]{1,9})?)", value)
    if not parts:
        raise ValueError(value)
    return int(parts[1] or 0) * 3600.0 + int(parts[2]) * 60.0 + float(parts[3])


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """When a unit is spoken, in seconds."""

    begin: float
    end: float


_DIGITS = {ord(digit): str(n) for digits in NUMBERING_SYSTEMS.values() for n, digit in enumerate(digits)}


def assign_clips(
    clips: Sequence[Clip], units: Sequence[tuple[str, str]], path: str, seconds: float
) -> dict[str, TimeSpan]:
    """Return the time of each unit: by the number or id in the labels, or in order if no label has one.

    `units` are the ids and numbers (12, or 12.2 in a list; empty without one) of a chapter's units that have text;
    `seconds` is the recording's length.

    Raises SourceError where labels and units do not match, and at impossible times (M002).
    """
    ids_by_label = {identifier: identifier for identifier, _ in units}
    ids_by_label |= {number: identifier for identifier, number in units if number}
    unit_ids = [ids_by_label.get(clip.label.translate(_DIGITS).split("-")[0].strip()) for clip in clips]
    if not any(unit_ids):
        if len(clips) != len(units):
            labels = f"{len(clips)} label{'s' * (len(clips) != 1)}"
            message = f"the recording has {labels} for {len(units)} paragraphs and headings, and none names a number"
            advice = "label every paragraph and heading in order, or write the paragraph's number into each label"
            raise SourceError([Finding("M002", Place(path), message, advice)])
        unit_ids = [identifier for identifier, _ in units]
    spans: dict[str, TimeSpan] = {}
    findings: list[Finding] = []
    for index, (clip, unit) in enumerate(zip(clips, unit_ids, strict=True)):
        following = clips[index + 1].begin if index + 1 < len(clips) else seconds
        end = min(clip.end if clip.end is not None else following, seconds)
        if unit is None:
            findings.append(_make_finding(path, clip.line, f"{clip.label[:40]!r} is not a paragraph of this chapter"))
        elif unit in spans:
            findings.append(_make_finding(path, clip.line, f"the paragraph {clip.label or unit!r} already has a label"))
        elif clip.end is not None and round(clip.end, 3) <= round(clip.begin, 3):
            findings.append(_make_finding(path, clip.line, f"a label from {clip.begin:g} s has no length"))
        elif clip.begin >= seconds or round(end, 3) <= round(clip.begin, 3) or (clip.end or 0.0) > seconds + 1.0:
            message = f"a label from {clip.begin:g} s does not lie in the recording, which lasts {seconds:.1f} s"
            findings.append(_make_finding(path, clip.line, message))
        else:
            spans[unit] = TimeSpan(clip.begin, end)
    if findings:
        raise SourceError(findings)
    return spans
