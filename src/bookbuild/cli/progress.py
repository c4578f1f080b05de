"""The progress of long work, for people at a terminal, log files and other programs."""

from __future__ import annotations

import json
from time import monotonic as now
from typing import Any, TextIO

from bookbuild.work.progress import Progress

EVERY = 10.0
"""Seconds between two lines where there is no terminal."""
_LONG = 1.5
"""Seconds of work before a bar is shown."""


class _CountingProgress(Progress):
    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.started = self.last_line = now()
        self.tasks = self.done = self.pages = 0
        self.cost = self.spent = 0.0

    def begin(self, tasks: int, cost: float) -> None:
        self.tasks += tasks
        self.cost += cost

    def step(self, what: str, cost: float, pages: int) -> None:  # noqa: ARG002 - subclasses use the name
        self.done += 1
        self.spent += cost
        self.pages += pages

    @property
    def left(self) -> float | None:
        """The estimated seconds that the known work will still take, or None."""
        elapsed = now() - self.started
        return elapsed * (self.cost - self.spent) / self.spent if self.spent > 0 else None


def _format_duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


class LineProgress(_CountingProgress):
    """Prints a line every ten seconds."""

    def step(self, what: str, cost: float, pages: int) -> None:
        """Learn that a task is done."""
        super().step(what, cost, pages)
        if now() - self.last_line >= EVERY and self.done < self.tasks:
            self.last_line = now()
            left = f", about {_format_duration(self.left)} left" if self.left is not None else ""
            pages_made = f", {self.pages} pages" if self.pages else ""
            print(f"{self.done} of {self.tasks} parts{pages_made}{left}: {what}", file=self.out, flush=True)


class JsonProgress(_CountingProgress):
    """Prints one JSON object per line, in ASCII: begin, step, end."""

    def _write_event(self, **event: Any) -> None:
        print(json.dumps(event), file=self.out, flush=True)

    def begin(self, tasks: int, cost: float) -> None:
        """Add work."""
        super().begin(tasks, cost)
        self._write_event(event="begin", tasks=self.tasks)

    def step(self, what: str, cost: float, pages: int) -> None:
        """Learn that a task is done."""
        super().step(what, cost, pages)
        left = round(self.left, 1) if self.left is not None else None
        done, tasks = self.done, self.tasks
        self._write_event(event="step", what=what, done=done, tasks=tasks, pages=self.pages, seconds_left=left)

    def close(self) -> None:
        """End the report."""
        self._write_event(event="end", done=self.done, tasks=self.tasks, pages=self.pages)


class BarProgress(_CountingProgress):
    """Shows a bar that disappears when all is done; none for short work."""

    bar: Any = None
    task: Any = None

    def step(self, what: str, cost: float, pages: int) -> None:
        """Learn that a task is done."""
        super().step(what, cost, pages)
        if self.bar is None and now() - self.started > _LONG and self.done < self.tasks:
            self._show()
        if self.bar is not None:
            counts = f"{self.done} of {self.tasks} parts, {self.pages} pages"
            self.bar.update(self.task, completed=self.spent, total=self.cost, counts=counts, what=what[-40:])

    def _show(self) -> None:
        from rich import progress as rich
        from rich.console import Console

        counts, what = rich.TextColumn("{task.fields[counts]}"), rich.TextColumn("{task.fields[what]}")
        columns = (counts, rich.BarColumn(), rich.TimeRemainingColumn(), what)
        self.bar = rich.Progress(*columns, console=Console(file=self.out), transient=True)
        self.task = self.bar.add_task("", total=self.cost, counts="", what="")
        self.bar.start()

    def close(self) -> None:
        """Remove the bar."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None


def choose_progress(out: TextIO, *, quiet: bool = False) -> Progress:
    """Return a bar for a terminal, else lines; nothing is reported if `quiet`."""
    if quiet:
        return Progress()
    return BarProgress(out) if out.isatty() else LineProgress(out)
