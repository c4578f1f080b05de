"""Take LaTeX; return the words that a reader sees, read without pandoc, by pylatexenc. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bookbuild.exchange.importing.latex import BEGIN, KNOWN_COMMANDS, TEXTLESS_COMMANDS

_SECTIONS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")
_FRONT = frozenset({"title", "subtitle", "author", "date"})
"""Commands of the preamble whose words are printed."""
_SHOWN = {
    **dict.fromkeys(_FRONT, ("{", "\n%(1)s\n")),
    **dict.fromkeys(("footnote", "caption", "hyperref"), ("[{", " %(2)s ")),
    **dict.fromkeys(("hypertarget", "hyperlink"), ("{{", "%(2)s")),
    **dict.fromkeys(_SECTIONS, ("*[{", "\n%(3)s\n")),
    "multicolumn": ("{{{", "%(3)s"),
    "textcolor": ("[{{", "%(3)s"),
    "foreignlanguage": ("[{{", "%(3)s"),
}
"""Commands to the arguments that they have, and how these are shown: pylatexenc numbers headings and draws boxes."""
_MEASURED = {
    **dict.fromkeys(("vspace", "hspace"), "*{"),
    **dict.fromkeys(("cline", "color", "selectlanguage", "pagestyle", "thispagestyle", "input", "include"), "{"),
    **dict.fromkeys(("setlength", "setcounter", "addtocounter", "addtolength", "markboth"), "{{"),
    "addcontentsline": "{{{",
}
"""Commands that print nothing, with arguments that pylatexenc does not know."""


def read_words(text: str) -> str:
    """Return the words of LaTeX; of mathematics, and of arguments that print nothing, none.

    Empty if the LaTeX is nested too deeply.
    """
    from pylatexenc import latex2text, latexwalker
    from pylatexenc.macrospec import EnvironmentSpec, MacroSpec

    class Reader(latex2text.LatexNodes2Text):  # type: ignore[misc]  # an untyped base
        """Shows mathematics as a space."""

        def math_node_to_text(self, node: Any) -> str:  # noqa: ARG002 - the library calls it so
            return " "

    parsing = latexwalker.get_default_latex_context_db()
    known = {**{name: _translate_definition(form) for name, form in KNOWN_COMMANDS.items()}, **_SHOWN}
    arguments = {**{name: spec for name, (spec, _) in known.items()}, **_MEASURED}
    macros = [MacroSpec(name, spec) for name, spec in arguments.items()]
    begun = {match["name"]: "[" + "{" * match["arguments"].count("{") for match in BEGIN.finditer(text)}
    environments = [EnvironmentSpec(name, spec) for name, spec in begun.items() if not _is_known(parsing, name)]
    parsing.add_context_category("bookbuild", prepend=True, macros=macros, environments=environments)
    showing = latex2text.get_default_latex_context_db()
    shown = {**dict.fromkeys(("today", *TEXTLESS_COMMANDS), " "), **{name: form for name, (_, form) in known.items()}}
    macros = [latex2text.MacroTextSpec(name, form) for name, form in shown.items()]
    showing.add_context_category("bookbuild", prepend=True, macros=macros)
    try:
        nodes, _, _ = latexwalker.LatexWalker(text, latex_context=parsing, tolerant_parsing=True).get_latex_nodes()
        return str(
            Reader(latex_context=showing, keep_comments=False).nodelist_to_text(list(_list_printed_nodes(nodes)))
        )
    except RecursionError:
        return ""


def _is_known(parsing: Any, environment: str) -> bool:
    return bool(getattr(parsing.get_environment_spec(environment), "environmentname", ""))


def _translate_definition(definition: str) -> tuple[str, str]:
    """Return the arguments of a command that LaTeX defines so, and how they are shown."""
    *numbers, form = definition.split("]")  # as [2][]{#2}
    count, optional = int(numbers[0][1:]) if numbers else 0, len(numbers) > 1
    spec = "[" * optional + "{" * (count - optional)
    return spec, re.sub(r"#(\d)", r"%(\1)s", re.sub(r"\\\w+|[{}]", " ", form))


def _list_printed_nodes(nodes: list[Any]) -> Iterator[Any]:
    """Yield the nodes that are printed: the body of a document, and of its preamble what stands with the title."""
    bodies = [node for node in nodes if getattr(node, "environmentname", "") == "document"]
    if not bodies:
        yield from nodes
        return
    yield from (node for node in nodes if getattr(node, "macroname", "") in _FRONT)
    yield from (node for body in bodies for node in body.nodelist)
