"""LaTeX beyond what pandoc knows: definitions that let the words of unknown environments and commands through. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_BEGIN = re.compile(
    r"\\begin\{(?P<name>[A-Za-z]+\*?)\}(?P<option>\[[^\]]*\])?(?P<arguments>(?:\{[-\d. ]*\\?[a-z@]+\})*)"
)
"""The start of an environment, with arguments that are measures or keywords."""
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]+)(?P<option>\[[^\]]*\])?\{(?P<argument>.*)\}", re.DOTALL)
_WORDS = re.compile(r"[^\W\d_].*[\s\W].*[^\W\d_]|[^\W\d_]+\W+$|[A-Z]|[^\x00-\x7f]", re.DOTALL)
"""What is text, not a keyword."""
_DRAWN = frozenset({"tikzpicture", "picture", "pspicture", "filecontents", "thebibliography", "comment", "forest"})
_PARAGRAPHS = frozenset({"pstart", "pend"})
SILENT = frozenset(
    {
        *("maketitle", "label", "index", "noindent", "indent", "bgroup", "egroup", "tableofcontents", "newpage"),
        *("clearpage", "cleardoublepage", "pagebreak", "frontmatter", "mainmatter", "backmatter", "appendix"),
        *("bigskip", "medskip", "smallskip", "vspace", "hspace", "vfill", "hfill", "centering", "pagestyle"),
        *("thispagestyle", "beginnumbering", "endnumbering", "Pages", "Columns", "newline", "raggedright"),
    }
)
"""Commands that print nothing of their own."""
_NO_TEXT = SILENT | frozenset(
    {
        *(
            "ref",
            "pageref",
            "eqref",
            "autoref",
            "nameref",
            "cite",
            "citep",
            "citet",
            "parencite",
            "textcite",
            "footcite",
        ),
        *("autocite", "nocite", "input", "include", "includegraphics", "bibliography", "bibliographystyle"),
        *("printbibliography", "printindex", "addbibresource", "usepackage", "hypersetup", "geometry", "setlength"),
        *(
            "setcounter",
            "addtocounter",
            "setmainfont",
            "setmainlanguage",
            "newfontfamily",
            "selectlanguage",
            "glossary",
        ),
    }
)
_MOST = 100
"""Definitions that are made for one text."""


def definitions(tree: Mapping[str, Any]) -> str:
    """Give definitions of what pandoc left as it was although it has words in it; nothing if there is none."""
    made: dict[str, str] = {}
    for piece in _raw(tree.get("blocks", [])):
        begun = _BEGIN.match(piece)
        command = _COMMAND.fullmatch(piece.strip())
        word = piece.strip().removeprefix("\\")
        if word in _PARAGRAPHS:
            made[word] = f"\\newcommand{{\\{word}}}{{\\par }}"
        elif begun and begun["name"].removesuffix("*") not in _DRAWN:
            arguments = 1 + begun["arguments"].count("{")
            made[begun["name"]] = f"\\newenvironment{{{begun['name']}}}[{arguments}][]{{\\par }}{{\\par }}"
        elif command and command["name"] not in _NO_TEXT and _is_text(command["argument"]):
            count, number = ("[2][]", 2) if command["option"] else ("[1]", 1)
            made[command["name"]] = f"\\newcommand{{\\{command['name']}}}{count}{{#{number}}}"
    return "".join(list(made.values())[:_MOST])


def _is_text(argument: str) -> bool:
    """Tell whether this is one argument, and one of words."""
    depth = 0
    for sign in re.sub(r"\\.", "", argument, flags=re.DOTALL):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    return bool(_WORDS.search(argument)) and "=" not in argument


def _raw(node: object) -> Iterator[str]:
    """Give the pieces of LaTeX that pandoc left."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            if one.get("t") in {"RawBlock", "RawInline"} and one["c"][0] == "latex":
                yield one["c"][1]
            else:
                waiting += one.values()


def is_silent(form: str, piece: str) -> bool:
    """Tell whether a piece of another language prints nothing."""
    name = re.match(r"\s*\\([A-Za-z]+)", piece)
    return form == "latex" and name is not None and name[1] in SILENT
