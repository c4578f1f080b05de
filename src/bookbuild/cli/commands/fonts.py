"""The task `fonts`."""

from __future__ import annotations

from bookbuild.cli.options import command
from bookbuild.cli.output import say
from bookbuild.model.project import Project


@command(help={"get": "Fetch this typeface into styles/fonts/; with npm, which comes with Node.js."})
def fonts(project: Project, get: str = "") -> None:
    """List the free typefaces that can be fetched, or fetch one into styles/fonts/."""
    from bookbuild.document.downloads import fetch_family, is_fetched
    from bookbuild.languages.tables import list_downloads

    if get:
        for path in fetch_family(project, get):
            say(path)
        return
    for name in list_downloads():
        say(f"{name}{' (is here)' if is_fetched(project, name) else ''}")
    say('next: invoke fonts --get "NAME"')
