"""Runs the preview: a server on this machine, and an eye on the files."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn
import watchfiles

from bookbuild.build.request import BuildRequest
from bookbuild.model.errors import UsageError
from bookbuild.model.project import Project
from bookbuild.preview import engine
from bookbuild.preview.app import Application, Hub
from bookbuild.preview.session import Session

ADDRESS = "127.0.0.1"
PORT = 8642
_TRIED = 20
"""Ports that are tried if no one was asked for."""
_STEP = 30
"""Milliseconds without another change after which a change is taken up."""
_LOOK = 2000
"""Milliseconds after which folders that were not there are looked for."""


def serve(project: Project, wanted: BuildRequest, port: int, begun: Callable[[str], None]) -> None:
    """Build, serve and watch until Ctrl-C; `begun` is told the page's address.

    Raises UsageError if the port cannot be had.
    """
    with _listening(port) as listener:
        begun(f"http://{ADDRESS}:{listener.getsockname()[1]}/")
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_run(project, wanted, listener))


def _listening(port: int) -> socket.socket:
    """Open the port asked for, or the first that is free from the usual one on."""
    last: OSError | None = None
    for number in [port] if port else range(PORT, PORT + _TRIED):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, number))
            listener.listen()
        except (OSError, OverflowError) as error:
            listener.close()
            last = error if isinstance(error, OSError) else OSError(str(error))
        else:
            return listener
    reason = (last.strerror or str(last)).lower() if last else ""
    wanted = f"port {port}" if port else f"ports {PORT} to {PORT + _TRIED - 1}"
    raise UsageError(f"{wanted} cannot be had ({reason}): give another one with --port")


async def _run(project: Project, wanted: BuildRequest, listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    hub = Hub()

    def tell(name: str, data: Mapping[str, Any]) -> None:  # from the thread that builds
        loop.call_soon_threadsafe(hub.tell, name, data)

    session = Session(project, wanted, tell)
    application = Application(session, hub)
    options = uvicorn.Config(
        application.made(), log_level="warning", lifespan="off", timeout_graceful_shutdown=1, server_header=False
    )
    server = uvicorn.Server(options)
    ending = asyncio.Event()
    work = [
        asyncio.create_task(_watch(session, ending)),
        asyncio.create_task(_fetch_engine(application)),
    ]
    try:
        await _served(server, listener, hub, work)
    finally:
        ending.set()
        hub.close()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        session.close()
        application.pictures.close()


async def _served(server: uvicorn.Server, listener: socket.socket, hub: Hub, work: list[asyncio.Task[None]]) -> None:
    """Serve until Ctrl-C, or until the work beside it fails."""
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not serving.done():
        done, _ = await asyncio.wait({serving, *work}, timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
        if server.should_exit:
            hub.close()
        failed = [task for task in done if task is not serving and task.exception() is not None]
        work[:] = [task for task in work if task not in done]
        if failed:
            server.should_exit = True
            hub.close()
            await serving
            failed[0].result()
    await serving


async def _fetch_engine(application: Application) -> None:
    project = application.session.project
    if not engine.is_there(project):
        application.reader_trouble = await asyncio.to_thread(engine.fetch, project)
        application.hub.tell("state", application.state())


async def _watch(session: Session, ending: asyncio.Event) -> None:
    """Build, and build again what changed."""
    changes = _changes(session.project, ending)
    first = asyncio.ensure_future(anext(changes))  # what changes during the first build is not lost
    await asyncio.to_thread(session.begin)
    with contextlib.suppress(StopAsyncIteration):
        paths = await first
        while True:
            if paths:
                await asyncio.to_thread(session.changed, paths)
            paths = await anext(changes)


async def _changes(project: Project, ending: asyncio.Event) -> AsyncIterator[set[Path]]:
    """Give the files that changed, as often as some did; folders, if they were not there before."""
    before = _folders(project)
    while not ending.is_set():
        folders = _folders(project)
        if folders != before:
            yield set(folders)
        before = folders
        if not folders:
            await asyncio.sleep(_LOOK / 1000)
            continue
        async for found in watchfiles.awatch(
            *folders,
            watch_filter=_Texts(),
            step=_STEP,
            rust_timeout=_LOOK,
            yield_on_timeout=True,
            stop_event=ending,
            raise_interrupt=False,
        ):
            yield {Path(name) for _, name in found}
            if _folders(project) != folders:
                break


def _folders(project: Project) -> dict[Path, tuple[int, int]]:
    """Give the folders that are watched, and which they are: one may be put in the place of another."""
    found = {}
    for folder in (project.source, project.styles):
        with contextlib.suppress(OSError):
            if folder.is_dir():
                found[folder] = (folder.stat().st_dev, folder.stat().st_ino)
    return found


class _Texts(watchfiles.DefaultFilter):
    """Leaves out what editors write beside the files that they save."""

    ignore_entity_patterns = (
        *watchfiles.DefaultFilter.ignore_entity_patterns,
        r"^\..*",
        r"^4913$",
        r"^#.*#$",
        r".*\.tmp$",
    )
