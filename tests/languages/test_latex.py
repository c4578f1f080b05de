"""Equations: LaTeX read, converted and drawn, and what cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.languages.equations import LONGEST, draw_equation, fold_source, write_mathml
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


@pytest.mark.parametrize(
    ("source", "same"),
    [
        (
            r"\begin{align} a &= b \nonumber \\[2pt] c &= d \label{x} \end{align}",
            r"\begin{align*} a &= b \\ c &= d \end{align*}",
        ),
        (r"\begin{alignedat}{2} a &= b \end{alignedat}", r"\begin{align*} a &= b \end{align*}"),
        ("\\left\\{ a \\right.\\", r"\left\{ a \right."),
        (r"\bigl( x \bigr) \not= y", r"( x ) \neq y"),
        (r"\color{red} x", r"{x}"),
        (r"10 % x", r"10 \% x"),
        (r"\text{10 \%}", r"\text{10 %}"),
    ],
)
def test_other_words_for_the_same_are_read(source: str, same: str) -> None:
    first, second = (write_mathml(text, display=True) or "" for text in (source, same))
    assert "".join(parse_xml(first).itertext()) == "".join(parse_xml(second).itertext())
    assert draw_equation(source, display=True) == draw_equation(same, display=True)


def test_comments_end_with_their_line() -> None:
    assert fold_source("x + y % sum\n  = z\\% % and\n") == r"x + y = z\%"


@pytest.mark.parametrize("source", [r"\begin{matrix}" + r"a\\" * 60 + r"\end{matrix}", "+".join("abcdefg" * 6)])
def test_what_no_page_has_room_for_is_not_drawn(source: str) -> None:
    assert draw_equation(source, display=True) is None
    assert write_mathml(source, display=True) is not None


@pytest.mark.parametrize(
    "source",
    [
        r"\unknown{x}",
        r"\frac{a",
        "",
        r"a & b",
        "x" * (LONGEST + 1),
        "{" * 1400,
        "{}",
        r"\left.\right.",
        "x^{" * 40 + "x" + "}" * 40,
        r"\text{if $x$}",
        r"\begin{array}{@{}l}a\end{array}",
        r"\rule{9em}{9em}",
        r"\hspace{9999em}x",
        r"\newcommand{\x}{y}\x",
    ],
)
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
