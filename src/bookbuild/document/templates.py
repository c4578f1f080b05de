"""A layout and values in, text out, checked to be what an e-book can hold. The only module that imports jinja2."""

from __future__ import annotations

import re
import traceback
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bookbuild import __version__
from bookbuild.document import marks, markup
from bookbuild.document.theme import Theme
from bookbuild.languages import tables
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.limits import limit_work
from bookbuild.work.xml import parse_xml

GENERATOR = f"bookbuild {__version__}"


SECONDS = 20.0
"""Of the processor, that a layout may take; ours take less for a thousand pages."""
MEMORY = 1 << 30
"""Bytes that a layout may take."""
_LONGEST = 10_000_000
"""Characters or items that one operation of a layout may make."""

_LONGEST_NUMBER = 10_000
"""Bits of a whole number that one operation of a layout may make."""


class _BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, where no layout can fill the memory by one operation."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Multiply, or raise to a power, where the result stays small."""
        sized, times = (left, right) if hasattr(left, "__len__") else (right, left)
        if operator == "*" and hasattr(sized, "__len__") and isinstance(times, int) and len(sized) * times > _LONGEST:
            raise OverflowError(f"{len(sized)} characters or items {times} times are too many")
        if isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * max(right, 1) if operator == "**" else left.bit_length() + right.bit_length()
            if bits > _LONGEST_NUMBER:
                raise OverflowError("the number is too large")
        return super().call_binop(context, operator, left, right)


_TEMPLATE_NAME = re.compile(r"\w[\w.-]*")


@lru_cache(maxsize=4)
def _open_environment(theme: Theme) -> jinja2.Environment:
    """Return the environment of a book; what it has compiled is used again as long as the file says the same."""

    def read(template: str) -> tuple[str, str]:
        # a path could lead out of the project
        layout = theme.read_layout(template) if _TEMPLATE_NAME.fullmatch(template) else None
        if layout is None:
            raise jinja2.TemplateNotFound(template)
        return layout

    def load(template: str) -> tuple[str, str, Callable[[], bool]]:
        layout = read(template)
        return *layout, lambda: read(template) == layout

    environment = _BoundedEnvironment(
        autoescape=True,  # select_autoescape does not cover .xhtml
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(load),
    )
    environment.globals["attributes"] = marks.write_attributes
    environment.filters["line"] = markup.write_line
    environment.filters["digits"] = tables.number
    return environment


def render(theme: Theme, name: str, **values: Any) -> str:
    """Return a layout filled with values.

    Layouts run in Jinja's sandbox: a layout that somebody passes on cannot reach the machine.
    Raises SourceError with file and line of a broken layout.
    """
    environment = _open_environment(theme)
    try:
        with limit_work(SECONDS, MEMORY):
            text = environment.get_template(name).render(**values)
        text.encode()
    except jinja2.TemplateSyntaxError as error:
        broken = _report_broken(error.filename or name, error.lineno, error.message or "syntax error")
        raise SourceError([broken]) from None
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001 - a layout is a program: it may raise anything, also for want of memory
        file, line = _find_line(error, theme.layout_path(name))
        raise SourceError([_report_broken(file, line, str(error) or type(error).__name__)]) from None
    return text


def _report_broken(path: str, line: int | None, message: str) -> Finding:
    return Finding("L001", Place(path, line), f"the layout is broken ({message})", "fix it, or delete it to use ours")


def _find_line(error: BaseException, name: str) -> tuple[str, int | None]:
    """Find the innermost line of a template in a traceback.

    A bound can be reached while Jinja handles another error, even before it has put the lines of the template in place
    of those of its program: the line is then that of the error before.
    """
    place: tuple[str, int | None] = (name, None)
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = frame.f_code.co_filename
        if path.endswith((".html", ".xhtml")):
            template = frame.f_globals.get("__jinja_template__")
            place = (path, template.get_corresponding_lineno(line) if template else line)
    if place[1] is None and error.__context__ is not None:
        return _find_line(error.__context__, name)
    return place


_XHTML = "{http://www.w3.org/1999/xhtml}"
_NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
_OPS = "{http://www.idpf.org/2007/ops}"


def _find_misfit(root: Any, kind: str) -> str:
    """Say what keeps a document from being of a kind of the e-book's: chapter, nav or ncx; empty if nothing does."""
    wanted = f"{_NCX}ncx" if kind == "ncx" else f"{_XHTML}html"
    if root.tag != wanted:
        space, _, name = wanted.removeprefix("{").partition("}")
        return f'its outermost element is not <{name} xmlns="{space}">'
    if kind == "ncx" and root.find(f"{_NCX}navMap/{_NCX}navPoint") is None:
        return "it has no <navMap> with a <navPoint>"
    if kind != "ncx" and root.find(f"{_XHTML}body") is None:
        return "it has no <body>"
    if kind == "nav" and not any("toc" in nav.get(f"{_OPS}type", "").split() for nav in root.iter(f"{_XHTML}nav")):
        return 'it has no <nav epub:type="toc">'
    counts = Counter(element.get("id") for element in root.iter() if element.get("id") is not None)
    twice = next((name for name, count in counts.items() if count > 1), None)
    return f'two of its elements have id="{twice}"' if twice is not None else ""


def check_document(text: str, path: str, kind: str = "chapter") -> bytes:
    """Check a document of the e-book; readers refuse a whole chapter for one wrong sign.

    `kind` is chapter, nav or ncx. Raises SourceError with what is wrong.
    """
    from lxml import etree

    data = text.strip().encode()
    try:
        root = parse_xml(data)
    except etree.XMLSyntaxError as error:
        message = f"the layout does not give well-formed XHTML ({error.msg})"
        raise SourceError([Finding("L001", Place(path), message, "close every element")]) from None
    for element in root.iter():
        source = element.get("src") or (element.get("href") if str(element.tag).endswith("}link") else None) or ""
        if str(element.tag).endswith("}script") or re.match(r"[a-zA-Z][\w+.-]*:|//", source):
            message = f"the layout brings a script or a file from elsewhere into the e-book ({source or 'script'})"
            raise SourceError([Finding("L001", Place(path), message, "take it out: an e-book has its own files only")])
    if unlike := _find_misfit(root, kind):
        message = f"the layout gives no document that an e-book can have: {unlike}"
        raise SourceError([Finding("L001", Place(path), message, "fix it, or delete it to use ours")])
    return data
