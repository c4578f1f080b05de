"""What a build of the first book costs, against the engines alone on the same pages: medians and a ratio.

Run with `./invokew bench`. Every command runs in a process of its own; the times are of the processor, user and
system, and of the wall clock.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.books import ROOT, replace_section
from bookbuild.build.book import build_book
from bookbuild.document.editions import find_editions
from bookbuild.epub import package
from bookbuild.model.project import open_project
from bookbuild.pdf.engine import render as pdf
from bookbuild.work.fingerprints import versions

EBOOKLIB = """
import json, sys
from pathlib import Path
from ebooklib import epub
folder = Path(sys.argv[1])
book = epub.EpubBook()
book.set_identifier("x")
book.set_title("x")
book.set_language("ar")
book.set_direction("rtl")
for number, (name, kind, spine) in enumerate(json.loads((folder / "parts.json").read_text())):
    data = (folder / "parts" / name).read_bytes()
    uid = "ncx" if name == "toc.ncx" else f"p{number}"
    item = epub.EpubItem(uid=uid, file_name=name, media_type=kind, content=data)
    book.add_item(item)
    if spine:
        book.spine.append(item)
epub.write_epub(str(folder / "out.epub"), book)
"""


@dataclass(frozen=True)
class Cost:
    """Medians, in seconds."""

    wall: float
    processor: float

    def __add__(self, other: Cost) -> Cost:
        """Add the costs of two commands that run one after the other."""
        return Cost(self.wall + other.wall, self.processor + other.processor)


def measure(command: Sequence[str], runs: int) -> Cost:
    """Run a command some times and give the medians."""
    walls, processors = [], []
    # programs that are installed have their bytecode beside them, whoever measures
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment
        )
        walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processors.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return Cost(statistics.median(walls), statistics.median(processors))


def capture(folder: Path) -> int:
    """Write what our build gives the engines as files, for the engines alone; gives the number of layouts."""
    layouts = []
    real_render, real_write = pdf.render, package.write_epub

    def render(html: str, sheets: Sequence[Any], assets: dict[str, bytes], **options: Any) -> Any:
        if options.get("tagged", True):
            layouts.append(html)
            for name, data in assets.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(data)
            (folder / "in.html").write_text(html, "utf-8")
            (folder / "in.css").write_text("\n".join(sheet.css for sheet in sheets), "utf-8")
        return real_render(html, sheets, assets, **options)

    def write(document: Any, parts: Sequence[package.Part], *rest: Any) -> bytes:
        for part in parts:
            path = folder / "parts" / part.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(part.data)
        rows = [(part.name, part.media_type, part.spine) for part in parts]
        (folder / "parts.json").write_text(json.dumps(rows))
        return real_write(document, parts, *rest)

    pdf.render, package.write_epub = render, write  # type: ignore[assignment]  # they pass on what they get
    try:
        build_book(open_project(ROOT), "nato-1954", [one for one in find_editions() if one.default], {}, None)
    finally:
        pdf.render, package.write_epub = real_render, real_write
    return len(layouts)


def main(runs: int = 7) -> None:
    """Measure, and write the section on the first book of docs/reference/performance.md."""
    python = sys.executable
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        layouts = capture(folder)
        dist = ["--root", str(ROOT), "--dist", str(folder / "dist")]
        ours = [python, "-m", "invoke", "build", *dist, "--book", "nato-1954"]
        engines = [python, "-m", "weasyprint", "-s", str(folder / "in.css"), "--pdf-variant", "pdf/ua-1",
                   str(folder / "in.html"), str(folder / "out.pdf")]  # fmt: skip
        cold = measure([*ours, "--again", "--no-cache"], runs)
        fresh = measure(ours, runs)
        printed = measure(engines, runs)
        packed = measure([python, "-c", EBOOKLIB, str(folder)], runs)
        empty = measure([python, "-m", "invoke", "--list"], runs)
    alone = printed + packed
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [f"{machine}, {', '.join(f'{k} {versions()[k]}' for k in ('bookbuild', 'weasyprint', 'ebooklib'))};"]
    lines += [f"medians of {runs} runs; layouts of the handout: {layouts}.", ""]
    lines += ["| first book | wall | processor |", "|---|---:|---:|"]
    for label, cost in (
        ("`invoke build`, cold", cold),
        ("`weasyprint` on the same pages", printed),
        ("ebooklib alone on the same files", packed),
        ("the two engines together", alone),
        ("`invoke build`, nothing changed", fresh),
        ("`invoke --list`", empty),
    ):
        lines.append(f"| {label} | {cost.wall:.2f} s | {cost.processor:.2f} s |")
    shares = f"{cold.wall / alone.wall:.2f} by the wall clock, {cold.processor / alone.processor:.2f} by the processor"
    lines += ["", f"Cold, against the two engines together: {shares}."]
    print("\n".join(lines))
    replace_section("first book", "\n".join(lines))


if __name__ == "__main__":
    main()
