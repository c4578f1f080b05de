"""What pandoc and MuPDF read in e-books: every word."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import judge
from ebooks import document


def pieces(blocks: list[Any]) -> Iterator[str]:
    """The texts of pandoc's blocks, a line each; marks of notes and lists are left out.

    What a mark leads to in the same file stands where the mark does: pandoc knows notes as that.
    """
    for block in blocks:
        kind, content = block["t"], block.get("c")
        if kind in {"Para", "Plain"}:
            yield from flat(content).split("\n")
            yield from noted(content)
        elif kind == "Header":
            yield from flat(content[2]).split("\n")
            yield from noted(content[2])
        elif kind == "CodeBlock":
            yield from content[1].split("\n")
        elif kind == "Div":
            yield from pieces(content[1])
        elif kind == "BlockQuote":
            yield from pieces(content)
        elif kind in {"BulletList", "OrderedList"}:
            for item in content if kind == "BulletList" else content[1]:
                yield from pieces(item)
        elif kind == "Table":
            head, bodies = content[3], content[4]
            for row in [*head[1], *(row for body in bodies for row in (*body[2], *body[3]))]:
                for cell in row[1]:
                    yield from pieces(cell[4])


def noted(inlines: list[Any]) -> Iterator[str]:
    for inline in inlines:
        kind, content = inline["t"], inline.get("c")
        if kind == "Note":
            yield from pieces(content)
        elif kind in {"Link", "Span"}:
            yield from noted(content[1])
        elif kind in {"Emph", "Strong", "Superscript", "Underline"}:
            yield from noted(content)


def flat(inlines: list[Any]) -> str:
    found = []
    for inline in inlines:
        kind, content = inline["t"], inline.get("c")
        if kind == "Str":
            found.append(content)
        elif kind in {"Space", "SoftBreak"}:
            found.append(" ")
        elif kind == "LineBreak":
            found.append("\n")
        elif kind == "Code":
            found.append(content[1])
        elif kind == "Link":
            marks = {"noteref", "back"} & set(content[0][1])
            found.append("" if marks else flat(content[1]))
        elif kind == "Span":
            found.append("" if "marker" in content[0][1] else flat(content[1]))
        elif kind in {"Emph", "Strong", "Superscript", "Underline"}:
            found.append(flat(content))
    return "".join(found)


def squeezed(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.judge
def test_pandoc_reads_every_paragraph_back_once(first_ebooks: list[Path], rich_ebooks: list[Path]) -> None:
    judge(shutil.which("pandoc") is not None, "pandoc is not installed")
    for path in (*first_ebooks, *rich_ebooks):
        done = subprocess.run(
            ["pandoc", "-f", "epub", "-t", "json", str(path)], capture_output=True, check=True, text=True
        )
        found = Counter(squeezed(piece) for piece in pieces(json.loads(done.stdout)["blocks"]))
        shown = document(path)
        # pandoc leaves out the notes of notes: in the popup, those of translations
        left_out = shown.languages[1:] if "popup" in path.name else ()
        wanted = Counter(
            squeezed(line)
            for block in shown.expected
            if not (block.note and block.language in {language.tag for language in left_out})
            for line in re.split(r"[\n\t]", block.text)
        )
        del wanted[""]
        assert len(wanted) > 8
        assert {text: (count, found[text]) for text, count in wanted.items() if found[text] != count} == {}, path.name


def test_mupdf_shows_every_word(first_ebooks: list[Path], rich_ebooks: list[Path]) -> None:
    pymupdf = pytest.importorskip("pymupdf")
    for path in (*first_ebooks, *rich_ebooks):
        with pymupdf.open(path) as opened:
            opened.layout(width=400, height=600, fontsize=11)
            text = "\n".join(page.get_text() for page in opened)
        found = Counter(re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text)))
        wanted: Counter[str] = Counter()
        for block in document(path).expected:
            wanted.update(re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", block.text)))
        lost = {word: count - found[word] for word, count in wanted.items() if found[word] < count}
        assert sum(lost.values()) <= sum(wanted.values()) * 0.001, (path.name, lost)
