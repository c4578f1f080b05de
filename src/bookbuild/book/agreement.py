"""Whether the names of texts, their languages and book.toml agree: findings out. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bookbuild.book.config.lines import TomlFile
from bookbuild.languages import names
from bookbuild.model.errors import nearest
from bookbuild.model.findings import Finding, Place

if TYPE_CHECKING:
    from bookbuild.book.config.book_toml import Config


def no_language(tag: str, place: Place, ending: str) -> Finding:
    """Make the finding of a file or folder whose name is no language, with the tag that was most likely meant."""
    by_name = names.english_names()
    near = names.correct_tag(tag) or by_name.get(nearest(tag, list(by_name)) or "")
    hint = f"rename it to {near}{ending}" if near else f"name it by its language, for example ar{ending} or id{ending}"
    return Finding("P002", place, f"{tag!r} is no language tag", f"{hint}, or put an underscore before the name")


def languages_agree(place: Place, config: Config, written: TomlFile, tags: list[str]) -> Iterator[Finding]:
    """Report where book.toml and the texts of the folder (at `place`) name different languages."""
    if len(tags) < 2:
        found = f"only {tags[0]}" if tags else "none"
        message = f"a book needs its text in two languages or more; found: {found}"
        yield Finding("P001", place, message, "add the other text, for example id.txt")
    for n, tag in enumerate(config.languages):
        if tag not in tags:
            advice = f"add the text {tag}.txt or take {tag} out of the list"
            yield Finding("C004", written.place("languages", n), f"languages names {tag!r}, which has no text", advice)
    if config.languages:
        for tag in tags:
            if tag not in config.languages:
                advice = "add it to the list or put an underscore before the file's name"
                yield Finding("C004", written.place("languages"), f"languages lacks {tag!r}, which has a text", advice)
    for tag in sorted({t for t in config.languages if config.languages.count(t) > 1}):
        yield Finding("C004", written.place("languages"), f"languages names {tag!r} twice", "name it once")


def metadata_agrees(config: Config, written: TomlFile, tags: list[str]) -> Iterator[Finding]:
    """Report words in book.toml for a language that the book has not: they would be shown nowhere."""
    texts = ("title", "subtitle", "rights", "source", "description", "digits", "fonts")
    named: dict[tuple[int | str, ...], Any] = {(key,): getattr(config, key) for key in texts}
    named |= {("series", "name"): config.series.name if config.series else None, ("cover", "alt"): config.cover.alt}
    named |= {("creators", n, "name"): creator.name for n, creator in enumerate(config.creators)}
    for keys, value in named.items():
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in keys)
        for tag in value if isinstance(value, dict) else ():
            if tag not in tags:
                advice = f"add the text {tag}.txt or take the entry out"
                message = f"{key} has an entry for {tag!r}, which has no text"
                yield Finding("C004", written.place(*keys, tag), message, advice)
