"""Which editions there are, which of them a build makes, and whether book.toml speaks of those that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bookbuild.document.editions import Edition, expand_for_languages, find_editions, find_named_editions
from bookbuild.exchange.exports import export_editions, load_exporter
from bookbuild.model.errors import SourceError, UsageError, suggest_name
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project

if TYPE_CHECKING:
    from bookbuild.book.config.ebook import EbookTable
    from bookbuild.book.config.print import PrintTable
    from bookbuild.book.folder import BookSource


def all_editions() -> tuple[Edition, ...]:
    """Return every edition, also those for other programs."""
    return tuple(
        sorted((*find_editions(), *export_editions()), key=lambda edition: (edition.name, edition.format != "pdf"))
    )


def describe_edition(edition: Edition) -> str:
    """Return what an edition is for, in a line."""
    return edition.description or str(load_exporter(edition.format).DESCRIPTION)


def find_edition(name: str, form: str) -> Edition | None:
    """Return the edition of a name and format, also that of one language, or None."""
    return next(
        (one for one in (*find_named_editions(name), *export_editions()) if (one.name, one.format) == (name, form)),
        None,
    )


def choose_editions(names: Sequence[str], wanted_formats: Sequence[str]) -> tuple[Edition, ...]:
    """Return the editions asked for: by name, or `all`, or the default ones; of the formats asked for.

    Editions of which there is one per language are still one here; see expand_editions(). Raises UsageError on an
    unknown name.
    """
    known = all_editions()
    listed = list(dict.fromkeys(edition.name for edition in known if not edition.exchanged))
    exported = {edition.name for edition in export_editions()}
    for name in names:
        if name not in {"all", *listed, *exported} and not find_named_editions(name):
            raise UsageError(f"there is no edition {name!r}: {suggest_name(name, [*listed, 'all'])}")
    formats = {edition.format for edition in known}
    for name in wanted_formats:
        if name not in formats:
            raise UsageError(f"there is no format {name!r}: {suggest_name(name, sorted(formats))}")
    named = [edition for name in names if name not in {*listed, *exported} for edition in find_named_editions(name)]
    chosen = [e for e in (*known, *named) if _is_wanted(e, names, wanted_formats, is_named=e in named)]
    if not chosen:
        listed_editions = ", ".join(f"{e.name} ({e.format})" for e in known)
        raise UsageError(f"no edition is of the format {', '.join(wanted_formats)}: known are {listed_editions}")
    return tuple(sorted(chosen, key=lambda edition: edition.format != "pdf"))


def _is_wanted(edition: Edition, names: Sequence[str], formats: Sequence[str], *, is_named: bool) -> bool:
    if edition.exchanged:  # whatever else is asked for
        return edition.format in formats or edition.name in names
    chosen = is_named or edition.name in names or "all" in names or (not names and edition.default)
    return chosen and (not formats or edition.format in formats)


def expand_editions(project: Project, slug: str, chosen: Sequence[Edition]) -> tuple[Edition, ...]:
    """Return the editions of one book: where there is one per language, those of its languages.

    Raises SourceError if the book's folder is wrong and has to be looked at.
    """
    if not any(edition.each or edition.language for edition in chosen):
        return tuple(chosen)
    from bookbuild.book.folder import open_book  # the configuration, which not every build needs

    tags = open_book(project, slug).tags
    expanded: dict[str, Edition] = {}
    for edition in chosen:
        for one in map(edition.for_language, tags) if edition.each else (edition,):
            if not one.language or one.language in tags:
                expanded[one.file_name(slug)] = one
    return tuple(expanded.values())


def check_editions(source: BookSource) -> None:
    """Check what book.toml says of editions against the book's languages and the editions that there are.

    Raises SourceError with unknown names of editions, too few or many shares of columns, unknown languages.
    """
    known = expand_for_languages(source.tags)
    printed = {edition.name for edition in known if edition.format == "pdf" and not edition.is_imposed}
    ebooks = {edition.name for edition in known if edition.format == "epub"}
    config = source.config
    findings = [
        *_check_names(source, "editions", config.editions, {"reader", *printed}),
        *_check_names(source, "ebooks", config.ebooks, {"reader", *ebooks}),
    ]
    for key, prints in (("print", config.print), *((f"editions.{n}", t) for n, t in config.editions.items())):
        findings += _check_columns(source, key, prints)
    for key, table in (("ebook", config.ebook), *((f"ebooks.{n}", t) for n, t in config.ebooks.items())):
        findings += _check_languages(source, key, table)
        findings += _check_printed(source, f"{key}.pages", table.pages, sorted(printed), "none")
    findings += _check_printed(source, "booklet.edition", config.booklet.edition, list(printed))
    findings += _check_printed(source, "sheets.edition", config.sheets.edition, list(printed))
    if findings:
        raise SourceError(findings)


def _place(source: BookSource, key: str) -> Place:
    return source.toml.place(*key.split("."))


def _check_names(source: BookSource, key: str, table: Mapping[str, object], known: set[str]) -> Iterator[Finding]:
    for name in table:
        if name not in known:
            place = source.toml.place(key, name)
            yield Finding("C002", place, f"the key '{key}.{name}' is not known", suggest_name(name, sorted(known)))


def _check_columns(source: BookSource, key: str, table: PrintTable) -> Iterator[Finding]:
    count = len(source.languages)
    if isinstance(table.columns, tuple) and len(table.columns) != count:
        message = f"{key}.columns has {len(table.columns)} shares for {count} languages"
        yield Finding("C003", _place(source, f"{key}.columns"), message, "write a number a language: [3, 2]")


def _check_languages(source: BookSource, key: str, table: EbookTable) -> Iterator[Finding]:
    chosen = table.languages
    wrong = [tag for tag in chosen if tag not in source.tags or chosen.count(tag) > 1]
    if wrong or len(chosen) == 1:
        what = f"{wrong[0]!r}, which the book has not, or twice" if wrong else "one language alone"
        advice = f"name two or more of {', '.join(source.tags)}; for one alone there is the edition reader"
        yield Finding("C003", _place(source, f"{key}.languages"), f"{key}.languages names {what}", advice)


def _check_printed(source: BookSource, key: str, name: str, printed: Sequence[str], *others: str) -> Iterator[Finding]:
    """Check that a key names a printed edition that has pages of its own."""
    if name not in {*printed, *others}:
        message = f"{key} is {name!r}, which is no printed edition of this book"
        yield Finding("C003", _place(source, key), message, suggest_name(name, [*others, *printed]))
