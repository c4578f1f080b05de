"""The words of the program in the user's language: catalogues in gettext's format, one file per language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from bookbuild.languages import tables

ENGLISH = "en"
"""The language that the messages are written in, which needs no catalogue."""
Messages = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of the program in one language."""

    tag: str
    messages: Messages = field(default_factory=dict)
    """Translations by English message: one, or one per plural form, in CLDR's order, where it depends on a number."""

    @property
    def direction(self) -> str:
        """The direction of the language: ltr or rtl."""
        language = tables.find_language(self.tag)
        return language.direction if language else "ltr"

    def translate(self, message: str) -> str:
        """Return a message in this language, or as it is if the catalogue lacks it."""
        return self.messages.get(message, (message,))[-1]


@cache
def list_catalogues() -> tuple[str, ...]:
    """Return the tags of all languages that the program speaks, English first."""
    names = sorted(path.name for path in (files("bookbuild.languages") / "locales").iterdir())
    return (ENGLISH, *(name.removesuffix(".po") for name in names if name.endswith(".po")))


@cache
def find_catalogue(tag: str) -> Catalogue:
    """Return the catalogue of a language of list_catalogues(); that of English is empty."""
    if tag == ENGLISH:
        return Catalogue(ENGLISH)
    from babel.messages.pofile import read_po

    with (files("bookbuild.languages") / "locales" / f"{tag}.po").open("rb") as file:
        entries = read_po(file, locale=tag)
    messages: Messages = {}
    for entry in entries:
        if entry.id and not entry.fuzzy:
            forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
            if all(forms):
                messages[entry.id if isinstance(entry.id, str) else entry.id[0]] = forms
    return Catalogue(tag, messages)


def choose_catalogue(wanted: Iterable[str]) -> Catalogue:
    """Return the catalogue of the first of these languages that there is one of: tags or names of POSIX locales."""
    known = list_catalogues()
    for name in wanted:
        base = name.replace("_", "-").split(".", 1)[0].split("-", 1)[0].lower()
        if base in known:
            return find_catalogue(base)
    return find_catalogue(ENGLISH)
