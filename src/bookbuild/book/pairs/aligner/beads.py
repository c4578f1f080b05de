"""Beads: which stretch of one text is the translation of which stretch of the other. Pure."""

from __future__ import annotations

from dataclasses import dataclass

SHAPES = ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2), (2, 2), (3, 1), (1, 3))
"""How many segments of either text a bead may hold (Gale and Church 1993, with 3-1 and 1-3)."""


@dataclass(frozen=True, slots=True)
class Bead:
    """Segments of two texts that belong together; either range may be empty."""

    first: range
    second: range
    confidence: float
    """The probability of the bead among all ways to align the two texts, by the scores; 0 to 1."""

    @property
    def shape(self) -> tuple[int, int]:
        """How many segments of either text it holds."""
        return len(self.first), len(self.second)


@dataclass(frozen=True, slots=True)
class Segment:
    """A paragraph, heading or sentence, as the aligner sees it."""

    text: str
    shape: str = ""
    """Its kind; segments of different kinds are partners only if there is nothing better."""
    guessed: bool = False
    """Whether its kind is a guess, so that it weighs less."""
    alone: bool = False
    """Whether it can be joined with no neighbour, as a heading, picture or table."""
    pin: str = ""
    """The name of a pin that stands before it; segments of the same pin begin beads together."""
