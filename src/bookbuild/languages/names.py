"""Names of languages and wrong tags in, tags out: what a user most likely meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bookbuild.languages.tables import language


@cache
def names() -> dict[str, str]:
    """English name, in lower case, to tag: for users who call a file indonesian.txt."""
    from babel import Locale

    known = {name.casefold(): tag for tag, name in Locale("en").languages.items() if re.fullmatch("[a-z]{2,3}", tag)}
    return {name: tag for name, tag in known.items() if language(tag) is not None}


@cache
def _autonyms() -> dict[str, str]:
    """Own name, in lower case, to tag."""
    from babel import Locale, UnknownLocaleError

    found: dict[str, str] = {}
    for identifier in _locales():
        try:
            own = Locale.parse(identifier).get_language_name()
        except (UnknownLocaleError, ValueError):
            continue
        if own:
            found.setdefault(own.casefold(), identifier)
    return found


def named(word: str) -> str | None:
    """Give the tag of a language that is named in English or in itself: Indonesian, bahasa Indonesia, العربية."""
    folded = " ".join(word.casefold().split())
    bare = re.sub(r"^(bahasa|basa) ", "", folded)
    for name in (folded, bare, f"ال{folded}ة"):
        if tag := names().get(name) or _autonyms().get(name):
            return tag
    return {"farsi": "fa", "melayu": "ms", "jawa": "jv", "sunda": "su"}.get(bare)


def column(name: str) -> str:
    """Give the tag that a column's name says: a tag, or a language's English or own name; empty if it says none."""
    name = name.strip()
    return name if language(name) else named(name) or ""


def columns(cells: Sequence[str], *, anywhere: bool = True) -> list[str]:
    """Give the tags that the names of several columns say, also where one stands in the language of another.

    Arab says something beside Indonesia: it is Indonesian. `anywhere` looks through the names of all languages in all
    languages if fewer than two are known otherwise, which takes a second.
    """
    found = [column(cell) for cell in cells]
    folded = [" ".join(cell.casefold().split()) for cell in cells]
    if all(tag or not name for tag, name in zip(found, folded, strict=True)):
        return found
    for tag in dict.fromkeys(tag for tag in found if tag):
        known = _named_in(tag.split("-")[0])
        found = [tag or known.get(name, "") for tag, name in zip(found, folded, strict=True)]
    if anywhere and sum(map(bool, found)) < 2:
        wanted = set(filter(None, folded))
        best = max(_locales(), key=lambda identifier: len(wanted & _named_in(identifier).keys()))
        if len(wanted & _named_in(best).keys()) > 1:
            found = [_named_in(best).get(name, "") for name in folded]
    return found


@cache
def _named_in(identifier: str) -> dict[str, str]:
    """Name of a language in one of them, in lower case, to tag."""
    from babel import Locale, UnknownLocaleError

    try:
        names_there = Locale.parse(identifier).languages
    except (UnknownLocaleError, ValueError):
        return {}
    pairs = ((name.casefold(), tag) for tag, name in names_there.items() if re.fullmatch("[a-z]{2,3}", tag))
    return {re.sub(r"^(bahasa|basa) ", "", name): tag for name, tag in pairs if language(tag) is not None}


@cache
def _locales() -> tuple[str, ...]:
    from babel.localedata import locale_identifiers

    return tuple(sorted(identifier for identifier in locale_identifiers() if "_" not in identifier))


def likely(tag: str) -> str | None:
    """Give the tag that a wrong one was meant for: ar_ID is ar-ID, ind is id, iw is he, Indonesian is id; else None."""
    from babel.core import get_global

    parts = [p for p in re.split(r"[-_.@]", tag.strip()) if p]
    if not parts:
        return None
    aliases: dict[str, str] = get_global("language_aliases")  # type: ignore[assignment]  # as in language()
    base = aliases.get(parts[0].lower(), parts[0].lower()).split("_")
    rest = [p.title() if len(p) == 4 and p.isalpha() else p.upper() if len(p) in {2, 3} else p for p in parts[1:]]
    for candidate in ("-".join([*base, *rest]), "-".join([base[0], *rest]), base[0]):
        if len(base[0]) <= 3 and language(candidate):
            return candidate
    return named(tag)
