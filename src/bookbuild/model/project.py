"""A project's folder in, its books and their files out. The only place that knows its layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookbuild.model.errors import SourceError, UsageError, describe_os_error, suggest_name
from bookbuild.model.findings import Finding, Place, escape_unprintable


@dataclass(frozen=True, slots=True)
class Project:
    """A project's folders."""

    root: Path
    dist: Path

    @property
    def source(self) -> Path:
        """The folder with one folder per book."""
        return self.root / "source"

    @property
    def styles(self) -> Path:
        """The folder of the project's own stylesheets, layouts and fonts; it need not exist."""
        return self.root / "styles"

    @property
    def cache(self) -> Path:
        """The folder of earlier results; it may be deleted at any time."""
        return self.root / ".bookbuild" / "cache"

    @property
    def stamps(self) -> Path:
        """The file of known digests of files; it may be deleted at any time."""
        return self.root / ".bookbuild" / "stamps.json"

    def relative(self, path: Path) -> str:
        """Return a path for messages: relative to the root, with forward slashes."""
        try:
            return escape_unprintable(path.relative_to(self.root).as_posix())
        except ValueError:
            return escape_unprintable(path.as_posix())

    def slugs(self) -> tuple[str, ...]:
        """Return the books' names, sorted.

        Raises SourceError if there is no source folder or no book in it (P008).
        """
        advice = "make a folder source/<book>/ and put one text per language into it, for example ar.txt and id.txt"
        if not self.source.is_dir():
            raise SourceError([Finding("P008", Place("source"), "there is no source folder", advice)])
        try:
            names = sorted(p.name for p in self.source.iterdir() if p.is_dir() and not p.name.startswith((".", "_")))
        except OSError as error:
            raise unreadable_error(self, self.source, error) from None
        if not names:
            raise SourceError([Finding("P008", Place("source"), "there is no book in it", advice)])
        return tuple(names)

    def select(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the named books, or all if no name is given, sorted.

        Raises UsageError at an unknown name, with the nearest known one.
        """
        known = self.slugs()
        for name in names:
            if name not in known:
                raise UsageError(f"there is no book {name!r}: {suggest_name(name, known)}")
        return tuple(n for n in known if not names or n in names)


def open_project(root: Path, dist: Path | None = None) -> Project:
    """Return the Project in a folder.

    Raises UsageError if the folder does not exist or cannot be used.
    """
    try:
        if not root.is_dir():
            raise UsageError(
                f"there is no folder {escape_unprintable(str(root))!r}: give the project's folder with --root"
            )
        root = root.resolve()
        return Project(root, dist.resolve() if dist else root / "dist")
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle (Python before 3.13)
        raise UsageError(
            f"the folder {escape_unprintable(str(root))!r} cannot be used ({error}): give another one"
        ) from None


def unreadable_error(project: Project, path: Path, error: OSError | RuntimeError) -> SourceError:
    """Return the error for a file or folder that the system cannot open (P007)."""
    reason = describe_os_error(error)
    named = Path(error.filename) if isinstance(error, OSError) and isinstance(error.filename, str) else path
    place = Place(project.relative(named))
    return SourceError([Finding("P007", place, f"cannot be read ({reason})", "check the file's rights and links")])


def is_usable_name(name: str) -> bool:
    """Return whether the name of a file or folder can be shown in outputs and messages."""
    return name.strip() != "" and name.isprintable() and not any("\ud800" <= c <= "\udfff" for c in name)


def read_file(project: Project, path: Path) -> bytes:
    """Return the bytes of a file in the project.

    Raises SourceError if it lies outside the project, also through links (P005), or cannot be read (P007).
    """
    place = Place(project.relative(path))
    try:
        resolved = path.resolve(strict=True)
        if not resolved.is_relative_to(project.root):
            advice = "copy the file into the book's folder"
            raise SourceError([Finding("P005", place, "the path leads out of the project", advice)])
        if not resolved.is_file() and not resolved.is_dir():  # opening a pipe would wait for ever
            raise OSError(22, "is not a file", str(path))
        return resolved.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle (Python before 3.13)
        raise unreadable_error(project, path, error) from None
