"""The task `check`."""

from __future__ import annotations

from bookbuild.cli.options import command
from bookbuild.cli.output import say, show_findings
from bookbuild.model.findings import Finding
from bookbuild.model.project import Project


@command(iterable=["book"], help={"book": "Check only this book; may be repeated."})
def check(project: Project, book: list[str]) -> None:
    """Check the files in dist/: from the last build, complete, and valid EPUB (where there is Java)."""
    from invoke.exceptions import Exit

    from bookbuild.build.check import check_outputs
    from bookbuild.model.findings import select_blocking

    findings: list[Finding] = []
    for line, about_output in check_outputs(project, project.select(book)):
        show_findings(about_output)
        say(line)
        findings += about_output
    if select_blocking(findings):
        raise Exit(code=1)
