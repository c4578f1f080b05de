"""Subtitles: texts with their times. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cue:
    """A subtitle."""

    start: int
    """In milliseconds."""
    end: int
    text: str


def is_simultaneous(cue: Cue, start: int, end: int) -> bool:
    """Return whether a cue shares more than half of the shorter one's time with a stretch, or begins with it."""
    shared = min(cue.end, end) - max(cue.start, start)
    return shared * 2 > min(cue.end - cue.start, end - start) or cue.start == start
