"""The options of a book's printed pages as a form: its fields out, changed values into book.toml."""

from __future__ import annotations

from typing import Annotated, Any, get_args

import tomlkit
from pydantic import BaseModel, ConfigDict, Field
from tomlkit.exceptions import TOMLKitError

from bookbuild.book import write
from bookbuild.book.config.book_toml import parse_config
from bookbuild.book.config.changes import change_options
from bookbuild.book.config.print import PrintTable
from bookbuild.book.folder import open_book
from bookbuild.model.characters import decode_text
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, read_file

FIELDS = {
    "paper": "Paper",
    "orientation": "Orientation",
    "text_size": "Size of the type (per cent)",
    "leading": "Distance between lines (per cent)",
    "margins": "Margins",
    "align": "Ends of lines",
    "fit": "Fill whole sheets",
    "granularity": "Side by side",
    "numbers": "Numbers of paragraphs",
    "number_range": "Numbers in the head",
    "column_heads": "Names of the languages",
    "name_line": "Lines to fill in",
    "page_numbers": "Page numbers",
    "contents": "Table of contents",
    "chapters": "Beginning of chapters",
    "notes": "Place of notes",
    "duplex": "Printed on both sides",
    "binding": "Binding",
    "colour": "Colours",
    "colophon": "Closing note",
}
"""The options of [print] in the form, in this order, with their labels."""
_DESCRIPTIONS = {
    "margins": "White around the text.",
    "name_line": "Under the title, up to four, separated by commas: name, class, date or words of your own. "
    "Empty for none.",
}
"""Descriptions for the form where those for book.toml speak of its notation."""
_Value = bool | int | str | list[str] | None


class OptionChanges(BaseModel):
    """Changed options as the page sends them."""

    model_config = ConfigDict(extra="forbid", strict=True)
    print: Annotated[dict[str, _Value], Field(max_length=100)] = {}
    """Value by the name of an option of [print]; None for its default."""
    titles: Annotated[dict[str, Annotated[str, Field(max_length=1000)]], Field(max_length=100)] = {}
    """Title by language; empty for the one that the text itself has."""


def read_options(project: Project, slug: str) -> dict[str, Any]:
    """Return the fields of the form with their values.

    Raises SourceError if book.toml is wrong: it has to be corrected first.
    """
    source = open_book(project, slug)
    titles = source.config.title
    written = titles if isinstance(titles, dict) else {source.languages[0].tag: titles or ""}
    return {
        "fields": [_describe_field(name, getattr(source.config.print, name)) for name in FIELDS],
        "titles": [
            {"tag": lang.tag, "name": lang.name, "direction": lang.direction, "title": written.get(lang.tag, "")}
            for lang in source.languages
        ],
    }


def _describe_field(name: str, value: Any) -> dict[str, Any]:
    """Return an option for the form: its kind, what it may be, and its description."""
    info = PrintTable.model_fields[name]
    limits = {key: getattr(rule, key) for rule in info.metadata for key in ("ge", "le") if hasattr(rule, key)}
    choices = _find_choices(info.annotation)
    kind = (
        "words" if name == "name_line" else "choice" if choices else "switch" if info.annotation is bool else "number"
    )
    if kind == "words":
        value = "name, class" if value is True else ", ".join(value or ())
    elif isinstance(value, tuple):
        value = ""  # millimetres, which are changed in book.toml
    elif kind == "choice":
        value = {True: "yes", False: "no"}.get(value, value)
    return {
        "name": name,
        "label": FIELDS[name],
        "kind": kind,
        "value": value,
        "choices": choices,
        "description": _DESCRIPTIONS.get(name) or info.description,
        **limits,
    }


def _find_choices(annotation: Any) -> list[str]:
    """Return the words that a field may be, yes and no included where it may also be a Boolean."""
    if annotation is bool:
        return []
    choices = []
    for part in (annotation, *get_args(annotation)):
        if part is bool:
            choices += ["yes", "no"]
        choices += [word for word in get_args(part) if isinstance(word, str) and word not in choices]
    return choices


def save_options(project: Project, slug: str, changes: OptionChanges) -> None:
    """Change options in book.toml, whose comments and other lines stay.

    Raises SourceError if a value is not allowed, or if book.toml was changed meanwhile.
    """
    source = open_book(project, slug)
    path = source.folder / "book.toml"
    relative = project.relative(path)
    data = read_file(project, path) if path.exists() else None
    text = decode_text(data, relative) if data else ""
    values: dict[str, Any] = {f"print.{name}": _convert_value(name, value) for name, value in changes.print.items()}
    if changes.titles:
        values |= _build_titles(text, {tag: " ".join(title.split()) for tag, title in changes.titles.items()})
    try:
        changed = change_options(text, values)
    except TOMLKitError as error:
        finding = Finding("C001", Place(relative), f"it cannot be changed here ({error})", "change it in an editor")
        raise SourceError([finding]) from None
    parse_config(changed, relative)
    write.replace_file(project, path, changed.encode("utf-8"), data)


def _convert_value(name: str, value: _Value) -> Any:
    """Return a value for book.toml; None for the default."""
    default = PrintTable.model_fields[name].default if name in PrintTable.model_fields else None
    if name == "name_line" and isinstance(value, str):
        words = [word.strip() for word in value.replace("،", ",").split(",") if word.strip()]
        value = True if words == ["name", "class"] else words or False
    elif value in {"yes", "no"} and isinstance(value, str):
        value = value == "yes"
    return None if value == default and type(value) is type(default) else value


def _build_titles(text: str, titles: dict[str, str]) -> dict[str, Any]:
    written = tomlkit.parse(text).get("title")
    if isinstance(written, str) or written is None:  # one title becomes a table of them
        return {"title": {tag: title for tag, title in titles.items() if title} or None}
    if not any(titles.values()):
        return {"title": None}
    return {f"title.{tag}": title or None for tag, title in titles.items()}


def list_words() -> list[str]:
    """Return the descriptions and choices in the form, which the page translates."""
    fields = [_describe_field(name, PrintTable.model_fields[name].default) for name in FIELDS]
    return [word for field in fields for word in (field["description"], *field["choices"])]
