"""dist/build-report.json: what was built of what, and what was found. Read leniently, written whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bookbuild.model.findings import CODES, Finding

NAME = "build-report.json"
VERSION = 1


def read(dist: Path) -> dict[str, Any]:
    """Give the last report, or an empty one: a report that is missing or damaged only costs a build."""
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
    return {**data, "books": {slug: entry for slug, entry in data["books"].items() if _sound(entry)}}


def _sound(entry: Any) -> bool:
    """Tell whether a book's entry has the parts that the next build looks at."""
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


def text(report: dict[str, Any]) -> str:
    """Give a report's characters."""
    return json.dumps(report, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def findings(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Give the form of the report."""
    return [
        {
            "code": f.code,
            "severity": f.severity.value,
            "path": f.place.path,
            "line": f.place.line,
            "message": f.message,
            "advice": f.advice,
        }
        for f in found
    ]
