"""Plain text: one paragraph per line, or separated by blank lines; characters in, blocks out. Headings come later."""

from __future__ import annotations

import re

from bookbuild.book.readers import ParsedText, ReaderOptions
from bookbuild.model.book import Block, Kind
from bookbuild.model.characters import fold_spaces
from bookbuild.model.findings import Place
from bookbuild.model.inline import Text

SUFFIXES = (".txt",)

_SENTENCE_END = re.compile(r"[.!?…:;؟؛۔。！？][\"'”’»«“)\]›」』]*$")
_RULE = re.compile(r"([-–—_=*~•·ـ])(?:[ \t\xa0]*\1){2,}|⁂")
"""A line of ornaments: a break between two parts."""
_LONGEST_WRAPPED_LINE = 120
"""Characters: longer lines were not wrapped by hand or by an editor."""


def read(text: str, path: str, options: ReaderOptions) -> ParsedText:
    """Read paragraphs: each is one block, placed at its first line; a line of ornaments is a break."""
    groups = _group_lines(text)
    by_blank = options.paragraphs == "blank-lines" or (options.paragraphs == "auto" and is_hard_wrapped(groups))
    blocks = []
    for first, lines in groups:
        if by_blank:
            blocks.append(_build_block("\n".join(lines), path, first))
        else:
            blocks += [_build_block(line, path, first + n) for n, line in enumerate(lines)]
    return ParsedText(tuple(blocks), infer_headings=True)


def _build_block(text: str, path: str, line: int) -> Block:
    if _RULE.fullmatch(text.strip()):
        return Block(Kind.BREAK, (), Place(path, line))
    return Block(Kind.PARAGRAPH, (Text(fold_spaces(text)),), Place(path, line))


def _group_lines(text: str) -> list[tuple[int, list[str]]]:
    """Group lines separated by blank lines or by ornaments, a group of their own; each with its first line's number."""
    groups: list[tuple[int, list[str]]] = []
    open_group = False
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():  # also true of no-break and ideographic spaces
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


def is_hard_wrapped(groups: list[tuple[int, list[str]]]) -> bool:
    """Return whether lines are wrapped within paragraphs.

    They are if blank lines separate groups, no line is long, and most lines that are not the last of
    their group end in the middle of a sentence.
    """
    inner = [line for _, lines in groups for line in lines[:-1]]
    if len(groups) < 2 or not inner:
        return False
    if max(len(line) for line in inner) > _LONGEST_WRAPPED_LINE:
        return False
    unfinished = sum(1 for line in inner if not _SENTENCE_END.search(line.strip()))
    return unfinished * 2 > len(inner)
