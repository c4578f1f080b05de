"""Language names and malformed tags in, the tags that were most likely meant out. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bookbuild.languages.tables import find_language, find_locale


@cache
def english_names() -> dict[str, str]:
    """Return the tags of languages by English name in lower case: for users who call a file indonesian.txt."""
    from babel import Locale

    known = {name.casefold(): tag for tag, name in Locale("en").languages.items() if re.fullmatch("[a-z]{2,3}", tag)}
    return {name: tag for name, tag in known.items() if find_language(tag) is not None}


@cache
def _autonyms() -> dict[str, str]:
    """Return the tags of languages by their own name in lower case."""
    tags: dict[str, str] = {}
    for identifier in _locales():
        if autonym := find_locale(identifier).get_language_name():
            tags.setdefault(autonym.casefold(), identifier)
    return tags


def find_tag_by_name(word: str) -> str | None:
    """Return the tag of a language by its English or own name: Indonesian, bahasa Indonesia, العربية; else None."""
    folded = " ".join(word.casefold().split())
    bare = re.sub(r"^(bahasa|basa) ", "", folded)
    for name in (folded, bare, f"ال{folded}ة"):
        if tag := english_names().get(name) or _autonyms().get(name):
            return tag
    return {"farsi": "fa", "melayu": "ms", "jawa": "jv", "sunda": "su"}.get(bare)


def find_column_tag(name: str) -> str:
    """Return the tag for a column's name: a tag, or a language's English or own name; empty if it is none of these."""
    name = name.strip()
    return name if find_language(name) else find_tag_by_name(name) or ""


def find_column_tags(cells: Sequence[str], *, anywhere: bool = True) -> list[str]:
    """Return the tags for the names of several columns, also where one is named in the language of another.

    Arab beside Indonesia is the Indonesian word for Arabic. `anywhere` also searches the names of all languages in all
    languages if fewer than two columns are known otherwise, which takes a second.
    """
    tags = [find_column_tag(cell) for cell in cells]
    folded = [" ".join(cell.casefold().split()) for cell in cells]
    if all(tag or not name for tag, name in zip(tags, folded, strict=True)):
        return tags
    for tag in dict.fromkeys(tag for tag in tags if tag):
        known = _names_in(tag.split("-")[0])
        tags = [tag or known.get(name, "") for tag, name in zip(tags, folded, strict=True)]
    if anywhere and sum(map(bool, tags)) < 2:
        wanted = set(filter(None, folded))
        best = max(_locales(), key=lambda identifier: len(wanted & _names_in(identifier).keys()))
        if len(wanted & _names_in(best).keys()) > 1:
            tags = [_names_in(best).get(name, "") for name in folded]
    return tags


@cache
def _names_in(identifier: str) -> dict[str, str]:
    """Return the tags of languages by their names, in lower case, in the language of a CLDR locale."""
    locale = find_locale(identifier)
    names_there = locale.languages.items() if locale else ()
    pairs = ((name.casefold(), tag) for tag, name in names_there if re.fullmatch("[a-z]{2,3}", tag))
    return {re.sub(r"^(bahasa|basa) ", "", name): tag for name, tag in pairs if find_language(tag) is not None}


@cache
def _locales() -> tuple[str, ...]:
    from babel.localedata import locale_identifiers

    return tuple(sorted(identifier for identifier in locale_identifiers() if "_" not in identifier))


def correct_tag(tag: str) -> str | None:
    """Return the tag that was meant: ar_ID is ar-ID, ind is id, iw is he, Indonesian is id; None if there is none."""
    from babel.core import get_global

    parts = [p for p in re.split(r"[-_.@]", tag.strip()) if p]
    if not parts:
        return None
    aliases: dict[str, str] = get_global("language_aliases")  # type: ignore[assignment]  # typed as a union of all tables
    base = aliases.get(parts[0].lower(), parts[0].lower()).split("_")
    rest = [p.title() if len(p) == 4 and p.isalpha() else p.upper() if len(p) in {2, 3} else p for p in parts[1:]]
    for candidate in ("-".join([*base, *rest]), "-".join([base[0], *rest]), base[0]):
        if len(base[0]) <= 3 and find_language(candidate):
            return candidate
    return find_tag_by_name(tag)
