"""What a book of chapters costs to build, and to build again, against other ways to the same pages.

Run with `./invokew bench`. The text is generated. All programs run in the same run, in turn, in processes of their
own; ours on two processors. "weasyprint" is the plain command on the very document that our own layout gives the
engine, with tags; "weasyprint, simple" a plain table of two columns without numbers, heads and tags; Typst has the same
columns, sizes and margins.
"""

from __future__ import annotations

import importlib.util
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
from typing import Any

from bench.ebooks import generate
from bookbuild.freshness import versions

JOBS = 2
SIZES = ((500, 10, 3), (2000, 40, 1), (6000, 100, 1))
"""Pairs, chapters, and how often everything is measured."""


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
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True)

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


def written_out(root: Path, out: Path) -> None:
    """Write the document that the handout's layout gives the renderer, with its stylesheets and typefaces."""
    from bookbuild import layout, paged, printing, typefaces  # noqa: PLC0415 - the engines, only here
    from bookbuild.book_source import open_book  # noqa: PLC0415
    from bookbuild.editions import find  # noqa: PLC0415
    from bookbuild.load import load  # noqa: PLC0415
    from bookbuild.print_job import Job  # noqa: PLC0415
    from bookbuild.project import open_project  # noqa: PLC0415
    from bookbuild.writers import pdf  # noqa: PLC0415

    class Caught(Exception):  # noqa: N818 - no error
        pass

    def catch(html: str, sheets: Sequence[Any], assets: dict[str, bytes], **_: Any) -> None:  # noqa: ANN401
        for name, data in assets.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(data)
        (out / "book.html").write_text(html, "utf-8")
        (out / "book.css").write_text("\n".join(sheet.css for sheet in sheets), "utf-8")
        raise Caught

    project = open_project(root)
    source = open_book(project, "book")
    book = load(project, source).book
    edition = next(one for one in find("handout") if one.format == "pdf")
    faces = typefaces.choose(project, layout.outline(book, edition), source.config, source.written)
    job = Job(project, source, book, edition, printing.options_of(source, edition), False, {}, faces, "")
    original, pdf.render = pdf.render, catch  # type: ignore[assignment]
    try:
        paged.lay_out(job)
    except Caught:
        pass
    finally:
        pdf.render = original


def pairs(book: Path) -> list[list[tuple[str, str]]]:
    """Read the generated chapters."""
    return [
        list(zip(*(re.split(r"\n\n", p.read_text("utf-8").strip()) for p in sides), strict=True))
        for sides in zip(sorted((book / "ar").iterdir()), sorted((book / "id").iterdir()), strict=True)
    ]


def simple(book: Path, out: Path) -> None:
    """Write the same pairs as a table of two columns; typefaces are those that written_out() left there."""
    faces = re.findall(r"@font-face \{[^}]*\}", (out / "book.css").read_text("utf-8"))
    rules = "@page{size:A4;margin:22mm 20mm 24mm;@bottom-center{content:counter(page)}}"
    rules += "table{width:100%;table-layout:fixed;border-collapse:collapse} td{vertical-align:top;padding:0 4mm 6pt}"
    rules += ":lang(ar){font:13.3pt/21.8pt Amiri} :lang(id){font:11.6pt/15.6pt 'Crimson Text';hyphens:auto}"
    rules += "h1{font-size:1.1em} tbody+tbody{break-before:page}"
    rows = []
    for chapter in pairs(book):
        rows.append("<tbody>")
        for one, other in chapter:
            tag = "h1" if one.startswith("# ") else "p"
            cells = ((one, "ar", "rtl"), (other, "id", "ltr"))
            text = "".join(
                f'<td lang="{lang}" dir="{way}"><{tag}>{t.removeprefix("# ")}</{tag}></td>' for t, lang, way in cells
            )
            rows.append(f"<tr>{text}</tr>")
        rows.append("</tbody>")
    head = f'<!DOCTYPE html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>x</title><style>{rules}'
    (out / "simple.html").write_text(f"{head}{''.join(faces)}</style><table>{''.join(rows)}</table></html>", "utf-8")


def typeset(book: Path, out: Path) -> None:
    """Write the same pairs for Typst."""
    quoted = str.maketrans({c: f"\\{c}" for c in "\\#$*_`<>@=[]~\"'/-+"})
    lines = [
        '#set page(paper: "a4", margin: (x: 20mm, top: 22mm, bottom: 24mm), numbering: "1")',
        '#let a(x) = text(font: "Amiri", size: 13.3pt, lang: "ar", dir: rtl, x)',
        '#let i(x) = text(font: "Crimson Text", size: 11.6pt, lang: "id", hyphenate: true, x)',
    ]  # fmt: skip
    for chapter in pairs(book):
        lines.append("#grid(columns: (1fr, 1fr), column-gutter: 8mm, row-gutter: 6pt,")
        for one, other in chapter:
            first, second = (t.removeprefix("# ").translate(quoted) for t in (one, other))
            lines.append(f"i[{second}], a[{first}],")
        lines.append(")\n#pagebreak(weak: true)")
    (out / "book.typ").write_text("\n".join(lines), "utf-8")


def edited(path: Path, number: int) -> None:
    """Change one word of a paragraph."""
    blocks = path.read_text("utf-8").split("\n\n")
    words = blocks[5].split()
    words[3] = f"kata{number}"
    blocks[5] = " ".join(words)
    path.write_text("\n\n".join(blocks), "utf-8")


def measured(count: int, chapters: int, runs: int) -> dict[str, Cost]:
    """Measure one book in all ways; medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(folder, count, chapters)
        book = folder / "source" / "book"
        written_out(folder, folder)
        simple(book, folder)
        typeset(book, folder)
        ours = [sys.executable, "-m", "bookbuild", "build", "--root", name, "--format", "pdf", "--jobs", str(JOBS)]
        plain = [sys.executable, "-m", "weasyprint"]
        faces = str(folder / "fonts")
        typst = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2], font_paths=[sys.argv[3]], ignore_system_fonts=True)"  # noqa: E501
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
            ("weasyprint", nothing, [*plain, "--pdf-variant", "pdf/ua-1", "-s", "book.css", "book.html", "1.pdf"]),
            ("weasyprint, simple", nothing, [*plain, "simple.html", "2.pdf"]),
        ]
        if importlib.util.find_spec("typst"):
            ways.append(("Typst", nothing, [sys.executable, "-c", typst, "book.typ", "3.pdf", faces]))
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
    """Measure and print a table for docs/performance.md."""
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {JOBS} processes")
    print(f"bookbuild {versions()['bookbuild']}, weasyprint {versions()['weasyprint']}")
    tables = {count: measured(count, chapters, runs) for count, chapters, runs in SIZES}
    print("\n| PDF | " + " | ".join(f"{count:,} pairs" for count in tables) + " |\n|---|" + "---:|" * len(tables))
    for way in next(iter(tables.values())):
        cells = (f"{costs[way].wall:.2f} s, {costs[way].memory} MiB" for costs in tables.values())
        print(f"| {way} | {' | '.join(cells)} |")
    print()
    for count, costs in tables.items():
        cold = costs["bookbuild, cold"]
        edit = costs["bookbuild, one paragraph edited"].wall
        told = [f"an edit takes {edit / cold.wall:.1%} of the cold time"]
        for peer in ("weasyprint", "weasyprint, simple", "Typst"):
            if peer in costs:
                other = costs[peer]
                shares = cold.wall / other.wall, cold.memory / max(1, other.memory)
                told.append(f"{shares[0]:.2f} of the time of {peer}, {shares[1]:.2f} of its memory")
        print(f"{count:,} pairs: {'; '.join(told)}")


if __name__ == "__main__":
    main()
