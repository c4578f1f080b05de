"""The text of book.toml in, a validated Config or findings with lines out. The only place that knows its keys. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from bookbuild.book.config.ebook import CoverTable, EbookTable
from bookbuild.book.config.fields import Line, LocalText, Table, Tag
from bookbuild.book.config.lines import TomlLines
from bookbuild.book.config.mistakes import read_toml
from bookbuild.book.config.print import BookletTable, PrintTable, SheetsTable
from bookbuild.book.config.texts import ChecksTable, TypographyTable
from bookbuild.languages.tables import NUMBERING_SYSTEMS, find_language
from bookbuild.model.errors import SourceError, suggest_name
from bookbuild.model.findings import Finding, Place


def _check_day(value: str) -> str:
    parts = [int(part) for part in value.split("-")]
    dt.date(*(*parts, 1, 1)[:3])  # raises ValueError: 2024-02-31, the year 0
    return value


Role = Literal["author", "translator", "editor", "illustrator", "narrator", "contributor"]
"""Roles of creators: MARC relator terms."""
Digits = Literal["auto", "latn", "arab", "arabext"]
Date = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"),
    AfterValidator(_check_day),
]


def _to_text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value) if type(value) is int else value


class CreatorTable(Table):
    """A person or body behind the book."""

    name: LocalText = Field(description="The name, or one per language: {ar = …, id = …}.")
    role: Role = Field(default="author", description="What they did.")
    sort: Line | None = Field(default=None, description="The name as catalogues sort it: Hatta, Mohammad.")


class SeriesTable(Table):
    """The series that the book belongs to."""

    name: LocalText = Field(description="The series' name, or one per language.")
    number: Annotated[Line, BeforeValidator(_to_text)] | None = Field(default=None, description="The volume's number.")


class Config(Table):
    """book.toml: what a book says about itself. Every key may be left out."""

    title: LocalText | None = Field(default=None, description="The title, or one per language.")
    subtitle: LocalText | None = Field(default=None, description="The subtitle, or one per language.")
    creators: tuple[CreatorTable, ...] = Field(
        default=(), strict=False, description="Authors, translators and others, as [[creators]]."
    )
    languages: tuple[Tag, ...] = Field(
        default=(), strict=False, description="The languages in the order shown; the first is the original."
    )
    rights: LocalText | None = Field(default=None, description="Who may do what with the text.")
    source: LocalText | None = Field(default=None, description="Where the text comes from: a publication, an address.")
    date: Annotated[Date, BeforeValidator(_to_text)] | None = Field(
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
    numbering: Literal["book", "chapter"] = Field(
        default="book", description="Where the numbers of paragraphs begin: once in the book, or in each chapter."
    )
    digits: Digits | dict[Tag, Digits] = Field(
        default="auto", description="Digits of page and unit numbers; auto: those that the text uses."
    )
    checks: ChecksTable = Field(default_factory=ChecksTable, description="Checks of the texts that are not wanted.")
    typography: bool | TypographyTable = Field(
        default=True, description="Typographic normalisation: true, false, or a table of switches."
    )
    fonts: dict[Tag, Line] = Field(default_factory=dict, description="A font family per language.")
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


def build_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of book.toml, for text editors (docs/reference/book.schema.json)."""
    schema = Config.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "book.toml"
    return schema


def parse_config(text: str, path: str) -> Config:
    """Return the configuration in a book.toml; `path` is for messages.

    Raises SourceError with one finding per mistake, each with its line.
    """
    try:
        return _validate(text, path)
    except (RecursionError, ValueError):  # a thousand brackets; a number of a thousand digits
        message = "not valid TOML: too deeply nested, or a number too long"
        advice = "see docs/reference/book-toml.md for what it may say"
        raise SourceError([Finding("C001", Place(path), message, advice)]) from None


def _validate(text: str, path: str) -> Config:
    data, text, unread = read_toml(text, path)
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        # what is missing, and what a table lacks, may be in a line that could not be read
        errors = [one for one in error.errors() if not (unread and (one["type"] == "missing" or one["input"] == {}))]
        findings = [*unread, *_convert_errors(errors, data, path, TomlLines(text))]
        raise SourceError(sorted(findings, key=lambda finding: finding.place.line or 0)) from None
    if unread:
        raise SourceError(unread)
    unknown = [(key, tag) for key, tag in _list_tags(config) if find_language(tag) is None]
    if unknown:
        lines = TomlLines(text)
        raise SourceError(
            Finding("C003", Place(path, lines.find((key, tag))), f"unknown language {tag!r}", _TAG_ADVICE)
            for key, tag in unknown
        )
    return config


_ABOVE = "move the line above the first [table], to which it does not belong"
_TAG_ADVICE = "use the BCP 47 tag, as in the texts' file names, for example ar, id, en-GB"


def _list_tags(config: Config) -> list[tuple[str, str]]:
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


def _convert_errors(errors: list[ErrorDetails], data: dict[str, Any], path: str, lines: TomlLines) -> list[Finding]:
    # a union (a text, or one per language) reports each of its branches: the one that got furthest says most,
    # and of those that got as far, the one whose type was right
    best: dict[tuple[int | str, ...], ErrorDetails] = {}
    for error in errors:
        location = _locate_error(error, data)
        if location not in best or best[location]["type"].endswith("_type"):
            best[location] = error
    findings: list[Finding] = []
    for location, error in best.items():
        if any(other[: len(location)] == location for other in best if other != location):
            continue
        name = ".".join(str(p) for p in location if isinstance(p, str))
        place = Place(path, lines.find(location))
        key = str(location[-1]) if location else ""
        swallowed = len(location) > 1 and key in Config.model_fields  # TOML counts it to the table above
        if "[key]" in error["loc"]:
            advice = _ABOVE if swallowed else "write the tag of a language before the =, for example ar or id"
            finding = Finding("C002", place, f"the key {name!r} is not known", advice)
        elif error["type"] == "extra_forbidden":
            advice = _ABOVE if swallowed else suggest_name(key, list(_find_table(location[:-1]).model_fields))
            finding = Finding("C002", place, f"the key {name!r} is not known", advice)
        else:
            finding = Finding("C003", place, f"{name} {_describe_error(error)}", _describe_allowed(location, error))
        findings.append(finding)
    return sorted(findings, key=lambda f: f.place.line or 0)


def _locate_error(error: ErrorDetails, data: Any) -> tuple[int | str, ...]:
    """Return the keys that lead to an error in the file, without pydantic's names for the branches of a union."""
    location: list[int | str] = []
    *path, last = error["loc"]
    for part in path:
        inside = (isinstance(data, dict) and part in data) or (isinstance(data, list) and isinstance(part, int))
        if inside:
            location.append(part)
            data = data[part]
    named = error["type"] in {"missing", "extra_forbidden"} or (isinstance(data, list) and isinstance(last, int))
    if named or (isinstance(data, dict) and last in data):
        location.append(last)
    return tuple(location)


def _find_table(location: tuple[int | str, ...]) -> type[Table]:
    key = next((part for part in location if isinstance(part, str)), "")
    annotation = Config.model_fields[key].annotation if key in Config.model_fields else None
    types = (annotation, *get_args(annotation))
    return next((t for t in types if isinstance(t, type) and issubclass(t, Table)), Config)


def _describe_allowed(location: tuple[int | str, ...], error: ErrorDetails) -> str:
    names = [p for p in location if isinstance(p, str)]
    if names[0] == "digits":
        return f"write one of auto, {', '.join(NUMBERING_SYSTEMS)}, or one per language"
    if error["type"] == "literal_error":
        expected = str(error["ctx"]["expected"])
        return "write one of " + expected.replace("'", "").replace(" or ", ", ")
    if names[0] == "languages":
        return 'write a list of tags, for example languages = ["ar", "id"]'
    table = _find_table(location[:-1]) if len(names) > 1 else Config
    described = table.model_fields.get(names[-1]) or Config.model_fields.get(names[0])
    text = described.description if described and described.description else "see docs/reference/book-toml.md"
    return _lower_first(text.rstrip("."))


def _describe_error(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing":
            return "is missing"
        case "literal_error":
            return f"is {_show_value(error)}, which is not allowed"
        case "string_pattern_mismatch":
            return f"is {_show_value(error)}, which does not have the right form"
        case "string_too_short":
            return "is empty"
        case "string_too_long":
            return "is longer than 1000 characters"
        case "bool_type" | "bool_parsing":
            return f"is {_show_value(error)}, not true or false"
        case "greater_than_equal" | "less_than_equal":
            return f"is {_show_value(error)}, which is out of range"
        case "value_error":
            return str(error["ctx"]["error"]) if "ctx" in error else "is not allowed"
        case _:
            return f"is {_show_value(error)}, which is of the wrong type"


def _show_value(error: ErrorDetails) -> str:
    text = repr(error["input"])
    return text if len(text) <= 60 else text[:59] + "…"


def _lower_first(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
