"""The review's routes of the preview's application: a book's pairs as JSON out, the reviewed pairs in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bookbuild.preview import review
from bookbuild.preview.bodies import NO_STORE, RefusalError, read_body
from bookbuild.preview.session import Session


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
        return JSONResponse(await self._run(request, review.read_state), headers=NO_STORE)

    async def get_version(self, request: Request) -> Response:
        return JSONResponse({"version": await self._run(request, review.version)}, headers=NO_STORE)

    async def get_plot(self, request: Request) -> Response:
        plot = await self._run(request, review.draw_plot)
        return Response(plot, media_type="image/svg+xml", headers=NO_STORE)

    async def save_pairs(self, request: Request) -> Response:
        """Save pairs sent as JSON: a content type that other sites cannot send without a preflight request."""
        data = await read_body(request, "application/json")
        return JSONResponse(await self._run(request, review.save, data), headers=NO_STORE)

    async def _run(self, request: Request, act: Callable[..., Any], *more: Any) -> Any:
        slug = request.path_params["slug"]
        if slug not in self.session.books:
            raise RefusalError("unknown book", 404)
        return await run_in_threadpool(act, self.session.project, slug, *more)
