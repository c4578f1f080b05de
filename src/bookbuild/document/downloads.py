"""Free typefaces that are fetched on request: the name of a family in, its files in styles/fonts/ out."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path, PurePosixPath

from bookbuild.book.write import create_files
from bookbuild.languages.tables import find_download, list_downloads
from bookbuild.model.errors import SourceError, UsageError, suggest_name
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, unreadable_error
from bookbuild.work.npm import NpmError, fetch_package


def fetch_family(project: Project, name: str) -> list[str]:
    """Fetch a typeface with its licence into styles/fonts/; return the paths of its files in the project.

    Raises UsageError for an unknown family, SourceError where it cannot be fetched (F004) or written.
    """
    download = find_download(name)
    if download is None:
        raise UsageError(f"no typeface {name!r} can be fetched: {suggest_name(name, list_downloads())}")
    folder = project.styles / "fonts"
    try:
        archive = fetch_package(download.package, download.integrity)
        written = {name: data for name, data in _read_files(archive, name, download.files).items() if data}
    except NpmError as error:
        message = f"the typeface {name} could not be fetched ({error.reason})"
        raise SourceError([Finding("F004", Place(project.relative(folder)), message, error.advice)]) from None
    try:
        create_files(project, folder, written, overwrite=True)
    except OSError as error:
        raise unreadable_error(project, folder, error) from None
    return [project.relative(folder / file) for file in sorted(written)]


def _read_files(archive: bytes, family: str, faces: tuple[str, ...]) -> dict[str, bytes]:
    """Return the faces of a package as TTF, and the text of its licence, by the names of their files."""
    stem = family.replace(" ", "")
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in files.getmembers():
            path = PurePosixPath(*PurePosixPath(member.name).parts[1:])  # below the folder "package"
            data = files.extractfile(member) if member.isfile() else None
            if data is None:
                continue
            if str(path) in faces:
                found[f"{stem}-{faces.index(str(path)) + 1}.ttf"] = _convert_to_ttf(data.read())
            elif path.name in {"LICENSE", "LICENSE_FONT"}:
                found[f"{stem}-{path.name}.txt"] = data.read()
    return found


def _convert_to_ttf(data: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    font.flavor = None
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def is_fetched(project: Project, name: str) -> bool:
    """Return whether a family's files are in styles/fonts/."""
    return any(Path(project.styles / "fonts").glob(f"{name.replace(' ', '')}-*.ttf"))
