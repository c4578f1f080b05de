"""The task `clean`."""

from __future__ import annotations

from bookbuild.cli.options import command
from bookbuild.cli.output import say
from bookbuild.model.project import Project


@command()
def clean(project: Project) -> None:
    """Remove what builds wrote to dist/, and the cache."""
    from bookbuild.build.dist import clean_dist

    removed = clean_dist(project)
    say(f"removed {len(removed)} files" if removed else "nothing to remove")
