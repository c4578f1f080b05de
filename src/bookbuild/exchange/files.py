"""Turn imported texts and pairs into the files of a book's folder: texts, pictures, a table of pairs. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bookbuild.book.pairs import table
from bookbuild.book.pairs.portions import table_text
from bookbuild.book.pairs.table import Entry
from bookbuild.book.readers import ReaderOptions, readers
from bookbuild.exchange import markdown
from bookbuild.exchange.importing import ImportedPairs, ImportedText
from bookbuild.exchange.importing.marks import rename_pictures
from bookbuild.model.book import Kind
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.inline import NoteReference, walk


@dataclass(frozen=True, slots=True)
class BookFiles:
    """The files to write, and what they leave out."""

    contents: dict[str, bytes]
    """Content by path in the book's folder."""
    losses: tuple[str, ...]
    """What the files do not hold, for messages."""


def build_text_files(texts: Mapping[str, Sequence[ImportedText]], chapters: Sequence[str]) -> BookFiles:
    """Return one file per language, or a folder of chapters per language if there are several chapters.

    `texts` has one text per chapter; `chapters` are their names. Raises SourceError if a text cannot be written.
    """
    contents: dict[str, bytes] = {}
    losses: list[str] = []
    structured = any(text.structured for chapter_texts in texts.values() for text in chapter_texts)
    for tag, chapter_texts in texts.items():
        for name, text in zip(chapters, chapter_texts, strict=True):
            distinct_text = _rename_pictures(text, contents, tag)
            stem = tag if len(chapter_texts) == 1 else f"{tag}/{name}"
            path, data, text_losses = _render_text_file(stem, distinct_text, structured=structured)
            contents |= {path: data, **distinct_text.files}
            losses += [f"{stem}: {loss}" for loss in (*distinct_text.losses, *text_losses)]
    return BookFiles(contents, tuple(losses))


def build_pair_files(tags: Sequence[str], pairs: ImportedPairs) -> BookFiles:
    """Return one file per language, and a table of pairs unless each row has one paragraph of each.

    Raises SourceError if a text cannot be written.
    """
    contents = dict(pairs.files)
    losses = list(pairs.losses)
    texts = {tag: _extract_side(pairs, side) for side, tag in enumerate(tags)}
    structured = pairs.structured or any(b.kind != "paragraph" for t in texts.values() for b in t.blocks)
    for tag, text in texts.items():
        path, data, text_losses = _render_text_file(tag, text, structured=structured)
        contents[path] = data
        losses += text_losses
    if any(len(blocks) != 1 for row in pairs.rows for blocks in row):
        entries = [
            Entry(
                "",
                tuple("\n".join(map(table_text, blocks)) for blocks in row),
                "–".join(str(len(blocks)) for blocks in row),
                1.0,
                "",
            )
            for row in pairs.rows
        ]
        contents["aligned.csv"] = table.to_csv(tags, entries)
    return BookFiles(contents, tuple(losses))


def render_settings(languages: Sequence[str]) -> dict[str, bytes]:
    """Return a book.toml with the order of the languages."""
    return {"book.toml": f"languages = {json.dumps(list(languages))}\n".encode()}


def name_chapters(stems: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return chapter names made of the number and the words that all languages' files share: 01-preface.

    `stems` has one row per language, with one file name (without suffix) per chapter.
    """
    width = max(2, len(str(len(stems[0]))))
    names = []
    for number, chapter_stems in enumerate(zip(*stems, strict=True), 1):
        shared = set.intersection(*(set(re.findall(r"[^\W_]+", stem)) for stem in chapter_stems))
        words = [word for word in re.findall(r"[^\W_]+", chapter_stems[0]) if word in shared and not word.isdecimal()]
        names.append("-".join((f"{number:0{width}}", *dict.fromkeys(words))))
    return tuple(names)


def _extract_side(pairs: ImportedPairs, side: int) -> ImportedText:
    blocks = tuple(b for row in pairs.rows for b in row[side])
    labels = {i.label for b in blocks for i in walk(b.content) if isinstance(i, NoteReference)}
    notes = tuple(note for note in pairs.notes if note.label in labels)
    return ImportedText(blocks, notes, structured=pairs.structured)


def _rename_pictures(text: ImportedText, existing: Mapping[str, bytes], tag: str) -> ImportedText:
    """Return a text whose pictures have other names where another text uses the same names for other pictures."""
    names = {name: name for name in text.files}
    for name, data in text.files.items():
        number = 1
        while existing.get(names[name], data) != data:
            stem, _, suffix = name.rpartition(".")
            names[name] = f"{stem}-{tag}{f'-{number}' if number > 1 else ''}.{suffix}"
            number += 1
    if all(name == new for name, new in names.items()):
        return text
    blocks = tuple(replace(block, content=rename_pictures(block.content, names)) for block in text.blocks)
    return replace(text, blocks=blocks, files={names[name]: data for name, data in text.files.items()})


def _render_text_file(stem: str, text: ImportedText, *, structured: bool) -> tuple[str, bytes, tuple[str, ...]]:
    if not structured:
        lines = "\n\n".join("* * *" if block.kind is Kind.BREAK else block.text for block in text.blocks) + "\n"
        parsed = readers()[".txt"](lines, "", ReaderOptions())
        if [(b.kind, b.text) for b in parsed.blocks] == [(b.kind, b.text) for b in text.blocks]:
            return f"{stem}.txt", lines.encode(), ()
    try:
        rendered = markdown.render_markdown(text.blocks, text.notes)
        markdown.check_markdown(rendered, text.blocks)
    except SourceError as error:
        message = f"the text cannot be written as Markdown ({error.findings[0].message})"
        advice = "make it simpler in the program that it comes from: fewer levels of lists, no tables in tables"
        raise SourceError([Finding("T009", Place(f"{stem}.md"), message, advice)]) from None
    return f"{stem}.md", rendered.text.encode(), rendered.losses
