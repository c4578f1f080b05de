"""The preview's web application: serves what is in dist/ and the progress of builds, to this machine alone."""

from __future__ import annotations

import asyncio
import mimetypes
import re
import zipfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bookbuild.model.errors import BookbuildError, SourceError, describe_os_error
from bookbuild.model.findings import Finding, Place
from bookbuild.preview import engine, new_books, pairs, translation, workbench
from bookbuild.preview.bodies import answer_error
from bookbuild.preview.events import EventHub
from bookbuild.preview.guard import RequestGuard
from bookbuild.preview.new_books import Uploads
from bookbuild.preview.pictures import WIDTHS, PageRenderer
from bookbuild.preview.session import Session

_PAGES = {"/": "start.html", "/book": "book.html", "/new": "new.html", "/review": "review.html"}
_SCRIPTS = ("dom.js", "book.js", "paper.js", "reader.js", "panels.js", "start.js", "new.js", "review.js")
_STYLES = ("page.css", "book.css", "start.css", "review.css")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".xhtml": "application/xhtml+xml",
    ".opf": "application/oebps-package+xml",
    ".epub": "application/epub+zip",
    ".pdf": "application/pdf",
}
_CACHE_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
"""For addresses that contain the digest of what they name."""


class Application:
    """Answers requests for pages, books and the state of builds."""

    def __init__(self, session: Session, hub: EventHub) -> None:
        self.session = session
        self.hub = hub
        self.renderer = PageRenderer()
        self.engine_trouble = ""
        self.uploads = Uploads(session.project)
        self.jobs: asyncio.Queue[Callable[[], None]] = asyncio.Queue()
        """Work of the session that waits for its turn."""

    def close(self) -> None:
        """Close the PDFs and delete what was uploaded."""
        self.renderer.close()
        self.uploads.close()

    def build_app(self, token: str) -> Starlette:
        """Return the ASGI application with all its routes, for the browser that shows `token`."""
        app = Starlette(
            routes=[
                *(Route(path, self._get_page_of_ours) for path in _PAGES),
                *(Route(f"/{name}", self._get_static) for name in (*_SCRIPTS, *_STYLES)),
                Route("/events", self._stream_events),
                Route("/state", self._get_state),
                Route("/pages/{file}/{sha256}", self._get_page_sizes),
                Route("/pages/{file}/{sha256}/{number}", self._get_page),
                Route("/search/{file}/{sha256}", self._search_pages),
                Route("/outputs/{file}", self._get_output),
                Route("/inside/{file}/{sha256}/{path:path}", self._get_member),
                Route("/engine/{path:path}", self._get_engine_file),
                *pairs.routes(self.session),
                *workbench.routes(self.session, self.jobs),
                *new_books.routes(self.session, self.uploads),
            ],
            exception_handlers={OSError: _answer_missing, BookbuildError: answer_error},
        )
        app.add_middleware(RequestGuard, token=token)
        return app

    def state(self) -> dict[str, Any]:
        """Return what the page shows when it is opened, for JSON."""
        has_engine = engine.is_installed(self.session.project)
        return {**self.session.state(), "engine": has_engine, "engine_trouble": self.engine_trouble}

    async def _get_page_of_ours(self, request: Request) -> Response:
        text = (files("bookbuild.preview") / "pages" / _PAGES[request.url.path]).read_text("utf-8")
        chosen = translation.choose_language(request.cookies, request.headers.get("accept-language", ""))
        return HTMLResponse(translation.translate_page(text, chosen), headers={"Cache-Control": "no-store"})

    async def _get_static(self, request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        data = (files("bookbuild.preview") / "pages" / name).read_bytes()
        return Response(data, media_type=_TYPES[Path(name).suffix], headers={"Cache-Control": "no-cache"})

    async def _get_state(self, _: Request) -> Response:
        return JSONResponse(self.state())

    async def _stream_events(self, request: Request) -> Response:
        events = self.hub.listen(self.state(), request)
        return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    def _find_output(self, request: Request, suffix: str = "") -> tuple[Path, str]:
        """Return an output's path and SHA-256.

        Raises HTTPException unless a build has written exactly this file, and it is of the kind asked for.
        """
        output = self.session.find_output(request.path_params["file"])
        if output is None or Path(output["file"]).name != output["file"] or not output["file"].endswith(suffix):
            raise HTTPException(404)
        if request.path_params.get("sha256", output["sha256"]) != output["sha256"]:
            raise HTTPException(404)
        return self.session.project.dist / output["file"], output["sha256"]

    async def _get_page_sizes(self, request: Request) -> Response:
        output = self._find_output(request, ".pdf")
        return JSONResponse(await run_in_threadpool(self.renderer.page_sizes, *output), headers=_CACHE_FOREVER)

    async def _get_page(self, request: Request) -> Response:
        output = self._find_output(request, ".pdf")
        width = request.query_params.get("width", "900")
        number = request.path_params["number"]
        if (
            not re.fullmatch(r"[0-9]{1,6}", number)
            or not re.fullmatch(r"[0-9]{1,5}", width)
            or int(width) not in WIDTHS
        ):
            raise HTTPException(404)
        try:
            data = await run_in_threadpool(self.renderer.render_page, *output, int(number), int(width))
        except IndexError:
            raise HTTPException(404) from None
        return Response(data, media_type="image/png", headers=_CACHE_FOREVER)

    async def _search_pages(self, request: Request) -> Response:
        output = self._find_output(request, ".pdf")
        words = request.query_params.get("words", "")[:200]
        return JSONResponse(await run_in_threadpool(self.renderer.find_pages, *output, words), headers=_CACHE_FOREVER)

    async def _get_output(self, request: Request) -> Response:
        path, _ = self._find_output(request)
        data = await run_in_threadpool(path.read_bytes)
        shown = _TYPES.get(path.suffix) if path.suffix in {".pdf", ".epub"} else None
        media_type = shown or "application/octet-stream"  # to be saved: a page of the book's is none of ours
        return Response(data, media_type=media_type, headers={"Cache-Control": "no-cache"})

    async def _get_member(self, request: Request) -> Response:
        """Return one file of an e-book, for the page without the engine."""
        path, _ = self._find_output(request, ".epub")
        name = request.path_params["path"]
        try:
            data = await run_in_threadpool(_read_member, path, name)
        except (KeyError, zipfile.BadZipFile):
            raise HTTPException(404) from None
        media_type = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(data, media_type=media_type, headers=_CACHE_FOREVER)

    async def _get_engine_file(self, request: Request) -> Response:
        folder = engine.folder(self.session.project).resolve()
        name = request.path_params["path"]
        path = (folder / name).resolve() if name.isprintable() else folder
        if not path.is_relative_to(folder) or path.suffix not in {".js", ".css"} or not path.is_file():
            raise HTTPException(404)
        return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})


def _read_member(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


async def _answer_missing(request: Request, error: Exception) -> Response:
    """Answer for a file that cannot be read, because a build may just have replaced it, or cannot be written."""
    if request.method != "GET" and isinstance(error, OSError):
        place = Place(Path(error.filename or "").name)
        reason = f"the file cannot be written ({describe_os_error(error)})"
        raise SourceError([Finding("P009", place, reason, "check the folder's rights and free space")]) from None
    return PlainTextResponse("Not Found", 404)
