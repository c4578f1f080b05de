"""What tasks have in common: the options for folders, and the server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bookbuild.cli.output import say

FOLDERS = {
    "root": "The project's folder, which holds source/; the current one if left out.",
    "dist": "The folder for outputs; dist/ in the project if left out.",
}


def project_of(root: str, dist: str) -> Any:
    """Give the project that a task works on."""
    from bookbuild.model.project import open_project

    return open_project(Path(root or "."), Path(dist) if dist else None)


def take_many_values(task: str, option: str) -> None:
    """Let the values of a task's option stand without its name: `import a.docx b.docx`.

    A workaround: invoke 3.0 gives a positional argument one value, and takes the next word for a task.
    """
    from invoke.parser.parser import ParseMachine

    original = ParseMachine.handle
    if getattr(original, "takes_many", False):
        return

    def handle(machine: Any, token: str) -> None:
        context = machine.context
        here = context is not None and context.name == task and machine.current_state != "unknown"
        if here and not machine.waiting_for_flag_value and not token.startswith("-"):
            context.args[option].value = token
        else:
            original(machine, token)

    handle.takes_many = True  # type: ignore[attr-defined]  # our own mark
    ParseMachine.handle = handle  # type: ignore[method-assign, assignment]  # as said above


def serve_page(
    project: Any,
    book: list[str],
    edition: list[str],
    *,
    port: int,
    jobs: int = 0,
    open_browser: bool = False,
    page: str = "",
) -> None:
    """Serve the preview, or one of its pages, and say where."""
    from bookbuild.build.request import BuildRequest
    from bookbuild.preview.serve import serve

    def begun(address: str) -> None:
        say(f"{page.split('?', maxsplit=1)[0] or 'preview'}: {address}{page} (Ctrl-C ends it)")
        sys.stdout.flush()
        if open_browser:
            import webbrowser

            webbrowser.open(f"{address}{page}")

    serve(project, BuildRequest(book, edition, jobs=jobs), port, begun)
