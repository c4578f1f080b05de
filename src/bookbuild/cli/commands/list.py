"""The task `list`."""

from __future__ import annotations

from bookbuild.cli.options import command
from bookbuild.cli.output import say
from bookbuild.model.project import Project


@command(name="list")
def list_(project: Project) -> None:
    """Show the books, and the editions, typefaces and scripts there are."""
    from bookbuild.build.listing import list_lines

    for line in list_lines(project):
        say(line)
