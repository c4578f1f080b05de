"""What a book of chapters costs to build, and to build again, against other ways to the same pages.

Run with `./invokew bench`. The text is generated. All programs run in the same run, in turn, in processes of their
own; ours on two processors. "weasyprint" is the plain command on the very document that our own layout gives the
engine, with tags; "weasyprint, simple" a plain table of two columns without numbers, heads and tags; Typst has the same
columns, sizes and margins, as has XeLaTeX with paracol (one pass; page numbers of a table of contents would need
two), and Vivliostyle lays out the plain table.
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
from bench.ebooks import generate
from bench.first_book import ROOT
from bookbuild.work.fingerprints import versions

JOBS = 2
SIZES = (
    ("first book", 0, 1, 3),
    ("Declaration of Human Rights", 0, 1, 3),
    ("500 pairs", 500, 10, 3),
    ("2,000 pairs", 2000, 40, 1),
    ("6,000 pairs", 6000, 100, 1),
)
"""Name, pairs if it is generated, chapters, and how often everything is measured."""
MOST_FOR_ALL = 0
"""Generated pairs up to which all editions are measured: facing pages are laid out whole."""


@dataclass(frozen=True)
class Cost:
    """Of a process and all that it started."""

    wall: float
    """Seconds."""
    memory: int
    """MiB, the most at any time, of all processes together."""


def resident(process: int) -> int:
    """Give the KiB that a process and those below it hold; what they share counts once for each (Linux)."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[2]) == process:  # the process group
                total += int(fields[21]) * (os.sysconf("SC_PAGE_SIZE") // 1024)
        except (OSError, IndexError):
            continue
    return total


def cost(command: Sequence[str], folder: Path) -> Cost:
    """Run a command and measure it; memory is looked at ten times a second."""
    peak = [0]
    start = time.perf_counter()
    # programs that are installed have their bytecode beside them, whoever measures
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True, env=environment)

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
        raise SystemExit(f"{command[0]} ended with {status}")
    return Cost(wall, peak[0] // 1024)


def edited(path: Path, number: int) -> None:
    """Change one word of a paragraph."""
    blocks = path.read_text("utf-8").split("\n\n")
    at = next(n for n in (5, *range(len(blocks))) if len(blocks[n].split()) > 8)
    words = blocks[at].split()
    words[3] = f"kata{number}"
    blocks[at] = " ".join(words)
    path.write_text("\n\n".join(blocks), "utf-8")


def measured(label: str, count: int, chapters: int, runs: int) -> dict[str, Cost] | None:
    """Measure one book in all ways; medians. None if its text cannot be had."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "source" / "book"
        if count:
            generate(folder, count, chapters)
        elif label == "first book":
            shutil.copytree(ROOT / "source" / "nato-1954", book)
            for tag in ("ar", "id"):  # one form for all programs
                (book / tag).mkdir()
                text = (book / f"{tag}.txt").read_text("utf-8").strip()
                (book / tag / "001.md").write_text(re.sub(r"\n+", "\n\n", text) + "\n", "utf-8")
                (book / f"{tag}.txt").unlink()
        elif not peers.declaration(folder):
            return None
        peers.written_out(folder, folder)
        peers.simple(book, folder)
        peers.typeset(book, folder)
        peers.paracol(book, folder)
        whole = [sys.executable, "-m", "bookbuild", "build", "--root", name, "--jobs", str(JOBS)]
        ours = [*whole, "--format", "pdf"]
        state = {"edits": 0}

        def forget() -> None:
            for made in ("dist", ".bookbuild"):
                shutil.rmtree(folder / made, ignore_errors=True)

        def edit() -> None:
            state["edits"] += 1
            edited(sorted((book / "id").iterdir())[chapters // 2], state["edits"])

        def restyle() -> None:
            state["edits"] += 1
            (book / "book.css").write_text(f"p {{ color: #00000{state['edits'] % 10} }}", "utf-8")

        def nothing() -> None:
            pass

        ways: list[tuple[str, Callable[[], None], list[str]]] = [
            ("bookbuild, cold", forget, ours),
            ("bookbuild, nothing changed", nothing, ours),
            ("bookbuild, one paragraph edited", edit, ours),
            ("bookbuild, a stylesheet edited", restyle, ours),
            ("bookbuild, PDF and EPUB, cold", forget, whole),
            ("bookbuild, PDF and EPUB, one paragraph edited", edit, whole),
        ]
        if count <= MOST_FOR_ALL:
            ways.append(("bookbuild, all editions, cold", forget, [*whole, "--edition", "all"]))
        ways += [(way, nothing, command) for way, command in peers.commands(folder, count)]
        found: dict[str, list[Cost]] = {}
        for _ in range(runs):
            for way, before, command in ways:
                before()
                found.setdefault(way, []).append(cost(command, folder))
        return {
            way: Cost(statistics.median(c.wall for c in costs), max(c.memory for c in costs))
            for way, costs in found.items()
        }


def main() -> None:
    """Measure and print a table for docs/reference/performance.md."""
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {JOBS} processes")
    print(f"bookbuild {versions()['bookbuild']}, weasyprint {versions()['weasyprint']}")
    tables = {}
    for label, count, chapters, runs in SIZES:
        found = measured(label, count, chapters, runs)
        if found is None:
            print(f"{label}: not measured, npm is missing")
        else:
            tables[label] = found
    print("\n| PDF | " + " | ".join(tables) + " |\n|---|" + "---:|" * len(tables))
    for way in dict.fromkeys(way for table in tables.values() for way in table):
        cells = (
            f"{table[way].wall:.2f} s, {table[way].memory} MiB" if way in table else "" for table in tables.values()
        )
        print(f"| {way} | {' | '.join(cells)} |")
    print()
    for label, costs in tables.items():
        cold = costs["bookbuild, cold"]
        edit = costs["bookbuild, one paragraph edited"].wall
        told = [f"an edit takes {edit / cold.wall:.1%} of the cold time"]
        for peer, other in costs.items():
            if not peer.startswith("bookbuild"):
                shares = cold.wall / other.wall, cold.memory / max(1, other.memory), edit / other.wall
                told.append(
                    f"{shares[0]:.2f} of the time of {peer}, {shares[1]:.2f} of its memory, an edit {shares[2]:.2f}"
                )
        print(f"{label}: {'; '.join(told)}")


if __name__ == "__main__":
    main()
