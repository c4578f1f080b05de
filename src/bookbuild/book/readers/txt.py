"""Plain text: a paragraph a line, or blank-line separated. Headings are found later, in all languages together."""

from __future__ import annotations

import re

from bookbuild.book.readers import Parsed, ReaderOptions
from bookbuild.model.book import Block, Kind
from bookbuild.model.characters import fold
from bookbuild.model.findings import Place
from bookbuild.model.inline import Text

SUFFIXES = (".txt",)

_ENDS = re.compile(r"[.!?…:;؟؛۔。！？][\"'”’»«“)\]›」』]*$")
_RULE = re.compile(r"([-–—_=*~•·ـ])(?:[ \t\xa0]*\1){2,}|⁂")
"""A line that is drawn, not read: a break between two parts."""
_WRAPPED_AT_MOST = 120
"""Characters: longer lines were not broken by hand or by an editor's fill command."""


def read(text: str, path: str, options: ReaderOptions) -> Parsed:
    """Read paragraphs; each becomes one block with the line it begins on."""
    groups = _groups(text)
    by_blank = options.paragraphs == "blank-lines" or (options.paragraphs == "auto" and hard_wrapped(groups))
    blocks = []
    for first, lines in groups:
        if by_blank:
            blocks.append(_paragraph("\n".join(lines), path, first))
        else:
            blocks += [_paragraph(line, path, first + n) for n, line in enumerate(lines)]
    return Parsed(tuple(blocks), infer_headings=True)


def _paragraph(text: str, path: str, line: int) -> Block:
    if _RULE.fullmatch(text.strip()):
        return Block(Kind.BREAK, (), Place(path, line))
    return Block(Kind.PARAGRAPH, (Text(fold(text)),), Place(path, line))


def _groups(text: str) -> list[tuple[int, list[str]]]:
    """Lines between blank lines and drawn ones, which stand alone, with the number of the first."""
    groups: list[tuple[int, list[str]]] = []
    open_group = False
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():  # also a line of no-break or ideographic spaces
            open_group = False
        elif _RULE.fullmatch(line.strip()):
            groups.append((number, [line]))
            open_group = False
        elif open_group:
            groups[-1][1].append(line)
        else:
            groups.append((number, [line]))
            open_group = True
    return groups


def hard_wrapped(groups: list[tuple[int, list[str]]]) -> bool:
    """Tell whether lines were broken inside paragraphs.

    They were if blank lines separate groups, no line is long, and most lines that another line
    follows end in the middle of a sentence.
    """
    inner = [line for _, lines in groups for line in lines[:-1]]
    if len(groups) < 2 or not inner:
        return False
    if max(len(line) for line in inner) > _WRAPPED_AT_MOST:
        return False
    unfinished = sum(1 for line in inner if not _ENDS.search(line.strip()))
    return unfinished * 2 > len(inner)
