"""The files of a book in, parsed blocks out, chapter by chapter and language by language; nothing is paired."""

from __future__ import annotations

from collections.abc import Mapping

from bookbuild.book.folder import BookSource, ChapterSource
from bookbuild.book.readers import ParsedText, ReaderOptions, readers
from bookbuild.model.characters import decode_text
from bookbuild.model.errors import Problems
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, read_file


def parse_chapters(project: Project, source: BookSource) -> list[tuple[str, list[ParsedText]]]:
    """Return the name of each chapter with its parsed texts, one per language.

    Raises SourceError with every problem of every file that can be read.
    """
    problems = Problems()
    chapters: list[tuple[str, list[ParsedText]]] = []
    for chapter in source.chapters:
        with problems.collect():
            texts = read_texts(project, source, chapter)
            chapters.append((chapter.name, parse_chapter(project, source, chapter, texts)))
    problems.raise_all()
    return chapters


def read_texts(project: Project, source: BookSource, chapter: ChapterSource) -> dict[str, str]:
    """Return the characters of a chapter's files, one file per language, by the paths that messages name.

    Raises SourceError with every problem.
    """
    texts: dict[str, str] = {}
    problems = Problems()
    for language in source.languages:
        path = chapter.files[language.tag]
        relative = project.relative(path)
        with problems.collect():
            texts[relative] = decode_text(read_file(project, path), relative)
    problems.raise_all()
    return texts


def parse_chapter(
    project: Project, source: BookSource, chapter: ChapterSource, texts: Mapping[str, str]
) -> list[ParsedText]:
    """Return the parsed texts of a chapter, in the order of the book's languages.

    Raises SourceError with every problem, and where a text is empty.
    """
    parsed: list[ParsedText] = []
    problems = Problems()
    for language in source.languages:
        path = chapter.files[language.tag]
        relative = project.relative(path)
        read = readers()[path.suffix.lower()]
        with problems.collect():
            parsed.append(read(texts[relative], relative, ReaderOptions(source.config.paragraphs)))
            if not parsed[-1].blocks:
                problems.append(Finding("T003", Place(relative), "the text is empty", "put the text into it"))
    problems.raise_all()
    return parsed
