"""How soon an edit is seen in the preview: from saving a file to the new page in the browser.

Run with `./invokew bench`. A book is edited in a real Chromium's sight, again and again: what is measured is the
time until the server tells that the book is built, and from then until the new picture of the page is on show.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.books import BOOKS, list_texts, make_project, replace_section

RUNS = 9
_SEEN = """
() => [...document.querySelectorAll('#pages img')]
  .filter(image => image.complete && image.getBoundingClientRect().bottom > 0)
  .map(image => new URL(image.src).pathname.split('/')[3])[0] ?? ''
"""
_LISTEN = """
() => { window.built = 0; new EventSource('/events').addEventListener('book', () => { window.built = Date.now() }) }
"""


def edited(path: Path, number: int) -> None:
    """Change one word of a paragraph, as editors save."""
    blocks = path.read_text("utf-8").split("\n")
    at = max(range(len(blocks)), key=lambda n: len(blocks[n]))
    words = blocks[at].split(" ")
    words[3] = f"kata{number}"
    blocks[at] = " ".join(words)
    part = path.with_name(f".{path.name}")
    part.write_text("\n".join(blocks), "utf-8")
    part.replace(path)


def measured(page: Any, text: Path) -> tuple[float, float]:
    """Give the medians of: saving to built, built to seen; seconds."""
    page.evaluate(_LISTEN)
    time.sleep(1)
    waits, sights = [], []
    for number in range(RUNS):
        before = page.evaluate(_SEEN)
        page.evaluate("() => { window.built = 0 }")
        start = time.time()
        edited(text, number)
        while page.evaluate(_SEEN) in {before, ""} or not page.evaluate("window.built"):
            time.sleep(0.01)
        seen = time.time()
        built = page.evaluate("window.built") / 1000
        waits.append(built - start)
        sights.append(max(0.0, seen - built))
        time.sleep(0.5)
    return statistics.median(waits), statistics.median(sights)


def main() -> None:
    """Measure, and write the section on the preview of docs/reference/performance.md."""
    from playwright.sync_api import sync_playwright

    environment: dict[str, Any] = {key: value for key, value in os.environ.items() if not key.startswith("FONTCONFIG_")}
    lines = ["| book | saved to built | built to seen |", "|---|---:|---:|"]
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"], env=environment
        )
        for book in BOOKS:
            with tempfile.TemporaryDirectory() as name:
                root = Path(name) / "project"
                root.mkdir()
                if not make_project(book, root):
                    continue
                texts = list_texts(root / "source" / "book")
                text = texts[len(texts) // 2]
                command = [sys.executable, "-m", "bookbuild", "preview", "--root", str(root), "--jobs", "2"]
                process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
                try:
                    found = re.search(r":(\d+)/", process.stdout.readline() if process.stdout else "")
                    if not found:
                        raise SystemExit("the preview did not begin")
                    settled(int(found[1]))
                    page = browser.new_page(viewport={"width": 1400, "height": 900})
                    page.goto(f"http://127.0.0.1:{found[1]}/")
                    while not page.evaluate(_SEEN):
                        time.sleep(0.1)
                    wait, sight = measured(page, text)
                    page.close()
                finally:
                    process.send_signal(2)
                    process.wait()
                lines.append(f"| {book.label} | {wait:.2f} s | {sight:.2f} s |")
                print(lines[-1], flush=True)
        browser.close()
    replace_section("preview", "\n".join(lines))


def settled(port: int) -> None:
    """Wait until the first build is done."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/state")
        state = connection.getresponse().read()
        connection.close()
        if b'"building":false' in state and b'"status":"waiting"' not in state:
            return
        time.sleep(0.2)


if __name__ == "__main__":
    main()
