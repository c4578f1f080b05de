"""What long work reports of how far it has come."""

from __future__ import annotations


class Progress:
    """Reports nothing; subclasses report what is done."""

    def begin(self, tasks: int, cost: float) -> None:
        """Add work: the number of tasks, and their cost in any unit."""

    def step(self, what: str, cost: float, pages: int) -> None:
        """Count a task as done: its name, its cost, and the pages that it made."""

    def close(self) -> None:
        """End the report: all work is done, or it was stopped."""
