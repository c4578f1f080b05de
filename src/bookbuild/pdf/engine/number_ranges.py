"""The numbers of the first and the last paragraph of a page in its head, which WeasyPrint 70 cannot tell.

A named string knows what begins on a page, but not what goes on there from the page before, and no text can depend on
whether two strings are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bookbuild.languages.tables import number
from bookbuild.pdf.css import NUMBER_RANGE
from bookbuild.pdf.engine.internals import Box, Context, override

ATTRIBUTE = "data-number"
"""The attribute of elements that bear a number."""


@contextmanager
def write_number_ranges() -> Iterator[None]:
    """Let `string(number-range-latn)` be the range of the numbers of a page's elements, in a numbering system."""
    from weasyprint.layout import LayoutContext

    def find_string(original: Callable[..., str], context: Context, page: Box, name: str, *how: str) -> str:
        if not name.startswith(NUMBER_RANGE):
            return original(context, page, name, *how)
        elements = (box.element for box in page.descendants() if box.element is not None)
        numbers = [int(value) for element in elements if (value := element.get(ATTRIBUTE))]
        ends = dict.fromkeys((min(numbers), max(numbers))) if numbers else ()
        return "–".join(number(end, name.removeprefix(NUMBER_RANGE)) for end in ends)

    with override(LayoutContext, "get_string_set_for", find_string):
        yield
