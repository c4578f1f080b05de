"""The routes of one book: its editions, built when they are asked for; its paragraphs; its options."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bookbuild.build.editions import all_editions, choose_editions, describe_edition, expand_editions
from bookbuild.preview import paragraphs, settings
from bookbuild.preview.bodies import NO_STORE, RefusalError, read_model
from bookbuild.preview.session import Session


class WantedEdition(BaseModel):
    """An edition that the page asks for."""

    model_config = ConfigDict(extra="forbid", strict=True)
    edition: Annotated[str, Field(max_length=100)]


def routes(session: Session, jobs: asyncio.Queue[Callable[[], None]]) -> list[Route]:
    """Return the routes of one book; what is to be built is put into `jobs`."""
    endpoints = _WorkbenchEndpoints(session, jobs)
    return [
        Route("/books/{slug}/editions", endpoints.list_editions, methods=["GET"]),
        Route("/books/{slug}/editions", endpoints.build_edition, methods=["POST"]),
        Route("/books/{slug}/texts", endpoints.get_texts, methods=["GET"]),
        Route("/books/{slug}/texts", endpoints.change_text, methods=["POST"]),
        Route("/books/{slug}/options", endpoints.get_options, methods=["GET"]),
        Route("/books/{slug}/options", endpoints.save_options, methods=["POST"]),
    ]


class _WorkbenchEndpoints:
    def __init__(self, session: Session, jobs: asyncio.Queue[Callable[[], None]]) -> None:
        self.session = session
        self.jobs = jobs

    async def list_editions(self, request: Request) -> Response:
        """Return all editions of a book, for print, for e-readers and for other programs."""
        slug = self._find_slug(request)
        editions = await run_in_threadpool(expand_editions, self.session.project, slug, all_editions())
        return self._answer(
            [
                {
                    "name": edition.name,
                    "format": edition.format,
                    "description": describe_edition(edition),
                    "file": edition.file_name(slug),
                    "exchanged": edition.exchanged,
                }
                for edition in editions
            ]
        )

    async def build_edition(self, request: Request) -> Response:
        slug = self._find_slug(request)
        wanted = await read_model(request, WantedEdition)
        chosen = choose_editions([wanted.edition], ())
        if not await run_in_threadpool(expand_editions, self.session.project, slug, chosen):
            raise RefusalError("this book has no such edition", 422)
        await self.jobs.put(partial(self.session.build_edition, slug, wanted.edition))
        return self._answer({}, 202)

    async def get_texts(self, request: Request) -> Response:
        slug = self._find_slug(request)
        number = request.query_params.get("chapter", "0")
        chapter = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 0
        return self._answer(await run_in_threadpool(paragraphs.read_chapter, self.session.project, slug, chapter))

    async def change_text(self, request: Request) -> Response:
        slug = self._find_slug(request)
        change = await read_model(request, paragraphs.ParagraphChange)
        await run_in_threadpool(paragraphs.change_paragraph, self.session.project, slug, change)
        return self._answer({})

    async def get_options(self, request: Request) -> Response:
        slug = self._find_slug(request)
        return self._answer(await run_in_threadpool(settings.read_options, self.session.project, slug))

    async def save_options(self, request: Request) -> Response:
        slug = self._find_slug(request)
        changes = await read_model(request, settings.OptionChanges)
        await run_in_threadpool(settings.save_options, self.session.project, slug, changes)
        return self._answer({})

    def _find_slug(self, request: Request) -> str:
        slug = str(request.path_params["slug"])
        if slug not in self.session.books:
            raise RefusalError("unknown book", 404)
        return slug

    @staticmethod
    def _answer(data: Any, status: int = 200) -> Response:
        return JSONResponse(data, status, headers=NO_STORE)
