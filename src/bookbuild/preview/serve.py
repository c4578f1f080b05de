"""Runs the preview: a server on this machine, and a watcher of the project's files."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
import watchfiles

from bookbuild.build.request import BuildRequest
from bookbuild.model.errors import UsageError
from bookbuild.model.project import Project
from bookbuild.preview import engine
from bookbuild.preview.app import Application
from bookbuild.preview.events import EventHub
from bookbuild.preview.session import Session

ADDRESS = "127.0.0.1"
PORT = 8642
_PORTS_TRIED = 20
"""Number of ports that are tried if none was asked for."""
_DEBOUNCE = 30
"""Milliseconds without a further change before a rebuild."""
_POLL_INTERVAL = 2000
"""Milliseconds between two looks for folders that were missing or replaced."""


def serve(project: Project, wanted: BuildRequest, port: int, on_start: Callable[[str], None], page: str = "") -> None:
    """Build, serve and watch until Ctrl-C; call `on_start` with the address of a page, which contains the token.

    `port` is 0 for the first free port from PORT on. Raises UsageError if no port is available.
    """
    token = secrets.token_urlsafe(16)
    with _open_listener(port) as listener:
        on_start(f"http://{ADDRESS}:{listener.getsockname()[1]}/{page}{'&' if '?' in page else '?'}token={token}")
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_run(project, wanted, listener, token))


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


async def _run(project: Project, wanted: BuildRequest, listener: socket.socket, token: str) -> None:
    loop = asyncio.get_running_loop()
    hub = EventHub()

    def send_event(name: str, data: Mapping[str, Any]) -> None:  # called in the thread that builds
        loop.call_soon_threadsafe(hub.send, name, data)

    session = Session(project, wanted, send_event)
    application = Application(session, hub)
    options = uvicorn.Config(
        application.build_app(token),
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    server = uvicorn.Server(options)
    ending = asyncio.Event()
    tasks = [asyncio.create_task(work) for work in (_watch(application, ending), _fetch_engine(application))]
    try:
        await _serve_until_done(server, listener, hub, tasks)
    finally:
        ending.set()
        hub.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        session.close()
        application.close()


async def _serve_until_done(
    server: uvicorn.Server, listener: socket.socket, hub: EventHub, tasks: list[asyncio.Task[None]]
) -> None:
    """Serve until Ctrl-C, or until one of the tasks fails: its error is raised."""
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    # uvicorn raises the signal again in its task, whose exception asyncio would print if nobody asked for it
    serving.add_done_callback(lambda task: task.cancelled() or task.exception())
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


async def _watch(application: Application, ending: asyncio.Event) -> None:
    """Build, then rebuild what changes and build what the page asks for, one after the other."""
    session, jobs = application.session, application.jobs

    async def collect_changes() -> None:
        async for paths in _watch_changes(session.project, ending):
            if paths:
                await jobs.put(partial(session.rebuild, paths))

    collecting = asyncio.create_task(collect_changes())  # so that changes during the first build are not lost
    try:
        await asyncio.to_thread(session.start)
        while not collecting.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.to_thread(await asyncio.wait_for(jobs.get(), _POLL_INTERVAL / 1000))
    finally:
        collecting.cancel()
        await asyncio.gather(collecting, return_exceptions=True)
    if not collecting.cancelled():
        collecting.result()


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
