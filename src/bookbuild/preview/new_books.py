"""New books from the page: files are uploaded, read, confirmed, and written as a book's folder."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bookbuild.book.config.changes import change_options
from bookbuild.book.config.print import Paper
from bookbuild.book.new import make_slug, render_settings, write_schema
from bookbuild.languages import tables
from bookbuild.model.errors import SourceError, describe_os_error
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project, is_usable_name
from bookbuild.preview.bodies import NO_STORE, RefusalError, read_body, read_model
from bookbuild.preview.session import Session

_MAX_BYTES = 256 * 1024 * 1024
_MAX_FILES = 400
_Tags = Annotated[tuple[str, ...], Field(max_length=_MAX_FILES, strict=False)]


class FileLanguages(BaseModel):
    """What the person has confirmed of the files: their languages, none for those to be recognised."""

    model_config = ConfigDict(extra="forbid", strict=True)
    files: _Tags
    """Names of uploaded files, in order."""
    languages: _Tags = ()


class NewBook(FileLanguages):
    """All that a new book needs."""

    titles: Annotated[dict[str, Annotated[str, Field(max_length=1000)]], Field(max_length=_MAX_FILES)] = {}
    """Title by language."""
    paper: Paper = "A4"


class Uploads:
    """Uploaded files, in a folder of their own for each new book, until the preview ends."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.folder = project.root / ".bookbuild" / "uploads"

    def add_folder(self) -> str:
        """Return the name of a new folder for files."""
        name = secrets.token_hex(8)
        (self.folder / name).mkdir(parents=True)
        return name

    def find_folder(self, name: str) -> Path:
        """Return the folder of an upload. Raises RefusalError if there is none of that name."""
        folder = self.folder / name
        if not re.fullmatch("[0-9a-f]{16}", name) or not folder.is_dir():
            raise RefusalError("the files are no longer there: add them again", 404)
        return folder

    def find_files(self, name: str, files: Sequence[str]) -> list[Path]:
        """Return the paths of uploaded files. Raises RefusalError if one is not there."""
        folder = self.find_folder(name)
        there = {path.name: path for path in folder.iterdir()}
        if missing := [file for file in files if file not in there]:
            raise RefusalError(f"{missing[0]} is no longer there: add it again", 404)
        return [there[file] for file in files]

    def write_file(self, name: str, file: str, data: bytes) -> None:
        """Write an uploaded file. Raises RefusalError if it cannot have this name, or if there are too many."""
        folder = self.find_folder(name)
        if not is_usable_name(file) or file != Path(file).name or file.startswith(".") or len(file.encode()) > 200:
            raise RefusalError("a file with this name cannot be used: rename it", 422)
        if len([*folder.iterdir()]) >= _MAX_FILES:
            raise RefusalError("too many files", 422)
        try:
            (folder / file).write_bytes(data)
        except OSError as error:
            advice = "free some space, then add it again"
            finding = Finding("P009", Place(file), f"cannot be written ({describe_os_error(error)})", advice)
            raise SourceError([finding]) from None

    def delete_folder(self, name: str) -> None:
        """Delete the files of an upload."""
        shutil.rmtree(self.find_folder(name), ignore_errors=True)

    def close(self) -> None:
        """Delete all uploads."""
        shutil.rmtree(self.folder, ignore_errors=True)


def routes(session: Session, uploads: Uploads) -> list[Route]:
    """Return the routes of new books."""
    endpoints = _NewBookEndpoints(session, uploads)
    return [
        Route("/uploads", endpoints.add_upload, methods=["POST"]),
        Route("/uploads/{upload}/files/{file}", endpoints.write_file, methods=["PUT"]),
        Route("/uploads/{upload}/read", endpoints.read_upload, methods=["POST"]),
        Route("/uploads/{upload}/book", endpoints.write_book, methods=["POST"]),
        Route("/uploads/{upload}/into/{slug}", endpoints.replace_texts, methods=["POST"]),
        Route("/books/{slug}/pairs", endpoints.pair, methods=["POST"]),
        Route("/libraries", endpoints.install_libraries, methods=["POST"]),
    ]


class _NewBookEndpoints:
    def __init__(self, session: Session, uploads: Uploads) -> None:
        self.session = session
        self.project = session.project
        self.uploads = uploads

    async def add_upload(self, request: Request) -> Response:
        await read_body(request, "application/json")
        return JSONResponse({"upload": self.uploads.add_folder()}, headers=NO_STORE)

    async def write_file(self, request: Request) -> Response:
        data = await read_body(request, "application/octet-stream", _MAX_BYTES)
        upload, file = request.path_params["upload"], request.path_params["file"]
        await run_in_threadpool(self.uploads.write_file, upload, file, data)
        return JSONResponse({}, headers=NO_STORE)

    async def read_upload(self, request: Request) -> Response:
        """Return what the files are: languages, titles, numbers of paragraphs."""
        wanted = await read_model(request, FileLanguages)
        paths = self.uploads.find_files(request.path_params["upload"], wanted.files)
        return JSONResponse(await run_in_threadpool(_describe_files, paths, wanted.languages), headers=NO_STORE)

    async def write_book(self, request: Request) -> Response:
        wanted = await read_model(request, NewBook)
        paths = self.uploads.find_files(request.path_params["upload"], wanted.files)
        written = await run_in_threadpool(write_new_book, self.project, paths, wanted)
        self.uploads.delete_folder(request.path_params["upload"])
        self.session.announce_book(written["book"])
        return JSONResponse(written, headers=NO_STORE)

    async def replace_texts(self, request: Request) -> Response:
        """Replace the texts of one or more languages of a book by files."""
        wanted = await read_model(request, FileLanguages)
        paths = self.uploads.find_files(request.path_params["upload"], wanted.files)
        slug = _find_slug(self.project, request)
        from bookbuild.exchange.import_book import import_texts

        def replace_files() -> dict[str, Any]:
            imported = import_texts(self.project, paths, slug, wanted.languages, over=True).book
            return {"paragraphs": imported.paragraphs, "losses": imported.files.losses}

        written = await run_in_threadpool(replace_files)
        self.uploads.delete_folder(request.path_params["upload"])
        return JSONResponse(written, headers=NO_STORE)

    async def pair(self, request: Request) -> Response:
        """Pair the paragraphs of a book, and return how many pairs a person should look at."""
        await read_body(request, "application/json")
        slug = _find_slug(self.project, request)
        return JSONResponse(await run_in_threadpool(_pair_book, self.project, slug), headers=NO_STORE)

    async def install_libraries(self, request: Request) -> Response:
        """Install what documents need; asked for by a person who was told the size."""
        from bookbuild.work.optional import install_extra

        await read_body(request, "application/json")
        await run_in_threadpool(install_extra, "import")
        return JSONResponse({}, headers=NO_STORE)


def _find_slug(project: Project, request: Request) -> str:
    slug = str(request.path_params["slug"])
    if slug not in project.slugs():
        raise RefusalError("unknown book", 404)
    return slug


def _describe_files(paths: Sequence[Path], tags: Sequence[str]) -> dict[str, Any]:
    from bookbuild.exchange.read_files import read_files

    imported = read_files(paths, tags)
    if empty := [
        path.name
        for path, own in zip(paths, imported.file_languages, strict=True)
        if not any(map(imported.paragraphs.get, own))
    ]:
        advice = "remove it, or add the file that has the text"
        raise SourceError([Finding("T003", Place(name), "the file has no text", advice) for name in empty])
    languages = [_describe_language(tag) for tag in imported.languages]
    return {
        "files": [
            {"name": path.name, "languages": file_tags}
            for path, file_tags in zip(paths, imported.file_languages, strict=True)
        ],
        "languages": languages,
        "titles": imported.titles,
        "paragraphs": imported.paragraphs,
        "remarks": imported.remarks,
        "losses": imported.files.losses,
        "even": imported.even,
    }


def _describe_language(tag: str) -> dict[str, str]:
    language = tables.find_language(tag)
    return {
        "tag": tag,
        "name": language.name if language else tag,
        "direction": language.direction if language else "auto",
    }


def write_new_book(project: Project, paths: Sequence[Path], wanted: NewBook) -> dict[str, Any]:
    """Write the folder of a new book; return its name, and what is left to do, for the page.

    Raises UsageError if a language is unknown; SourceError if a file cannot be read or written.
    """
    from bookbuild.exchange.import_book import write_imported_book
    from bookbuild.exchange.read_files import read_files

    imported = read_files(paths, wanted.languages)
    titles = {tag: " ".join(title.split()) for tag, title in wanted.titles.items() if tag in imported.languages}
    own_titles = {tag: title for tag, title in titles.items() if title and title != imported.titles.get(tag)}
    settings = render_settings(imported.languages, own_titles)
    if wanted.paper != "A4":
        settings = change_options(settings, {"print.paper": wanted.paper})
    slug = choose_slug(project, paths, {**imported.titles, **titles})
    write_imported_book(project, imported, slug, settings=settings.encode())
    write_schema(project)
    return {"book": slug, "even": imported.even, "losses": imported.files.losses, "remarks": imported.remarks}


def choose_slug(project: Project, paths: Sequence[Path], titles: Mapping[str, str]) -> str:
    """Return a name for the folder of a new book: from a title in Latin letters, the files' names, or any title."""
    from bookbuild.exchange.import_book import suggest_slug

    latin = [title for title in titles.values() if title.isascii() or re.match(r"[A-Za-zÀ-ɏ]", title)]
    candidates = [*map(make_slug, latin), suggest_slug(paths), *map(make_slug, titles.values()), "book"]
    name = next(candidate for candidate in candidates if candidate and not re.fullmatch(r"text(-\d+)?", candidate))
    taken = {path.name for path in project.source.iterdir()} if project.source.is_dir() else set()
    number = 1
    while (slug := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return slug


def _pair_book(project: Project, slug: str) -> dict[str, Any]:
    from bookbuild.book.pairs.proposal import propose_pairs, write_table

    proposal = propose_pairs(project, slug)
    write_table(project, proposal)
    return {"rows": len(proposal.entries), "questions": proposal.questions}
