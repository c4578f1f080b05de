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
from bookbuild.book.readers import ParsedText
from bookbuild.book.reading import parse_chapter, read_texts
from bookbuild.book.typography import Change
from bookbuild.languages.tables import find_numbering_system
from bookbuild.model.book import Book, Chapter, Creator, Language, Localized, Metadata
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding
from bookbuild.model.inline import Image, walk
from bookbuild.model.project import Project
from bookbuild.work.cache import Cache
from bookbuild.work.fingerprints import program


@dataclass(frozen=True, slots=True)
class Loaded:
    """A Book with what is to be said of its making."""

    book: Book
    findings: tuple[Finding, ...]
    changes: dict[str, Counter[Change]]
    """Language tag to what typography changed, and how often."""
    sources: dict[str, str]
    """Path to the characters read, for the report."""
    table: str = ""
    """Path of the table of pairs that it was paired by, for messages; empty if there is none."""


def load(project: Project, source: BookSource, cache: Cache | None = None) -> Loaded:
    """Read and pair the texts of a book; chapters that were read before are taken from the cache.

    Raises SourceError with every problem of every file that can be read.
    """
    problems: list[Finding] = []
    sources: dict[str, str] = {}
    read: list[PreparedChapter | list[ParsedText]] = []
    table = read_pair_table(project, source)
    warnings = report_unknown_chapters(table, source)
    for chapter in source.chapters:
        try:
            sources |= read_texts(project, source, chapter)
            known = cache.get(_digest(project, source, chapter, sources, table, "prepared")) if cache else None
            read.append(
                known if isinstance(known, PreparedChapter) else parse_chapter(project, source, chapter, sources)
            )
        except SourceError as error:
            problems += error.findings
    if problems:
        raise SourceError(problems)
    rules = _rules(source.config)
    changes: dict[str, Counter[Change]] = {language.tag: Counter() for language in source.languages}
    numbering = UnitNumbering(source.languages)
    built: list[Chapter] = []
    for number, (chapter, found) in enumerate(zip(source.chapters, read, strict=True), 1):
        counted = (number, numbering.numbered, numbering.others)
        digest = _digest(project, source, chapter, sources, table, *counted)
        try:
            prepared = (
                found
                if isinstance(found, PreparedChapter)
                else prepare_chapter(found, source, rules, table, chapter.name)
            )
            if cache and prepared is not found:
                cache.put(_digest(project, source, chapter, sources, table, "prepared"), prepared)
            warnings += prepared.findings
            for tag, made in prepared.changes.items():
                changes[tag].update(made)
            built.append(replace(numbering.number_chapter(f"c{number}", chapter.name, prepared), digest=digest))
        except SourceError as error:
            problems += error.findings
    if problems:
        raise SourceError(problems)
    book = _book(source, tuple(built))
    ignored = set(source.config.checks.ignore)
    told = [f for f in warnings if not f.code.startswith("Q") or not {"Q", f.code} & ignored]
    findings = (*source.findings, *told, *_undescribed(book))
    return Loaded(book, findings, changes, sources, table.path if table else "")


def _digest(
    project: Project,
    source: BookSource,
    chapter: ChapterSource,
    texts: Mapping[str, str],
    table: PairTable | None,
    *others: object,
) -> str:
    """Name all that a chapter's units are made of, and by what."""
    config = source.config
    how = (program(), sorted(_rules(config)), config.headings, config.paragraphs, chapter.name, *others)
    how += (table and table.path, table and table.rows(chapter.name))
    digest = hashlib.sha256(repr(how).encode("utf-8", "surrogateescape"))
    for language in source.languages:
        path = project.relative(chapter.files[language.tag])
        for part in (language.tag, path, texts[path]):
            digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


def _rules(config: Config) -> frozenset[str]:
    table = config.typography
    if isinstance(table, TypographyTable):
        return frozenset(rule for rule in typography.RULES if getattr(table, rule))
    return frozenset(typography.RULES) if table else frozenset()


def _localized(value: LocalText | None, languages: tuple[Language, ...]) -> Localized:
    """Give a text for all languages, or one a language, as a dictionary in the book's order."""
    if value is None:
        return {}
    if isinstance(value, str):
        return {language.tag: value for language in languages}
    return {language.tag: value[language.tag] for language in languages if language.tag in value}


def _book(source: BookSource, chapters: tuple[Chapter, ...]) -> Book:
    config = source.config
    title = _localized(config.title, source.languages)
    first = chapters[0].heading
    in_text = not title and first is not None
    if in_text and first is not None:
        title = {lang.tag: b.text for lang, b in zip(source.languages, first.blocks, strict=True)}
    if not title:
        title = {source.languages[0].tag: source.slug}
    metadata = Metadata(
        title=title,
        subtitle=_localized(config.subtitle, source.languages),
        creators=tuple(Creator(c.role, _localized(c.name, source.languages), c.sort or "") for c in config.creators),
        rights=_localized(config.rights, source.languages),
        source=_localized(config.source, source.languages),
        date=config.date or "",
        identifier=config.identifier or "",
        level=config.level or "",
        subjects=config.subjects,
        description=_localized(config.description, source.languages),
        publisher=config.publisher or "",
        series=_localized(config.series.name if config.series else None, source.languages),
        volume=(config.series.number or "") if config.series else "",
        title_in_text=in_text,
    )
    digits = {}
    for side, language in enumerate(source.languages):
        wanted = config.digits if isinstance(config.digits, str) else config.digits.get(language.tag, "auto")
        text = "".join(u.blocks[side].text for c in chapters for u in c.units)
        digits[language.tag] = find_numbering_system(language, text) if wanted == "auto" else wanted
    return Book(source.slug, source.languages, metadata, chapters, digits)


def _undescribed(book: Book) -> tuple[Finding, ...]:
    """Images without a description: whoever cannot see them learns nothing of them."""
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
