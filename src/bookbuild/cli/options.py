"""What tasks have in common: options and their help, the project that they work on, and the server."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from invoke.context import Context
from invoke.tasks import Task, task

from bookbuild.cli.output import handle_errors, say
from bookbuild.model.project import Project, open_project

FOLDERS = {
    "root": "The project's folder, which holds source/ (default: the current one).",
    "dist": "The folder for outputs (default: dist/ in the project).",
}
_NAMES = {"book", "edition"}
"""Options that take several names."""
JOBS = "Number of worker processes (default: one per CPU)."
SERVER = {
    "port": "Serve at this port (default: the first free one from 8642 on).",
    "open": "Open the page in the browser.",
}


def command(help: Mapping[str, str] | None = None, **options: Any) -> Callable[[Callable[..., None]], Task[Any]]:  # noqa: A002 - invoke's
    """Make a task of a function of the project and of options of its own; --root and --dist are every task's.

    Raises UsageError if there is no such folder.
    """

    def decorate(function: Callable[..., None]) -> Task[Any]:
        @functools.wraps(function)
        def run(_: Context, root: str = "", dist: str = "", **given: Any) -> None:
            folder = find_path(root) if root else Path()
            for option in _NAMES & given.keys():
                given[option] = split_names(given[option]) if isinstance(given[option], list) else given[option]
            function(open_project(folder, find_path(dist) if dist else None), **given)

        own = inspect.signature(function)
        folders = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default="") for name in FOLDERS]
        run.__signature__ = own.replace(parameters=[*own.parameters.values(), *folders])  # type: ignore[attr-defined]  # what invoke looks at
        return task(help={**(help or {}), **FOLDERS}, **options)(handle_errors(run))  # type: ignore[no-any-return]

    return decorate


def split_names(given: Sequence[str]) -> list[str]:
    """Return names that were given in several options, or in one with commas between them."""
    return [name.strip() for text in given for name in text.split(",") if name.strip()]


def find_path(written: str) -> Path:
    """Return a path as the user wrote it, from where the user stands: ./invokew goes to its own folder first."""
    return Path(os.environ.get("BOOKBUILD_CALLER", ""), written)


def check_jobs(jobs: int) -> None:
    """Check the number of processes. Raises UsageError if it is negative."""
    from bookbuild.model.errors import UsageError

    if jobs < 0:
        raise UsageError(f"--jobs is {jobs}: write a number of processes, or 0 for one per CPU")


def select_one_book(project: Project, book: str) -> str:
    """Return the book asked for, or the only one. Raises UsageError if there are several."""
    from bookbuild.model.errors import UsageError

    known = project.slugs()
    if not book and len(known) > 1:
        raise UsageError(f"which book? Say --book NAME; there are {', '.join(known)}")
    return project.select([book] if book else [])[0]


def adapt_parser(many: Mapping[str, str]) -> None:
    """Let invoke's parser do what it does not (3.0), for `invoke` and `bookbuild` alike.

    The values of an option in `many`, by task, may stand without its name: `import a.docx b.docx`. An option without
    its value, or with a word in place of a number, is wrong usage (status 2), not a traceback or silence.
    """
    from invoke.exceptions import Exit
    from invoke.parser.parser import ParseMachine

    original, complete = ParseMachine.handle, ParseMachine.complete_flag
    if getattr(original, "is_adapted", False):
        return

    def handle(machine: Any, token: str) -> None:
        context = machine.context
        option = many.get(context.name) if context is not None and machine.current_state != "unknown" else None
        if option and not machine.waiting_for_flag_value and not token.startswith("-"):
            context.args[option].value = token
            return
        try:
            original(machine, token)
        except ValueError:
            raise Exit(f"--{machine.flag.name} needs a number, not {token!r}", code=2) from None

    def complete_flag(machine: Any) -> None:
        flag = machine.flag
        if flag and flag.takes_value and not machine.flag_got_value and not flag.optional:
            raise Exit(f"--{flag.name} needs a value", code=2)
        complete(machine)

    handle.is_adapted = True  # type: ignore[attr-defined]  # our own mark
    ParseMachine.handle = handle  # type: ignore[method-assign, assignment]  # as said above
    ParseMachine.complete_flag = complete_flag  # type: ignore[method-assign, assignment]  # as said above


def serve_page(
    project: Project,
    book: list[str],
    edition: list[str],
    *,
    port: int,
    jobs: int = 0,
    open_browser: bool = False,
    page: str = "",
) -> None:
    """Serve the preview, or one of its pages, and print its address."""
    from bookbuild.build.request import BuildRequest
    from bookbuild.preview.serve import serve

    def announce(address: str) -> None:
        say(f"{page.split('?', maxsplit=1)[0] or 'preview'}: {address} (Ctrl-C ends it)")
        sys.stdout.flush()
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    serve(project, BuildRequest(books=book, editions=edition, jobs=jobs), port, announce, page)
