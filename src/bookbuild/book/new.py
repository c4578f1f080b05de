"""Titles and texts in, a new book's folder out: a commented book.toml and text files, which build as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from bookbuild.book import write
from bookbuild.book.config.book_toml import build_json_schema
from bookbuild.languages import names, tables
from bookbuild.model.errors import UsageError
from bookbuild.model.project import Project, is_usable_name

_SAMPLES = {
    "ar": ("العنوان", "هنا تبدأ الفقرة الأولى.", "وهذه هي الفقرة الثانية."),
    "id": ("Judul", "Di sini paragraf pertama dimulai.", "Dan inilah paragraf kedua."),
    "ms": ("Tajuk", "Di sini perenggan pertama bermula.", "Dan inilah perenggan kedua."),
    "en": ("Title", "Here the first paragraph begins.", "And this is the second paragraph."),
    "fr": ("Titre", "Ici commence le premier paragraphe.", "Et voici le deuxième paragraphe."),
    "de": ("Titel", "Hier beginnt der erste Absatz.", "Und dies ist der zweite Absatz."),
    "he": ("כותרת", "כאן מתחילה הפסקה הראשונה.", "וזו הפסקה השנייה."),
}
"""A heading and two paragraphs per language, for the author to replace."""
SCHEMA = ".book.schema.json"
"""The file in source/ by which editors complete and check book.toml."""
_CONFIG = (
    f"#:schema ../{SCHEMA}\n"
    """\
# What this book says about itself. Every line may be left out; docs/reference/book-toml.md describes them all.

# The languages in the order shown; the first is the original, and decides the side where the book is bound.
languages = {languages}

# Who wrote and who translated it:
# [[creators]]
# name = "…"
# role = "translator"
"""
)


def make_slug(title: str) -> str:
    """Return a folder name for a title: at most 60 ASCII letters, digits and hyphens."""
    from anyascii import anyascii

    return re.sub(r"[^a-z0-9]+", "-", anyascii(title).lower()).strip("-")[:60].strip("-")


def is_folder_name(slug: str) -> bool:
    """Return whether a book's folder can have this name."""
    return bool(slug) and is_usable_name(slug) and slug[0] not in "._" and not re.search(r"[/\\:]", slug)


def split_languages(text: str) -> tuple[str, ...]:
    """Return the tags in a list with commas of tags or of names in any language; what is unknown stays as it is."""
    words = [word.strip() for word in re.split("[,،;]", text) if word.strip()]
    return tuple(tag or word for tag, word in zip(names.find_column_tags(words), words, strict=True))


def check_known_tags(tags: Sequence[str]) -> None:
    """Check that languages are known.

    Raises UsageError at the first unknown tag, with what was likely meant.
    """
    for tag in tags:
        if tables.find_language(tag) is None:
            likely_tag = names.correct_tag(tag)
            advice = (
                f"did you mean {likely_tag!r}?" if likely_tag else "use BCP 47 tags, for example ar, id, en-GB, jv-Arab"
            )
            raise UsageError(f"unknown language {tag!r}: {advice}")


def check_slug(project: Project, slug: str) -> str:
    """Return a new book's name.

    Raises UsageError if a folder cannot have it, or if the book already exists.
    """
    if not is_folder_name(slug):
        raise UsageError(f"{slug!r} is not a folder name: use letters, digits and hyphens, for example nato-1954")
    folder = project.source / slug
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"book {slug!r} already exists: give another name with --book")
    return slug


def check_book_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return the tags of a new book's languages.

    Raises UsageError at an unknown tag, at fewer than two, and at one given twice.
    """
    check_known_tags(tags)
    if len(set(tags)) < 2 or len(set(tags)) != len(tags):
        raise UsageError("a book needs two languages or more, each named once: --languages ar,id")
    return tuple(tags)


def write_book(
    project: Project, slug: str, tags: Sequence[str], titles: Mapping[str, str], texts: Mapping[str, str]
) -> tuple[str, ...]:
    """Write a new book's files; languages without a text get a few sample lines.

    Returns their paths for messages. Raises SourceError if one already exists.
    """
    files = {"book.toml": render_settings(tags, titles).encode()}
    for tag in tags:
        files[f"{tag}.txt"] = _render_text(tag, titles, texts).encode()
    folder = project.source / slug
    write.create_files(project, folder, files)
    write_schema(project)
    return tuple(project.relative(folder / name) for name in files)


def write_schema(project: Project) -> None:
    """Write the schema of book.toml, which the files of new books name, unless it is there as it should be.

    Raises SourceError if it cannot be written.
    """
    data = (json.dumps(build_json_schema(), indent=1, ensure_ascii=False) + "\n").encode()
    path = project.source / SCHEMA
    if not path.is_file() or path.read_bytes() != data:
        write.create_files(project, project.source, {SCHEMA: data}, overwrite=True)


def render_settings(tags: Sequence[str], titles: Mapping[str, str]) -> str:
    """Return the commented book.toml of a new book."""
    title = ""
    if titles:
        rows = [
            f"{_quote_toml(tag) if '-' in tag else tag} = {_quote_toml(titles[tag])}" for tag in tags if titles.get(tag)
        ]
        title = "\n[title]\n" + "\n".join(rows) + "\n"
    return _CONFIG.format(languages=json.dumps(list(tags))) + title


def _render_text(tag: str, titles: Mapping[str, str], texts: Mapping[str, str]) -> str:
    if texts.get(tag, "").strip():
        return texts[tag].replace("\r\n", "\n").strip("\n") + "\n"
    heading, *paragraphs = _SAMPLES.get(tag.split("-", maxsplit=1)[0], _SAMPLES["en"])
    return "\n".join([titles.get(tag) or heading, *paragraphs]) + "\n"


def _quote_toml(text: str) -> str:
    """Return a TOML string."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
