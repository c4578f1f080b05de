"""What is known here, as lines for `list`: books, editions, typefaces, languages."""

from __future__ import annotations

from collections.abc import Iterator

from bookbuild.book.folder import open_book
from bookbuild.build.editions import describe_edition
from bookbuild.document import fonts
from bookbuild.document.editions import find_editions
from bookbuild.exchange.exports import export_editions
from bookbuild.languages import tables
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import escape_unprintable
from bookbuild.model.project import Project


def list_lines(project: Project) -> Iterator[str]:
    """Return the lines; a book that is wrong is listed with what is wrong."""
    yield "Books"
    for slug in project.slugs():
        try:
            source = open_book(project, slug)
        except SourceError as error:
            yield f"  {escape_unprintable(slug)}: {error.findings[0]}"
        else:
            names = ", ".join(f"{language.tag} ({language.name})" for language in source.languages)
            yield f"  {escape_unprintable(slug)}: {names}"
    yield "Editions"
    for edition in find_editions():
        each = "-LANGUAGE" if edition.each else ""
        default = ", built by default" if edition.default else ""
        yield f"  {edition.name}{each} ({edition.format}{default}): {edition.description}"
    yield "Formats for other programs (build --format NAME)"
    for edition in export_editions():
        yield f"  {edition.format}: {describe_edition(edition)}"
    yield "Typefaces"
    for family in sorted(fonts.find_families(project).values(), key=lambda f: f.name):
        weights = sorted({face.weight for face in family.faces})
        yield f"  {family.name}: weights {', '.join(map(str, weights))}"
    yield "Scripts that are tuned for each other"
    for code in tables.script_codes():
        how = tables.find_script(code)
        yield f"  {code}: {how.fonts[0]} {how.size} on {how.leading} pt"
