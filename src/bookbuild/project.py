"""The project's folder: a path in, its books and their files out. The only place that knows the layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bookbuild import languages
from bookbuild.agreement import languages_agree, metadata_agrees, no_language
from bookbuild.errors import SourceError, UsageError, did_you_mean, nearest
from bookbuild.findings import Finding, Place, printable
from bookbuild.model import Language
from bookbuild.readers import readers
from bookbuild.source_text import decode
from bookbuild.toml_lines import TomlFile

if TYPE_CHECKING:
    from bookbuild.config import Config

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


@dataclass(frozen=True, slots=True)
class Project:
    """A project's folders."""

    root: Path
    dist: Path

    @property
    def source(self) -> Path:
        """The folder that holds a folder a book."""
        return self.root / "source"

    @property
    def styles(self) -> Path:
        """The folder of the project's own stylesheets, layouts and fonts; it need not exist."""
        return self.root / "styles"

    @property
    def cache(self) -> Path:
        """The folder of what was made before; it may be deleted at any time."""
        return self.root / ".bookbuild" / "cache"

    def relative(self, path: Path) -> str:
        """Give a path for messages: relative to the root, with forward slashes."""
        try:
            return printable(path.relative_to(self.root).as_posix())
        except ValueError:
            return printable(path.as_posix())

    def slugs(self) -> tuple[str, ...]:
        """Give the books' names, in order.

        Raises SourceError if there is no source folder or no book in it.
        """
        advice = "make a folder source/<book>/ and put one text a language into it, for example ar.txt and id.txt"
        if not self.source.is_dir():
            raise SourceError([Finding("P008", Place("source"), "there is no source folder", advice)])
        try:
            found = sorted(p.name for p in self.source.iterdir() if p.is_dir() and not p.name.startswith((".", "_")))
        except OSError as error:
            raise unreadable(self, self.source, error) from None
        if not found:
            raise SourceError([Finding("P008", Place("source"), "there is no book in it", advice)])
        return tuple(found)

    def select(self, names: Sequence[str]) -> tuple[str, ...]:
        """Give the books asked for, or all.

        Raises UsageError on an unknown one, with the nearest known name.
        """
        known = self.slugs()
        for name in names:
            if name not in known:
                raise UsageError(f"there is no book {name!r}: {did_you_mean(name, known)}")
        return tuple(n for n in known if not names or n in names)


def open_project(root: Path, dist: Path | None = None) -> Project:
    """Make a Project of a folder.

    Raises UsageError if the folder does not exist.
    """
    try:
        if not root.is_dir():
            raise UsageError(f"there is no folder {printable(str(root))!r}: give the project's folder with --root")
        root = root.resolve()
        return Project(root, dist.resolve() if dist else root / "dist")
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle (Python before 3.13)
        raise UsageError(f"the folder {printable(str(root))!r} cannot be used ({error}): give another one") from None


def unreadable(project: Project, path: Path, error: OSError | RuntimeError) -> SourceError:
    """Make the error of a file or folder that the system refuses to open."""
    reason = ((error.strerror if isinstance(error, OSError) else "") or str(error)).lower()
    named = Path(error.filename) if isinstance(error, OSError) and isinstance(error.filename, str) else path
    place = Place(project.relative(named))
    return SourceError([Finding("P007", place, f"cannot be read ({reason})", "check the file's rights and links")])


def usable(name: str) -> bool:
    """Tell whether a file's or folder's name can stand in outputs and messages."""
    return name.strip() != "" and name.isprintable() and not any("\ud800" <= c <= "\udfff" for c in name)


def read_file(project: Project, path: Path) -> bytes:
    """Read a file of the project.

    Raises SourceError if it leads out of the project (also over links) or cannot be read.
    """
    place = Place(project.relative(path))
    try:
        resolved = path.resolve(strict=True)
        if not resolved.is_relative_to(project.root):
            advice = "copy the file into the book's folder"
            raise SourceError([Finding("P005", place, "the path leads out of the project", advice)])
        if not resolved.is_file() and not resolved.is_dir():  # to open a pipe would wait for ever
            raise OSError(22, "is no file", str(path))
        return resolved.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle (Python before 3.13)
        raise unreadable(project, path, error) from None


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
    tags = list(config.languages) or _default_order(list(texts))
    chosen = tuple(language for tag in tags if (language := languages.language(tag)))
    chapters = _chapters(project, folder, {tag: texts[tag] for tag in tags}, findings)
    return BookSource(slug, folder, config, written, chosen, chapters, tuple(findings))


def _config(project: Project, folder: Path) -> tuple[Config, TomlFile]:
    from bookbuild import config as configuration  # noqa: PLC0415 - pydantic, which an up-to-date book does not need

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
            if suffix not in {*IMAGES, *_OURS} and not path.name.startswith((".", "_")) and path.is_file():
                kinds = ", ".join(sorted(readers()))
                message = "this file was not read: its kind is not known"
                advice = (
                    f"save texts as one of {kinds} (in Word: Save As, Plain Text, Unicode UTF-8), "
                    "or put an underscore before the name"
                )
                findings.append(Finding("P006", Place(project.relative(path)), message, advice))
            continue
        tag = path.stem if is_text else path.name
        place = Place(project.relative(path))
        if languages.language(tag) is None:
            findings.append(no_language(tag, place, path.suffix if is_text else "/"))
        elif tag in seen:
            message = f"{tag} has two texts, this one and {project.relative(seen[tag])}"
            findings.append(Finding("P003", place, message, "keep one of them"))
        else:
            seen[tag] = path
            yield tag, path


def _default_order(tags: list[str]) -> list[str]:
    """Right-to-left languages first, then by tag: an order that does not depend on the file system."""
    rank = {tag: (languages.language(tag) or languages.language("en"), tag) for tag in tags}
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
