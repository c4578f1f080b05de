"""Take pandoc's tree of LaTeX; return definitions with which pandoc keeps the text it does not know. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

BEGIN = re.compile(
    r"\\begin\{(?P<name>[A-Za-z]+\*?)\}(?P<option>\[[^\]]*\])?(?P<arguments>(?:\{[-\d. ]*(?:\\?[a-z@]+)?\})*)"
)
"""The start of an environment, with arguments that are lengths or keywords."""
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]+)(?P<option>\[[^\]]*\])?\{(?P<argument>.*)\}", re.DOTALL)
_TEXT = re.compile(r"[^\W\d_].*[\s\W].*[^\W\d_]|[^\W\d_]+\W+$|[A-Z]|[^\x00-\x7f]", re.DOTALL)
"""What makes an argument text, not a keyword."""
_TEXTLESS_ENVIRONMENTS = frozenset({"tikzpicture", "picture", "pspicture", "filecontents", "comment", "forest"})
_PARAGRAPH = "{\\par }"
KNOWN_COMMANDS = {
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
"""Definitions of commands with several arguments, some of them text; the mark of a `footnotetext` is elsewhere."""
SILENT_COMMANDS = frozenset(
    {
        *("maketitle", "label", "index", "noindent", "indent", "bgroup", "egroup", "tableofcontents", "newpage"),
        *("clearpage", "cleardoublepage", "pagebreak", "frontmatter", "mainmatter", "backmatter", "appendix"),
        *("bigskip", "medskip", "smallskip", "vspace", "hspace", "vfill", "hfill", "centering", "pagestyle"),
        *("footnotemark", "bibliographystyle", "hline", "protect", "null", "strut", "allowbreak", "sloppy", "fussy"),
        *("thispagestyle", "beginnumbering", "endnumbering", "Pages", "Columns", "newline", "raggedright"),
    }
)
"""Commands that print nothing."""
TEXTLESS_COMMANDS = SILENT_COMMANDS | frozenset(
    {
        *("ref", "pageref", "eqref", "autoref", "nameref", "cite", "citep", "citet", "parencite", "textcite"),
        *("footcite", "autocite", "nocite", "input", "include", "includegraphics", "bibliography", "glossary"),
        *("printbibliography", "printindex", "addbibresource", "usepackage", "hypersetup", "geometry", "setlength"),
        *("setcounter", "addtocounter", "setmainfont", "setmainlanguage", "newfontfamily", "selectlanguage"),
    }
)
_MAX_DEFINITIONS = 100
"""Limit of definitions per pass."""


def build_definitions(tree: Mapping[str, Any]) -> str:
    """Return definitions, in LaTeX, of the commands and environments with text that pandoc left as they were."""
    definitions_by_name: dict[str, str] = {}
    for piece in find_raw_pieces(tree.get("blocks", [])):
        environment = BEGIN.match(piece)
        command = _COMMAND.fullmatch(piece.strip())
        name = re.match(r"\s*\\([A-Za-z]+)", piece)
        if name and name[1] in KNOWN_COMMANDS:
            definitions_by_name[name[1]] = f"\\newcommand{{\\{name[1]}}}{KNOWN_COMMANDS[name[1]]}"
        elif environment and environment["name"] == "thebibliography":
            definitions_by_name["thebibliography"] = f"\\newenvironment{{thebibliography}}[1]{_PARAGRAPH}{_PARAGRAPH}"
        elif environment and environment["name"].removesuffix("*") not in _TEXTLESS_ENVIRONMENTS:
            arguments = 1 + environment["arguments"].count("{")
            title = "#1\\par " if _is_title(environment["option"]) else ""
            definitions_by_name[environment["name"]] = (
                f"\\newenvironment{{{environment['name']}}}[{arguments}][]{{\\par {title}}}{_PARAGRAPH}"
            )
        elif command and command["name"] not in TEXTLESS_COMMANDS and _is_text(command["argument"]):
            count, number = ("[2][]", 2) if command["option"] else ("[1]", 1)
            definitions_by_name[command["name"]] = f"\\newcommand{{\\{command['name']}}}{count}{{#{number}}}"
    return "".join(islice(definitions_by_name.values(), _MAX_DEFINITIONS))


def find_lost_options(tree: Mapping[str, Any]) -> Iterator[str]:
    """Yield losses: options of unknown environments that have a title among other things."""
    for piece in find_raw_pieces(tree.get("blocks", [])):
        environment = BEGIN.match(piece)
        if environment and "title" in (environment["option"] or ""):
            yield f"an option of {environment['name']}: {environment['option'][1:-1][:60]}"


def _is_title(option: str | None) -> bool:
    """Return whether an option is text, such as the name of a theorem, not a keyword or a position."""
    text = (option or "")[1:-1]
    return len(text) > 3 and _is_text(text)


def _is_text(argument: str) -> bool:
    """Return whether this is a single argument, and one of text."""
    depth = 0
    for character in re.sub(r"\\.", "", argument, flags=re.DOTALL):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return bool(_TEXT.search(argument)) and "=" not in argument


def find_raw_pieces(node: object) -> Iterator[str]:
    """Yield the pieces of LaTeX that pandoc left as they were."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            if item.get("t") in {"RawBlock", "RawInline"} and item["c"][0] == "latex":
                yield item["c"][1]
            else:
                stack += item.values()


def is_silent(raw_format: str, piece: str) -> bool:
    """Return whether a raw piece is a command of LaTeX that prints nothing."""
    name = re.match(r"\s*\\([A-Za-z]+)", piece)
    return raw_format == "latex" and name is not None and name[1] in SILENT_COMMANDS
