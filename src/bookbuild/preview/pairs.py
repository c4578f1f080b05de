"""The review's routes of the preview's application: a book's pairs as JSON out, the reviewed pairs in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bookbuild.model.errors import BookbuildError, SourceError
from bookbuild.model.project import Project
from bookbuild.preview import review
from bookbuild.preview.session import Session

_MAX_BYTES = 64 * 1024 * 1024
"""Of the body of a request."""
_NO_STORE = {"Cache-Control": "no-store"}


def routes(session: Session) -> list[Route]:
    """Return the routes of the review."""
    endpoints = _PairsEndpoints(session)
    return [
        Route("/pairs/{slug}", endpoints.get_pairs, methods=["GET"]),
        Route("/pairs/{slug}", endpoints.save_pairs, methods=["POST"]),
        Route("/pairs/{slug}/version", endpoints.get_version),
        Route("/pairs/{slug}/plot.svg", endpoints.get_plot),
    ]


class _PairsEndpoints:
    def __init__(self, session: Session) -> None:
        self.session = session

    async def get_pairs(self, request: Request) -> Response:
        return await self._answer(request, review.read_state)

    async def get_version(self, request: Request) -> Response:
        def read_version(project: Project, slug: str) -> dict[str, Any]:
            return {"version": review.version(project, slug)}

        return await self._answer(request, read_version)

    async def get_plot(self, request: Request) -> Response:
        slug = request.path_params["slug"]
        if slug not in self.session.books:
            return _refusal_response("unknown book", 404)
        try:
            text = await run_in_threadpool(review.draw_plot, self.session.project, slug)
        except BookbuildError as error:
            return _error_response(error)
        return Response(text, media_type="image/svg+xml", headers=_NO_STORE)

    async def save_pairs(self, request: Request) -> Response:
        """Save pairs sent as JSON: a content type that other sites cannot send without a preflight request."""
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            return _refusal_response("send JSON", 415)
        data = bytearray()
        async for part in request.stream():
            data += part
            if len(data) > _MAX_BYTES:
                return _refusal_response("the request is too large", 413)

        def save(project: Project, slug: str) -> dict[str, Any]:
            return review.save(project, slug, bytes(data))

        return await self._answer(request, save)

    async def _answer(self, request: Request, act: Callable[[Project, str], dict[str, Any]]) -> Response:
        slug = request.path_params["slug"]
        if slug not in self.session.books:
            return _refusal_response("unknown book", 404)
        try:
            return JSONResponse(await run_in_threadpool(act, self.session.project, slug), headers=_NO_STORE)
        except BookbuildError as error:
            return _error_response(error)


def _error_response(error: BookbuildError) -> Response:
    lines = [str(finding) for finding in error.findings] if isinstance(error, SourceError) else [str(error)]
    changed = isinstance(error, SourceError) and any(finding.code == "A004" for finding in error.findings)
    return JSONResponse({"trouble": lines}, 409 if changed else 422, headers=_NO_STORE)


def _refusal_response(reason: str, status: int) -> Response:
    return JSONResponse({"trouble": [reason]}, status, headers=_NO_STORE)
