"""The `bookbuild` command: invoke's program with our tasks and exit statuses."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from invoke.config import Config
from invoke.exceptions import Exit, ParseError
from invoke.program import Program

from bookbuild import __version__
from bookbuild.cli.namespace import namespace


class _OwnConfig(Config):
    """Invoke's defaults alone: files such as ~/.invoke.yaml are not ours to read."""

    prefix = "bookbuild"

    def _load_file(self, prefix: str, absolute: bool = False, merge: bool = True) -> None:  # noqa: ARG002 - invoke's
        """Read no file."""
        self._set(f"_{prefix}_found", False)


class BookbuildProgram(Program):
    """The `bookbuild` command: wrong usage has the status 2, as everywhere here."""

    def parse_core(self, argv: list[str] | None) -> None:
        """Parse the program's own options."""
        with _end_wrong_usage():
            super().parse_core(argv)

    def parse_tasks(self) -> None:
        """Parse tasks and their options."""
        with _end_wrong_usage():
            super().parse_tasks()


@contextmanager
def _end_wrong_usage() -> Iterator[None]:
    try:
        yield
    except ParseError as error:
        *names, last = sorted(namespace().task_names)
        message = f"{error} The tasks are {', '.join(names)} and {last}; see bookbuild --help TASK."
        raise Exit(message, code=2) from None


def main() -> None:
    """Run the `bookbuild` command; without a task it opens the page in the browser, from which all is done."""
    os.environ.setdefault("BOOKBUILD_COMMAND", "bookbuild")
    arguments = sys.argv if len(sys.argv) > 1 else [*sys.argv, "preview", "--open"]
    BookbuildProgram(__version__, namespace(), "bookbuild", "bookbuild", config_class=_OwnConfig).run(arguments)
