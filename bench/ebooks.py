"""What an e-book costs, against pandoc's EPUB of the same text: medians, a ratio, and the sizes of the files.

Run with `./invokew bench` where pandoc is installed. The text is generated; both programs read it from files and run in
processes of their own, in turn.
"""

from __future__ import annotations

import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.first_book import ROOT, measure
from bookbuild.work.fingerprints import versions

LANGUAGES = ("ar", "id")
TITLES = '[title]\nar = "كتاب"\nid = "Buku"\n'


def generate(folder: Path, pairs: int, chapters: int) -> None:
    """Write a book of paragraphs made of the first book's words, 15 to 70 of them each; the same every time."""
    chance = random.Random(pairs)  # noqa: S311 - a book, no secret
    for tag in LANGUAGES:
        text = (ROOT / "source" / "nato-1954" / f"{tag}.txt").read_text("utf-8")
        words = [word for word in text.split() if word[0].isalpha()]
        for chapter in range(1, chapters + 1):
            blocks = [f"# {'فصل' if tag == 'ar' else 'Bab'} {chapter}"]
            for _ in range(pairs // chapters - 1):
                count = chance.randint(15, 70)
                start = chance.randrange(len(words) - count)
                blocks.append(" ".join(words[start : start + count]) + ".")
            path = folder / "source" / "book" / tag / f"{chapter:03}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n\n".join(blocks) + "\n", "utf-8")
    (folder / "source" / "book" / "book.toml").write_text(TITLES, "utf-8")


def interleaved(book: Path, out: Path) -> None:
    """Write the same pairs as one Markdown file for pandoc, each paragraph with its language and direction."""
    found: list[str] = []
    for path in sorted((book / "ar").iterdir() if (book / "ar").is_dir() else [book / "ar.txt"]):
        sides = [path, Path(str(path).replace("/ar", "/id"))]
        first, second = (re.split(r"\n+", side.read_text("utf-8").strip()) for side in sides)
        for one, other in zip(first, second, strict=True):
            if one.startswith("# "):
                found.append(f"# [{one[2:]}]{{lang=ar dir=rtl}} [{other[2:]}]{{lang=id dir=ltr}}")
            else:
                found += [f"::: {{lang=ar dir=rtl}}\n{one}\n:::", f"::: {{lang=id dir=ltr}}\n{other}\n:::"]
    out.write_text("\n\n".join(found), "utf-8")


def main(runs: int = 5) -> None:
    """Measure and print a table for docs/reference/performance.md."""
    pandoc = shutil.which("pandoc")
    if pandoc is None:
        print("\npandoc is not installed: e-books were not measured")
        return
    version = subprocess.run([pandoc, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, medians of {runs} runs")
    print(f"bookbuild {versions()['bookbuild']}, pandoc {version}\n")
    print("| EPUB alone | bookbuild | pandoc | ratio | sizes |\n|---|---:|---:|---:|---:|")
    for label, pairs, chapters in (("first book", 0, 0), ("500 pairs", 500, 10), ("6,000 pairs", 6000, 100)):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if pairs:
                generate(folder, pairs, chapters)
            else:
                shutil.copytree(ROOT / "source" / "nato-1954", folder / "source" / "book")
            interleaved(folder / "source" / "book", folder / "in.md")
            ours = [
                sys.executable,
                "-m",
                "bookbuild",
                "build",
                "--again",
                "--no-cache",
                "--root",
                name,
                "--format",
                "epub",
            ]
            theirs = [pandoc, str(folder / "in.md"), "-o", str(folder / "out.epub")]
            theirs += ["--metadata", "title=Buku", "--metadata", "lang=ar"]
            walls: dict[str, list[float]] = {"ours": [], "theirs": []}
            for _ in range(runs):
                walls["ours"].append(measure(ours, 1).wall)
                walls["theirs"].append(measure(theirs, 1).wall)
            own, other = (statistics.median(walls[key]) for key in ("ours", "theirs"))
            sizes = [path.stat().st_size // 1024 for path in (folder / "dist" / "book.epub", folder / "out.epub")]
            ratio = f"{own / other:.2f}"
            print(f"| {label} | {own:.2f} s | {other:.2f} s | {ratio} | {sizes[0]} and {sizes[1]} KiB |")


if __name__ == "__main__":
    main()
