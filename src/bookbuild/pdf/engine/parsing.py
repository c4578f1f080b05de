"""Documents parsed as XML where they are well-formed. Works on WeasyPrint 70.

WeasyPrint parses every document with tinyhtml5, which is written in Python and takes 20 times as long as expat. Both
make the same tree of a document that leaves no element, end tag or quotation mark out, as the shipped layouts do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any
from xml.etree import ElementTree as ET

from bookbuild.pdf.engine.internals import override


@contextmanager
def parse_as_xml() -> Iterator[None]:
    """Let HTML documents be parsed as XML."""
    from weasyprint import tinyhtml5

    def parse(original: Callable[..., Any], document: IO[str], **how: Any) -> Any:
        text = document.read()
        try:
            return ET.fromstring(text)  # noqa: S314 - what our own layouts made: no DTD, no entities
        except ET.ParseError:
            return original(text, **how)

    with override(tinyhtml5, "parse", parse):
        yield
