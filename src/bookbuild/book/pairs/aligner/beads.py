"""Beads: which segments of one text are the translation of which segments of the other. Pure."""

from __future__ import annotations

from dataclasses import dataclass

SHAPES = ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2), (2, 2), (3, 1), (1, 3), (4, 1), (1, 4), (3, 2), (2, 3))
"""Numbers of segments of the first and second text in a bead (Gale and Church 1993, with 3-1 and 1-3)."""
MOST_JOINED = max(map(max, SHAPES))


@dataclass(frozen=True, slots=True)
class Bead:
    """Segments of two texts that belong together; either range may be empty."""

    first: range
    second: range
    confidence: float
    """Posterior probability of the bead over all alignments of the two texts, 0 to 1."""

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of its segments of the first and second text."""
        return len(self.first), len(self.second)


@dataclass(frozen=True, slots=True)
class Segment:
    """A paragraph, heading or sentence to align."""

    text: str
    shape: str = ""
    """Its kind; segments of different kinds pair only if there is nothing better."""
    guessed: bool = False
    """Whether its kind is a guess, and weighs less."""
    alone: bool = False
    """Whether it cannot be joined with a neighbour: a heading, picture or table."""
    pin: str = ""
    """The name of the pin before it; segments with the same pin begin a bead together."""
