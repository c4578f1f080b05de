"""The preview's web application: serves what is in dist/ and the progress of builds, to this machine alone."""

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
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bookbuild.model.errors import BookbuildError
from bookbuild.preview import engine, pairs
from bookbuild.preview.pictures import WIDTHS, PageRenderer
from bookbuild.preview.session import Session

HOSTS = ("127.0.0.1", "localhost")
_STATIC = {"/": "index.html", "/review": "review.html"}
_STATIC |= {f"/{name}": name for name in ("preview.css", "preview.js", "review.css", "review.js")}
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".xhtml": "application/xhtml+xml",
    ".opf": "application/oebps-package+xml",
    ".epub": "application/epub+zip",
    ".pdf": "application/pdf",
}
_SECURITY_HEADERS = {
    # only our own scripts and the engine's run: books, which the engine shows as blobs, run none
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
_CACHE_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
"""For addresses that contain the digest of what they name."""
_HEARTBEAT = 15.0
"""Seconds without an event after which a comment is sent to keep the connection open."""


class RequestGuard:
    """Middleware that refuses requests of other sites, also by host names that resolve to this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with our headers added to its response, or answer it with 403."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal:
            await PlainTextResponse(refusal, 403, headers=_SECURITY_HEADERS)(scope, receive, send)
            return

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                security_headers = [(key.lower().encode(), value.encode()) for key, value in _SECURITY_HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *security_headers]
            await send(message)

        await self.app(scope, receive, send_with_headers)

    @staticmethod
    def _refusal(scope: Scope) -> str:
        headers = Headers(scope=scope)
        hosts = {f"{name}:{scope['server'][1]}" for name in HOSTS}
        if headers.get("host", "") not in hosts:
            return "unknown host"
        is_own = headers.get("origin") in {None, *(f"http://{host}" for host in hosts)}
        is_own = is_own and headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
        return "" if is_own else "other sites have no access"


class EventHub:
    """Sends events to all open pages."""

    def __init__(self) -> None:
        self.listeners: set[asyncio.Queue[str]] = set()
        self.closed = False

    def send(self, name: str, data: Mapping[str, Any]) -> None:
        """Send an event to all listeners; to be called in the server's own thread."""
        for queue in self.listeners:
            queue.put_nowait(_format_event(name, data))

    def close(self) -> None:
        """End all connections."""
        self.closed = True
        self.send("end", {})

    async def listen(self, state: Mapping[str, Any], request: Request) -> AsyncIterator[str]:
        """Yield `state`, then every event from now on, as server-sent events."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self.listeners.add(queue)
        try:
            yield _format_event("state", state)
            while not self.closed and not await request.is_disconnected():
                try:
                    yield await asyncio.wait_for(queue.get(), _HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self.listeners.discard(queue)


def _format_event(name: str, data: Mapping[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


class Application:
    """Answers requests for pages, books and the state of builds."""

    def __init__(self, session: Session, hub: EventHub) -> None:
        self.session = session
        self.hub = hub
        self.renderer = PageRenderer()
        self.engine_trouble = ""

    def build_app(self) -> Starlette:
        """Return the ASGI application with all its routes."""
        app = Starlette(
            routes=[
                *(Route(path, self._get_static) for path in _STATIC),
                Route("/events", self._stream_events),
                Route("/state", self._get_state),
                Route("/pages/{file}/{sha256}", self._get_page_sizes),
                Route("/pages/{file}/{sha256}/{number}", self._get_page),
                Route("/outputs/{file}", self._get_output),
                Route("/inside/{file}/{sha256}/{path:path}", self._get_member),
                Route("/engine/{path:path}", self._get_engine_file),
                *pairs.routes(self.session),
            ],
            exception_handlers={OSError: _answer_missing, BookbuildError: pairs.answer_error},
        )
        app.add_middleware(RequestGuard)
        return app

    def state(self) -> dict[str, Any]:
        """Return what the page shows when it is opened, for JSON."""
        has_engine = engine.is_installed(self.session.project)
        return {**self.session.state(), "engine": has_engine, "engine_trouble": self.engine_trouble}

    async def _get_static(self, request: Request) -> Response:
        name = _STATIC[request.url.path]
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

    async def _get_output(self, request: Request) -> Response:
        path, _ = self._find_output(request)
        data = await run_in_threadpool(path.read_bytes)
        return Response(data, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})

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
    """Answer for a file that cannot be read: a build may just have replaced it."""
    if request.method != "GET":
        raise error
    return PlainTextResponse("Not Found", 404)
