"""Printed editions of a book, and the text on their pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pypdf
import pytest
from conftest import NATO, Built, about_outputs

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.document.editions import find_named_editions
from bookbuild.model.project import Project

MM = 25.4 / 72


@pytest.fixture
def edition(project: Callable[..., Project]) -> Callable[..., Path]:
    """Build one printed edition of a book, without findings; gives its path."""

    def make(name: str, files: Mapping[str, str | bytes], *, warnings: tuple[str, ...] = ()) -> Path:
        made = project(files)
        result = build(made, BuildRequest(editions=(name,)))
        findings = about_outputs(f for o in result.outcomes for f in o.findings)
        assert [f.code for f in findings] == list(warnings), [str(f) for f in findings]
        one = next((e for e in find_named_editions(name) if e.format == "pdf"), None)
        assert one is not None
        ledger = Built(made, "book").report["outputs"][0]["ledger"]
        assert ledger["complete"]
        return made.dist / one.file_name("book")

    return make


def first_book() -> dict[str, str]:
    return {p.name: p.read_text("utf-8") for p in NATO.iterdir()}


def text(path: Path) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(path).pages]
