"""Bounds on what work of somebody else's making may take: seconds of the processor, and memory."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STATM = Path("/proc/self/statm")
"""Where Linux says how many pages of memory a process has."""


@contextmanager
def limit_work(seconds: float, more: int) -> Iterator[None]:
    """Raise TimeoutError after seconds of the processor, MemoryError where `more` bytes are not enough.

    Each holds where the system has it: time in the main thread of Unix, memory on Linux.
    """
    late = TimeoutError(f"it takes more than {seconds:g} seconds")
    with limit_seconds(seconds, late, of_processor=True), limit_memory(more):
        yield


@contextmanager
def limit_seconds(seconds: float, error: Exception, *, of_processor: bool = False) -> Iterator[None]:
    """Raise `error` after seconds, where the system has timers and this is the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise error

    number, timer = (signal.SIGVTALRM, signal.ITIMER_VIRTUAL) if of_processor else (signal.SIGALRM, signal.ITIMER_REAL)
    previous = signal.signal(number, stop)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, previous)


@contextmanager
def limit_memory(more: int) -> Iterator[None]:
    """Raise MemoryError where `more` bytes are not enough, on Linux."""
    if not _STATM.exists():
        yield
        return
    import resource

    used = int(_STATM.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + more
    if soft != resource.RLIM_INFINITY:
        wanted = min(wanted, soft)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    except MemoryError as error:
        error.args = (f"it takes more than {more // 1024 // 1024} MiB of memory",)
        raise
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
