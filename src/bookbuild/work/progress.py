"""What long work reports of how far it has come."""

from __future__ import annotations


class Silent:
    """Says nothing; the others say what it is told."""

    def begin(self, tasks: int, cost: float) -> None:
        """Learn of more work: how many tasks, and what they cost in any unit."""

    def step(self, what: str, cost: float, pages: int) -> None:
        """Learn that a task is done: its name, its cost, and how many pages it made."""

    def close(self) -> None:
        """Learn that all work is done, or that it ended otherwise."""
