"""LaTeX beyond what pandoc knows: definitions that let the words of unknown environments and commands through. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_BEGIN = re.compile(
    r"\\begin\{(?P<name>[A-Za-z]+\*?)\}(?P<option>\[[^\]]*\])?(?P<arguments>(?:\{[-\d. ]*(?:\\?[a-z@]+)?\})*)"
)
"""The start of an environment, with arguments that are measures or keywords."""
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]+)(?P<option>\[[^\]]*\])?\{(?P<argument>.*)\}", re.DOTALL)
_WORDS = re.compile(r"[^\W\d_].*[\s\W].*[^\W\d_]|[^\W\d_]+\W+$|[A-Z]|[^\x00-\x7f]", re.DOTALL)
"""What is text, not a keyword."""
_DRAWN = frozenset({"tikzpicture", "picture", "pspicture", "filecontents", "comment", "forest"})
_PARAGRAPH = "{\\par }"
_KNOWN = {
    **dict.fromkeys(("pstart", "pend"), _PARAGRAPH),
    "bibitem": f"[2][]{_PARAGRAPH}",
    **dict.fromkeys(("fbox", "frame", "shortstack"), "[1]{#1}"),
    **dict.fromkeys(("makebox", "framebox"), "[2][]{#2}"),
    **dict.fromkeys(("raisebox", "scalebox", "reflectbox"), "[2]{#2}"),
    "rotatebox": "[3][]{#3}",
    "resizebox": "[3]{#3}",
    "lettrine": "[3][]{#2#3}",
    "ruby": "[2]{#1（#2）}",
    **dict.fromkeys(("textcquote", "foreigntextcquote"), "[3][]{“#3”}"),
    **dict.fromkeys(("marginpar", "marginnote", "sidenote", "footnotetext"), "[2][]{\\footnote{#2}}"),
}
"""Commands with several arguments, of which some are text; the number of a note may stand elsewhere."""
SILENT = frozenset(
    {
        *("maketitle", "label", "index", "noindent", "indent", "bgroup", "egroup", "tableofcontents", "newpage"),
        *("clearpage", "cleardoublepage", "pagebreak", "frontmatter", "mainmatter", "backmatter", "appendix"),
        *("bigskip", "medskip", "smallskip", "vspace", "hspace", "vfill", "hfill", "centering", "pagestyle"),
        *("footnotemark", "bibliographystyle", "hline", "protect", "null", "strut", "allowbreak", "sloppy", "fussy"),
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
        name = re.match(r"\s*\\([A-Za-z]+)", piece)
        if name and name[1] in _KNOWN:
            made[name[1]] = f"\\newcommand{{\\{name[1]}}}{_KNOWN[name[1]]}"
        elif begun and begun["name"] == "thebibliography":
            made["thebibliography"] = f"\\newenvironment{{thebibliography}}[1]{_PARAGRAPH}{_PARAGRAPH}"
        elif begun and begun["name"].removesuffix("*") not in _DRAWN:
            arguments = 1 + begun["arguments"].count("{")
            titled = "#1\\par " if _is_title(begun["option"]) else ""
            made[begun["name"]] = f"\\newenvironment{{{begun['name']}}}[{arguments}][]{{\\par {titled}}}{_PARAGRAPH}"
        elif command and command["name"] not in _NO_TEXT and _is_text(command["argument"]):
            count, number = ("[2][]", 2) if command["option"] else ("[1]", 1)
            made[command["name"]] = f"\\newcommand{{\\{command['name']}}}{count}{{#{number}}}"
    return "".join(list(made.values())[:_MOST])


def lost_options(tree: Mapping[str, Any]) -> Iterator[str]:
    """Give options of unknown environments that hold a title among other things."""
    for piece in _raw(tree.get("blocks", [])):
        begun = _BEGIN.match(piece)
        if begun and "title" in (begun["option"] or ""):
            yield f"an option of {begun['name']}: {begun['option'][1:-1][:60]}"


def _is_title(option: str | None) -> bool:
    """Tell whether an option is text, such as the name of a theorem, not a keyword or a place."""
    inside = (option or "")[1:-1]
    return len(inside) > 3 and _is_text(inside)


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
