"""What is known of languages and scripts: data tables and CLDR in, Language and its habits out. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bookbuild.model.book import Language

TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*")
"""A BCP 47 tag as far as texts need one: language, script, region, variants (RFC 5646, section 2.1)."""

RIGHT_TO_LEFT = frozenset({"Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Samr", "Mand"})
"""Scripts written from right to left (Unicode script metadata)."""


@dataclass(frozen=True, slots=True)
class Script:
    """How a script is set: one row of data/scripts.toml."""

    fonts: tuple[str, ...]
    size: float
    """pt, on paper."""
    leading: float
    """pt, on paper."""
    vocalised: float
    """pt, the leading on paper of texts that bear their vowel marks; 0 where there are none."""
    kashida: bool
    """Whether lines may be filled by stretching the joins of letters."""
    letters: str
    """The letters that number the items of a list, in order; empty for a, b, c."""
    ebook: tuple[float, float]
    """Size in em of the reader's size, and line height."""
    emphasis: str
    """italic or weight."""
    hyphenate: bool
    numeric: str
    """The value of font-variant-numeric."""


@dataclass(frozen=True, slots=True)
class Habits:
    """A language's typography: rows of data/typography.toml, the most specific one first."""

    quotes: tuple[str, str, str, str]
    tight_before: str
    apostrophe: str
    glue_after: tuple[str, ...]
    glue_number: tuple[str, ...]
    glue_before: dict[str, str]
    strip: str
    ranges: bool
    spaced: bool
    months: tuple[str, ...]


@cache
def _table(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("bookbuild.languages") / "data" / f"{name}.toml").read_text("utf-8"))


@cache
def language(tag: str) -> Language | None:
    """Make a Language of a tag, or None if the tag is malformed or CLDR does not know it."""
    from babel.core import get_global

    if not TAG.fullmatch(tag):
        return None
    parts = tag.split("-")
    base = parts[0].lower()
    given = next((p.title() for p in parts[1:] if re.fullmatch("[A-Za-z]{4}", p)), None)
    region = next((p.upper() for p in parts[1:] if re.fullmatch("[A-Za-z]{2}|[0-9]{3}", p)), None)
    likely: dict[str, str] = get_global("likely_subtags")  # type: ignore[assignment]  # typed as a union of all tables
    found = likely.get(f"{base}_{region}") or likely.get(base)
    if found is None:
        return None
    script = given or next(p for p in found.split("_") if len(p) == 4)
    return Language(tag, script, "rtl" if script in RIGHT_TO_LEFT else "ltr", _autonym(base, given, region))


def _autonym(base: str, script: str | None, region: str | None) -> str:
    from babel import Locale, UnknownLocaleError

    if own := _table("strings").get(base, {}).get("language"):
        return str(own)
    for identifier in ("_".join(p for p in (base, script, region) if p), base):
        try:
            name = Locale.parse(identifier).get_language_name()
        except (UnknownLocaleError, ValueError):
            continue
        if name:
            return name[0].upper() + name[1:]
    return base


@cache
def script(code: str) -> Script:
    """How a script is set; scripts that are not listed are set like the row `default`."""
    table = _table("scripts")
    row = table.get(code, table["default"])
    return Script(
        fonts=(*row["fonts"], *(f for f in table["fallback"]["fonts"] if f not in row["fonts"])),
        size=row["size"],
        leading=row["leading"],
        vocalised=row.get("vocalised", 0.0),
        kashida=row.get("kashida", False),
        letters=row.get("letters", ""),
        ebook=(row["ebook"][0], row["ebook"][1]),
        emphasis=row["emphasis"],
        hyphenate=row["hyphenate"],
        numeric=row.get("numeric", "normal"),
    )


def scripts() -> tuple[str, ...]:
    """Give the codes of the scripts that have a row of their own."""
    return tuple(k for k in _table("scripts") if k not in {"fallback", "default"})


@cache
def habits(lang: Language) -> Habits:
    """Give the typographic habits of a language."""
    table = _table("typography")
    merged: dict[str, Any] = {}
    for key in ("default", lang.script, lang.tag.split("-", maxsplit=1)[0], lang.tag):
        merged.update(table.get(key, {}))
    quotes = merged["quotes"]
    return Habits(
        quotes=(quotes[0], quotes[1], quotes[2], quotes[3]),
        tight_before=merged["tight_before"],
        apostrophe=merged["apostrophe"],
        glue_after=tuple(merged["glue_after"]),
        glue_number=tuple(merged["glue_number"]),
        glue_before=dict(merged["glue_before"]),
        strip=merged["strip"],
        ranges=merged["ranges"],
        spaced=merged["spaced"],
        months=months(lang),
    )


@cache
def _locale(lang: Language) -> Any:
    """Give what CLDR knows of a language, in its region if it knows that."""
    from babel import Locale, UnknownLocaleError

    for tag in (lang.tag, lang.tag.split("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


@cache
def months(lang: Language) -> tuple[str, ...]:
    """Give the names of the months, longest first, as CLDR has them; none where it has none."""
    locale = _locale(lang)
    names = locale.months.get("format", {}) if locale else {}
    found = {name for width in ("wide", "abbreviated") for name in names.get(width, {}).values()}
    return tuple(sorted((n for n in found if n.strip(".").isalpha()), key=lambda n: (-len(n), n)))


@cache
def months_by_number(lang: Language) -> tuple[tuple[str, int], ...]:
    """Give the names of the months with their numbers, of the Gregorian calendar, as CLDR has them."""
    locale = _locale(lang)
    tables = locale.months if locale else {}
    found = {
        name: number
        for form in ("format", "stand-alone")
        for number, name in tables.get(form, {}).get("wide", {}).items()
    }
    return tuple(sorted((name, number) for name, number in found.items() if name.strip(".").isalpha()))


def words(lang: Language) -> tuple[Language, dict[str, str]]:
    """Give the words that the program sets for a language, and the language that they are in: itself or English."""
    table = _table("strings")
    base = lang.tag.split("-", maxsplit=1)[0]
    for key in (f"{base}-{lang.script}", base):
        if key in table:
            return lang, table[key]
    english = language("en")
    assert english is not None  # noqa: S101 - CLDR knows English
    return english, table["en"]


def listed(lang: Language, members: tuple[str, ...]) -> str:
    """Write a list as the language does: a, b and c (CLDR list patterns)."""
    from babel.lists import format_list

    locale = _locale(lang)
    return format_list(members, locale=locale) if locale else ", ".join(members)


NUMBERING = {"latn": "0123456789", "arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹"}
"""CLDR numbering system to its digits."""


def number(value: int, system: str) -> str:
    """Write a number in the digits of a numbering system."""
    return str(value).translate({48 + i: d for i, d in enumerate(NUMBERING[system])})


def prevailing_digits(lang: Language, text: str) -> str:
    """Give the numbering system that a text uses most; without digits, the one CLDR gives the language."""
    counts = {system: sum(text.count(d) for d in digits) for system, digits in NUMBERING.items()}
    best = max(counts, key=lambda s: counts[s])
    if counts[best]:
        return best
    locale = _locale(lang)
    system = locale.default_numbering_system if locale else "latn"
    return system if system in NUMBERING else "latn"
