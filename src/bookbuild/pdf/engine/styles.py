"""Computed styles shared by elements that differ in their ids alone. Works on WeasyPrint 70.

WeasyPrint computes a style once for elements with the same parent style, rules and declarations, but takes the
declarations that it makes of `id` and `lang` for different ones on each element (css/__init__.py), so that hardly any
two units of a book share theirs. Here equal declarations are one object, and an id is none: it is added to a view of
the shared style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import Element

from bookbuild.pdf.engine.internals import override

_Declared = tuple[tuple[int, int, int], Any, tuple[Any, ...], str]
"""Specificity, element, declarations, and what their addresses are relative to."""
_ATTRIBUTES = frozenset({"id", "lang", "style"})
_SVG = "{http://www.w3.org/2000/svg}svg"


@contextmanager
def share_styles() -> Iterator[None]:
    """Share computed styles while documents are laid out."""
    import tinycss2
    from weasyprint import css

    class Identified(css.ComputedStyle):  # type: ignore[misc]  # an untyped base
        """A style that others share, with an anchor of its own."""

        def __init__(self, shared: Any, anchor: str) -> None:
            self.__dict__.update(shared.__dict__)
            self.shared = shared
            self["anchor"] = anchor

        def copy(self) -> Identified:
            copied = Identified(self.shared, self["anchor"])
            copied.update(self)
            copied.specified = self.specified.copy()
            return copied

        def __missing__(self, key: str) -> Any:
            value = self[key] = self.shared[key]
            return value

    parsed: dict[tuple[str, str], tuple[Any, ...]] = {}

    def parse(lang: str, style: str) -> tuple[Any, ...]:
        if (lang, style) not in parsed:
            text = style or f'-weasy-lang:"{lang}"'
            parsed[lang, style] = tuple(tinycss2.parse_blocks_contents(text))
        return parsed[lang, style]

    def find_attributes(
        original: Callable[..., Iterator[_Declared]], tree: Any, hints: bool, base_url: str
    ) -> Iterator[_Declared]:
        for element in tree.iter():
            lang, style = element.get("lang") or "", element.get("style") or ""
            if lang:
                yield (0, 0, 0), element, parse(lang, ""), base_url
            if style:  # the last one distinguishes the style of an element: it stands for both
                yield (1, 0, 0), element, parse(lang, style), base_url
            if hints or element.tag == _SVG or (element.tag == "a" and element.get("name")):
                others = {name: value for name, value in element.attrib.items() if name not in _ATTRIBUTES}
                for specificity, _, declarations, base in original(Element(element.tag, others), hints, base_url):
                    yield specificity, element, declarations, base

    def start(
        original: Callable[..., None], self: Any, html: Any, sheets: Any, hints: bool, fonts: Any, targets: Any
    ) -> None:
        original(self, html, sheets, hints, fonts, targets)
        for element in html.etree_element.iter():
            if identifier := element.get("id"):
                targets.collect_anchor(identifier)

    def find_style(original: Callable[..., Any], self: Any, element: Any, pseudo_type: str | None = None) -> Any:
        style = original(self, element, pseudo_type)
        identifier = element.get("id") if pseudo_type is None and hasattr(element, "get") else None
        return Identified(style, identifier) if identifier and not style["anchor"] else style

    with (
        override(css, "find_style_attributes", find_attributes),
        override(css.StyleFor, "__init__", start),
        override(css.StyleFor, "__call__", find_style),
    ):
        yield
