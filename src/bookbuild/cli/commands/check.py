"""The task `check`."""

from __future__ import annotations

from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.options import FOLDERS, open_project
from bookbuild.cli.output import handle_errors, say, show_findings
from bookbuild.model.findings import Finding


@task(iterable=["book"], help={"book": "Check only this book; may be repeated.", **FOLDERS})
@handle_errors
def check(_: Context, book: list[str], root: str = "", dist: str = "") -> None:
    """Check the files in dist/: from the last build, complete, and valid EPUB (where there is Java)."""
    from invoke.exceptions import Exit

    from bookbuild.build.check import check_outputs
    from bookbuild.model.findings import select_blocking

    project = open_project(root, dist)
    findings: list[Finding] = []
    for line, about_output in check_outputs(project, project.select(book)):
        show_findings(about_output)
        say(line)
        findings += about_output
    if select_blocking(findings):
        raise Exit(code=1)
