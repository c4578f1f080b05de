"""book.toml: text in, a validated Config or findings with lines out. The only place that knows its keys. Pure."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from bookbuild.book.config.ebook import CoverTable, EbookTable
from bookbuild.book.config.fields import Line, LocalText, Table, Tag
from bookbuild.book.config.lines import Lines
from bookbuild.book.config.print import BookletTable, PrintTable, SheetsTable
from bookbuild.book.config.texts import ChecksTable, TypographyTable
from bookbuild.languages.tables import NUMBERING_SYSTEMS, find_language
from bookbuild.model.errors import SourceError, did_you_mean
from bookbuild.model.findings import Finding, Place

ROLES = ("author", "translator", "editor", "illustrator", "narrator", "contributor")
"""Roles of creators, as MARC's relator terms name them."""


def _real_day(value: str) -> str:
    parts = [int(part) for part in value.split("-")]
    dt.date(*(*parts, 1, 1)[:3])  # raises ValueError: 2024-02-31, the year 0
    return value


Digits = Literal["auto", "latn", "arab", "arabext"]
Date = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"),
    AfterValidator(_real_day),
]


def _as_text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value) if type(value) is int else value


class CreatorTable(Table):
    """A person or body behind the book."""

    name: LocalText = Field(description="The name, or a name a language: {ar = …, id = …}.")
    role: Literal["author", "translator", "editor", "illustrator", "narrator", "contributor"] = Field(
        default="author", description="What they did."
    )
    sort: Line | None = Field(default=None, description="The name as catalogues sort it: Hatta, Mohammad.")


class SeriesTable(Table):
    """The series that the book belongs to."""

    name: LocalText = Field(description="The series' name, or a name a language.")
    number: Annotated[Line, BeforeValidator(_as_text)] | None = Field(default=None, description="The volume's number.")


class Config(Table):
    """book.toml: what a book says of itself. Every key may be left out."""

    title: LocalText | None = Field(default=None, description="The title, a text a language.")
    subtitle: LocalText | None = Field(default=None, description="The subtitle, a text a language.")
    creators: tuple[CreatorTable, ...] = Field(
        default=(), strict=False, description="Authors, translators and others, as [[creators]]."
    )
    languages: tuple[Tag, ...] = Field(
        default=(), strict=False, description="The languages in the order shown; the first is the original."
    )
    rights: LocalText | None = Field(default=None, description="Who may do what with the text.")
    source: LocalText | None = Field(default=None, description="Where the text comes from: a publication, an address.")
    date: Annotated[Date, BeforeValidator(_as_text)] | None = Field(
        default=None, description="When it was published: 1954, 1954-03 or 1954-03-31."
    )
    identifier: Line | None = Field(default=None, description="ISBN, DOI, URN or address of this edition.")
    level: Line | None = Field(default=None, description="The learners' level, for example B1.")
    subjects: tuple[Line, ...] = Field(default=(), strict=False, description="What the book is about.")
    description: LocalText | None = Field(default=None, description="A few sentences on the book, for catalogues.")
    publisher: Line | None = Field(default=None, description="Who publishes it.")
    series: SeriesTable | None = Field(default=None, description="The series that it belongs to, and its number there.")
    cover: CoverTable = Field(default_factory=CoverTable, description="A picture for the e-book's cover.")
    headings: Literal["inferred", "none"] = Field(
        default="inferred", description="Whether short lines of a .txt without closing punctuation are headings."
    )
    paragraphs: Literal["auto", "lines", "blank-lines"] = Field(
        default="auto", description="What ends a paragraph of a .txt: every line end, or only a blank line."
    )
    digits: Digits | dict[Tag, Digits] = Field(
        default="auto", description="Digits of page and unit numbers; auto: those that the text uses."
    )
    checks: ChecksTable = Field(default_factory=ChecksTable, description="Checks of the texts that are not wanted.")
    typography: bool | TypographyTable = Field(
        default=True, description="Typographic normalisation: true, false, or a table of switches."
    )
    fonts: dict[Tag, Line] = Field(default_factory=dict, description="A font family a language.")
    print: PrintTable = Field(default_factory=PrintTable, description="Options of all printed editions.")
    editions: dict[Line, PrintTable] = Field(
        default_factory=dict, description="Options of one printed edition, as [editions.NAME]: those of [print]."
    )
    ebook: EbookTable = Field(default_factory=EbookTable, description="Options of all e-books.")
    ebooks: dict[Line, EbookTable] = Field(
        default_factory=dict, description="Options of one e-book, as [ebooks.NAME]: those of [ebook]."
    )
    booklet: BookletTable = Field(default_factory=BookletTable, description="The edition booklet: sheets to fold.")
    sheets: SheetsTable = Field(default_factory=SheetsTable, description="The edition sheets: several pages on one.")


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema of book.toml, for editors (docs/book.schema.json)."""
    schema = Config.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "book.toml"
    return schema


def parse(text: str, path: str) -> Config:
    """Read a book.toml.

    Raises SourceError with one finding a mistake, each with its line.
    """
    try:
        return _parse(text, path)
    except (RecursionError, ValueError):  # a thousand brackets; a number of a thousand digits
        message = "not valid TOML: too deeply nested, or a number too long"
        raise SourceError(
            [Finding("C001", Place(path), message, "see docs/book-toml.md for what it may say")]
        ) from None


def _parse(text: str, path: str) -> Config:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        last = text.count("\n") + 1
        place = Place(path, int(line[1]) if line else last)
        message = re.sub(r"\s*\(at .*\)$", "", str(error))
        advice = "write texts in double quotes, one key = value a line"
        raise SourceError([Finding("C001", place, f"not valid TOML: {_lower(message)}", advice)]) from None
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        lines = Lines(text)
        raise SourceError(_findings(error.errors(), data, path, lines)) from None
    findings = [
        Finding("C003", Place(path, Lines(text).of((key, tag))), f"{tag!r} is no language that is known", _TAG_ADVICE)
        for key, tag in _tags(config)
        if find_language(tag) is None
    ]
    if findings:
        raise SourceError(findings)
    return config


_TABLES = frozenset({"print", "editions", "booklet", "sheets", "ebook", "ebooks"})
"""Those whose words are listed where one is wrong."""
_ABOVE = "move the line above the first line in [ ], to which it does not belong"
_TAG_ADVICE = "use the tag of BCP 47, as in the texts' file names, for example ar, id, en-GB"


def _tags(config: Config) -> list[tuple[str, str]]:
    tags = [("languages", tag) for tag in config.languages]
    for key in ("title", "subtitle", "rights", "source", "description", "digits", "fonts"):
        value = getattr(config, key)
        if isinstance(value, dict):
            tags += [(key, tag) for tag in value]
    if config.series and isinstance(config.series.name, dict):
        tags += [("series", tag) for tag in config.series.name]
    if isinstance(config.cover.alt, dict):
        tags += [("cover", tag) for tag in config.cover.alt]
    return tags


def _findings(errors: list[ErrorDetails], data: dict[str, Any], path: str, lines: Lines) -> list[Finding]:
    # a union (a text, or a text a language) reports each of its branches: the one that got furthest tells most,
    # and of those that got as far, the one whose type was right
    best: dict[tuple[int | str, ...], ErrorDetails] = {}
    for error in errors:
        location = _location(error, data)
        if location not in best or best[location]["type"].endswith("_type"):
            best[location] = error
    found: list[Finding] = []
    for location, error in best.items():
        if any(other[: len(location)] == location for other in best if other != location):
            continue
        name = ".".join(str(p) for p in location if isinstance(p, str))
        place = Place(path, lines.of(location))
        key = str(location[-1]) if location else ""
        swallowed = len(location) > 1 and key in Config.model_fields  # TOML gives it to the table above it
        if "[key]" in error["loc"]:
            advice = _ABOVE if swallowed else "write the tag of a language before the =, for example ar or id"
            finding = Finding("C002", place, f"the key {name!r} is not known", advice)
        elif error["type"] == "extra_forbidden":
            advice = _ABOVE if swallowed else did_you_mean(key, _known_keys(location[:-1]))
            finding = Finding("C002", place, f"the key {name!r} is not known", advice)
        else:
            advice = _allowed(location)
            if error["type"] == "literal_error" and location[0] in _TABLES:
                advice = "write one of " + error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
            finding = Finding("C003", place, f"{name} {_wrong(error)}", advice)
        found.append(finding)
    return sorted(found, key=lambda f: f.place.line or 0)


def _location(error: ErrorDetails, data: Any) -> tuple[int | str, ...]:
    """Give where in the file an error stands, without pydantic's names of a union's branches."""
    found: list[int | str] = []
    *path, last = error["loc"]
    for part in path:
        inside = (isinstance(data, dict) and part in data) or (isinstance(data, list) and isinstance(part, int))
        if inside:
            found.append(part)
            data = data[part]
    named = error["type"] in {"missing", "extra_forbidden"} or (isinstance(data, list) and isinstance(last, int))
    if named or (isinstance(data, dict) and last in data):
        found.append(last)
    return tuple(found)


def _model_at(location: tuple[int | str, ...]) -> type[Table]:
    names = [p for p in location if isinstance(p, str)]
    tables: dict[str, type[Table]] = {
        "creators": CreatorTable,
        "typography": TypographyTable,
        "checks": ChecksTable,
        "print": PrintTable,
        "editions": PrintTable,
        "booklet": BookletTable,
        "sheets": SheetsTable,
        "ebook": EbookTable,
        "ebooks": EbookTable,
        "series": SeriesTable,
        "cover": CoverTable,
    }
    return tables.get(names[0], Config) if names else Config


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    return list(_model_at(location).model_fields)


def _allowed(location: tuple[int | str, ...]) -> str:
    names = [p for p in location if isinstance(p, str)]
    if names[0] == "digits":
        return f"write one of auto, {', '.join(NUMBERING_SYSTEMS)}, or one a language"
    if names[-1] == "role":
        return f"write one of {', '.join(ROLES)}"
    if names[-1] in {"headings", "paragraphs"}:
        values = Config.model_fields[names[-1]].annotation.__args__  # type: ignore[union-attr]  # a Literal
        return "write one of " + ", ".join(values)
    if names[0] == "languages":
        return 'write a list of tags, for example languages = ["ar", "id"]'
    table = _model_at(location[:-1]) if len(names) > 1 else Config
    described = table.model_fields.get(names[-1]) or Config.model_fields.get(names[0])
    text = described.description if described and described.description else "see docs/book-toml.md"
    return _lower(text.rstrip("."))


def _wrong(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing":
            return "is missing"
        case "literal_error":
            return f"is {_shown(error)}, which is not allowed"
        case "string_pattern_mismatch":
            return f"is {_shown(error)}, which has not the right form"
        case "string_too_short":
            return "is empty"
        case "string_too_long":
            return "is longer than 1000 characters"
        case "bool_type" | "bool_parsing":
            return f"is {_shown(error)}, not true or false"
        case "greater_than_equal" | "less_than_equal":
            return f"is {_shown(error)}, which is out of range"
        case "value_error":
            return str(error["ctx"]["error"]) if "ctx" in error else "is not allowed"
        case _:
            return f"is {_shown(error)}, which is of the wrong type"


def _shown(error: ErrorDetails) -> str:
    text = repr(error["input"])
    return text if len(text) <= 60 else text[:59] + "…"


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
