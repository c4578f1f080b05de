"""Events for all open pages, as a stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.requests import Request

_HEARTBEAT = 15.0
"""Seconds without an event after which a comment is sent to keep the connection open."""


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
