"""Set an equation: LaTeX in, MathML for e-books and a drawing for pages out. Pure.

latex2mathml reads the LaTeX, ziamath draws it with STIX Two Math. Both write what they do not know as letters, so what
they write is looked at before it is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST = 4000
"""Characters of an equation that is set; more is a mistake, and reading it would take minutes."""
_KEPT = 1024
"""Equations that are remembered: each is needed for the check, in each pass and in each edition."""
_SIZE = 24
"""Pixels per em of a drawing."""
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|split|gathered|alignedat|eqnarray\*?|equation\*?|gather\*?)\}")
"""What latex2mathml reads as `align*` only."""
_NUMBERING = re.compile(r"\\(?:label|ref|eqref)\s*\{[^{}]*\}|\\(?:nonumber|notag)\b")
"""Commands that print nothing, or the number of another equation."""
_CHILDREN = dict.fromkeys(("mi", "mn", "mo", "mtext", "ms"), 0)
_CHILDREN |= dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2)
_CHILDREN |= {"msubsup": 3, "munderover": 3}
"""Elements of MathML to how many children they must have; latex2mathml writes others where arguments are missing."""
_LENGTHS = frozenset({"width", "height", "depth", "lspace", "rspace", "columnspacing", "rowspacing"})
_LENGTH = r"(?:\s*-?(?:\d+\.?\d*|\.\d+)(?:em|ex|in|cm|mm|px|pt|pc|%)?)+"
_ACTIVE = frozenset({"href", "style", "class", "id", "xref"})
"""Attributes by which LaTeX could lead elsewhere or change the look."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An equation as it is printed."""

    svg: str
    width: float
    """In em, as the next."""
    depth: float
    """Below the line."""


@lru_cache(_KEPT)
def write_mathml(source: str, *, display: bool) -> str | None:
    """Return the MathML of LaTeX, in a `math` element that has the source as its alternative; None if it has errors."""
    root = _convert(source, display=display)
    if root is None:
        return None
    root.set("alttext", source)
    root.set("dir", "ltr")
    return ET.tostring(root, encoding="unicode")


@lru_cache(_KEPT)
def draw_equation(source: str, *, display: bool) -> Drawing | None:
    """Return LaTeX as an SVG of shapes, without fonts; None if it has errors or letters that the typeface lacks."""
    root = _convert(source, display=display)
    if root is None:
        return None
    from ziamath.zmath import Math

    try:
        equation = Math.fromlatex(_prepare(source), size=_SIZE, inline=not display)
        svg = equation.svgxml()
    except Exception:  # noqa: BLE001 - the library raises whatever the LaTeX makes it meet
        return None
    letters = {char for text in root.itertext() for char in text if not char.isspace()}
    if not all(map(equation.font.glyphindex, letters)):
        return None
    _, top, width, height = map(float, svg.attrib["viewBox"].split())
    drawn = ET.tostring(svg, encoding="unicode")
    return Drawing(drawn, round(width / _SIZE, 3), round((top + height) / _SIZE, 3))


def find_typeface() -> Path:
    """Return the file of the typeface in which equations are drawn, which e-books carry."""
    spec = find_spec("ziamath")  # importing it would read the whole typeface
    return Path(spec.origin if spec and spec.origin else "").with_name("fonts") / "STIXTwoMath-Regular.ttf"


def _prepare(source: str) -> str:
    return _NUMBERING.sub("", _ALIGNED.sub(r"\\\1{align*}", source)).strip()


def _convert(source: str, *, display: bool) -> Element | None:
    """Return the tree of MathML, cleaned; None if the LaTeX has errors."""
    from latex2mathml.converter import convert_to_element

    if len(source) > LONGEST:
        return None
    try:
        root = convert_to_element(_prepare(source), display="block" if display else "inline")
    except Exception:  # noqa: BLE001 - the library raises whatever the LaTeX makes it meet
        return None
    for element in root.iter():
        element.text = unescape(element.text or "")
        unknown = element.text == "&" or re.match(r"\\.", element.text)
        if unknown or len(element) != _CHILDREN.get(element.tag, len(element)):
            return None
        for name, value in list(element.attrib.items()):
            if name in _ACTIVE or (name in _LENGTHS and not re.fullmatch(_LENGTH, value)):
                del element.attrib[name]
    return root
