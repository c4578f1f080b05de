"""The preview's web application: it gives what is in dist/ and how builds go, to this machine alone."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import re
import zipfile
from collections.abc import AsyncIterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bookbuild.preview import engine, pairs
from bookbuild.preview.pictures import WIDTHS, Pictures
from bookbuild.preview.session import Session

HOSTS = ("127.0.0.1", "localhost")
_STATIC = {
    "/": "index.html",
    "/preview.css": "preview.css",
    "/preview.js": "preview.js",
    "/review": "review.html",
    "/review.css": "review.css",
    "/review.js": "review.js",
}
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".xhtml": "application/xhtml+xml",
    ".opf": "application/oebps-package+xml",
    ".epub": "application/epub+zip",
    ".pdf": "application/pdf",
}
_HEADERS = {
    # scripts are ours and the engine's alone: books, which the engine shows as blobs, run none
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' blob: 'unsafe-inline'; img-src 'self' blob: data:; "
        "font-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' blob:; frame-src 'self' blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
"""For what is named by its digest."""
_BEAT = 15.0
"""Seconds after which a quiet connection is told that all is well."""


class Guard:
    """Lets only pages of this very server in: other sites, also over names that lead here, get nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused:
            await PlainTextResponse(refused, 403, headers=_HEADERS)(scope, receive, send)
            return

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = [(key.lower().encode(), value.encode()) for key, value in _HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *own]
            await send(message)

        await self.app(scope, receive, guarded)

    @staticmethod
    def _refusal(scope: Scope) -> str:
        headers = Headers(scope=scope)
        port = scope["server"][1]
        hosts = {f"{name}:{port}" for name in HOSTS}
        if headers.get("host", "") not in hosts:
            return "this host is not known here"
        origin = headers.get("origin")
        if origin is not None and origin not in {f"http://{host}" for host in hosts}:
            return "other sites have no access"
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return "other sites have no access"
        return ""


class Hub:
    """Passes events on to all who listen."""

    def __init__(self) -> None:
        self.listeners: set[asyncio.Queue[str]] = set()
        self.closed = False

    def tell(self, name: str, data: Mapping[str, Any]) -> None:
        """Pass an event on; called in the server's own thread."""
        for queue in self.listeners:
            queue.put_nowait(_event(name, data))

    def close(self) -> None:
        """End all connections."""
        self.closed = True
        self.tell("end", {})

    async def listen(self, first: Mapping[str, Any], request: Request) -> AsyncIterator[str]:
        """Give the events from now on, after the state as it is `first`."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self.listeners.add(queue)
        try:
            yield _event("state", first)
            while not self.closed and not await request.is_disconnected():
                try:
                    yield await asyncio.wait_for(queue.get(), _BEAT)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self.listeners.discard(queue)


def _event(name: str, data: Mapping[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


class Application:
    """Answers requests."""

    def __init__(self, session: Session, hub: Hub) -> None:
        self.session = session
        self.hub = hub
        self.pictures = Pictures()
        self.reader_trouble = ""

    def made(self) -> Starlette:
        """Give the application."""
        app = Starlette(
            routes=[
                *(Route(path, self._static) for path in _STATIC),
                Route("/events", self._events),
                Route("/state", self._state),
                Route("/pages/{file}/{sha256}", self._pages),
                Route("/pages/{file}/{sha256}/{number}", self._page),
                Route("/outputs/{file}", self._output),
                Route("/inside/{file}/{sha256}/{path:path}", self._inside),
                Route("/engine/{path:path}", self._engine),
                *pairs.routes(self.session),
            ]
        )
        app.add_middleware(Guard)
        return app

    def state(self) -> dict[str, Any]:
        """Give what the page shows at first."""
        there = engine.is_there(self.session.project)
        return {**self.session.state(), "engine": there, "engine_trouble": self.reader_trouble}

    async def _static(self, request: Request) -> Response:
        name = _STATIC[request.url.path]
        data = (files("bookbuild.preview") / "pages" / name).read_bytes()
        return Response(data, media_type=_TYPES[Path(name).suffix], headers={"Cache-Control": "no-cache"})

    async def _state(self, _: Request) -> Response:
        return JSONResponse(self.state())

    async def _events(self, request: Request) -> Response:
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(
            self.hub.listen(self.state(), request), media_type="text/event-stream", headers=headers
        )

    def _path(self, request: Request) -> tuple[Path, str] | None:
        """Give the file of an output and what it should hold; only what a build has written is given out."""
        known = self.session.output(request.path_params["file"])
        if known is None or Path(known["file"]).name != known["file"]:
            return None
        wanted = request.path_params.get("sha256", known["sha256"])
        return (self.session.project.dist / known["file"], wanted) if wanted == known["sha256"] else None

    async def _pages(self, request: Request) -> Response:
        found = self._path(request)
        if found is None or found[0].suffix != ".pdf":
            return _gone()
        try:
            return JSONResponse(await run_in_threadpool(self.pictures.sizes, *found), headers=_FOREVER)
        except OSError:
            return _gone()

    async def _page(self, request: Request) -> Response:
        found = self._path(request)
        asked = request.query_params.get("width", "900")
        if (
            found is None
            or found[0].suffix != ".pdf"
            or not re.fullmatch(r"[0-9]{1,5}", asked)
            or int(asked) not in WIDTHS
        ):
            return _gone()
        number = request.path_params["number"]
        if not re.fullmatch(r"[0-9]{1,6}", number):
            return _gone()
        try:
            data = await run_in_threadpool(self.pictures.page, *found, int(number), int(asked))
        except (OSError, IndexError):
            return _gone()
        return Response(data, media_type="image/png", headers=_FOREVER)

    async def _output(self, request: Request) -> Response:
        found = self._path(request)
        if found is None:
            return _gone()
        try:
            data = await run_in_threadpool(found[0].read_bytes)
        except OSError:
            return _gone()
        return Response(data, media_type=_TYPES[found[0].suffix], headers={"Cache-Control": "no-cache"})

    async def _inside(self, request: Request) -> Response:
        """Give one file out of an e-book, for browsers without the engine."""
        found = self._path(request)
        if found is None or found[0].suffix != ".epub":
            return _gone()
        name = request.path_params["path"]
        try:
            data = await run_in_threadpool(_member, found[0], name)
        except (OSError, KeyError, zipfile.BadZipFile):
            return _gone()
        kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(data, media_type=kind, headers=_FOREVER)

    async def _engine(self, request: Request) -> Response:
        folder = engine.folder(self.session.project).resolve()
        name = request.path_params["path"]
        try:
            path = (folder / name).resolve() if name.isprintable() else folder
            if not path.is_relative_to(folder) or path.suffix not in {".js", ".css"} or not path.is_file():
                return _gone()
            data = path.read_bytes()
        except OSError:
            return _gone()
        return Response(data, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})


def _member(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def _gone() -> Response:
    return PlainTextResponse("not here", 404)
