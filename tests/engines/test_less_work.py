"""What is done in less time than WeasyPrint takes: each test fails when WeasyPrint no longer needs it, or differs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import samples
from engine_alone import document

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.model.project import Project
from bookbuild.pdf.engine import breaking, first_lines
from bookbuild.pdf.engine.load import load_engine
from bookbuild.pdf.engine.styles import share_styles

LIKE = '<p id="a" lang="id">a <i>b</i></p><p id="c" lang="id">c <i>d</i></p>'
DIFFERENT = """<html lang="ar"><a href="#e">x</a><p id="a" lang="id">a</p><p id="b" lang="id" style="color: red">b</p>
<p id="c" lang="en" style="color: red">c</p><p id="d" style="color: red">d</p><p>e <a name="e" id="f">f</a></p>
<div id="g" lang="id"><i id="h">h</i><i>i</i></div><svg xmlns="http://www.w3.org/2000/svg" width="9" height="5"></svg></html>"""


def count_styles(html: str) -> int:
    boxes = document(html).pages[0]._page_box.descendants()
    styles = [box.style for box in boxes if type(box).__name__ in {"BlockBox", "InlineBox"} and box.element_tag in "pi"]
    return len({id(getattr(style, "shared", style)) for style in styles})


def test_weasyprint_computes_a_style_for_every_element_that_has_an_id() -> None:
    assert count_styles(LIKE) == 4
    with share_styles():
        assert count_styles(LIKE) == 2


def test_shared_styles_change_nothing() -> None:
    css = "p::before { content: attr(id) counter(x) } p { counter-increment: x } i { display: inline-block } #h { float: left }"
    alone = document(DIFFERENT, css)
    with share_styles():
        shared = document(DIFFERENT, css)
    assert [page.anchors for page in shared.pages] == [page.anchors for page in alone.pages]
    assert set(shared.pages[0].anchors) == {*"abcdegh"}
    assert shared.write_pdf(pdf_variant="pdf/ua-1") == alone.write_pdf(pdf_variant="pdf/ua-1")


PROSE = "Blok sosialis mendekat, yang lain menjauh; tanda baca (dan kurung) serta kata-kata panjang pun ikut. " * 6
LINES = "p { font-size: 16px; width: %dpx; hyphens: %s }"


def count_shaping(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each text that is given to Pango will be added."""
    load_engine()
    from weasyprint.text.line_break import Layout

    shaped: list[str] = []
    original = Layout.set_text
    monkeypatch.setattr(
        Layout, "set_text", lambda self, text, *a, **k: shaped.append(text) or original(self, text, *a, **k)
    )
    return shaped


def test_weasyprint_shapes_a_line_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shaped = count_shaping(monkeypatch)
    lines = page_lines(document(f'<html lang="id"><p>{PROSE}</p></html>', LINES % (300, "none")))
    assert len(shaped) > 2.5 * len(lines) > 25


@pytest.mark.parametrize("hyphens", ["none", "manual", "auto"])
@pytest.mark.parametrize("width", [40, 90, 300, 301, 302, 333, 500])
def test_lines_that_are_found_with_one_layout_are_the_same(
    width: int, hyphens: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    html, css = f'<html lang="id"><p>{PROSE}<b>{PROSE}</b> {PROSE}</p></html>', LINES % (width, hyphens)
    made, counts = [], []
    for finds in (True, False):
        if not finds:
            monkeypatch.setattr(first_lines.LineFinder, "find", lambda *_: None)
        with pytest.MonkeyPatch.context() as counted:
            shaped = count_shaping(counted)
            breaks = breaking.LineBreaks()
            breaks.start_page()  # from the first page on, lines are remembered
            with breaking.fix_lines(breaks):
                made.append(document(html, css))
        counts.append(len(shaped))
    quick, slow = made
    assert page_lines(quick) == page_lines(slow)
    assert quick.write_pdf(pdf_variant="pdf/ua-1") == slow.write_pdf(pdf_variant="pdf/ua-1")
    if width >= 300 and hyphens != "auto":
        assert counts[0] < counts[1]


def page_lines(made: Any) -> list[tuple[str, float, float]]:
    """Return text, place and width of all pieces of lines."""

    def walk(box: Any) -> Any:
        if type(box).__name__ == "TextBox":
            yield box.text, box.position_x, box.width
        for child in getattr(box, "children", ()):
            yield from walk(child)

    return [piece for page in made.pages for piece in walk(page._page_box)]


def test_weasyprint_parses_documents_with_a_parser_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    weasyprint = load_engine()
    parsed = []
    original = weasyprint.tinyhtml5.parse
    monkeypatch.setattr(weasyprint.tinyhtml5, "parse", lambda *a, **k: parsed.append(1) or original(*a, **k))
    weasyprint.HTML(string="<p>x</p>")
    assert parsed
    assert original.__code__.co_filename.endswith(".py")


def test_our_layouts_are_the_same_trees_as_xml_and_as_html(
    project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    weasyprint = load_engine()
    trees: list[list[Any]] = []
    original = weasyprint.HTML.__init__

    def dump(root: Any) -> list[Any]:
        """Return all elements and their texts, but white space outside of the body, which HTML has no place for."""
        outer = {"html", "head", "meta", "title", "body"}

        def keep(element: Any, text: str | None) -> str:
            return "" if element.tag in outer and not (text or "").strip() else re.sub("\n+", "\n", text or "")

        xml = "{http://www.w3.org/XML/1998/namespace}"  # HTML has the name xml:lang without a meaning
        attributes = [{name.replace(xml, "xml:"): value for name, value in e.attrib.items()} for e in root.iter()]
        texts = [(str(e.tag), keep(e, e.text), keep(e, e.tail)) for e in root.iter()]
        return list(zip(texts, attributes, strict=True))

    def start(self: Any, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **options)
        trees.append(dump(self.etree_element))
        assert dump(parse(options["string"], namespace_html_elements=False)) == trees[-1]

    parse = weasyprint.tinyhtml5.parse
    monkeypatch.setattr(weasyprint.HTML, "__init__", start)
    made = project(samples.files(("ar", "id"), chapters=2))
    assert not build(made, BuildRequest(editions=("all",), formats=("pdf",), again=True, cached=False, jobs=1)).failed
    assert len(trees) > 5
