"""Runs the preview: a server on this machine, and a watcher of the project's files."""

from __future__ import annotations

import asyncio
import contextlib
import os
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
from bookbuild.preview.app import Application, EventHub
from bookbuild.preview.session import Session

ADDRESS = "127.0.0.1"
PORT = 8642
_PORTS_TRIED = 20
"""Number of ports that are tried if none was asked for."""
_DEBOUNCE = 30
"""Milliseconds without a further change before a rebuild."""
_POLL_INTERVAL = 2000
"""Milliseconds between two looks for folders that were missing or replaced."""


def serve(project: Project, wanted: BuildRequest, port: int, on_start: Callable[[str], None]) -> None:
    """Build, serve and watch until Ctrl-C; call `on_start` with the page's address.

    `port` is 0 for the first free port from PORT on. Raises UsageError if no port is available.
    """
    with _open_listener(port) as listener:
        on_start(f"http://{ADDRESS}:{listener.getsockname()[1]}/")
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_run(project, wanted, listener))


def _open_listener(port: int) -> socket.socket:
    """Listen at the port asked for, or at the first free one from PORT on."""
    reason = ""
    for number in [port] if port else range(PORT, PORT + _PORTS_TRIED):
        try:
            return socket.create_server((ADDRESS, number))
        except (OSError, OverflowError) as error:
            errno = getattr(error, "errno", None)  # its words name the address too
            reason = (os.strerror(errno) if errno else str(error)).lower()
    tried = f"port {port} is" if port else f"ports {PORT} to {PORT + _PORTS_TRIED - 1} are"
    raise UsageError(f"{tried} not available ({reason}): choose another one with --port")


async def _run(project: Project, wanted: BuildRequest, listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    hub = EventHub()

    def send_event(name: str, data: Mapping[str, Any]) -> None:  # called in the thread that builds
        loop.call_soon_threadsafe(hub.send, name, data)

    session = Session(project, wanted, send_event)
    application = Application(session, hub)
    options = uvicorn.Config(
        application.build_app(), log_level="warning", lifespan="off", timeout_graceful_shutdown=1, server_header=False
    )
    server = uvicorn.Server(options)
    ending = asyncio.Event()
    tasks = [asyncio.create_task(work) for work in (_watch(session, ending), _fetch_engine(application))]
    try:
        await _serve_until_done(server, listener, hub, tasks)
    finally:
        ending.set()
        hub.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        session.close()
        application.renderer.close()


async def _serve_until_done(
    server: uvicorn.Server, listener: socket.socket, hub: EventHub, tasks: list[asyncio.Task[None]]
) -> None:
    """Serve until Ctrl-C, or until one of the tasks fails: its error is raised."""
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not serving.done():
        done, _ = await asyncio.wait({serving, *tasks}, timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
        if server.should_exit:
            hub.close()
        failed = [task for task in done if task is not serving and task.exception() is not None]
        tasks[:] = [task for task in tasks if task not in done]
        if failed:
            server.should_exit = True
            hub.close()
            await serving
            failed[0].result()
    await serving


async def _fetch_engine(application: Application) -> None:
    project = application.session.project
    if not engine.is_installed(project):
        application.engine_trouble = await asyncio.to_thread(engine.fetch, project)
        application.hub.send("state", application.state())


async def _watch(session: Session, ending: asyncio.Event) -> None:
    """Build, then rebuild what changes."""
    changes = _watch_changes(session.project, ending)
    first = asyncio.ensure_future(anext(changes))  # so that changes during the first build are not lost
    await asyncio.to_thread(session.start)
    with contextlib.suppress(StopAsyncIteration):
        paths = await first
        while True:
            if paths:
                await asyncio.to_thread(session.rebuild, paths)
            paths = await anext(changes)


async def _watch_changes(project: Project, ending: asyncio.Event) -> AsyncIterator[set[Path]]:
    """Yield the paths of changed files, and of folders that appeared or were replaced; none now and then."""
    before = _find_folders(project)
    while not ending.is_set():
        folders = _find_folders(project)
        if folders != before:
            yield set(folders)
        before = folders
        if not folders:
            await asyncio.sleep(_POLL_INTERVAL / 1000)
            continue
        async for changes in watchfiles.awatch(
            *folders,
            watch_filter=_SourceFilter(),
            step=_DEBOUNCE,
            rust_timeout=_POLL_INTERVAL,
            yield_on_timeout=True,
            stop_event=ending,
            raise_interrupt=False,
        ):
            yield {Path(name) for _, name in changes}
            if _find_folders(project) != folders:
                break


def _find_folders(project: Project) -> dict[Path, tuple[int, int]]:
    """Return the folders to watch with device and inode, by which a replaced folder is noticed."""
    identities = {}
    for folder in (project.source, project.styles):
        with contextlib.suppress(OSError):
            if folder.is_dir():
                identities[folder] = (folder.stat().st_dev, folder.stat().st_ino)
    return identities


class _SourceFilter(watchfiles.DefaultFilter):
    """Ignores the temporary files that editors write when they save."""

    ignore_entity_patterns = (
        *watchfiles.DefaultFilter.ignore_entity_patterns,
        r"^\..*",
        "^4913$",
        "^#.*#$",
        r".*\.tmp$",
    )
