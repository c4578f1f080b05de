"""Read the marks that Lingtrain, an aligner for language learners, puts at the ends of lines: Bab satu%%%%%h1. Pure."""

from __future__ import annotations

import re

from bookbuild.exchange.importing import ImportedText
from bookbuild.model.book import Block, Container, Kind
from bookbuild.model.findings import Place
from bookbuild.model.inline import LineBreak, Text

_MARKED = re.compile(r"[ \t]*%{5}(title|author|translator|h[1-5]|divider|qtext|qname|verse|image|segment)\.[ \t]*$")
_PLACE = Place("")


def read_marked_text(text: str) -> ImportedText | None:
    """Return the lines of a text, each a paragraph or what its mark says; None if no line has a mark."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    marks = [_MARKED.search(line) for line in lines]
    if not any(marks):
        return None
    has_title = any(mark and mark[1] == "title" for mark in marks)
    blocks: list[Block] = []
    pictures = 0
    before = ""
    for line, mark in zip(lines, marks, strict=True):
        words, kind = (line[: mark.start()], mark[1]) if mark else (line, "")
        if kind == "verse" == before and blocks:
            blocks[-1] = Block(Kind.VERSE, (*blocks[-1].content, LineBreak(), Text(words)), _PLACE)
        elif kind == "divider":
            blocks.append(Block(Kind.BREAK, (), _PLACE))
        elif kind == "image":
            pictures += 1
        elif words:
            blocks.append(_build_block(words, kind, has_title=has_title))
        before = kind
    losses = (f"{pictures} picture{'s'[: pictures > 1]}, which the text only names",) if pictures else ()
    return ImportedText(tuple(blocks), losses=losses, structured=True)


def _build_block(words: str, kind: str, *, has_title: bool) -> Block:
    content = (Text(words),)
    if kind == "title" or kind.startswith("h"):
        level = 1 if kind == "title" else min(6, int(kind[1]) + has_title)
        return Block(Kind.HEADING, content, _PLACE, level)
    if kind == "verse":
        return Block(Kind.VERSE, content, _PLACE)
    containers = (Container("quote"),) if kind in {"qtext", "qname"} else ()
    return Block(Kind.PARAGRAPH, content, _PLACE, containers=containers)
