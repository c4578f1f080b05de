"""A book's files in, the finished Book out: read, find headings, pair, normalise, number."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bookbuild.book import typography
from bookbuild.book.config.book_toml import Config
from bookbuild.book.config.fields import LocalText
from bookbuild.book.config.texts import TypographyTable
from bookbuild.book.folder import BookSource, ChapterSource
from bookbuild.book.numbering import UnitNumbering
from bookbuild.book.pairs.chapter import (
    PairTable,
    PreparedChapter,
    prepare_chapter,
    read_pair_table,
    report_unknown_chapters,
)
from bookbuild.book.reading import parse_chapter, read_texts
from bookbuild.book.typography import Change
from bookbuild.languages.tables import find_numbering_system
from bookbuild.model.book import Book, Chapter, Creator, Language, Localized, Metadata
from bookbuild.model.errors import Problems, SourceError
from bookbuild.model.findings import Finding
from bookbuild.model.inline import Image, walk
from bookbuild.model.project import Project
from bookbuild.work.fingerprints import hash_program
from bookbuild.work.workers import Task, Workers


@dataclass(frozen=True, slots=True)
class LoadedBook:
    """A Book, with what is reported about how it was read."""

    book: Book
    findings: tuple[Finding, ...]
    changes: dict[str, Counter[Change]]
    """Language tag to what typography changed, with counts."""
    sources: dict[str, str]
    """Relative path to the characters read, for the report."""
    table: str = ""
    """Path of the table of pairs that was used, for messages; empty if there is none."""


_SHARE = 0.05
"""Of the time that it takes to lay a chapter out: what it takes to read it."""
_MANY = 2_000_000 * _SHARE
"""Characters, times `_SHARE`, that are read here in the time that other processes take to start."""


def load_book(project: Project, source: BookSource, workers: Workers | None = None) -> LoadedBook:
    """Read, pair and number the texts of a book; unchanged chapters come from the cache of `workers`.

    Raises SourceError with every problem of every file that can be read.
    """
    workers = workers or Workers()
    problems = Problems()
    sources: dict[str, str] = {}
    table = read_pair_table(project, source)
    warnings = report_unknown_chapters(table, source)
    tasks = []
    for chapter in source.chapters:
        with problems.collect():
            texts = read_texts(project, source, chapter)
            sources |= texts
            rows = replace(table, chapters={chapter.name: list(table.rows(chapter.name))}) if table else None
            key = _digest_chapter(project, source, chapter, texts, table, "prepared")
            arguments = (project, source, chapter, texts, rows)
            what = f"{source.slug}, texts of {chapter.name}"
            tasks.append(Task(what, _prepare_chapter, arguments, key, sum(map(len, texts.values())) * _SHARE))
    chapters_prepared: list[PreparedChapter | None] = [None] * len(tasks)
    failed: dict[int, SourceError] = {}
    for n, result in workers.run_each(tasks, _MANY):
        if isinstance(result, SourceError):
            failed[n] = result
        elif isinstance(result, Exception):
            raise result
        else:
            chapters_prepared[n] = result
    problems += [finding for _, error in sorted(failed.items()) for finding in error.findings]
    problems.raise_all()
    changes: dict[str, Counter[Change]] = {language.tag: Counter() for language in source.languages}
    numbering = UnitNumbering(source.languages, by_chapter=source.config.numbering == "chapter")
    chapters: list[Chapter] = []
    for number, (chapter, prepared) in enumerate(zip(source.chapters, chapters_prepared, strict=True), 1):
        if prepared is None:
            continue
        counters = (number, *numbering.counts)
        digest = _digest_chapter(project, source, chapter, sources, table, *counters)
        with problems.collect():
            warnings += prepared.findings
            for tag, counts in prepared.changes.items():
                changes[tag].update(counts)
            chapters.append(replace(numbering.number_chapter(f"c{number}", chapter.name, prepared), digest=digest))
    problems.raise_all()
    book = _build_book(source, tuple(chapters))
    ignored = set(source.config.checks.ignore)
    reported = [f for f in warnings if not f.code.startswith("Q") or not {"Q", f.code} & ignored]
    findings = (*source.findings, *reported, *_check_descriptions(book))
    return LoadedBook(book=book, findings=findings, changes=changes, sources=sources, table=table.path if table else "")


def _prepare_chapter(
    project: Project, source: BookSource, chapter: ChapterSource, texts: Mapping[str, str], table: PairTable | None
) -> PreparedChapter:
    """Parse, pair and check a chapter's texts.

    Raises SourceError with every problem.
    """
    parsed = parse_chapter(project, source, chapter, texts)
    return prepare_chapter(parsed, source, _select_rules(source.config), table, chapter.name)


def _digest_chapter(
    project: Project,
    source: BookSource,
    chapter: ChapterSource,
    texts: Mapping[str, str],
    table: PairTable | None,
    *others: object,
) -> str:
    """Return the SHA-256 of everything that a chapter's units depend on: texts, settings, program, `others`."""
    config = source.config
    settings = (
        hash_program(),
        sorted(_select_rules(config)),
        config.numbering,
        config.headings,
        config.paragraphs,
        chapter.name,
        *others,
    )
    settings += (table and table.path, table and table.rows(chapter.name))
    digest = hashlib.sha256(repr(settings).encode("utf-8", "surrogateescape"))
    for language in source.languages:
        path = project.relative(chapter.files[language.tag])
        for part in (language.tag, path, texts[path]):
            digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


def _select_rules(config: Config) -> frozenset[str]:
    table = config.typography
    if isinstance(table, TypographyTable):
        return frozenset(rule for rule in typography.RULES if getattr(table, rule))
    return frozenset(typography.RULES) if table else frozenset()


def _localize(value: LocalText | None, languages: tuple[Language, ...]) -> Localized:
    """Return a text for all languages, or one per language, by tag in the book's order."""
    if value is None:
        return {}
    if isinstance(value, str):
        return {language.tag: value for language in languages}
    return {language.tag: value[language.tag] for language in languages if language.tag in value}


def _build_book(source: BookSource, chapters: tuple[Chapter, ...]) -> Book:
    config = source.config
    title = _localize(config.title, source.languages)
    first = chapters[0].heading
    in_text = not title and first is not None
    if in_text and first is not None:
        title = {lang.tag: b.text for lang, b in zip(source.languages, first.blocks, strict=True)}
    if not title:
        title = {source.languages[0].tag: source.slug}
    metadata = Metadata(
        title=title,
        subtitle=_localize(config.subtitle, source.languages),
        creators=tuple(Creator(c.role, _localize(c.name, source.languages), c.sort or "") for c in config.creators),
        rights=_localize(config.rights, source.languages),
        source=_localize(config.source, source.languages),
        date=config.date or "",
        identifier=config.identifier or "",
        level=config.level or "",
        subjects=config.subjects,
        description=_localize(config.description, source.languages),
        publisher=config.publisher or "",
        series=_localize(config.series.name if config.series else None, source.languages),
        volume=(config.series.number or "") if config.series else "",
        title_in_text=in_text,
    )
    digits = {}
    for side, language in enumerate(source.languages):
        wanted = config.digits if isinstance(config.digits, str) else config.digits.get(language.tag, "auto")
        text = "".join(u.blocks[side].text for c in chapters for u in c.units)
        digits[language.tag] = find_numbering_system(language, text) if wanted == "auto" else wanted
    return Book(slug=source.slug, languages=source.languages, metadata=metadata, chapters=chapters, digits=digits)


def _check_descriptions(book: Book) -> tuple[Finding, ...]:
    """Return a finding per image without a description, which readers who cannot see it need."""
    return tuple(
        Finding(
            "T008",
            block.place,
            f"the image {inline.source!r} has no description",
            f"write what it shows: ![description]({inline.source})",
        )
        for unit in book.units()
        for block in unit.blocks
        for inline in walk(block.content)
        if isinstance(inline, Image) and not inline.alt
    )
