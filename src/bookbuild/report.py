"""dist/build-report.json: what was built of what, and what was found. Read leniently, written whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NAME = "build-report.json"
VERSION = 1


def read(dist: Path) -> dict[str, Any]:
    """Give the last report, or an empty one: a report that is missing or damaged only costs a build."""
    try:
        data = json.loads((dist / NAME).read_text("utf-8"))
    except (OSError, ValueError):
        data = None
    if not isinstance(data, dict) or data.get("version") != VERSION or not isinstance(data.get("books"), dict):
        return {"version": VERSION, "packages": {}, "books": {}}
    return data


def text(report: dict[str, Any]) -> str:
    """Give a report's characters."""
    return json.dumps(report, ensure_ascii=False, indent=1, sort_keys=False) + "\n"
