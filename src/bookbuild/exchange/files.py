"""Imported texts and pairs in, the files of a book's folder out: texts, pictures, a table of pairs. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bookbuild.book.pairs import table
from bookbuild.book.pairs.portions import written
from bookbuild.book.pairs.table import Entry
from bookbuild.book.readers import ReaderOptions, readers
from bookbuild.exchange import markdown
from bookbuild.exchange.importing import Pairs, Text
from bookbuild.exchange.importing.marks import renamed
from bookbuild.model.book import Kind
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import NoteReference, walk


@dataclass(frozen=True, slots=True)
class Files:
    """What is written."""

    contents: dict[str, bytes]
    """Path in the book's folder to content."""
    losses: tuple[str, ...]


def of_texts(texts: Mapping[str, Sequence[Text]], chapters: Sequence[str]) -> Files:
    """Write texts: a file a language, or a folder of chapters if there are several.

    Raises SourceError if a text cannot be written.
    """
    contents: dict[str, bytes] = {}
    losses: list[str] = []
    structured = any(text.structured for found in texts.values() for text in found)
    for tag, found in texts.items():
        for name, text in zip(chapters, found, strict=True):
            own = _apart(text, contents, tag)
            stem = tag if len(found) == 1 else f"{tag}/{name}"
            path, data, lost = _text_file(stem, own, structured=structured)
            contents |= {path: data, **own.files}
            losses += [f"{stem}: {loss}" for loss in (*own.losses, *lost)]
    return Files(contents, tuple(losses))


def of_pairs(tags: Sequence[str], pairs: Pairs) -> Files:
    """Write a text a language, and a table of pairs where rows are untranslated.

    Raises SourceError as for texts.
    """
    contents = dict(pairs.files)
    losses = list(pairs.losses)
    texts = {tag: _side(pairs, side) for side, tag in enumerate(tags)}
    structured = pairs.structured or any(b.kind != "paragraph" for t in texts.values() for b in t.blocks)
    for tag, text in texts.items():
        path, data, lost = _text_file(tag, text, structured=structured)
        contents[path] = data
        losses += lost
    if any(None in row for row in pairs.rows):
        entries = [
            Entry("", tuple(written(b) if b else "" for b in row), "–".join("1" if b else "0" for b in row), 1.0, "")
            for row in pairs.rows
        ]
        contents["aligned.csv"] = table.to_csv(tags, entries)
    return Files(contents, tuple(losses))


def settings(languages: Sequence[str]) -> dict[str, bytes]:
    """Write a book.toml that says the order of the languages."""
    return {"book.toml": f"languages = {json.dumps(list(languages))}\n".encode()}


def chapter_names(stems: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Name chapters by their place, and by what their files share: `stems` a language, a name a chapter."""
    width = max(2, len(str(len(stems[0]))))
    made = []
    for number, found in enumerate(zip(*stems, strict=True), 1):
        shared = set.intersection(*(set(re.findall(r"[^\W_]+", stem)) for stem in found))
        words = [word for word in re.findall(r"[^\W_]+", found[0]) if word in shared and not word.isdecimal()]
        made.append("-".join((f"{number:0{width}}", *dict.fromkeys(words))))
    return tuple(made)


def _side(pairs: Pairs, side: int) -> Text:
    blocks = tuple(b for row in pairs.rows if (b := row[side]))
    marked = {i.label for b in blocks for i in walk(b.content) if isinstance(i, NoteReference)}
    notes = tuple(note for note in pairs.notes if note.label in marked)
    return Text(blocks, notes, structured=pairs.structured)


def _apart(text: Text, taken: Mapping[str, bytes], tag: str) -> Text:
    """Give pictures other names if another text has those for others."""
    names = {name: name for name in text.files}
    for name, data in text.files.items():
        number = 1
        while taken.get(names[name], data) != data:
            stem, _, suffix = name.rpartition(".")
            names[name] = f"{stem}-{tag}{f'-{number}' if number > 1 else ''}.{suffix}"
            number += 1
    if all(name == new for name, new in names.items()):
        return text
    blocks = tuple(replace(block, content=renamed(block.content, names)) for block in text.blocks)
    return replace(text, blocks=blocks, files={names[name]: data for name, data in text.files.items()})


def _text_file(stem: str, text: Text, *, structured: bool) -> tuple[str, bytes, tuple[str, ...]]:
    if not structured:
        lines = "\n\n".join("* * *" if block.kind is Kind.BREAK else block.text for block in text.blocks) + "\n"
        parsed = readers()[".txt"](lines, "", ReaderOptions())
        if [(b.kind, b.text) for b in parsed.blocks] == [(b.kind, b.text) for b in text.blocks]:
            return f"{stem}.txt", lines.encode(), ()
    try:
        made = markdown.markdown(text.blocks, text.notes)
        markdown.checked(made, text.blocks)
    except SourceError as error:
        message = f"the text cannot be written as Markdown ({error.findings[0].message})"
        advice = "make it simpler in the program that it comes from: fewer levels of lists, no tables in tables"
        raise SourceError([Finding("T009", Place(f"{stem}.md"), message, advice)]) from None
    return f"{stem}.md", made.text.encode(), made.losses
