"""The reading engine that shows e-books: foliate-js, an npm package, fetched once per project by its digest."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from bookbuild.model.project import Project
from bookbuild.work.npm import NpmError, run_npm


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
    npm_folder = _npm_folder(project)
    try:
        npm_folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            (npm_folder / name).write_bytes((files("bookbuild.preview") / "reader" / name).read_bytes())
        run_npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], npm_folder)
    except (OSError, NpmError) as error:
        return f"the reading engine could not be fetched ({error}); then restart the preview"
    return "" if is_installed(project) else "the reading engine could not be fetched: restart the preview"
