"""A book's folder: its configuration and texts, found and checked but not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bookbuild.book.agreement import languages_agree, metadata_agrees, no_language
from bookbuild.book.config import book_toml as configuration
from bookbuild.book.config.book_toml import Config
from bookbuild.book.config.lines import TomlFile
from bookbuild.book.readers import readers
from bookbuild.languages import tables
from bookbuild.model.book import Language
from bookbuild.model.characters import decode
from bookbuild.model.errors import SourceError, nearest
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, read_file, usable

TABLES = ("aligned.csv", "aligned.xlsx")
IMAGES = (".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp")
_OURS = {".toml", ".css", ".html", ".xhtml", ".ncx", ".csv", ".ttf", ".otf"}
_NO_TEXTS = re.compile(r"(?i)(readme|licen[cs]e|credits|notes?|todo|changes)\b|[_.]")
_LARGEST_CONFIG = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ChapterSource:
    """The files of one chapter, a file a language."""

    name: str
    files: dict[str, Path]


@dataclass(frozen=True, slots=True)
class BookSource:
    """A book's folder, with its configuration checked and its texts found but not read."""

    slug: str
    folder: Path
    config: Config
    written: TomlFile
    """The configuration as it was written."""
    languages: tuple[Language, ...]
    chapters: tuple[ChapterSource, ...]
    findings: tuple[Finding, ...]
    """Warnings of the folder."""
    table: Path | None = None
    """The table that says which paragraphs belong together, if there is one."""

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the languages, in order."""
        return tuple(language.tag for language in self.languages)


def open_book(project: Project, slug: str) -> BookSource:
    """Find and check the files of one book.

    Raises SourceError with all that is wrong with its folder.
    """
    folder = project.source / slug
    if not usable(slug):
        message = "the name of this folder has characters that cannot be printed"
        raise SourceError([Finding("P010", Place(project.relative(folder)), message, "rename it")])
    config, written = _config(project, folder)
    findings: list[Finding] = []
    texts = dict(_texts(project, folder, findings))
    if not any(f.code in {"P002", "P003"} for f in findings):
        findings += languages_agree(Place(project.relative(folder)), config, written, list(texts))
        findings += metadata_agrees(config, written, list(texts))
    errors = [f for f in findings if f.severity == "error"]
    if errors:
        raise SourceError(findings)
    tags = list(config.languages) or default_order(list(texts))
    chosen = tuple(language for tag in tags if (language := tables.find_language(tag)))
    chapters = _chapters(project, folder, {tag: texts[tag] for tag in tags}, findings)
    return BookSource(slug, folder, config, written, chosen, chapters, tuple(findings), _table(project, folder))


def _table(project: Project, folder: Path) -> Path | None:
    """Find the table of pairs.

    Raises SourceError if there are two.
    """
    found = [path for name in TABLES if (path := folder / name).is_file()]
    if len(found) > 1:
        message = f"there are two tables of pairs, this one and {found[0].name}"
        raise SourceError([Finding("P003", Place(project.relative(found[1])), message, "keep one of them")])
    return found[0] if found else None


def _config(project: Project, folder: Path) -> tuple[Config, TomlFile]:
    path = folder / "book.toml"
    relative = project.relative(path)
    if not path.exists() and not path.is_symlink():
        return configuration.Config(), TomlFile(relative)
    data = read_file(project, path)
    if len(data) > _LARGEST_CONFIG:
        raise SourceError([Finding("T004", Place(relative), "book.toml is too large", "texts go into their own files")])
    text = decode(data, relative)
    return configuration.parse(text, relative), TomlFile(relative, text)


def _texts(project: Project, folder: Path, findings: list[Finding]) -> Iterator[tuple[str, Path]]:
    """Find the text or folder of each language; report names that are no languages."""
    seen: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        suffix = path.suffix.lower()
        is_text = path.is_file() and suffix in readers()
        if is_text and _NO_TEXTS.match(path.stem):
            continue
        if path.is_dir():
            if path.name in {"images", "audio", "fonts"} or path.name.startswith((".", "_")):
                continue
            if not any(p.suffix.lower() in readers() and p.name[0] not in "._" for p in path.iterdir()):
                continue
        elif not is_text:
            if (
                suffix not in {*IMAGES, *_OURS}
                and path.name not in TABLES
                and not path.name.startswith((".", "_"))
                and path.is_file()
            ):
                kinds = ", ".join(sorted(readers()))
                message = "this file was not read: its kind is not known"
                advice = (
                    f"save texts as one of {kinds} (in Word: Save As, Plain Text, Unicode UTF-8), let `invoke import` "
                    "make them of it, or put an underscore before the name"
                )
                findings.append(Finding("P006", Place(project.relative(path)), message, advice))
            continue
        tag = path.stem if is_text else path.name
        place = Place(project.relative(path))
        if tables.find_language(tag) is None:
            findings.append(no_language(tag, place, path.suffix if is_text else "/"))
        elif tag in seen:
            message = f"{tag} has two texts, this one and {project.relative(seen[tag])}"
            findings.append(Finding("P003", place, message, "keep one of them"))
        else:
            seen[tag] = path
            yield tag, path


def default_order(tags: list[str]) -> list[str]:
    """Right-to-left languages first, then by tag: an order that does not depend on the file system."""
    rank = {tag: (tables.find_language(tag) or tables.find_language("en"), tag) for tag in tags}
    return sorted(tags, key=lambda t: ((rank[t][0].direction != "rtl") if rank[t][0] else True, t))  # type: ignore[union-attr]


def _chapters(
    project: Project, folder: Path, texts: dict[str, Path], findings: list[Finding]
) -> tuple[ChapterSource, ...]:
    if all(path.is_file() for path in texts.values()):
        return (ChapterSource("", texts),)
    files: dict[str, dict[str, Path]] = {}
    for tag, path in texts.items():
        if path.is_file():
            message = f"{tag} is one file, while other languages have a folder of chapters"
            advice = f"make a folder {tag}/ with files of the same names as the others'"
            findings.append(Finding("P004", Place(project.relative(path)), message, advice))
            continue
        files[tag] = {}
        for file in sorted(p for p in path.iterdir() if p.name[0] not in "._"):
            if file.is_dir() or file.suffix.lower() not in readers():
                message = "this is not read: a chapter is a file right in its language's folder, of a known kind"
                advice = f"save it there as one of {', '.join(sorted(readers()))}, or put an underscore before the name"
                findings.append(Finding("P006", Place(project.relative(file)), message, advice))
                continue
            if not usable(file.stem):
                message = "the name of this file has characters that cannot be printed"
                findings.append(Finding("P010", Place(project.relative(file)), message, "rename it"))
            if file.stem in files[tag]:
                message = f"the chapter {file.stem!r} has two files"
                findings.append(Finding("P003", Place(project.relative(file)), message, "keep one of them"))
            files[tag][file.stem] = file
    names = {name for found in files.values() for name in found}
    for tag, found in files.items():
        for name in sorted(names - set(found), key=_natural):
            others = ", ".join(t for t in files if name in files[t])
            near = nearest(name, [n for n in found if any(n not in o for o in files.values())])
            advice = f"rename {near!r} to {name!r}" if near else "add the file, or remove its partners"
            message = f"{tag} has no chapter {name!r}, which {others} has"
            findings.append(Finding("P004", Place(project.relative(folder / tag)), message, advice))
    if not names:
        advice = "put a file a chapter into the folder of each language"
        findings.append(Finding("P001", Place(project.relative(folder)), "the book has no chapter", advice))
    if any(f.severity == "error" for f in findings):
        raise SourceError(findings)
    ordered = sorted(names, key=_natural)
    return tuple(ChapterSource(name, {tag: files[tag][name] for tag in files}) for name in ordered)


def _natural(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Sort 2-… before 10-…; 1 and 01 by their characters."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts), name
