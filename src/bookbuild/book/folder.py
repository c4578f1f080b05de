"""A book's folder in, its checked configuration and the paths of its texts out; the texts are not read yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bookbuild.book.agreement import check_languages, check_metadata, report_unknown_language
from bookbuild.book.config import book_toml as configuration
from bookbuild.book.config.book_toml import Config
from bookbuild.book.config.lines import TomlFile
from bookbuild.book.readers import readers
from bookbuild.languages import tables
from bookbuild.model.book import Language
from bookbuild.model.characters import decode_text
from bookbuild.model.errors import SourceError, find_nearest
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, is_usable_name, read_file

TABLES = ("aligned.csv", "aligned.xlsx")
IMAGES = (".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp")
_OTHER_SUFFIXES = {".toml", ".css", ".html", ".xhtml", ".ncx", ".csv", ".ttf", ".otf"}
_NOT_A_TEXT = re.compile(r"(?i)(readme|licen[cs]e|credits|notes?|todo|changes)\b|[_.]")
_LARGEST_CONFIG = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ChapterSource:
    """The files of one chapter, one per language tag."""

    name: str
    files: dict[str, Path]


@dataclass(frozen=True, slots=True)
class BookSource:
    """A book's folder: its checked configuration and the paths of its texts, which are not read yet."""

    slug: str
    folder: Path
    config: Config
    toml: TomlFile
    """book.toml as its author wrote it, for the places of messages."""
    languages: tuple[Language, ...]
    chapters: tuple[ChapterSource, ...]
    findings: tuple[Finding, ...]
    """Warnings about the folder."""
    table: Path | None = None
    """The table that says which paragraphs belong together, if there is one."""

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the languages, in order."""
        return tuple(language.tag for language in self.languages)


def open_book(project: Project, slug: str) -> BookSource:
    """Find and check the files of one book.

    Raises SourceError with every problem of its folder.
    """
    folder = project.source / slug
    if not is_usable_name(slug):
        message = "the name of this folder has characters that cannot be printed"
        raise SourceError([Finding("P010", Place(project.relative(folder)), message, "rename it")])
    config, toml = _read_config(project, folder)
    findings: list[Finding] = []
    texts = dict(_find_texts(project, folder, findings))
    if not any(f.code in {"P002", "P003"} for f in findings):
        findings += check_languages(Place(project.relative(folder)), config, toml, list(texts))
        findings += check_metadata(config, toml, list(texts))
    if any(f.severity == "error" for f in findings):
        raise SourceError(findings)
    tags = list(config.languages) or order_languages(list(texts))
    languages = tuple(language for tag in tags if (language := tables.find_language(tag)))
    chapters = _find_chapters(project, folder, {tag: texts[tag] for tag in tags}, findings)
    return BookSource(
        slug=slug,
        folder=folder,
        config=config,
        toml=toml,
        languages=languages,
        chapters=chapters,
        findings=tuple(findings),
        table=_find_table(project, folder),
    )


def _find_table(project: Project, folder: Path) -> Path | None:
    """Return the path of the table of pairs, or None.

    Raises SourceError if there are two.
    """
    tables = [path for name in TABLES if (path := folder / name).is_file()]
    if len(tables) > 1:
        message = f"there are two tables of pairs, this one and {tables[0].name}"
        raise SourceError([Finding("P003", Place(project.relative(tables[1])), message, "keep one of them")])
    return tables[0] if tables else None


def _read_config(project: Project, folder: Path) -> tuple[Config, TomlFile]:
    path = folder / "book.toml"
    relative = project.relative(path)
    if not path.exists() and not path.is_symlink():
        return configuration.Config(), TomlFile(relative)
    data = read_file(project, path)
    if len(data) > _LARGEST_CONFIG:
        advice = "put the texts into files of their own"
        raise SourceError([Finding("T004", Place(relative), "book.toml is too large", advice)])
    text = decode_text(data, relative)
    return configuration.parse_config(text, relative), TomlFile(relative, text)


def _find_texts(project: Project, folder: Path, findings: list[Finding]) -> Iterator[tuple[str, Path]]:
    """Yield each language's tag with its text or folder of chapters; add a finding for every other name."""
    paths: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        suffix = path.suffix.lower()
        is_text = path.is_file() and suffix in readers()
        if is_text and _NOT_A_TEXT.match(path.stem):
            continue
        if path.is_dir():
            if path.name in {"images", "audio", "fonts"} or path.name.startswith((".", "_")):
                continue
            if not any(p.suffix.lower() in readers() and p.name[0] not in "._" for p in path.iterdir()):
                continue
        elif not is_text:
            if (
                suffix not in {*IMAGES, *_OTHER_SUFFIXES}
                and path.name not in TABLES
                and not path.name.startswith((".", "_"))
                and path.is_file()
            ):
                kinds = ", ".join(sorted(readers()))
                message = "this file was not read: its format is unknown"
                advice = (
                    f"save texts as one of {kinds} (in Word: Save As, Plain Text, Unicode UTF-8), convert it with "
                    "`invoke import`, or put an underscore before the name"
                )
                findings.append(Finding("P006", Place(project.relative(path)), message, advice))
            continue
        tag = path.stem if is_text else path.name
        place = Place(project.relative(path))
        if tables.find_language(tag) is None:
            findings.append(report_unknown_language(tag, place, path.suffix if is_text else "/"))
        elif tag in paths:
            message = f"{tag} has two texts, this one and {project.relative(paths[tag])}"
            findings.append(Finding("P003", place, message, "keep one of them"))
        else:
            paths[tag] = path
            yield tag, path


def order_languages(tags: list[str]) -> list[str]:
    """Return the tags with right-to-left languages first, then by tag: an order independent of the file system."""
    known = {tag: tables.find_language(tag) for tag in tags}
    rightward = {tag for tag, language in known.items() if language is None or language.direction != "rtl"}
    return sorted(tags, key=lambda tag: (tag in rightward, tag))


def _find_chapters(
    project: Project, folder: Path, texts: dict[str, Path], findings: list[Finding]
) -> tuple[ChapterSource, ...]:
    if all(path.is_file() for path in texts.values()):
        return (ChapterSource("", texts),)
    files: dict[str, dict[str, Path]] = {}
    for tag, path in texts.items():
        if path.is_file():
            message = f"{tag} is one file, while other languages have a folder of chapters"
            advice = f"make a folder {tag}/ with files named as in the other languages"
            findings.append(Finding("P004", Place(project.relative(path)), message, advice))
            continue
        files[tag] = {}
        for file in sorted(p for p in path.iterdir() if p.name[0] not in "._"):
            if file.is_dir() or file.suffix.lower() not in readers():
                message = "this was not read: a chapter is a file of a known format, directly in its language's folder"
                advice = f"save it there as one of {', '.join(sorted(readers()))}, or put an underscore before the name"
                findings.append(Finding("P006", Place(project.relative(file)), message, advice))
                continue
            if not is_usable_name(file.stem):
                message = "the name of this file has characters that cannot be printed"
                findings.append(Finding("P010", Place(project.relative(file)), message, "rename it"))
            if file.stem in files[tag]:
                message = f"the chapter {file.stem!r} has two files"
                findings.append(Finding("P003", Place(project.relative(file)), message, "keep one of them"))
            files[tag][file.stem] = file
    files = _pair_by_number(files)
    names = {name for stems in files.values() for name in stems}
    for tag, stems in files.items():
        for name in sorted(names - set(stems), key=_natural_key):
            others = ", ".join(t for t in files if name in files[t])
            near = find_nearest(name, [n for n in stems if any(n not in o for o in files.values())])
            advice = f"rename {near!r} to {name!r}" if near else "add the file, or remove its partners"
            message = f"{tag} has no chapter {name!r}, which {others} has"
            findings.append(Finding("P004", Place(project.relative(folder / tag)), message, advice))
    if not names:
        advice = "put one file per chapter into each language's folder"
        findings.append(Finding("P001", Place(project.relative(folder)), "the book has no chapter", advice))
    if any(f.severity == "error" for f in findings):
        raise SourceError(findings)
    ordered = sorted(names, key=_natural_key)
    return tuple(ChapterSource(name, {tag: files[tag][name] for tag in files}) for name in ordered)


def _pair_by_number(files: dict[str, dict[str, Path]]) -> dict[str, dict[str, Path]]:
    """Return the chapters of each language by the names that the first one gives them, where all names have numbers.

    So `01-kebun` is a partner of `1 البستان`. Names stay as they are where a number occurs twice.
    """
    names: dict[int, str] = {}
    paired: dict[str, dict[str, Path]] = {}
    for tag, stems in files.items():
        found = {stem: re.search(r"\d+", stem) for stem in stems}
        numbers = {stem: int(match[0]) for stem, match in found.items() if match}
        if len(set(numbers.values())) < len(stems):
            return files
        paired[tag] = {names.setdefault(numbers[stem], stem): path for stem, path in stems.items()}
    return paired


def _natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Return a sort key that puts 2-… before 10-…, and orders 1 and 01 by their characters."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts), name
