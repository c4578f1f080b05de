"""The project's folder: a path in, its books and their files out. The only place that knows the layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookbuild.model.errors import SourceError, UsageError, describe_os_error, did_you_mean
from bookbuild.model.findings import Finding, Place, printable


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

    @property
    def stamps(self) -> Path:
        """The file of digests that need not be computed again; it may be deleted at any time."""
        return self.root / ".bookbuild" / "stamps.json"

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
    reason = describe_os_error(error)
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
