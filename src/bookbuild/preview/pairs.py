"""The review's part of the preview's application: gives a book's pairs, and takes them back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bookbuild.model.errors import BookbuildError, SourceError
from bookbuild.preview import review
from bookbuild.preview.session import Session

_LARGEST = 64 * 1024 * 1024
"""Bytes that a page may send."""
_FRESH = {"Cache-Control": "no-store"}


def routes(session: Session) -> list[Route]:
    """Give the addresses of the pairs of books."""
    pairs = _Pairs(session)
    return [
        Route("/pairs/{slug}", pairs.get, methods=["GET"]),
        Route("/pairs/{slug}", pairs.post, methods=["POST"]),
        Route("/pairs/{slug}/version", pairs.version),
        Route("/pairs/{slug}/plot.svg", pairs.plot),
    ]


class _Pairs:
    def __init__(self, session: Session) -> None:
        self.session = session

    async def get(self, request: Request) -> Response:
        return await self._answer(request, review.state)

    async def version(self, request: Request) -> Response:
        def only(project: Any, slug: str) -> dict[str, Any]:
            return {"version": review.version(project, slug)}

        return await self._answer(request, only)

    async def plot(self, request: Request) -> Response:
        slug = request.path_params["slug"]
        if slug not in self.session.books:
            return _refused("there is no such book", 404)
        try:
            text = await run_in_threadpool(review.plot, self.session.project, slug)
        except BookbuildError as error:
            return _trouble(error)
        return Response(text, media_type="image/svg+xml", headers=_FRESH)

    async def post(self, request: Request) -> Response:
        """Take pairs from this server's own page alone: other sites cannot send JSON without being asked for it."""
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            return _refused("send JSON", 415)
        data = bytearray()
        async for part in request.stream():
            data += part
            if len(data) > _LARGEST:
                return _refused("that is too much", 413)

        def save(project: Any, slug: str) -> dict[str, Any]:
            return review.save(project, slug, bytes(data))

        return await self._answer(request, save)

    async def _answer(self, request: Request, act: Callable[..., dict[str, Any]]) -> Response:
        slug = request.path_params["slug"]
        if slug not in self.session.books:
            return _refused("there is no such book", 404)
        try:
            return JSONResponse(await run_in_threadpool(act, self.session.project, slug), headers=_FRESH)
        except BookbuildError as error:
            return _trouble(error)


def _trouble(error: BookbuildError) -> Response:
    lines = [str(f) for f in error.findings] if isinstance(error, SourceError) else [str(error)]
    changed = isinstance(error, SourceError) and any(f.code == "A004" for f in error.findings)
    return JSONResponse({"trouble": lines}, 409 if changed else 422, headers=_FRESH)


def _refused(why: str, status: int) -> Response:
    return JSONResponse({"trouble": [why]}, status, headers=_FRESH)
