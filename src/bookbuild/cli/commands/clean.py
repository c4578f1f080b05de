"""The task `clean`."""

from __future__ import annotations

from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.options import FOLDERS, open_project
from bookbuild.cli.output import handle_errors, say


@task(help=FOLDERS)
@handle_errors
def clean(_: Context, root: str = "", dist: str = "") -> None:
    """Remove what builds wrote to dist/, and the cache."""
    from bookbuild.build.dist import clean_dist

    removed = clean_dist(open_project(root, dist))
    say(f"removed {len(removed)} files" if removed else "nothing to remove")
