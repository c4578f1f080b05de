"""Attributes of languages, characters, and marks of pages and units, as XHTML. Pure."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from bookbuild.languages.tables import find_script, find_strings
from bookbuild.model.book import Language
from bookbuild.model.inline import PageBreak, UnitMark

STAR = "*"
"""The mark of units that bear no number."""


def write_attributes(language: Language) -> Markup:
    """Return the attributes that every element with text of a language bears, for HTML and XHTML."""
    return Markup('lang="{0}" xml:lang="{0}" dir="{1}"').format(language.tag, language.direction)


def write_page_break(mark: PageBreak) -> Markup:
    """Mark where a page of the printed edition begins (EPUB Structural Semantics, DPUB-ARIA)."""
    return Markup('<span id="page{}" epub:type="pagebreak" role="doc-pagebreak" aria-label="{}"></span>').format(
        mark.number, mark.label
    )


def write_unit_mark(mark: UnitMark, language: Language) -> Markup:
    """Lead to a unit's translation; the label is in the text's language, or in English."""
    spoken, known = find_strings(language)
    label = known["translation_of"].format(number=mark.written)
    if mark.written == STAR:
        label = f"{known['translation']}: {mark.text}" if mark.text else known["translation"]
    return Markup(
        '\u00a0<a class="noteref unit-mark" id="{1}-mark" href="#{1}-note" role="doc-noteref" epub:type="noteref" '
        'aria-label="{2}" {0}>[{3}]</a>'
    ).format(write_attributes(spoken), mark.unit, label, mark.written)


LEAST_ROOM, MOST_ROOM = 3, 5
"""Characters of markers from which on, and up to which, stylesheets make more room for them."""


def write_room(characters: int) -> str:
    """Return the class that makes room for a marker of more than two characters."""
    return f" room-{min(characters, MOST_ROOM)}" if characters >= LEAST_ROOM else ""


LONGEST_WORD = 60
"""Letters that the engine is asked to divide: beyond that it takes minutes (WeasyPrint 70, 2,000 letters: half one)."""
_LONG = re.compile(rf"[^\s-]{{{LONGEST_WORD},}}")


def write_text(text: str, language: Language) -> Markup:
    """Write characters; words of absurd length are not hyphenated."""
    if not find_script(language.script).hyphenate or not _LONG.search(text):
        return escape(text)
    parts, end = [], 0
    for match in _LONG.finditer(text):
        parts += [escape(text[end : match.start()]), Markup('<span class="long">{}</span>').format(match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])
