"""Data tables and CLDR in, languages, scripts, typographic conventions and strings out. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from string import ascii_lowercase
from typing import Any

from bookbuild.model.book import Language

TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*")
"""A BCP 47 tag without extensions: language, script, region, variants (RFC 5646, section 2.1)."""

_NUMBERS, _NO_UNITS = (1, 2, 3, 11, 100), {"a", "in"}
"""Numbers with which a unit has all of its plurals; units that are other words more often."""
RIGHT_TO_LEFT = frozenset({"Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Samr", "Mand"})
"""ISO 15924 codes of scripts written from right to left (Unicode script metadata)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How a script is set: one row of data/scripts.toml."""

    fonts: tuple[str, ...]
    size: float
    """pt, on paper."""
    leading: float
    """pt, on paper."""
    vocalised: float = 0.0
    """pt, the leading on paper of texts with vowel marks; 0 for scripts without them."""
    annotated: float = 0.0
    """pt, the same of texts that bear signs above and below their vowel marks, as the Quran does."""
    kashida: bool = False
    """Whether lines may be filled by stretching the joins between letters."""
    letters: str = ""
    """The letters that number the items of a list, in order; empty for a, b, c."""
    ebook: tuple[float, float]
    """Size in em of the reader's own size, and line height."""
    emphasis: str
    """italic or weight."""
    hyphenate: bool
    numeric: str = "normal"
    """The value of font-variant-numeric."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """A language's typographic conventions: rows of data/typography.toml, a more specific one overriding others."""

    quotes: tuple[str, str, str, str]
    tight_before: str
    apostrophe: str
    abbreviation: str
    prefixes: str
    glue_after: tuple[str, ...]
    glue_number: tuple[str, ...]
    glue_before: dict[str, str]
    strip: str
    ranges: bool
    spaced: bool
    months: tuple[str, ...]
    units: tuple[str, ...]
    """Names and signs of units that stand after a number and a space."""


@cache
def _load_table(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("bookbuild.languages") / "data" / f"{name}.toml").read_text("utf-8"))


@cache
def find_language(tag: str) -> Language | None:
    """Return the language of a tag; None if the tag is malformed or unknown to CLDR."""
    from babel.core import get_global

    if not TAG.fullmatch(tag):
        return None
    parts = tag.split("-")
    base = parts[0].lower()
    tag_script = next((p.title() for p in parts[1:] if re.fullmatch("[A-Za-z]{4}", p)), None)
    region = next((p.upper() for p in parts[1:] if re.fullmatch("[A-Za-z]{2}|[0-9]{3}", p)), None)
    likely: dict[str, str] = get_global("likely_subtags")  # type: ignore[assignment]  # typed as a union of all tables
    subtags = likely.get(f"{base}_{region}") or likely.get(base)
    if subtags is None:
        return None
    script = tag_script or next(p for p in subtags.split("_") if len(p) == 4)
    return Language(tag, script, "rtl" if script in RIGHT_TO_LEFT else "ltr", _find_autonym(base, tag_script, region))


def _find_autonym(base: str, script: str | None, region: str | None) -> str:
    key = f"{base}-{script}" if script else base
    if autonym := _load_table("strings").get(key, {}).get("language"):
        return str(autonym)
    for identifier in ("_".join(p for p in (base, script, region) if p), base):
        locale = find_locale(identifier)
        if name := locale and locale.get_language_name():
            return str(name[0].upper() + name[1:])
    return base


@cache
def find_locale(tag: str) -> Any:
    """Return the CLDR locale of a tag, with hyphens or underlines; None if CLDR has none."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None


@cache
def find_script(code: str) -> Script:
    """Return how a script, an ISO 15924 code, is set; a script without a row is set like the row `default`."""
    table = _load_table("scripts")
    row = table.get(code, table["default"])
    fonts = (*row["fonts"], *(f for f in table["fallback"]["fonts"] if f not in row["fonts"]))
    return Script(**row | {"fonts": fonts, "ebook": tuple(row["ebook"])})


def find_setting(script: str, family: str) -> Script:
    """Return how a script is set in a typeface: as its row says, and that of the family where it has one."""
    row = _load_table("typefaces").get(family, {})
    own: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items() if key != "languages"
    }
    return replace(find_script(script), **own)


def find_preferred_faces(lang: Language) -> tuple[str, ...]:
    """Return the typefaces that a language's books are read in, where these are not its script's own."""
    base = lang.tag.split("-", maxsplit=1)[0].lower()
    names = {base, f"{base}-{lang.script}"}
    table = _load_table("typefaces")
    return tuple(name for name, row in table.items() if not names.isdisjoint(row.get("languages", ())))


@dataclass(frozen=True, slots=True)
class Download:
    """An npm package with a free typeface: a row of data/downloads.toml."""

    package: str
    integrity: str
    files: tuple[str, ...]


def list_downloads() -> tuple[str, ...]:
    """Return the families that can be fetched."""
    return tuple(_load_table("downloads"))


def find_download(family: str) -> Download | None:
    """Return where a family comes from; None if it cannot be fetched."""
    row = _load_table("downloads").get(family)
    return Download(row["package"], row["integrity"], tuple(row["files"])) if row else None


def find_letters(lang: Language) -> str:
    """Return the letters that a language in Arabic script is written with; empty if CLDR does not say."""
    base = lang.tag.split("-", maxsplit=1)[0].lower()
    return str(_load_table("exemplars")["Arab"].get(base, "")) if lang.script == "Arab" else ""


def find_free_faces(script: str, name: str) -> tuple[tuple[str, ...], str]:
    """Return free typefaces that have the letters of a script, and the package that has them, if any.

    `name` is the script's own, after which most of them are called.
    """
    table = _load_table("faces")
    return tuple(table["faces"].get(script, [f"Noto Sans {name}"])), table["packages"].get(script, "")


def script_codes() -> tuple[str, ...]:
    """Return the codes of the scripts that have a row."""
    return tuple(k for k in _load_table("scripts") if k not in {"fallback", "default"})


@cache
def find_conventions(lang: Language) -> Conventions:
    """Return the typographic conventions of a language."""
    table = _load_table("typography")
    merged: dict[str, Any] = {}
    for key in ("default", lang.script, lang.tag.split("-", maxsplit=1)[0], lang.tag):
        merged.update(table.get(key, {}))
    lists = {key: tuple(value) for key, value in merged.items() if isinstance(value, list)}
    return Conventions(**merged | lists, months=months(lang), units=units(lang))


def _find_closest_locale(lang: Language) -> Any:
    """Return the CLDR locale of a language, with its region if CLDR has that; None if it has neither."""
    return find_locale(lang.tag) or find_locale(lang.tag.split("-")[0])


@cache
def months(lang: Language) -> tuple[str, ...]:
    """Return the names of the months in CLDR, longest first; empty if it has none."""
    locale = _find_closest_locale(lang)
    names = locale.months.get("format", {}) if locale else {}
    forms = {name for width in ("wide", "abbreviated") for name in names.get(width, {}).values()}
    return tuple(sorted((n for n in forms if n.strip(".").isalpha()), key=lambda n: (-len(n), n)))


@cache
def units(lang: Language) -> tuple[str, ...]:
    """Return the units of CLDR that are one word after a number, longest first: names, plurals and signs."""
    from babel.units import format_unit

    locale = _find_closest_locale(lang)
    found: set[str] = set()
    known = locale.unit_display_names if locale else {}
    for unit in known:
        for number in _NUMBERS:
            for length in ("long", "short"):
                try:
                    written = format_unit(number, unit, length, numbering_system="latn", locale=locale)
                except ValueError:  # a unit that needs another one
                    continue
                word = re.fullmatch(rf"\W*{number}[ \u00a0\u202f](\S+)", written)
                if word and word[1] not in known and word[1] not in _NO_UNITS:
                    found.add(word[1])
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


@cache
def month_numbers(lang: Language) -> tuple[tuple[str, int], ...]:
    """Return the names of the Gregorian months in CLDR, each with its number."""
    locale = _find_closest_locale(lang)
    tables = locale.months if locale else {}
    numbers = {
        name: number
        for form in ("format", "stand-alone")
        for number, name in tables.get(form, {}).get("wide", {}).items()
    }
    return tuple(sorted((name, number) for name, number in numbers.items() if name.strip(".").isalpha()))


def find_strings(lang: Language) -> tuple[Language, dict[str, str]]:
    """Return the language that the program's own words are set in, the given one or English, and the words by key."""
    table = _load_table("strings")
    base = lang.tag.split("-", maxsplit=1)[0]
    for key in (f"{base}-{lang.script}", base):
        spoken = find_language(key) if key in table else None
        if spoken and spoken.script == lang.script:  # Malay in Arabic letters has words of its own
            return lang, table[key]
    return Language("en", "Latn", "ltr", "English"), table["en"]


def render_list(lang: Language, members: tuple[str, ...]) -> str:
    """Return members as a list in a language: a, b and c (CLDR list patterns)."""
    from babel.lists import format_list

    locale = _find_closest_locale(lang)
    return format_list(members, locale=locale) if locale else ", ".join(members)


NUMBERING_SYSTEMS = {"latn": "0123456789", "arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹"}
"""The digits 0 to 9 of each CLDR numbering system."""


def number(value: int, system: str) -> str:
    """Return a number in the digits of a numbering system."""
    return str(value).translate({48 + i: d for i, d in enumerate(NUMBERING_SYSTEMS[system])})


_QUOTED_VERSE = re.compile("﴿[^﴾]*﴾|﴾[^﴿]*﴿")


def write_letter(value: int, lang: Language) -> str:
    """Return the letter that numbers an item of a list, or letters; empty where there is none.

    It is of the script's own order (abjad), else of a, b, c; Hebrew adds letters up (11 is 10 and 1).
    """
    script = find_script(lang.script)
    letters = script.letters or ascii_lowercase
    if lang.script == "Hebr" and 0 < value < 1000:
        hundreds, rest = divmod(value, 100)
        tens, units = (9, rest - 9) if rest in {15, 16} else divmod(rest, 10)  # 9 and 6, 9 and 7: not God's name
        written = letters[tens - 1] if rest in {15, 16} else letters[8 + tens] if tens else ""
        written += letters[units - 1] if units else ""
        return letters[21] * (hundreds // 4) + (letters[17 + hundreds % 4] if hundreds % 4 else "") + written
    return letters[value - 1] if 0 < value <= len(letters) else ""


def find_numbering_system(lang: Language, text: str) -> str:
    """Return the numbering system that a text's own prose uses most; for one without digits, the language's in CLDR.

    Languages that write no digits but Western ones have those, whatever they quote.
    """
    locale = _find_closest_locale(lang)
    default = locale.default_numbering_system if locale else "latn"
    if default not in NUMBERING_SYSTEMS or (default == "latn" and lang.script != "Arab"):
        return "latn"
    prose = _QUOTED_VERSE.sub("", text)
    counts = {system: sum(prose.count(d) for d in digits) for system, digits in NUMBERING_SYSTEMS.items()}
    best = max(counts, key=lambda s: counts[s])
    return best if counts[best] else default
