"""The task `list`."""

from __future__ import annotations

from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.options import FOLDERS, open_project
from bookbuild.cli.output import handle_errors, say


@task(name="list", help=FOLDERS)
@handle_errors
def list_(_: Context, root: str = "", dist: str = "") -> None:
    """Show the books, and the editions, typefaces and scripts there are."""
    from bookbuild.build.listing import list_lines

    for line in list_lines(open_project(root, dist)):
        say(line)
