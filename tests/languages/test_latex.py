"""Equations: LaTeX read, converted and drawn, and what cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.languages.equations import LONGEST, draw_equation, write_mathml
from bookbuild.work.xml import parse_xml

FRACTION = r"\frac{a}{b}"


def test_a_drawing_has_shapes_and_no_text() -> None:
    drawing = draw_equation(FRACTION, display=False)
    assert drawing is not None
    names = {element.tag.rpartition("}")[2] for element in parse_xml(drawing.svg).iter()}
    assert names == {"svg", "path", "rect", "symbol", "use"}
    higher = draw_equation(FRACTION, display=True)
    assert higher is not None
    assert higher.depth > drawing.depth > 0.2


def test_mathml_keeps_its_source_as_alternative() -> None:
    root = parse_xml(write_mathml("a < b", display=True) or "")
    assert root.tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert {name: root.get(name) for name in ("alttext", "display", "dir")} == {
        "alttext": "a < b",
        "display": "block",
        "dir": "ltr",
    }
    assert "".join(root.itertext()) == "a<b"


def test_lines_are_aligned() -> None:
    written = write_mathml(r"\begin{aligned} a &= b \\ &= c \end{aligned}", display=True) or ""
    assert written.count("<mtr>") == 2
    assert "&amp;" not in written.partition(">")[2]


@pytest.mark.parametrize("source", [r"\unknown{x}", r"\frac{a", "", r"a & b", "x" * (LONGEST + 1), "{" * 3000])
def test_what_has_errors_is_not_set(source: str) -> None:
    assert write_mathml(source, display=False) is None
    assert draw_equation(source, display=False) is None


def test_words_of_other_scripts_are_not_drawn_without_their_letters() -> None:
    assert draw_equation(r"\text{إذا } x", display=False) is None
    assert "إذا" in (write_mathml(r"\text{إذا } x", display=False) or "")


def test_equations_lead_nowhere_and_change_no_look() -> None:
    written = write_mathml(r"\href{javascript:alert(1)}{x} \style{color:red}{y}", display=False) or ""
    assert "javascript" not in written.partition(">")[2]
    assert "color" not in written.partition(">")[2]


@given(st.text(r"ab1+^_{}\&<> " "\N{SQUARE ROOT}\N{ARABIC LETTER SEEN}", max_size=12))
def test_whatever_is_converted_is_well_formed(source: str) -> None:
    if written := write_mathml(source, display=False):
        assert parse_xml(written).get("alttext") == source
    if drawing := draw_equation(source, display=False):
        assert parse_xml(drawing.svg).tag.endswith("svg")
        assert drawing.width > 0
