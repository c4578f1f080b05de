"""Names of languages and wrong tags in, tags out: what a user most likely meant. Pure."""

from __future__ import annotations

import re
from functools import cache

from bookbuild.languages import language


@cache
def names() -> dict[str, str]:
    """English name, in lower case, to tag: for users who call a file indonesian.txt."""
    from babel import Locale  # noqa: PLC0415 - only for messages

    known = {name.casefold(): tag for tag, name in Locale("en").languages.items() if re.fullmatch("[a-z]{2,3}", tag)}
    return {name: tag for name, tag in known.items() if language(tag) is not None}


@cache
def _autonyms() -> dict[str, str]:
    """Own name, in lower case, to tag."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - only for messages and tables
    from babel.localedata import locale_identifiers  # noqa: PLC0415

    found: dict[str, str] = {}
    for identifier in locale_identifiers():
        if "_" in identifier:
            continue
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


def likely(tag: str) -> str | None:
    """Give the tag that a wrong one was meant for: ar_ID is ar-ID, ind is id, iw is he, Indonesian is id; else None."""
    from babel.core import get_global  # noqa: PLC0415 - as in language()

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
