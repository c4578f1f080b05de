"""Collects the messages of the program's pages and writes them into the catalogues, where they are translated.

Messages are the texts and attributes of the pages, what their scripts put into `_()` and `_n()`, meanings of
findings, and what the server names in the fields of forms. `invoke messages` updates the catalogues in
`src/bookbuild/languages/locales`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from lxml import html

from bookbuild.build.editions import all_editions, describe_edition
from bookbuild.model.findings import CODES
from bookbuild.preview.settings import FIELDS, list_words
from bookbuild.preview.translation import find_messages

SOURCE = Path(__file__).parents[1] / "src" / "bookbuild"
LOCALES = SOURCE / "languages" / "locales"
PAGES = SOURCE / "preview" / "pages"

DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""In every catalogue: the history of a file is git's."""
_KEYWORDS = {"_": None, "_n": (1, 2)}
_OPTIONS = {"parse_template_string": True}

Found = tuple[str, str | tuple[str, str]]
"""The file that has a message, and the message: two where it depends on a number."""


def find_all_messages() -> Iterator[Found]:
    """Yield all messages."""
    for path in sorted(PAGES.glob("*.html")):
        page = html.document_fromstring(path.read_text("utf-8"))
        yield from ((path.name, message) for _, _, message in find_messages(page))
    for path in sorted(PAGES.glob("*.js")):
        with path.open("rb") as file:
            for _, message, _, _ in extract("javascript", file, keywords=_KEYWORDS, options=_OPTIONS):
                yield path.name, message if isinstance(message, str) else (message[0], message[1])
    for edition in all_editions():
        yield "editions", edition.name
        yield "editions", edition.each.replace("{}", "{language}") or describe_edition(edition)
    yield from (("findings", code.meaning) for code in CODES.values())
    yield from (("options", word) for word in [*FIELDS.values(), *list_words()])


def build_template() -> Catalog:
    """Return a catalogue of all messages without translations."""
    template = Catalog(charset="utf-8", fuzzy=False, creation_date=DATE)
    for file, message in find_all_messages():
        flags = ["python-brace-format"] if re.search(r"\{\w+\}", str(message)) else []
        template.add(message, locations=[(file, 0)], flags=flags)
    return template


def update_catalogues() -> None:
    """Write all messages into the catalogues; translations that are there stay."""
    template = build_template()
    for path in sorted(LOCALES.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.stem)
        catalogue.update(template, no_fuzzy_matching=True)
        with path.open("wb") as file:
            write_po(file, catalogue, sort_output=True, ignore_obsolete=True, no_location=True, width=100)
