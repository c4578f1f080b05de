"""Bounds on what work of somebody else's making may take: seconds of the processor, and memory."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STATM = Path("/proc/self/statm")
"""Where Linux says how many pages of memory a process has, and how many of them are in use."""
_LOOK = 0.1
"""Seconds between two looks at the memory in use."""


@contextmanager
def limit_work(seconds: float, more: int) -> Iterator[None]:
    """Raise TimeoutError after seconds of the processor, MemoryError where `more` bytes are not enough.

    Each holds where the system has it: time in the main thread of Unix, memory on Linux.
    """
    late = TimeoutError(f"it takes more than {seconds:g} seconds")
    with limit_seconds(seconds, late, of_processor=True), limit_memory(more), _limit_allocations(more):
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
    """Raise MemoryError once this process has grown by `more` bytes, on Linux, if this is the main thread.

    Another thread looks. A bound set by the system would not do: Python 3.11 loops without end where it has not even
    the memory to handle the error.
    """
    if not _STATM.exists() or threading.current_thread() is not threading.main_thread():
        yield
        return
    most = _measure_memory() + more
    ended = threading.Event()

    def stop(*_: object) -> None:
        raise MemoryError(f"it takes more than {more // 1024**2} MiB of memory")

    def watch() -> None:
        while not ended.wait(_LOOK):
            if _measure_memory() > most:
                os.kill(os.getpid(), signal.SIGUSR2)
                return

    previous = signal.signal(signal.SIGUSR2, stop)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        signal.signal(signal.SIGUSR2, previous)


def _measure_memory() -> int:
    """Return the bytes of memory that this process has in use."""
    return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def _limit_allocations(more: int) -> Iterator[None]:
    """Raise MemoryError where twice as much as `more` bytes is asked for, on Linux.

    It is for what asks for gigabytes at once; what grows step by step meets `limit_memory` first.
    """
    if not _STATM.exists():
        yield
        return
    import resource

    used = int(_STATM.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + 2 * more
    if soft != resource.RLIM_INFINITY:
        wanted = min(wanted, soft)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    except MemoryError as error:
        error.args = error.args or (f"it takes more than {more // 1024**2} MiB of memory",)
        raise
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
