"""What worker processes have imported before they begin: the renderer, once for all of them."""

from __future__ import annotations

import contextlib
import gc

from bookbuild.model.errors import SourceError
from bookbuild.pdf import pieces
from bookbuild.pdf.engine.load import load_engine

TASKS = (pieces.draw_chapter, pieces.draw_edition, pieces.draw_furniture)
"""What is done in these processes."""

with contextlib.suppress(SourceError):  # the task itself will say what is missing
    load_engine()
gc.set_threshold(100_000, 20, 100)
gc.freeze()
