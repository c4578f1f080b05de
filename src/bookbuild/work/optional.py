"""Libraries that few need: the name of one in, the module or an error that says how to install it out."""

from __future__ import annotations

import importlib
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

EXTRAS = {
    "import": ("pypandoc-binary", "openpyxl", "translate-toolkit", "pysubs2", "striprtf"),
    "embeddings": ("sentence-transformers",),
}
"""The project's optional extras, as pyproject.toml has them, and their packages."""


def needed(module: str, extra: str, path: str) -> Any:
    """Import a module of an optional extra, for a file.

    Raises SourceError if it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        message = f"this file needs the extra bookbuild[{extra}], which is not installed"
        raise SourceError([Finding("X001", Place(path), message, f"install it: {command(extra)}")]) from None


def command(extra: str) -> str:
    """Give the command that installs an extra into this environment."""
    return installing(EXTRAS[extra])


def installing(packages: Sequence[str]) -> str:
    """Give the command that installs packages into this environment."""
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    return f"{shlex.quote(os.fspath(python))} -m pip install {' '.join(packages)}"
