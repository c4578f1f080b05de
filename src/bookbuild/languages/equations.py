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

LONGEST = 1500
"""Characters of an equation that is set: drawing takes a millisecond for each."""
_DEEPEST = 20
"""Elements of MathML in each other: the time for drawing doubles every two."""
_WIDEST, _TALLEST = 40.0, 40.0
"""Size of a drawing in em: what is larger would be scaled down to nothing, or find no place on a page."""
_KEPT = 1024
"""Equations that are remembered: each is needed for the check, in each pass and in each edition."""
_SIZE = 24
"""Pixels per em of a drawing."""
_COMMENT = re.compile(r"(?<!\\)%.*\n")
_REWRITTEN = (
    (r"(?<!\\)%", r"\\%"),  # in one line, a comment would swallow the rest
    (r"\\(?:label|ref|eqref)\s*\{[^{}]*\}|\\(?:nonumber|notag)\b", ""),
    (
        r"\\(begin|end)\{(?:aligned|alignedat|align|alignat|split|gathered|gather|eqnarray|equation)\*?\}(?:\{\d+\})?",
        r"\\\1{align*}",
    ),
    (r"\\\\(?:\*|\s*\[\s*-?[\d.]+\s*[a-z]{2}\s*\])", r"\\\\"),
    (r"\\[bB]igg?[lrm]?(?![A-Za-z])", ""),
    (r"\\not\s*=", r"\\neq "),
    (r"\\not\s*\\in\b", r"\\notin "),
    (r"(?<!\\)\\$", ""),  # what is left of a space at the end
)
"""What latex2mathml does not read, or reads otherwise: to the same in other words, or without numbers and spaces."""
_UNREAD = re.compile(
    r"\\(?:hspace\*|rule|m?kern|not|f?colorbox|(?:re)?newcommand|def|let|unicode)(?![A-Za-z])"
    r"|\\begin\{array\}(?!\s*\{[lcr|\s]*\})"
)
"""What it reads wrongly."""
_CHILDREN = dict.fromkeys(("mi", "mn", "mo", "mtext", "ms"), 0)
_CHILDREN |= dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2)
_CHILDREN |= {"msubsup": 3, "munderover": 3}
"""Elements of MathML to how many children they must have; latex2mathml writes others where arguments are missing."""
_LENGTHS = frozenset({"width", "height", "depth", "lspace", "rspace", "columnspacing", "rowspacing", "voffset"})
_LENGTH = re.compile(r"\s*(-?(?:\d+\.?\d*|\.\d+))(?:em|ex|in|cm|mm|px|pt|pc|%)?")
_LONGEST_LENGTH = 20
"""Of any unit."""
_ATTRIBUTES = _LENGTHS | {
    *("display", "displaystyle", "scriptlevel", "mathvariant", "stretchy", "fence", "form", "separator", "accent"),
    *("accentunder", "largeop", "movablelimits", "symmetric", "minsize", "maxsize", "columnalign", "columnlines"),
    *("rowlines", "linethickness", "linebreak", "notation"),
}
"""What is kept: nothing that leads elsewhere or colours."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An equation as it is printed."""

    svg: str
    width: float
    """In em, as the next."""
    depth: float
    """Below the line."""


def fold_source(text: str) -> str:
    """Return LaTeX in one line, without its comments."""
    return " ".join(_COMMENT.sub("\n", text).split())


@lru_cache(_KEPT)
def write_mathml(source: str, *, display: bool) -> str | None:
    """Return the MathML of LaTeX, in a `math` element that has the source as its alternative; None if it has errors."""
    root = _convert(source, display=display)
    if root is None:
        return None
    root.attrib = {"xmlns": _NAMESPACE, **root.attrib, "alttext": source, "dir": "ltr"}
    return ET.tostring(root, encoding="unicode")


@lru_cache(_KEPT)
def draw_equation(source: str, *, display: bool) -> Drawing | None:
    """Return LaTeX as an SVG of shapes, without fonts.

    None if it has errors, letters that the typeface lacks, or a size that no page has room for.
    """
    root = _convert(source, display=display)
    if root is None:
        return None
    from ziamath.zmath import Math

    letters = {char for text in root.itertext() for char in text if not char.isspace()}
    try:
        equation = Math(root, size=_SIZE)
        svg = equation.svgxml()
    except Exception:  # noqa: BLE001 - the library raises whatever the LaTeX makes it meet
        return None
    if not all(map(equation.font.glyphindex, letters)):
        return None
    _, top, width, height = (float(number) / _SIZE for number in svg.attrib["viewBox"].split())
    if not (0 < width <= _WIDEST and 0 < height <= _TALLEST and abs(top) <= _TALLEST):
        return None
    return Drawing(ET.tostring(svg, encoding="unicode"), round(width, 3), round(top + height, 3))


def find_typeface() -> Path:
    """Return the file of the typeface in which equations are drawn, which e-books carry."""
    spec = find_spec("ziamath")  # importing it would read the whole typeface
    return Path(spec.origin if spec and spec.origin else "").with_name("fonts") / "STIXTwoMath-Regular.ttf"


_NAMESPACE = "http://www.w3.org/1998/Math/MathML"


def _convert(source: str, *, display: bool) -> Element | None:
    """Return the tree of MathML, cleaned; None if the LaTeX has errors."""
    from ziamath.tex import tex2mml  # latex2mathml, with some of its faults corrected

    prepared = source
    for pattern, replacement in _REWRITTEN:
        prepared = re.sub(pattern, replacement, prepared).strip()
    if len(source) > LONGEST or _UNREAD.search(prepared):
        return None
    try:
        written = tex2mml(prepared, inline=not display)
        root = ET.fromstring(written.replace(f' xmlns="{_NAMESPACE}"', "", 1))  # noqa: S314 - our own text
    except Exception:  # noqa: BLE001 - the library raises whatever the LaTeX makes it meet
        return None
    return root if _clean(root, 0) and any(text.strip() for text in root.itertext()) else None


def _clean(element: Element, depth: int) -> bool:
    """Remove attributes that are not kept; return whether everything was read and can be set."""
    text = element.text = unescape(element.text or "")
    if element.tag == "mtext":
        text = element.text = re.sub(r"\\([%&#_{}$])", r"\1", text) if "\\" in text else text
        unread = re.search(r"[\\${}]", text) is not None
    else:
        unread = text == "&" or re.match(r"\\.", text) is not None  # a command that the library does not know
    for name, value in list(element.attrib.items()):
        lengths = [float(number) for number in _LENGTH.findall(value)] if name in _LENGTHS else []
        unread |= any(abs(length) > _LONGEST_LENGTH for length in lengths)
        if name not in _ATTRIBUTES or (name in _LENGTHS and not re.fullmatch(f"(?:{_LENGTH.pattern})+", value)):
            del element.attrib[name]
    if element.tag == "mstyle" and not element.attrib:
        element.tag = "mrow"  # ziamath finds none without attributes
    if unread or depth > _DEEPEST or len(element) != _CHILDREN.get(element.tag, len(element)):
        return False
    return all(_clean(child, depth + 1) for child in element)
