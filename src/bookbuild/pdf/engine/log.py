"""What the renderer logs, as findings: its warnings must not get lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place


class _Collector(logging.Handler):
    def __init__(self, path: str, into: list[Finding]) -> None:
        super().__init__(logging.WARNING)
        self.path = path
        self.into = into

    def emit(self, record: logging.LogRecord) -> None:
        message = " ".join(record.getMessage().split()).rstrip(".")
        if message.endswith("has no required alt description"):
            return  # T008 said so, with the line
        if message.startswith(("Failed to load image", "Failed to render SVG", "Image type not supported")):
            finding = Finding("R003", Place(self.path), f"the renderer says: {message}", "save the picture anew as PNG")
        else:
            finding = Finding("R001", Place(self.path), f"the renderer says: {message}", "see docs/findings.md, R001")
        if finding not in self.into:
            self.into.append(finding)


@contextmanager
def listening(path: str, into: list[Finding]) -> Iterator[None]:
    """Make findings of what the renderer logs: its warnings must not get lost."""
    logger = logging.getLogger("weasyprint")
    handler = _Collector(path, into)
    logger.addHandler(handler)
    try:
        yield
    except SourceError:
        raise
    except Exception as error:
        # the engine's own assertions and attribute errors, on layouts that it was never tried with
        where = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        message = f"the renderer failed ({where})"
        advice = "take the last construct or rule that you added out again, and report it"
        raise SourceError([Finding("R002", Place(path), message, advice)]) from error
    finally:
        logger.removeHandler(handler)
