"""A running preview, asked by HTTP or looked at in a browser."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import reading_engines
from conftest import HERE, judge

AXE = reading_engines.MODULES / "@daisy" / "axe-core-for-ace" / "axe.min.js"
PATIENCE = 60_000
"""Milliseconds: machines differ."""
EXPECTED = ("ERR_ABORTED", "409 (Conflict)", "422 (Unprocessable")
"""Messages of the browser's about what was broken off, or refused because of an edit elsewhere."""


@dataclass
class Server:
    root: Path
    port: int
    process: subprocess.Popen[str]
    token: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(
        self, path: str, method: str = "GET", body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host=True)
        own = {"Host": f"127.0.0.1:{self.port}", "Cookie": f"bookbuild-{self.port}={self.token}"}
        for name, value in {**own, **headers}.items():
            connection.putheader(name.replace("_", "-"), value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        with contextlib.closing(connection):
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()

    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.ask("/state")[2]))

    def settled(self, wanted: str = "") -> dict[str, Any]:
        """Wait until nothing is built, and the first book is as it is wanted."""
        for _ in range(600):
            state = self.state()
            if not state["building"] and all(book["status"] != "waiting" for book in state["books"]):
                book = next(iter(state["books"]), {"status": ""})
                if not wanted or book["status"] == wanted:
                    return state
            time.sleep(0.1)
        raise AssertionError(f"the preview did not come to rest: {self.state()}")


@contextlib.contextmanager
def previewed(root: Path, *options: str) -> Iterator[Server]:
    code = "import sys; sys.argv = ['bookbuild', *sys.argv[1:]]; from bookbuild.cli.program import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "preview", "--root", str(root), *options],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=reading_engines.environment(), start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\S*token=([\w-]+)", line)
        assert found, line
        yield Server(root, int(found[1]), process, found[2])
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def with_engine(root: Path) -> None:
    """Put the reading engine where the preview would fetch it to."""
    modules = root / ".bookbuild" / "reader" / "node_modules"
    modules.mkdir(parents=True)
    for name in ("foliate-js", "construct-style-sheets-polyfill"):
        shutil.copytree(reading_engines.MODULES / name, modules / name)


def first_book(root: Path) -> Path:
    folder = root / "source" / "nato-1954"
    shutil.copytree(HERE / "source" / "nato-1954", folder)
    return folder


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    part = path.with_name(f".{path.name}.part")  # as editors do: written beside, then renamed
    part.write_text(text.replace(old, new), "utf-8")
    part.replace(path)


@pytest.fixture
def browser() -> Iterator[Any]:
    judge(not reading_engines.missing(), f"the preview's browser test needs {reading_engines.missing()}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=reading_engines.chromium(),
            args=["--no-sandbox", "--disable-gpu"],
            env=reading_engines.environment(),
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def looking(browser: Any, server: Server, address: str = "book", **options: Any) -> Iterator[Any]:
    """Open a page; whatever goes wrong in it or is fetched from elsewhere makes the test fail."""
    wrong: list[str] = []
    page = browser.new_page(**{"viewport": {"width": 1400, "height": 900}, **options})
    page.set_default_timeout(PATIENCE)
    # foliate-js measures a document that is still coming when its pane changes, and once more when it is there
    engines_own = "Cannot destructure property 'style' of 'el'"
    page.on("pageerror", lambda error: None if str(error).startswith(engines_own) else wrong.append(str(error)))
    page.on(
        "console",
        lambda m: wrong.append(m.text) if m.type == "error" and not any(w in m.text for w in EXPECTED) else None,
    )
    ours = (server.url, "blob:", "data:", "about:")
    page.on("request", lambda r: None if r.url.startswith(ours) else wrong.append(r.url))
    page.goto(f"{server.url}{address}{'&' if '?' in address else '?'}token={server.token}")
    yield page
    page.close()
    assert wrong == []


def until(page: Any, expression: str) -> Any:
    """Wait until something in the page is true; Playwright's own way would need a policy that lets strings be run."""
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end:
        found = page.evaluate(expression)
        if found:
            return found
        page.wait_for_timeout(40)
    raise AssertionError(f"never true: {expression}")


def drawn(page: Any, number: int) -> str:
    """The address of a page's picture, once it is drawn."""
    until(page, f"document.querySelector('#pages figure[data-page=\"{number}\"] img')?.complete")
    return str(page.locator(f'#pages figure[data-page="{number}"] img').get_attribute("src"))
