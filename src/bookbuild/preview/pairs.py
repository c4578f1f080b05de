"""The review's routes of the preview's application: a book's pairs as JSON out, the reviewed pairs in."""

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
        return JSONResponse(await self._run(request, review.read_state), headers=_NO_STORE)

    async def get_version(self, request: Request) -> Response:
        return JSONResponse({"version": await self._run(request, review.version)}, headers=_NO_STORE)

    async def get_plot(self, request: Request) -> Response:
        plot = await self._run(request, review.draw_plot)
        return Response(plot, media_type="image/svg+xml", headers=_NO_STORE)

    async def save_pairs(self, request: Request) -> Response:
        """Save pairs sent as JSON: a content type that other sites cannot send without a preflight request."""
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            raise _RefusalError("send JSON", 415)
        data = bytearray()
        async for part in request.stream():
            data += part
            if len(data) > _MAX_BYTES:
                raise _RefusalError("the request is too large", 413)
        return JSONResponse(await self._run(request, review.save, bytes(data)), headers=_NO_STORE)

    async def _run(self, request: Request, act: Callable[..., Any], *more: Any) -> Any:
        slug = request.path_params["slug"]
        if slug not in self.session.books:
            raise _RefusalError("unknown book", 404)
        return await run_in_threadpool(act, self.session.project, slug, *more)


class _RefusalError(BookbuildError):
    """A request that is not answered: the reason, and the status."""


async def answer_error(_: Request, error: Exception) -> Response:
    """Answer with what is wrong, as JSON."""
    lines, status = [str(error.args[0])], 422
    if isinstance(error, SourceError):
        lines = [str(finding) for finding in error.findings]
        status = 409 if any(finding.code == "A004" for finding in error.findings) else 422
    elif isinstance(error, _RefusalError):
        status = error.args[1]
    return JSONResponse({"trouble": lines}, status, headers=_NO_STORE)
