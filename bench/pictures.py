"""Draw what the README and the docs show, from what the program really makes."""

from __future__ import annotations

import importlib
import io
import json
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from PIL import Image

from bookbuild.book.config.book_toml import build_json_schema
from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.epub.cover import rasterise_page
from bookbuild.model.project import Project, open_project

HERE = Path(__file__).parents[1]
WIDTH = 620
"""Pixels of a page's picture in the README."""
SMALL = 440
"""Pixels of a page's picture in the gallery."""
SHOWN = {
    "": ("nato-1954", (0, 1)),
    "stacked": ("nato-1954", (0, 1)),
    "facing": ("nato-1954", (1, 2)),
    "reader-ar": ("nato-1954", (0, 1)),
    "reader-id": ("nato-1954", (0, 1)),
    "large-print": ("nato-1954", (0, 1)),
    "study": ("nato-1954", (0, 1)),
    "booklet": ("nato-1954", (0, 1)),
    "sheets": ("nato-1954", (0,)),
}
"""Edition to the book and its pages that the gallery shows, counted from 0."""
SPECIMEN = {"": (0, 1, 2), "facing": (1, 2), "stacked": (1, 2), "study": (0, 1)}
"""Editions of the specimen, and their pages."""
COVERS = ("band", "letter", "frame")
THREE = {"": ("three", (0, 1)), "kashida": ("kashida", (0, 1))}
"""The same, of books that are made for the gallery."""


def projects(folder: Path) -> Project:
    """Make a project with the first book, a book of three languages and the first book with kashidas."""
    sys.path.insert(0, str(HERE / "tests" / "helpers"))
    samples = importlib.import_module("samples")  # the tests' own book

    source = folder / "source"
    for name, book in (("nato-1954", "nato-1954"), ("kashida", "nato-1954"), ("kebun", "kebun")):
        shutil.copytree(HERE / "source" / book, source / name)
    config = source / "kashida" / "book.toml"
    config.write_text(config.read_text("utf-8") + '\n[print]\nalign = "kashida"\n', "utf-8")
    for name, text in samples.files(("ar", "id", "en"), chapters=3).items():
        path = source / "three" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return open_project(folder)


def pictures(folder: Path) -> dict[str, bytes]:
    """Give the gallery's pictures by their names, made in a folder."""
    project = projects(folder)
    build(project, BuildRequest(books=("nato-1954",), editions=("all",), formats=("pdf",)))
    build(project, BuildRequest(books=("three", "kashida"), editions=("handout",), formats=("pdf",)))
    specimens = tuple(edition or "handout" for edition in SPECIMEN)
    build(project, BuildRequest(books=("kebun",), editions=specimens, formats=("pdf",)))
    found = {}
    for edition, pages in SPECIMEN.items():
        data = (project.dist / f"kebun{'-' if edition else ''}{edition}.pdf").read_bytes()
        for page in pages:
            found[f"specimen-{edition or 'handout'}-{page + 1}.png"] = rasterise_page(data, page, SMALL)
    for shown in (SHOWN, THREE):
        for edition, (book, pages) in shown.items():
            stem = f"{book}-{edition}" if edition and shown is SHOWN else book
            data = (project.dist / f"{stem}.pdf").read_bytes()
            for page in pages:
                name = edition or ("handout" if shown is SHOWN else "three-languages")
                found[f"{name}-{page + 1}.png"] = rasterise_page(data, page, SMALL)
    for style in COVERS:
        text = (HERE / "source" / "nato-1954" / "book.toml").read_text("utf-8")
        (project.source / "nato-1954" / "book.toml").write_text(f'{text}\n[cover]\nstyle = "{style}"\n', "utf-8")
        build(project, BuildRequest(books=("nato-1954",), formats=("epub",)))
        with zipfile.ZipFile(project.dist / "nato-1954.epub") as archive:
            cover = Image.open(io.BytesIO(archive.read("EPUB/cover.png")))
        out = io.BytesIO()
        cover.convert("RGB").resize((250, 400)).quantize(64, dither=Image.Dither.NONE).save(out, "PNG")
        found[f"cover-{style}.png"] = out.getvalue()
    return found


def draw(out: str) -> None:
    """Write the handout's first two pages, the gallery, and the schema of book.toml."""
    folder = Path(out)
    for name in ("gallery", "reference"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        for name, data in pictures(Path(made)).items():
            (folder / "gallery" / name).write_bytes(data)
        handout = (Path(made) / "dist" / "nato-1954.pdf").read_bytes()
    for page in range(2):
        (folder / f"handout-{page + 1}.png").write_bytes(rasterise_page(handout, page, WIDTH))
    (folder / "reference" / "book.schema.json").write_text(json.dumps(build_json_schema(), indent=1) + "\n", "utf-8")
