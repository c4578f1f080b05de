"""Tasks in, their results out, from the cache, this process or others."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import psutil

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project
from bookbuild.work.cache import Cache
from bookbuild.work.limits import limit_memory, limit_seconds
from bookbuild.work.processes import remove_left_folders
from bookbuild.work.progress import Progress

LIMIT = 900.0
"""Seconds that one task may take."""
_LEAST_MEMORY = 2 * 1024**3
"""Bytes that one task may take in any case."""
_LOOK = 0.5
"""Seconds between two checks whether the processes were stopped."""
_TASKS = 200
"""Tasks after which a process is replaced: the renderer's libraries keep about a MiB of each book."""


@dataclass(frozen=True, slots=True)
class Task:
    """A function of a module and its arguments, all of which can be pickled."""

    what: str
    """For messages."""
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    key: str = ""
    """The key of the result in the cache; empty if it is not cached."""
    cost: float = 1.0
    """In any unit; the most costly tasks are started first."""


class WorkersClosed(Exception):  # noqa: N818 - not an error
    """The workers were closed by another thread while they worked."""


class Workers:
    """Runs tasks, `jobs` at a time."""

    def __init__(
        self,
        jobs: int = 1,
        cache: Cache | None = None,
        limit: float = LIMIT,
        listener: Progress | None = None,
        *,
        apart: bool = False,
    ) -> None:
        self.jobs = jobs
        self.apart = apart
        """Whether all work is done in other processes, even with a single job."""
        self.cache = cache
        self.limit = limit
        self.memory = max(_LEAST_MEMORY, psutil.virtual_memory().total * 3 // 4 // jobs)
        """Bytes that one task may take: a machine that swaps is of no use."""
        self.listener = listener or Progress()
        self.done = 0
        """The number of tasks run, without those from the cache."""
        self._pool: Any = None
        self._closed = False

    def is_cached(self, task: Task) -> bool:
        """Return whether the cache has the result of a task."""
        return bool(self.cache and task.key and self.cache.has(task.key))

    def run_all(self, tasks: Sequence[Task]) -> list[Any]:
        """Return the results of tasks, in the same order.

        Raises the first error of a task; SourceError if one takes too long (R004), its process dies (R005) or it needs
        too much memory (R006).
        """
        results: list[Any] = [None] * len(tasks)
        for n, result in self.run_each(tasks):
            if isinstance(result, Exception):
                raise result
            results[n] = result
        return results

    def run_each(self, tasks: Sequence[Task], least: float = 0.0) -> Iterator[tuple[int, Any]]:
        """Start tasks; return an iterator over the index and the result of each as soon as it is done.

        Tasks that cost less than `least` together are done here, when they are asked for: they would be done before
        the processes have started. The result of a task that fails, takes too long or dies with its process is the
        error.
        """
        waiting = [n for n, task in enumerate(tasks) if not self.is_cached(task)]
        start = self._start if sum(tasks[n].cost for n in waiting) >= least else self._run_here
        return self._collect_all(tasks, waiting, start(tasks, waiting))  # before the cached results are read

    def _collect_all(
        self, tasks: Sequence[Task], waiting: Sequence[int], started: Iterator[tuple[int, Any]]
    ) -> Iterator[tuple[int, Any]]:
        damaged = []
        for n in sorted(set(range(len(tasks))) - set(waiting)):
            result = self.cache.get(tasks[n].key) if self.cache else None
            if result is not None:
                yield n, result
            else:
                damaged.append(n)
        yield from self._store_results(tasks, waiting, started)
        if damaged:
            yield from self._store_results(tasks, damaged, self._start(tasks, damaged))

    def _start(self, tasks: Sequence[Task], waiting: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Start tasks in other processes if these run, or there is enough work; else do them here when asked."""
        apart = bool(waiting) and (self.apart or (self.jobs > 1 and (len(waiting) > 1 or self._pool is not None)))
        return (self._start_apart if apart else self._run_here)(tasks, waiting)

    def _store_results(
        self, tasks: Sequence[Task], waiting: Sequence[int], results: Iterator[tuple[int, Any]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield results after they are cached and reported to the listener."""
        self.done += len(waiting)
        if waiting:
            self.listener.begin(len(waiting), sum(tasks[n].cost for n in waiting))
        for n, result in results:
            if self.cache and tasks[n].key and not isinstance(result, Exception):
                self.cache.put(tasks[n].key, result)
            pages = getattr(result, "pages", 0)
            self.listener.step(tasks[n].what, tasks[n].cost, pages if isinstance(pages, int) else 0)
            yield n, result

    def _run_here(self, tasks: Sequence[Task], waiting: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Run tasks in this process."""
        for n in waiting:
            try:
                with limit_seconds(self.limit, _timeout_error(tasks[n].what, self.limit)):
                    result = _call(tasks[n].function, tasks[n].arguments, self.memory)
            except MemoryError:
                result = _memory_error(tasks[n].what, self.memory)
            except (SourceError, OSError) as error:
                result = error
            yield n, result

    def _start_apart(self, tasks: Sequence[Task], waiting: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Start tasks in other processes at once; return an iterator over their results."""
        pool = self._get_pool()
        futures = {
            pool.schedule(_call, args=[tasks[n].function, tasks[n].arguments, self.memory], timeout=self.limit): n
            for n in sorted(waiting, key=lambda n: -tasks[n].cost)
        }
        return self._collect_results(tasks, futures)

    def _collect_results(self, tasks: Sequence[Task], futures: dict[Any, int]) -> Iterator[tuple[int, Any]]:
        from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, wait

        from pebble import ProcessExpired

        try:
            while futures:
                # the futures of a pool that another thread stops never finish
                finished, _ = wait(futures, _LOOK, return_when=FIRST_COMPLETED)
                if self._closed and not finished:
                    raise WorkersClosed
                for future in finished:
                    n = futures.pop(future)
                    result: Any
                    try:
                        result = future.result()
                    except TimeoutError:
                        result = _timeout_error(tasks[n].what, self.limit)
                    except MemoryError:
                        result = _memory_error(tasks[n].what, self.memory)
                    except (ProcessExpired, BrokenExecutor, CancelledError) as error:
                        if self._closed:
                            raise WorkersClosed from None
                        result = _crash_error(tasks[n].what, getattr(error, "exitcode", None))
                    except (SourceError, OSError) as error:
                        result = error
                    yield n, result
        finally:
            for future in futures:
                future.cancel()

    def divide(self, project: Project, slug: str) -> Workers:  # noqa: ARG002 - a cluster has to know
        """Return the workers that do the parts of a book."""
        return self

    def begin(self) -> None:
        """Start the processes in the background, so that they are ready when there is work for them."""
        if self.jobs > 1 or self.apart:
            threading.Thread(target=self._get_pool().schedule, args=(_do_nothing,)).start()

    def _get_pool(self) -> Any:
        if self._closed:
            raise WorkersClosed
        if self._pool is None:
            from pebble import CONSTS, ProcessPool

            from bookbuild.work.forkserver import make_context

            CONSTS.sleep_unit = 0.02  # seconds: when it ends, a pool would wait for a tenth of one
            processes = make_context(["bookbuild.pdf.worker"])
            self._pool = ProcessPool(self.jobs, _TASKS, initializer=_ignore_interrupts, context=processes)
        return self._pool

    def close(self) -> None:
        """Stop the processes."""
        self.listener.close()
        self._closed = True
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None
            remove_left_folders()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the process that the user sees."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _do_nothing() -> None:
    """Do nothing: a process that has done it has started."""


def _call(function: Callable[..., Any], arguments: tuple[Any, ...], memory: int) -> Any:
    with limit_memory(memory):
        return function(*arguments)


def _timeout_error(what: str, seconds: float) -> SourceError:
    message = f"{what} took more than {seconds:g} seconds and was stopped"
    advice = "look for an endless loop in your layouts, or split the chapter into several files"
    return SourceError([Finding("R004", Place(""), message, advice)])


def _crash_error(what: str, status: int | None) -> SourceError:
    message = f"the process that worked on {what} died (status {status})"
    return SourceError([Finding("R005", Place(""), message, "run build again; with --jobs 1 it needs less memory")])


def _memory_error(what: str, memory: int) -> SourceError:
    message = f"{what} needs more than {memory // 1024**2} MiB of memory and was stopped"
    advice = "split the chapter into several files, or undo the last change of a stylesheet or layout"
    return SourceError([Finding("R006", Place(""), message, advice)])
