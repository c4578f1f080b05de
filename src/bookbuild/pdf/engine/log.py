"""Findings from what the renderer logs; the only module that knows its log messages."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place


class _FindingHandler(logging.Handler):
    def __init__(self, path: str, findings: list[Finding]) -> None:
        super().__init__(logging.WARNING)
        self.path = path
        self.findings = findings

    def emit(self, record: logging.LogRecord) -> None:
        message = " ".join(record.getMessage().split()).rstrip(".")
        if message.endswith("has no required alt description"):
            return  # T008 reports it, with the line
        if message.startswith(("Failed to load image", "Failed to render SVG", "Image type not supported")):
            code, advice = "R003", "save the picture again as PNG"
        else:
            code, advice = "R001", "see docs/reference/findings.md, R001"
        finding = Finding(code, Place(self.path), f"the renderer says: {message}", advice)
        if finding not in self.findings:
            self.findings.append(finding)


@contextmanager
def collect_warnings(path: str, findings: list[Finding]) -> Iterator[None]:
    """Add what the renderer logs to `findings`; `path` names the layout or stylesheet in them.

    Raises SourceError where the renderer fails.
    """
    logger = logging.getLogger("weasyprint")
    handler = _FindingHandler(path, findings)
    logger.addHandler(handler)
    try:
        yield
    except (SourceError, MemoryError):
        raise
    except Exception as error:
        # the engine's own assertions and attribute errors, on layouts that it was never tested with
        where = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        message = f"the renderer failed ({where})"
        advice = "remove the last construct or rule that you added, and report the problem"
        raise SourceError([Finding("R002", Place(path), message, advice)]) from error
    finally:
        logger.removeHandler(handler)
