"""Draw what the README and the docs show, from what the program really makes."""

from __future__ import annotations

import json
from pathlib import Path

from bookbuild.config import json_schema
from bookbuild.cover import rasterise

WIDTH = 620
"""Pixels of a page's picture."""


def draw(out: str) -> None:
    """Write the handout's first two pages as PNG and the schema of book.toml."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    data = Path("dist/nato-1954.pdf").read_bytes()
    for page in range(2):
        (folder / f"handout-{page + 1}.png").write_bytes(rasterise(data, page, WIDTH))
    (folder / "book.schema.json").write_text(json.dumps(json_schema(), indent=1) + "\n", "utf-8")
