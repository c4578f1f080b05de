"""dist/build-report.json: what was built of what, and what was found. Read leniently, written whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookbuild.model.findings import CODES, Finding

if TYPE_CHECKING:
    from bookbuild.build.request import BuiltBook
    from bookbuild.document.outputs import Output

NAME = "build-report.json"
VERSION = 1


def read_report(dist: Path) -> dict[str, Any]:
    """Return the last report, or an empty one: a report that is missing or damaged only costs a build."""
    try:
        if not (dist / NAME).is_file():  # to open a pipe would wait for ever
            raise OSError(22, "is no file", NAME)
        written = (dist / NAME).read_text("utf-8")
        data = json.loads(written)
        if "\\u" in written:
            json.dumps(data, ensure_ascii=False).encode()  # halves of pairs, which could not be written again
    except (OSError, ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("version") != VERSION or not isinstance(data.get("books"), dict):
        return {"version": VERSION, "packages": {}, "books": {}}
    return {**data, "books": {slug: entry for slug, entry in data["books"].items() if _is_sound(entry)}}


def _is_sound(entry: Any) -> bool:
    """Return whether a book's entry has the parts that the next build looks at."""
    if not isinstance(entry, dict):
        return False
    lists = (entry.get("outputs", []), entry.get("findings", []))
    if not all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in lists):
        return False
    outputs, findings = lists
    texts = ("file", "sha256", "edition", "format")
    return all(
        {"ledger", "pages"} <= row.keys()
        and isinstance(row.get("bytes"), int)
        and all(isinstance(row.get(key), str) for key in texts)
        and isinstance(row.get("needs_pages", ""), str)
        for row in outputs
    ) and all(
        {"code", "path", "line", "message", "advice"} <= row.keys()
        and isinstance(row["code"], str)
        and row["code"] in CODES
        for row in findings
    )


def format_report(report: dict[str, Any]) -> str:
    """Return a report's characters."""
    return json.dumps(report, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def list_findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return findings in the form of the report."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "path": finding.place.path,
            "line": finding.place.line,
            "message": finding.message,
            "advice": finding.advice,
        }
        for finding in findings
    ]


def describe_book(built: BuiltBook) -> dict[str, Any]:
    """Return what the report says of a book, without its outputs."""
    loaded, book = built.loaded, built.loaded.book
    return {
        "status": "built",
        "languages": [asdict(language) for language in book.languages],
        "chapters": len(book.chapters),
        "units": sum(1 for _ in book.units()),
        "inputs": [
            {"file": path, "characters": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()}
            for path, text in loaded.sources.items()
        ],
        "typography": {
            tag: [{**asdict(change), "count": count} for change, count in sorted(counter.items())]
            for tag, counter in loaded.changes.items()
        },
        "outputs": [],
        "findings": list_findings(built.findings),
        "seconds": {stage: round(seconds, 3) for stage, seconds in built.seconds.items()},
        **({"alignment": {"table": loaded.table, "plot": plot_name(book.slug)}} if built.plot else {}),
    }


def plot_name(slug: str) -> str:
    """Return the name of the picture that shows a book's pairs."""
    return f"{slug}-alignment.svg"


def describe_output(output: Output) -> dict[str, Any]:
    """Return what the report says of an output, without its fingerprint."""
    return {
        "file": output.name,
        "edition": output.edition.name,
        "format": output.edition.format,
        "bytes": len(output.data),
        "sha256": hashlib.sha256(output.data).hexdigest(),
        "pages": output.pages,
        "fonts": list(output.families),
        **({"make_up": dict(output.make_up)} if output.make_up else {}),
        **({"page_starts": [page.as_json() for page in output.page_starts]} if output.page_starts else {}),
        **({"needs_pages": output.needs_pages} if output.needs_pages else {}),
        **({"chapters": dict(output.chapters)} if output.chapters else {}),
        "ledger": output.ledger.as_json(),
    }
