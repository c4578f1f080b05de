"""What a book costs to build, and to build again, against other ways to the same pages. Written into the docs.

Run with `./invokew bench`. Books are real ones, each in a copy of the checkout with its `styles/`. All programs run in
the same run, in turn, in processes of their own.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import peers
from bench.books import BOOKS, BenchBook, list_texts, make_project, replace_section
from bookbuild.work.fingerprints import versions

MOST_FOR_ALL = 3
"""Chapters up to which all editions are measured: facing pages are laid out whole."""
MOST_FOR_BOTH = 20
"""Chapters up to which outputs are measured together, and edits of stylesheets, which cost as much as a cold build."""


@dataclass(frozen=True)
class Cost:
    """Of a process and all that it started."""

    wall: float
    """Seconds."""
    memory: int
    """MiB, the most at any time, of all processes together."""


def resident(process: int) -> int:
    """Return the KiB that a process and those below it hold; what they share counts once for each (Linux)."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[2]) == process:  # the process group
                total += int(fields[21]) * (os.sysconf("SC_PAGE_SIZE") // 1024)
        except (OSError, IndexError):
            continue
    return total


def measure(command: Sequence[str], folder: Path) -> Cost:
    """Run a command and measure it; memory is looked at ten times a second."""
    peak = [0]
    start = time.perf_counter()
    # programs that are installed have their bytecode beside them, whoever measures
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    null = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, stdout=null, stderr=null, start_new_session=True, env=environment)

    def look() -> None:
        while process.poll() is None:
            peak[0] = max(peak[0], resident(process.pid))
            time.sleep(0.1)

    watcher = threading.Thread(target=look)
    watcher.start()
    status = process.wait()
    wall = time.perf_counter() - start
    watcher.join()
    if status:
        raise SystemExit(f"{' '.join(command)[:200]} ended with {status}")
    return Cost(wall, peak[0] // 1024)


class _Edits:
    """Changes to a project, each another one, before a build is measured."""

    def __init__(self, folder: Path, paths: Sequence[Path]) -> None:
        self.folder = folder
        self.path = paths[len(paths) // 2]
        self.partner = Path(re.sub("/id/(?=[^/]*$)", "/ar/", str(self.path)))
        self.count = 0

    def forget(self) -> None:
        """Remove outputs and cache."""
        for made in ("dist", ".bookbuild"):
            shutil.rmtree(self.folder / made, ignore_errors=True)

    def _change(self, path: Path, change: Callable[[list[str]], None]) -> None:
        blocks = path.read_text("utf-8").rstrip("\n").split("\n\n")
        change(blocks)
        path.write_text("\n\n".join(blocks) + "\n", "utf-8")

    def correct(self) -> None:
        """Change a word in the middle of a chapter."""
        self.count += 1

        def change(blocks: list[str]) -> None:
            at = next(n for n in range(len(blocks) // 2, len(blocks)) if len(blocks[n].split()) > 5)
            words = blocks[at].split()
            words[3] = f"kata{self.count}"
            blocks[at] = " ".join(words)

        self._change(self.path, change)

    def insert(self) -> None:
        """Put a paragraph into the middle of a chapter, on both sides."""
        self.count += 1
        self._change(self.path, lambda blocks: blocks.insert(len(blocks) // 2, f"Kalimat baru {self.count}."))
        self._change(self.partner, lambda blocks: blocks.insert(len(blocks) // 2, "جملة جديدة."))

    def restyle(self) -> None:
        """Change a stylesheet."""
        self.count += 1
        (self.folder / "source" / "book" / "book.css").write_text(f"p {{ color: #00000{self.count % 10} }}", "utf-8")


def measure_book(book: BenchBook) -> dict[str, Cost] | None:
    """Measure one book in all ways; medians. None if its text cannot be had."""
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "project", Path(name) / "peers"
        folder.mkdir()
        out.mkdir()
        if not make_project(book, folder):
            return None
        source = folder / "source" / "book"
        for write in (peers.write_table, peers.write_typst, peers.write_latex, peers.interleave):
            if write is peers.write_table:
                peers.write_document(folder, out)
            write(source, out)
        edits = _Edits(folder, list_texts(source))
        whole = [sys.executable, "-m", "bookbuild", "build", "--root", str(folder)]
        pdf, two = ["--format", "pdf"], ["--jobs", "2"]

        def nothing() -> None:
            pass

        ways: list[tuple[str, Callable[[], None], list[str]]] = [
            ("cold, one process", edits.forget, [*whole, *pdf, "--jobs", "1"]),
            ("cold", edits.forget, [*whole, *pdf, *two]),
            ("nothing changed", nothing, [*whole, *pdf, *two]),
            ("a word corrected", edits.correct, [*whole, *pdf, *two]),
            ("a paragraph inserted", edits.insert, [*whole, *pdf, *two]),
            ("EPUB alone, cold", edits.forget, [*whole, "--format", "epub", *two]),
        ]
        if book.chapters <= MOST_FOR_BOTH:
            ways += [
                ("PDF and EPUB, cold", edits.forget, [*whole, *two]),
                ("PDF and EPUB, a word corrected", edits.correct, [*whole, *two]),
                ("a stylesheet edited", edits.restyle, [*whole, *pdf, *two]),
            ]
        if book.chapters <= MOST_FOR_ALL:
            ways.append(("all editions, cold", edits.forget, [*whole, "--edition", "all", *two]))
        commands = [(f"bookbuild, {way}", before, command, folder) for way, before, command in ways]
        commands += [(way, nothing, command, out) for way, command in peers.commands(out)]
        found: dict[str, list[Cost]] = {}
        for _ in range(book.runs):
            for way, before, command, place in commands:
                before()
                found.setdefault(way, []).append(measure(command, place))
        return {
            way: Cost(statistics.median(c.wall for c in costs), max(c.memory for c in costs))
            for way, costs in found.items()
        }


def describe(tables: dict[str, dict[str, Cost]]) -> str:
    """Return the section of the docs: a table, and what follows from it."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    programs = f"bookbuild {versions()['bookbuild']}, WeasyPrint {versions()['weasyprint']}"
    lines = [f"{machine}; {programs}; two processes but where one is named.", ""]
    lines += ["| | " + " | ".join(tables) + " |", "|---|" + "---:|" * len(tables)]
    for way in dict.fromkeys(way for table in tables.values() for way in table):
        cells = [
            f"{table[way].wall:.2f} s, {table[way].memory} MiB" if way in table else "" for table in tables.values()
        ]
        lines.append(f"| {way} | {' | '.join(cells)} |")
    lines += ["", "| shares | " + " | ".join(tables) + " |", "|---|" + "---:|" * len(tables)]
    shares = [
        ("cold: of the time of `weasyprint` on our document", "bookbuild, cold", "weasyprint, our document", False),
        ("cold: of its memory", "bookbuild, cold", "weasyprint, our document", True),
        ("cold: of the time of `weasyprint` on a plain table", "bookbuild, cold", "weasyprint, plain table", False),
        ("cold: of Typst's time", "bookbuild, cold", "Typst", False),
        ("cold: of XeLaTeX's time", "bookbuild, cold", "XeLaTeX, one pass", False),
        ("cold with one process, of the time with two", "bookbuild, cold, one process", "bookbuild, cold", False),
        ("a word corrected: of the cold time", "bookbuild, a word corrected", "bookbuild, cold", False),
        ("a word corrected: of Typst's full time", "bookbuild, a word corrected", "Typst", False),
        ("a paragraph inserted: of the cold time", "bookbuild, a paragraph inserted", "bookbuild, cold", False),
        ("EPUB alone: of pandoc's time", "bookbuild, EPUB alone, cold", "pandoc, EPUB", False),
    ]
    for label, one, other, is_memory in shares:
        cells = []
        for table in tables.values():
            if one not in table or other not in table:
                cells.append("")
            elif is_memory:
                cells.append(f"{table[one].memory / max(1, table[other].memory):.2f}")
            else:
                cells.append(f"{table[one].wall / table[other].wall:.2f}")
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, and write the section on books of docs/reference/performance.md."""
    tables = {}
    for book in BOOKS:
        found = measure_book(book)
        if found is None:
            print(f"{book.label}: not measured, npm is missing")
        else:
            tables[book.label] = found
            print(describe({book.label: found}), "\n", flush=True)
    replace_section("books", describe(tables))


if __name__ == "__main__":
    main()
