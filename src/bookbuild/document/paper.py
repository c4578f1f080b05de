"""Sheets and pages: names in, millimetres out. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

PAPERS: dict[str, tuple[float, float]] = {
    "A4": (210.0, 297.0),
    "F4": (215.0, 330.0),
    "Folio": (215.0, 330.0),
    "Letter": (215.9, 279.4),
    "Legal": (215.9, 355.6),
    "A5": (148.0, 210.0),
    "B5": (176.0, 250.0),
}
"""Name to width and height in mm: ISO 216, ANSI/ASME Y14.1; F4 and Folio as they are sold in Indonesia."""


@dataclass(frozen=True, slots=True)
class Margins:
    """White around the text of a page, in mm, by how the page is bound."""

    top: float
    bottom: float
    inner: float
    """On the side where the pages are held together."""
    outer: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is printed."""

    width: float
    """mm"""
    height: float
    """mm"""
    margins: Margins
    mirrored: bool
    """Whether both sides of a leaf are printed, so that the inner margin changes sides."""
    bleed: float
    """mm of paper around the page that are cut off."""
    marks: bool
    """Whether marks show where to cut."""


def measure_page(paper: str, *, half: bool = False, landscape: bool = False) -> tuple[float, float]:
    """Return width and height of a page in mm; half a sheet is a sheet folded once."""
    width, height = PAPERS[paper]
    if half:
        width, height = height / 2, width
    return (height, width) if landscape else (width, height)


HOLES = 25.0
"""mm of white that two holes and their ring need (ISO 838: their middle is 12 mm from the edge)."""
SPINE = 6.0
"""mm more where pages bend into a spine."""


def fit_margins(margins: Margins, binding: str) -> Margins:
    """Return the margins for a way of binding: none, staple, holes or spine."""
    inner = {"holes": max(margins.inner, HOLES), "spine": margins.inner + SPINE}.get(binding, margins.inner)
    return replace(margins, inner=inner)
