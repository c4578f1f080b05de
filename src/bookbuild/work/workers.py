"""Where work is done: tasks in, results out, in this process or in others; what the cache has is not done again."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.work.cache import Cache
from bookbuild.work.progress import Silent

LIMIT = 900.0
"""Seconds that one task may take."""
_LOOK = 0.5
"""Seconds after which it is looked whether there is still anybody who works."""
_TASKS = 200
"""That a process does before another takes its place: the renderer's libraries keep about a MiB of each book."""


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work: a function of a module, and what it is called with, all of which can be sent elsewhere."""

    what: str
    """For messages."""
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    key: str = ""
    """Of the result in the cache; empty if it is not kept."""
    cost: float = 1.0
    """In any unit: what costs most is begun first."""


class Stopped(Exception):  # noqa: N818 - no error
    """The workshop was closed, by another thread, while it worked."""


class Workshop:
    """Does tasks, `jobs` of them at a time."""

    def __init__(
        self,
        jobs: int = 1,
        cache: Cache | None = None,
        limit: float = LIMIT,
        listener: Silent | None = None,
        *,
        apart: bool = False,
    ) -> None:
        self.jobs = jobs
        self.apart = apart
        """Whether all work is done in other processes, be it by one alone."""
        self.cache = cache
        self.limit = limit
        self.listener = listener or Silent()
        self.done = 0
        """Tasks that were really done."""
        self._pool: Any = None
        self._closed = False

    def is_cached(self, task: Task) -> bool:
        """Return whether the cache has the result of a task."""
        return bool(self.cache and task.key and self.cache.has(task.key))

    def results(self, tasks: Sequence[Task]) -> list[Any]:
        """Do tasks and give their results, in the order of the tasks.

        Raises the first error of a task; SourceError if one takes too long or its process dies.
        """
        results: list[Any] = [None] * len(tasks)
        for n, result in self.each(tasks):
            if isinstance(result, Exception):
                raise result
            results[n] = result
        return results

    def each(self, tasks: Sequence[Task]) -> Iterator[tuple[int, Any]]:
        """Do tasks and give the number and the result of each as soon as it is done.

        Of a task that fails, takes too long or dies with its process the result is the error.
        """
        there = {n for n, task in enumerate(tasks) if self.is_cached(task)}
        waiting = [n for n in range(len(tasks)) if n not in there]
        spread = self._spread(tasks, waiting) if self._several(waiting) else None  # it begins before the rest is read
        for n in sorted(there):
            known = self.cache.get(tasks[n].key) if self.cache else None
            if known is not None:
                yield n, known
            else:  # damaged
                there.discard(n)
        damaged = [n for n in range(len(tasks)) if n not in there and n not in set(waiting)]
        yield from self._kept(tasks, waiting, spread or self._here(tasks, waiting))
        if damaged:
            several = self._several(damaged)
            yield from self._kept(
                tasks, damaged, self._spread(tasks, damaged) if several else self._here(tasks, damaged)
            )

    def _several(self, waiting: Sequence[int]) -> bool:
        """Tell whether other processes are to do the work: there is enough of it, or they are there already."""
        return bool(waiting) and (self.apart or (self.jobs > 1 and (len(waiting) > 1 or self._pool is not None)))

    def _kept(
        self, tasks: Sequence[Task], waiting: Sequence[int], results: Iterator[tuple[int, Any]]
    ) -> Iterator[tuple[int, Any]]:
        """Keep results in the cache and tell the listener of them."""
        self.done += len(waiting)
        if waiting:
            self.listener.begin(len(waiting), sum(tasks[n].cost for n in waiting))
        for n, result in results:
            if self.cache and tasks[n].key and not isinstance(result, Exception):
                self.cache.put(tasks[n].key, result)
            pages = getattr(result, "pages", 0)
            self.listener.step(tasks[n].what, tasks[n].cost, pages if isinstance(pages, int) else 0)
            yield n, result

    def _here(self, tasks: Sequence[Task], waiting: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Do tasks in this process."""
        for n in waiting:
            try:
                with _limited(tasks[n].what, self.limit):
                    result = tasks[n].function(*tasks[n].arguments)
            except (SourceError, OSError) as error:
                result = error
            yield n, result

    def _spread(self, tasks: Sequence[Task], waiting: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Begin tasks in other processes; gives what they yield."""
        pool = self._workers()
        futures = {
            pool.schedule(_done, args=[tasks[n].function, tasks[n].arguments], timeout=self.limit): n
            for n in sorted(waiting, key=lambda n: -tasks[n].cost)
        }
        return self._collected(tasks, futures)

    def _collected(self, tasks: Sequence[Task], futures: dict[Any, int]) -> Iterator[tuple[int, Any]]:
        from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, wait

        from pebble import ProcessExpired

        try:
            while futures:
                # a pool that another thread stops leaves its tasks as they are, and nobody would ever be told
                finished, _ = wait(futures, _LOOK, return_when=FIRST_COMPLETED)
                if self._closed and not finished:
                    raise Stopped
                for future in finished:
                    n = futures.pop(future)
                    result: Any
                    try:
                        result = future.result()
                    except TimeoutError:
                        result = _endless(tasks[n].what, self.limit)
                    except (ProcessExpired, BrokenExecutor, CancelledError) as error:
                        if self._closed:
                            raise Stopped from None
                        result = _crashed(tasks[n].what, getattr(error, "exitcode", None))
                    except (SourceError, OSError) as error:
                        result = error
                    yield n, result
        finally:
            for future in futures:
                future.cancel()

    def begin(self) -> None:
        """Start the processes now, because there will be work for them; they come while this process goes on."""
        if self.jobs > 1 or self.apart:
            threading.Thread(target=self._workers().schedule, args=(_nothing,)).start()

    def _workers(self) -> Any:
        if self._closed:
            raise Stopped
        if self._pool is None:
            from pebble import CONSTS, ProcessPool

            from bookbuild.work.forkserver import context

            CONSTS.sleep_unit = 0.02  # seconds: at its end a pool would wait for a tenth of one
            processes = context(["bookbuild.pdf.worker"])
            self._pool = ProcessPool(self.jobs, _TASKS, initializer=_begin, context=processes)
        return self._pool

    def close(self) -> None:
        """Stop the processes."""
        self.listener.close()
        self._closed = True
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _begin() -> None:
    """Leave Ctrl-C to the process that the user sees."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _nothing() -> None:
    """Do nothing: a process that has done it is there."""


def _done(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    return function(*arguments)


@contextmanager
def _limited(what: str, seconds: float) -> Iterator[None]:
    """Stop work of this process that takes too long, where the system can wake it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise _endless(what, seconds)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _endless(what: str, seconds: float) -> SourceError:
    message = f"{what} took more than {seconds:g} seconds and was stopped"
    advice = "look for a loop without an end in your layouts, or split the chapter into several files"
    return SourceError([Finding("R004", Place(""), message, advice)])


def _crashed(what: str, status: int | None) -> SourceError:
    message = f"the process that worked on {what} died (status {status})"
    return SourceError([Finding("R005", Place(""), message, "run build again; with --jobs 1 it needs less memory")])
