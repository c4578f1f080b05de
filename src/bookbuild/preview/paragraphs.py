"""The paragraphs of a book as they are typed, for the page; one changed paragraph into its file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bookbuild.book import write
from bookbuild.book.folder import BookSource, open_book
from bookbuild.book.reading import parse_chapter, read_texts
from bookbuild.model.characters import decode_text
from bookbuild.model.errors import SourceError, UsageError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, read_file


class ParagraphChange(BaseModel):
    """A paragraph as the page sends it."""

    model_config = ConfigDict(extra="forbid", strict=True)
    path: Annotated[str, Field(max_length=4096)]
    """Of its file, relative to the project."""
    line: Annotated[int, Field(ge=1)]
    """Its first line, counted from 1."""
    before: str
    """Its text when the page read it."""
    after: str


def read_chapter(project: Project, slug: str, number: int) -> dict[str, Any]:
    """Return the names of a book's chapters, and the paragraphs of one, per language, as they stand in the files.

    Raises SourceError if the folder is wrong, or a file cannot be read.
    """
    source = open_book(project, slug)
    number = min(max(number, 0), len(source.chapters) - 1)
    chapter = source.chapters[number]
    texts = read_texts(project, source, chapter)
    sides = []
    for language, (path, text) in zip(source.languages, texts.items(), strict=True):
        lines = text.split("\n")
        sides.append(
            {
                "tag": language.tag,
                "name": language.name,
                "direction": language.direction,
                "path": path,
                "paragraphs": [
                    {"line": start + 1, "text": "\n".join(lines[start:end])}
                    for start, end in split_lines(lines, _find_starts(project, source, number, path, texts))
                ],
            }
        )
    return {
        "chapters": [chapter.name for chapter in source.chapters],
        "chapter": number,
        "languages": sides,
    }


def _find_starts(
    project: Project, source: BookSource, number: int, path: str, texts: Mapping[str, str]
) -> list[int] | None:
    """Return the first lines of all paragraphs and notes, counted from 0; None if the text cannot be parsed."""
    try:
        parsed = parse_chapter(project, source, source.chapters[number], texts)
    except SourceError:
        return None
    blocks = [block for text in parsed for block in (*text.blocks, *(b for note in text.notes for b in note.blocks))]
    return sorted({block.place.line - 1 for block in blocks if block.place.path == path and block.place.line})


def split_lines(lines: Sequence[str], starts: Sequence[int] | None) -> list[tuple[int, int]]:
    """Return the first line and the line after the last one of each paragraph, without the empty lines between.

    `starts` are the first lines of paragraphs, counted from 0 and sorted; None if every line is to be one. Every line
    with words is in one paragraph.
    """
    paragraphs = []
    if starts is None:
        starts = range(len(lines))
    for start, end in pairwise([0, *(s for s in starts if 0 < s < len(lines)), len(lines)]):
        filled = [n for n in range(start, end) if lines[n].strip()]
        if filled:
            paragraphs.append((filled[0], filled[-1] + 1))
    return paragraphs


def change_paragraph(project: Project, slug: str, change: ParagraphChange) -> None:
    """Replace a paragraph in its file, or delete it.

    Raises SourceError if the file is not one of the book's texts (P007), or if it has changed since (A004); UsageError
    if other paragraphs would become others.
    """
    source = open_book(project, slug)
    found = [
        (number, path)
        for number, chapter in enumerate(source.chapters)
        for path in chapter.files.values()
        if project.relative(path) == change.path
    ]
    place = Place(change.path, change.line)
    if not found:
        raise SourceError([Finding("P007", place, "is not a text of this book", "reload the page")])
    number, path = found[0]
    data = read_file(project, path)
    text = decode_text(data, change.path)
    mark, lines = _split_raw_lines(data.decode("utf-8"))
    before = change.before.split("\n")
    start, end = change.line - 1, change.line - 1 + len(before)
    if [line for line, _ in lines[start:end]] != before:
        message = "the text was changed by something else meanwhile, and was left as it is"
        raise SourceError([Finding("A004", place, message, "compare, then change it again")])
    changed = [*lines[:start], *_build_lines(change.after, lines, end, path.suffix), *lines[end:]]
    new_data = (mark + "".join(line + ending for line, ending in changed)).encode("utf-8")
    new_text = decode_text(new_data, change.path)  # control characters are refused before they are written
    texts = read_texts(project, source, source.chapters[number])
    old, new = (
        _list_paragraphs(project, source, number, change.path, {**texts, change.path: one}) for one in (text, new_text)
    )
    if old and new:
        place_in_text = next((n for n, (line, _) in enumerate(old) if line == start), 0)
        others = [words for _, words in old[:place_in_text]], [words for _, words in old[place_in_text + 1 :]]
        words_now = [words for _, words in new]
        if words_now[: len(others[0])] != others[0] or words_now[len(words_now) - len(others[1]) :] != others[1]:
            message = "other paragraphs would be joined or divided by this change"
            raise UsageError(f"{message}: write it without empty lines, or change {change.path} in an editor")
    write.replace_file(project, path, new_data, data)


def _list_paragraphs(
    project: Project, source: BookSource, number: int, path: str, texts: Mapping[str, str]
) -> list[tuple[int, str]]:
    """Return the first line and the words of each paragraph of a file; none if it cannot be parsed."""
    starts = _find_starts(project, source, number, path, texts)
    lines = texts[path].split("\n")
    return [] if starts is None else [(first, "\n".join(lines[first:end])) for first, end in split_lines(lines, starts)]


def _build_lines(after: str, lines: Sequence[tuple[str, str]], end: int, suffix: str) -> list[tuple[str, str]]:
    """Return the lines of a changed paragraph with their ends; `end` is the line after the paragraph."""
    words = after.replace("\r\n", "\n").strip("\n")
    if not words.strip():
        return []
    new = [line if suffix == ".md" else line.rstrip() for line in words.split("\n")]  # two spaces break lines there
    newline = next((ending for _, ending in lines if ending in {"\n", "\r\n"}), "\n")
    return [*((line, newline) for line in new[:-1]), (new[-1], lines[end - 1][1])]


def _split_raw_lines(raw: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the byte order mark of a text, if any, and its lines as decode_text() counts them, each with its end."""
    mark = "\ufeff" if raw.startswith("\ufeff") else ""
    parts = re.split("(\r\n|[\n\r\f\u0085\u2028\u2029])", raw.removeprefix(mark))
    lines: list[tuple[str, str]] = []
    for line, ending in zip(parts[::2], [*parts[1::2], ""], strict=True):
        lines += [(line, ""), ("", ending)] if ending == "\u2029" else [(line, ending)]  # as long as two ends
    return mark, lines
