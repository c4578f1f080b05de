"""WeasyPrint, loaded: shut off from the machine's fonts, and quickly. The only module that loads it."""

from __future__ import annotations

import contextlib
import ctypes.util
import importlib
import io
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.pdf.engine.internals import Module, override


def load_engine() -> Module:
    """Import and return weasyprint, shut off from the machine's fonts.

    Raises SourceError where its system libraries are missing.
    """
    # fontconfig reads this when it is first used; the machine's fonts and settings would change the output
    os.environ["FONTCONFIG_FILE"] = str(files("bookbuild.pdf.engine") / "fonts.conf")
    os.environ.pop("FONTCONFIG_PATH", None)
    with warnings.catch_warnings():
        # WeasyPrint 70 (text/fonts.py) expects fonts in fontconfig; ours come by @font-face
        warnings.filterwarnings("ignore", message="No fonts configured in FontConfig")
        try:
            with _search_sonames():
                weasyprint = importlib.import_module("weasyprint")  # heavy, and only for PDF
        except OSError:
            # not every system has its libraries where the linker looks: once more, with all that WeasyPrint tries
            for name in [n for n in sys.modules if n.split(".")[0] == "weasyprint"]:
                del sys.modules[name]
        else:
            return weasyprint
        try:
            return importlib.import_module("weasyprint")
        except OSError as error:
            message = f"a system library of the renderer is missing ({str(error).splitlines()[0]})"
            advice = (
                "run ./invokew build, which installs it, or install Pango (Debian: libpango-1.0-0 libpangoft2-1.0-0)"
            )
            raise SourceError([Finding("R002", Place(""), message, advice)]) from None


@contextmanager
def _search_sonames() -> Iterator[None]:
    """Keep WeasyPrint from searching for libraries by names that Linux does not use.

    Before the name that fits (libpango-1.0.so.0) it tries others, and each of them makes ctypes call
    ldconfig and the compiler: 0.25 s of 0.6 s that the import takes (text/ffi.py of WeasyPrint 70).
    """
    with contextlib.ExitStack() as stack:
        if sys.platform == "linux":  # as if nothing were found
            stack.enter_context(override(ctypes.util, "find_library", lambda *_: None))
        # what WeasyPrint prints before it gives up is reported by our own finding
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        yield
