"""How far long work has come: for people at a terminal, in log files, and for other programs."""

from __future__ import annotations

import json
from time import monotonic as now
from typing import Any, TextIO

from bookbuild.work.progress import Silent

EVERY = 10.0
"""Seconds between two lines where there is no terminal."""
_LONG = 1.5
"""Seconds from which on work is worth a bar."""


class _CountingProgress(Silent):
    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.started = now()
        self.tasks = self.done = self.pages = 0
        self.cost = self.spent = 0.0

    def begin(self, tasks: int, cost: float) -> None:
        self.tasks += tasks
        self.cost += cost

    def step(self, what: str, cost: float, pages: int) -> None:  # noqa: ARG002 - others look at the name
        self.done += 1
        self.spent += cost
        self.pages += pages

    @property
    def left(self) -> float | None:
        """Seconds that the known work will still take, if that can be guessed."""
        elapsed = now() - self.started
        return elapsed * (self.cost - self.spent) / self.spent if self.spent > 0 else None


def _format_duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


class ProgressLines(_CountingProgress):
    """A line now and then."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(out)
        self.told = self.started

    def step(self, what: str, cost: float, pages: int) -> None:
        """Learn that a task is done."""
        super().step(what, cost, pages)
        if now() - self.told >= EVERY and self.done < self.tasks:
            self.told = now()
            left = f", about {_format_duration(self.left)} left" if self.left is not None else ""
            made = f", {self.pages} pages" if self.pages else ""
            print(f"{self.done} of {self.tasks} parts{made}{left}: {what}", file=self.out, flush=True)


class ProgressEvents(_CountingProgress):
    """An object of JSON a line, in ASCII: begin, step, end."""

    def _tell(self, **event: Any) -> None:
        print(json.dumps(event), file=self.out, flush=True)

    def begin(self, tasks: int, cost: float) -> None:
        """Learn of more work."""
        super().begin(tasks, cost)
        self._tell(event="begin", tasks=self.tasks)

    def step(self, what: str, cost: float, pages: int) -> None:
        """Learn that a task is done."""
        super().step(what, cost, pages)
        left = round(self.left, 1) if self.left is not None else None
        self._tell(event="step", what=what, done=self.done, tasks=self.tasks, pages=self.pages, seconds_left=left)

    def close(self) -> None:
        """Learn that all is done."""
        self._tell(event="end", done=self.done, tasks=self.tasks, pages=self.pages)


class ProgressBar(_CountingProgress):
    """A bar that goes away when all is done; short work has none."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(out)
        self.shown: Any = None
        self.task: Any = None

    def step(self, what: str, cost: float, pages: int) -> None:
        """Learn that a task is done."""
        super().step(what, cost, pages)
        if self.shown is None and now() - self.started > _LONG and self.done < self.tasks:
            self._show()
        if self.shown is not None:
            said = f"{self.done} of {self.tasks} parts, {self.pages} pages"
            self.shown.update(self.task, completed=self.spent, total=self.cost, said=said, what=what[-40:])

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.fields[said]}"),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[what]}"),
        )
        self.shown = Progress(*columns, console=Console(file=self.out), transient=True)
        self.task = self.shown.add_task("", total=self.cost, said="", what="")
        self.shown.start()

    def close(self) -> None:
        """Take the bar away."""
        if self.shown is not None:
            self.shown.stop()
            self.shown = None


def choose_progress(out: TextIO, *, quiet: bool = False) -> Silent:
    """Return how progress is shown: a bar at a terminal, else lines."""
    if quiet:
        return Silent()
    return ProgressBar(out) if out.isatty() else ProgressLines(out)
