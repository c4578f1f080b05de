"""A project of many small books, and what it leaves in dist/."""

from __future__ import annotations

from pathlib import Path

import samples
from conftest import write

LIBRARY = 12


def library(folder: Path) -> Path:
    """Make a project of small books, one of which is wrong, and a book of chapters."""
    for n in range(LIBRARY):
        texts = {"ar.txt": f"نص {n}.\nنص ثان.\n", "id.txt": f"Teks {n}.\n" + ("Teks dua.\n" if n != 3 else "")}
        write(folder / "source" / f"b{n:02}", texts)
    write(folder / "source" / "chapters", samples.files(("ar", "id"), chapters=2))
    return folder


def outputs(folder: Path) -> dict[str, bytes]:
    return {
        p.name: p.read_bytes()
        for p in (folder / "dist").iterdir()
        if p.suffix in {".pdf", ".epub"} and p.name[0] != "."
    }
