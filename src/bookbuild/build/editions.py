"""Which editions a build makes: names and formats in, editions out."""

from __future__ import annotations

from collections.abc import Sequence

from bookbuild.document.editions import Edition, editions, find
from bookbuild.model.errors import UsageError, did_you_mean
from bookbuild.model.project import Project


def chosen_editions(names: Sequence[str], wanted_formats: Sequence[str]) -> tuple[Edition, ...]:
    """Give the editions asked for: by name, or `all`, or the default ones; of the formats asked for.

    Editions that are one a language are still one here; see expanded(). Raises UsageError on an unknown name.
    """
    known = editions()
    listed = list(dict.fromkeys(e.name for e in known if not e.exchanged))
    for name in names:
        if name not in {"all", *listed} and not find(name):
            raise UsageError(f"there is no edition {name!r}: {did_you_mean(name, [*listed, 'all'])}")
    formats = {e.format for e in known}
    for name in wanted_formats:
        if name not in formats:
            raise UsageError(f"there is no format {name!r}: {did_you_mean(name, sorted(formats))}")
    named = [one for name in names if name not in listed for one in find(name)]
    chosen = [e for e in (*known, *named) if _wanted(e, names, e in named, wanted_formats)]
    if not chosen:
        said = ", ".join(f"{e.name} ({e.format})" for e in known)
        raise UsageError(f"no edition is of the format {', '.join(wanted_formats)}: known are {said}")
    return tuple(sorted(chosen, key=lambda e: e.format != "pdf"))


def _wanted(edition: Edition, names: Sequence[str], named: bool, formats: Sequence[str]) -> bool:
    if edition.exchanged:  # whatever else is asked for
        return edition.format in formats or edition.name in names
    chosen = named or edition.name in names or "all" in names or (not names and edition.default)
    return chosen and (not formats or edition.format in formats)


def expanded(project: Project, slug: str, chosen: Sequence[Edition]) -> tuple[Edition, ...]:
    """Give the editions of one book: where there is one a language, those of its languages.

    Raises SourceError if the book's folder is wrong and has to be looked at.
    """
    if all(edition.each is None and not edition.language for edition in chosen):
        return tuple(chosen)
    from bookbuild.book.folder import open_book

    tags = [language.tag for language in open_book(project, slug).languages]
    found: dict[str, Edition] = {}
    for edition in chosen:
        for one in map(edition.each, tags) if edition.each is not None else (edition,):
            if not one.language or one.language in tags:
                found[one.file_name(slug)] = one
    return tuple(found.values())
