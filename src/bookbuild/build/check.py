"""Judge what stands in dist/: an independent look at the files, after they were written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bookbuild.book import images
from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.build import report
from bookbuild.build.editions import check_editions, find_edition
from bookbuild.checks import coverage
from bookbuild.checks import epub as epub_check
from bookbuild.checks import pdf as pdf_check
from bookbuild.checks.epubcheck import run_epubcheck
from bookbuild.document import rows
from bookbuild.document.document import Document
from bookbuild.document.outputs import BuildContext
from bookbuild.exchange.exports import load_exporter
from bookbuild.model.errors import SourceError, describe_os_error
from bookbuild.model.findings import Finding, Place
from bookbuild.model.project import Project
from bookbuild.work.workers import Workers

_AGAIN = "run build --again"


def check_outputs(project: Project, slugs: Sequence[str]) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Judge the outputs of books; returns a line and findings an output."""
    last = report.read_report(project.dist)
    for slug in slugs:
        entry: dict[str, Any] = last["books"].get(slug, {})
        if not entry.get("outputs"):
            place = Place(project.relative(project.dist))
            yield f"{slug}: nothing built", (Finding("O006", place, f"{slug} has no output", "run build"),)
            continue
        try:
            source = open_book(project, slug)
            loaded = load_book(project, source)
            check_editions(source)
            pictures = images.read_pictures(project, loaded.book)
            context = BuildContext(project, source, loaded.book, pictures, moment=None, workers=Workers())
        except SourceError as error:
            yield f"{slug}: not checked", error.findings
            continue
        for output in entry["outputs"]:
            path = project.dist / output["file"]
            edition = find_edition(output["edition"], output["format"])
            if edition is None:
                place = Place(project.relative(path))
                yield f"{path.name}: not judged", (Finding("O006", place, "its edition is not known", _AGAIN),)
                continue
            document = rows.build_document(context.show(edition).book, edition, context.images)
            findings, summary = _check_output(project, path, output, document)
            state = "sound" if not findings else f"{len(findings)} finding{'s' if len(findings) > 1 else ''}"
            yield f"{project.relative(path)}: {state}; {summary}", tuple(findings)


def _check_output(
    project: Project, path: Path, output: dict[str, Any], document: Document
) -> tuple[list[Finding], str]:
    place = Place(project.relative(path))
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = describe_os_error(error)
        return [Finding("O006", place, f"cannot be read ({reason})", _AGAIN)], "not judged"
    findings = []
    if hashlib.sha256(data).hexdigest() != output["sha256"]:
        findings.append(Finding("O006", place, "this is not the file that the last build wrote", _AGAIN))
    if output["format"] == "pdf":
        about_pdf, summary = pdf_check.check_pdf(data, document.expected, place)
        return [*findings, *about_pdf], summary
    if output["format"] != "epub":
        ledger, found_by_text = coverage.check_coverage(
            document.expected, tuple(load_exporter(output["format"]).read_shown_texts(data)), path.name
        )
        return [*findings, *found_by_text], f"text {ledger.percent:.0f} %"
    try:
        ledger, found_by_text = epub_check.judge(data, document.expected, place.path, document.furniture)
    except SourceError as error:
        return [*findings, *error.findings], "not judged"
    validated, summary = run_epubcheck(path, place)
    return [*findings, *found_by_text, *validated], f"text {ledger.percent:.0f} %, {summary}"
