"""Reading engines in headless Chromium: a book is opened, paged through, and looked at."""

from __future__ import annotations

import json
import mimetypes
import os
import posixpath
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

JUDGES = Path(__file__).parents[1] / "judges"
MODULES = JUDGES / "node_modules"
ENGINES = ("foliate", "epubjs", "readium")
SIZES = {"phone": (360, 640), "e-ink": (600, 800), "tablet": (1180, 820)}
"""CSS pixels: a small telephone, a reader of six inches, a tablet that lies."""
MOST_PAGES = 300
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def environment() -> dict[str, str]:
    """The environment for a browser: without the font configuration that the PDF engine set for itself."""
    return {key: value for key, value in os.environ.items() if not key.startswith("FONTCONFIG_")}


def missing() -> str:
    """What is not there of what the engines need; empty if nothing is."""
    if chromium() is None:
        return "Chromium"
    if not (MODULES / "foliate-js").is_dir():
        return "the npm packages of tests/judges (npm ci --ignore-scripts)"
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "the Python package playwright"
    return ""


def bundle() -> Path:
    """Readium's navigator in one file, made once."""
    out = MODULES / ".readium.js"
    source = JUDGES / "readium.js"
    if not out.exists() or out.stat().st_mtime < source.stat().st_mtime:
        part = out.with_suffix(f".{os.getpid()}")
        esbuild = next(MODULES.glob("@esbuild/*/bin/esbuild"))
        command = [str(esbuild), str(source), "--bundle", "--format=esm", "--log-level=error", f"--outfile={part}"]
        subprocess.run(command, check=True)
        part.replace(out)
    return out


def package(archive: zipfile.ZipFile) -> tuple[str, etree._Element]:
    """The package document's path and root."""
    container = etree.fromstring(archive.read("META-INF/container.xml"))
    path = next(container.iter("{*}rootfile")).get("full-path")
    return path, etree.fromstring(archive.read(path))


def manifest(path: Path) -> dict[str, Any]:
    """A Readium Web Publication Manifest of an e-book (readium.org/webpub-manifest), as streamers make it."""
    with zipfile.ZipFile(path) as archive:
        name, root = package(archive)
    folder = posixpath.dirname(name)
    items = {item.get("id"): item for item in root.iter(f"{_OPF}item")}

    def link(item: etree._Element) -> dict[str, str]:
        return {"href": posixpath.join(folder, item.get("href")), "type": item.get("media-type")}

    spine = next(root.iter(f"{_OPF}spine"))
    order = [items[ref.get("idref")] for ref in spine.iter(f"{_OPF}itemref")]
    return {
        "@context": "https://readium.org/webpub-manifest/context.jsonld",
        "metadata": {
            "title": next(root.iter(f"{_DC}title")).text,
            "language": [language.text for language in root.iter(f"{_DC}language")],
            "readingProgression": spine.get("page-progression-direction", "auto"),
            "conformsTo": ["https://readium.org/webpub-manifest/profiles/epub"],
        },
        "links": [{"rel": "self", "href": "manifest.json", "type": "application/webpub+json"}],
        "readingOrder": [link(item) for item in order],
        "resources": [link(item) for item in items.values() if item not in order],
    }


@contextmanager
def served(path: Path) -> Iterator[str]:
    """Serve an e-book, whole and file by file, with the engines, on the loopback address."""
    archive = zipfile.ZipFile(path)
    lock = threading.Lock()
    _, root = package(archive)
    types = {item.get("href"): item.get("media-type") for item in root.iter(f"{_OPF}item")}

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            found = self.found(unquote(urlsplit(self.path).path))
            self.send_response(404 if found is None else 200)
            data, kind = found or (b"", "text/plain")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(data)

        def found(self, name: str) -> tuple[bytes, str] | None:
            guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
            if name.endswith((".js", ".mjs")):
                guessed = "text/javascript"
            if name == "/favicon.ico":
                return b"", "image/x-icon"
            if name == "/book.epub":
                return path.read_bytes(), "application/epub+zip"
            if name == "/book/manifest.json":
                return json.dumps(manifest(path)).encode(), "application/json"
            if name == "/readium.js":
                return bundle().read_bytes(), "text/javascript"
            if name.startswith("/book/"):
                inner = name.removeprefix("/book/")
                with lock:
                    if inner in archive.namelist():
                        return archive.read(inner), types.get(inner.removeprefix("EPUB/"), guessed)
                return None
            for prefix, folder in (("/npm/", MODULES), ("/judges/", JUDGES)):
                if name.startswith(prefix) and ".." not in name and (folder / name.removeprefix(prefix)).is_file():
                    return (folder / name.removeprefix(prefix)).read_bytes(), guessed
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        archive.close()


@dataclass
class Reading:
    """What an engine showed of a book, page by page."""

    info: dict[str, Any] = field(default_factory=dict)
    pages: list[list[dict[str, Any]]] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    fonts: dict[str, str] = field(default_factory=dict)
    letters: dict[str, int] = field(default_factory=lambda: {"right": 0, "wrong": 0})

    def lost(self) -> dict[str, list[int]]:
        """Words of each block that were never seen whole, by number."""
        seen: dict[str, set[int]] = {}
        counts: dict[str, int] = {}
        for page in self.pages:
            for block in page:
                seen.setdefault(block["id"], set()).update(block["seen"])
                counts[block["id"]] = block["count"]
        return {key: sorted(set(range(counts[key])) - found) for key, found in seen.items() if len(found) < counts[key]}

    def blocks(self) -> set[str]:
        return {block["id"] for page in self.pages for block in page if block["seen"]}

    def disorder(self) -> list[str]:
        """Pages whose first words come before those of the page before."""
        found, last = [], (-1, -1, -1)
        for section, page in zip(self.sections, self.pages, strict=True):
            shown = [(section, block["order"], block["seen"][0]) for block in page if block["seen"]]
            if shown and min(shown) < last:
                found.append(f"{min(shown)} after {last}")
            last = min(shown, default=last)
        return found


@contextmanager
def opened(
    engine: str, path: Path, size: tuple[int, int] = SIZES["e-ink"], **context: Any
) -> Iterator[tuple[Any, list[str]]]:
    """Open a book in an engine; gives the browser's page and what it complains of, as it grows."""
    from playwright.sync_api import sync_playwright

    errors: list[str] = []
    arguments = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
    with served(path) as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=arguments, env=environment())
        page = browser.new_page(viewport={"width": size[0], "height": size[1]}, **context)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("requestfailed", lambda r: errors.append(f"{r.url}: {r.failure}") if "blob:" not in r.url else None)
        page.on(
            "request", lambda r: None if r.url.startswith((base, "blob:", "data:", "about:")) else errors.append(r.url)
        )
        try:
            page.goto(f"{base}/judges/{engine}.html")
            try:
                page.wait_for_function("window.R && R.ready", timeout=30_000)
            except Exception as error:
                raise AssertionError(f"{engine} did not open the book: {errors}") from error
            page.wait_for_timeout(300)
            yield page, errors
        finally:
            browser.close()


def settled(page: Any) -> list[dict[str, Any]]:
    """Wait until what is shown stays as it is; gives it."""
    last, same = None, 0
    for _ in range(100):
        now = page.evaluate(
            "Promise.all(R.frames().map(f => f.doc?.fonts.ready)).then(() => [R.where(), R.frames().length, look()])"
        )
        same = same + 1 if now == last and now[1] else 0
        if same >= 2:
            break
        last = now
        page.wait_for_timeout(60)
    assert last is not None
    return list(last[2])


def read(engine: str, path: Path, size: tuple[int, int], shots: Path | None = None) -> Reading:
    """Turn every page of a book and look at each; `shots` is a folder for pictures."""
    reading = Reading()
    with opened(engine, path, size) as (page, errors):
        reading.info = page.evaluate("R.info")
        here, still = "", 0
        for number in range(MOST_PAGES):
            shown = settled(page)
            where = page.evaluate("R.where()")
            still = still + 1 if where == here else 0
            if still > 2:
                break
            here = where
            if not still:
                reading.pages.append(shown)
                reading.sections.append(page.evaluate("R.section()"))
                reading.fonts.update(page.evaluate("fonts()"))
                for key, count in page.evaluate("letters()").items():
                    reading.letters[key] = max(reading.letters[key], count)
                if shots is not None:
                    shots.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=shots / f"{number + 1:03}.png")
            page.evaluate("Promise.resolve(R.next()).then(() => 0)")
        reading.errors = errors
    return reading
