"""A new book's folder: titles and texts in, a commented book.toml and text files out, which build as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from bookbuild.book import write
from bookbuild.languages import names, tables
from bookbuild.model.errors import UsageError
from bookbuild.model.project import Project, usable

_SAMPLES = {
    "ar": ("العنوان", "هنا تبدأ الفقرة الأولى.", "وهذه هي الفقرة الثانية."),
    "id": ("Judul", "Di sini paragraf pertama dimulai.", "Dan inilah paragraf kedua."),
    "ms": ("Tajuk", "Di sini perenggan pertama bermula.", "Dan inilah perenggan kedua."),
    "en": ("Title", "Here the first paragraph begins.", "And this is the second paragraph."),
    "fr": ("Titre", "Ici commence le premier paragraphe.", "Et voici le deuxième paragraphe."),
    "de": ("Titel", "Hier beginnt der erste Absatz.", "Und dies ist der zweite Absatz."),
    "he": ("כותרת", "כאן מתחילה הפסקה הראשונה.", "וזו הפסקה השנייה."),
}
"""A heading and two paragraphs, to be replaced."""
_CONFIG = """\
# What this book says of itself. Every line may be left out; docs/book-toml.md tells all of them.

# The languages in the order shown; the first is the original, and decides the side where the book is bound.
languages = {languages}

# Who wrote and who translated it:
# [[creators]]
# name = "…"
# role = "translator"
"""


def slug_of(title: str) -> str:
    """Give a folder's name for a title: ASCII letters, digits and hyphens."""
    from anyascii import anyascii

    return re.sub(r"[^a-z0-9]+", "-", anyascii(title).lower()).strip("-")[:60].strip("-")


def is_folder_name(slug: str) -> bool:
    """Tell whether a book's folder can have a name."""
    return bool(slug) and usable(slug) and slug[0] not in "._" and not re.search(r"[/\\:]", slug)


def known_tags(tags: Sequence[str]) -> None:
    """Check tags of languages.

    Raises UsageError at one that is not known, with what was likely meant.
    """
    for tag in tags:
        if tables.find_language(tag) is None:
            near = names.correct_tag(tag)
            advice = f"did you mean {near!r}?" if near else "use tags of BCP 47, for example ar, id, en-GB, jv-Arab"
            raise UsageError(f"{tag!r} is no language that is known: {advice}")


def checked_slug(project: Project, slug: str) -> str:
    """Give a name that a new book's folder can have.

    Raises UsageError if it cannot, or if there is such a book.
    """
    if not is_folder_name(slug):
        raise UsageError(f"{slug!r} is no name for a folder: use letters, digits and hyphens, for example nato-1954")
    folder = project.source / slug
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"there is a book {slug!r} already: give another name with --book")
    return slug


def checked_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Give the languages asked for.

    Raises UsageError where fewer than two are known, with what was likely meant.
    """
    known_tags(tags)
    if len(set(tags)) < 2 or len(set(tags)) != len(tags):
        raise UsageError("a book needs two languages or more, each named once: --languages ar,id")
    return tuple(tags)


def make(
    project: Project, slug: str, tags: Sequence[str], titles: Mapping[str, str], texts: Mapping[str, str]
) -> tuple[str, ...]:
    """Write a new book's files; languages without a text get a few lines to be replaced.

    Gives their names for messages. Raises SourceError if one is there already.
    """
    title = ""
    if titles:
        rows = [f"{_quoted(tag) if '-' in tag else tag} = {_quoted(titles[tag])}" for tag in tags if titles.get(tag)]
        title = "\n[title]\n" + "\n".join(rows) + "\n"
    config = _CONFIG.format(languages=json.dumps(list(tags)))
    files = {"book.toml": (config + title).encode()}
    for tag in tags:
        files[f"{tag}.txt"] = _text(tag, titles, texts).encode()
    folder = project.source / slug
    write.new_files(project, folder, files)
    return tuple(project.relative(folder / name) for name in files)


def _text(tag: str, titles: Mapping[str, str], texts: Mapping[str, str]) -> str:
    if texts.get(tag, "").strip():
        return texts[tag].replace("\r\n", "\n").strip("\n") + "\n"
    heading, *paragraphs = _SAMPLES.get(tag.split("-", maxsplit=1)[0], _SAMPLES["en"])
    return "\n".join([titles.get(tag) or heading, *paragraphs]) + "\n"


def _quoted(text: str) -> str:
    """Write a string of TOML."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
