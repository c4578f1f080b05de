"""The texts' tags and book.toml in, findings where they disagree about the languages out. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bookbuild.book.config.lines import TomlFile
from bookbuild.languages import names
from bookbuild.model.errors import find_nearest
from bookbuild.model.findings import Finding, Place

if TYPE_CHECKING:
    from bookbuild.book.config.book_toml import Config


def report_unknown_language(tag: str, place: Place, ending: str) -> Finding:
    """Return the finding for a file or folder that is not named by a language, with the tag most likely meant.

    `ending` is what follows the tag in the name: a suffix, or a slash for a folder.
    """
    by_name = names.english_names()
    likely_tag = names.correct_tag(tag) or by_name.get(find_nearest(tag, list(by_name)) or "")
    hint = (
        f"rename it to {likely_tag}{ending}"
        if likely_tag
        else f"name it by its language, for example ar{ending} or id{ending}"
    )
    return Finding("P002", place, f"{tag!r} is not a language tag", f"{hint}, or put an underscore before the name")


def check_languages(place: Place, config: Config, toml: TomlFile, tags: list[str]) -> Iterator[Finding]:
    """Yield the findings where book.toml and the texts of the folder (at `place`) have different languages (C004)."""
    if len(tags) < 2:
        present = f"only {tags[0]}" if tags else "none"
        message = f"a book needs its text in two languages or more; found: {present}"
        yield Finding("P001", place, message, "add the other text, for example id.txt")
    for n, tag in enumerate(config.languages):
        if tag not in tags:
            advice = f"add the text {tag}.txt or take {tag} out of the list"
            yield Finding("C004", toml.place("languages", n), f"languages lists {tag!r}, which has no text", advice)
    if config.languages:
        for tag in tags:
            if tag not in config.languages:
                advice = "add it to the list or put an underscore before the file's name"
                yield Finding("C004", toml.place("languages"), f"languages lacks {tag!r}, which has a text", advice)
    for tag in sorted({t for t in config.languages if config.languages.count(t) > 1}):
        yield Finding("C004", toml.place("languages"), f"languages lists {tag!r} twice", "list it once")


def check_metadata(config: Config, toml: TomlFile, tags: list[str]) -> Iterator[Finding]:
    """Yield the findings for texts in book.toml in a language that the book lacks: no output would show them (C004)."""
    texts = ("title", "subtitle", "rights", "source", "description", "digits", "fonts")
    values: dict[tuple[int | str, ...], Any] = {(key,): getattr(config, key) for key in texts}
    values |= {("series", "name"): config.series.name if config.series else None, ("cover", "alt"): config.cover.alt}
    values |= {("creators", n, "name"): creator.name for n, creator in enumerate(config.creators)}
    for keys, value in values.items():
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in keys)
        for tag in value if isinstance(value, dict) else ():
            if tag not in tags:
                advice = f"add the text {tag}.txt or take the entry out"
                message = f"{key} has an entry for {tag!r}, which has no text"
                yield Finding("C004", toml.place(*keys, tag), message, advice)
