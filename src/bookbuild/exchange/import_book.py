"""Import files of any format into a book's folder: texts in plain text or Markdown, pictures, a table of pairs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookbuild.book import write
from bookbuild.book.folder import open_book, order_languages
from bookbuild.book.new import is_folder_name, make_slug
from bookbuild.book.readers import readers
from bookbuild.exchange import files as imported_files
from bookbuild.exchange.read_files import ImportedBook, read_files
from bookbuild.languages import names as language_names
from bookbuild.model.errors import SourceError, UsageError
from bookbuild.model.project import Project


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import wrote and left out."""

    folder: str
    """Relative to the project, for messages."""
    book: ImportedBook


def import_texts(
    project: Project, files: Sequence[Path], slug: str, tags: Sequence[str] = (), *, over: bool = False
) -> ImportResult:
    """Write the texts of files into a book's folder, and return what was written.

    Languages come from `tags`, else from the names of the files, the files themselves, or their words. `over` allows
    replacing files, also those of some of the book's languages. Raises UsageError if a name or language is wrong;
    SourceError if a file cannot be read or written.
    """
    check_folder_name(slug)
    there = find_tags(project, slug) if over else ()
    return write_imported_book(project, read_files(files, tags, there), slug, over=over)


def find_tags(project: Project, slug: str) -> tuple[str, ...]:
    """Return the languages of a book; none if there is no such book, or if its folder cannot be used."""
    try:
        return open_book(project, slug).tags
    except SourceError:
        return ()


def write_imported_book(
    project: Project, book: ImportedBook, slug: str, *, settings: bytes = b"", over: bool = False
) -> ImportResult:
    """Write a book's texts into its folder, with `settings` as its book.toml; without, one only if it is needed.

    `over` allows replacing files. Raises SourceError if a file cannot be written.
    """
    folder = project.source / slug
    outputs = dict(book.files.contents)
    if settings:
        outputs["book.toml"] = settings
    elif list(book.languages) != order_languages([*book.languages]) and not (folder / "book.toml").exists():
        outputs |= imported_files.render_settings(book.languages)
    write.create_files(project, folder, outputs, replaced=_find_other_texts(folder, outputs), overwrite=over)
    return ImportResult(project.relative(folder), book)


def suggest_slug(files: Sequence[Path]) -> str:
    """Return a folder name for a book of these files: the words that all their names have, but no language's."""
    names = [re.split(r"[\s_.-]+", path.stem) for path in files] or [[]]
    shared = [word for word in names[0] if all(word in other for other in names)]
    return make_slug(" ".join(word for word in shared or names[0] if not language_names.find_column_tag(word)))


def check_folder_name(slug: str) -> None:
    """Check the name of a book's folder. Raises UsageError if there is none, or if no folder can have it."""
    if not slug:
        raise UsageError("name the folder of the new book, for example --book letter")
    if not is_folder_name(slug):
        raise UsageError(
            f"{slug!r} cannot name a book's folder: use letters, digits and hyphens, for example nato-1954"
        )


def _find_other_texts(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Return the texts of these languages that the folder already holds in another format, or as other chapters."""
    texts = [name for name in contents if Path(name).suffix.lower() in readers()]
    other_texts: list[Path] = []
    for tag in dict.fromkeys(Path(name).parts[0].removesuffix(Path(name).suffix) for name in texts):
        existing = [*folder.glob(f"{tag}.*"), *((folder / tag).iterdir() if (folder / tag).is_dir() else ())]
        existing_texts = [path for path in existing if path.suffix.lower() in readers() and path.is_file()]
        other_texts += sorted(path for path in existing_texts if path.relative_to(folder).as_posix() not in contents)
    return other_texts
