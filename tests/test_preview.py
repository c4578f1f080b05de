"""The preview in a real browser: an edit, its page, an error, the recovery; and what other sites get: nothing."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import engines
import pytest
import samples
from conftest import HERE, judge, write

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.model.project import open_project
from bookbuild.preview.places import BookPosition, Edit, TextSnapshots, find_page, find_position

AXE = engines.MODULES / "@daisy" / "axe-core-for-ace" / "axe.min.js"
PATIENCE = 60_000
"""Milliseconds: machines differ."""
EXPECTED = ("ERR_ABORTED", "409 (Conflict)")
"""Messages of the browser's about what was broken off, or refused because of an edit elsewhere."""
WHERE = """
unit => {
  const view = document.querySelector('foliate-view')
  for (const { doc } of view?.renderer?.getContents?.() ?? []) {
    const block = doc.getElementById(unit)
    if (!block) continue
    const frame = doc.defaultView.frameElement.getBoundingClientRect(), pane = document.getElementById('book').getBoundingClientRect()
    const seen = [...block.getClientRects()].some(b => b.left + frame.left >= pane.left - 2 && b.right + frame.left <= pane.right + 2 && b.width)
    return { seen, text: block.textContent }
  }
  return null
}
"""


@dataclass
class Server:
    root: Path
    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host=True)
        for name, value in {"Host": f"127.0.0.1:{self.port}", **headers}.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
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
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=engines.environment(), start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        assert found, line
        yield Server(root, int(found[1]), process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def with_engine(root: Path) -> None:
    """Put the reading engine where the preview would fetch it to."""
    modules = root / ".bookbuild" / "reader" / "node_modules"
    modules.mkdir(parents=True)
    for name in ("foliate-js", "construct-style-sheets-polyfill"):
        shutil.copytree(engines.MODULES / name, modules / name)


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


# ---------------------------------------------------------------- in the browser


@pytest.fixture
def browser() -> Iterator[Any]:
    judge(not engines.find_missing(), f"the preview's browser test needs {engines.find_missing()}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=engines.chromium(), args=["--no-sandbox", "--disable-gpu"], env=engines.environment()
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def looking(browser: Any, server: Server, **options: Any) -> Iterator[Any]:
    """Open the page; whatever goes wrong in it or is fetched from elsewhere makes the test fail."""
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
    page.goto(server.url)
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


def test_an_edit_is_shown_where_it_is_then_an_error_then_the_recovery(tmp_path: Path, browser: Any) -> None:
    with_engine(tmp_path)
    folder = first_book(tmp_path)
    with previewed(tmp_path) as server, looking(browser, server) as page:
        before = drawn(page, 1)
        until(page, "document.querySelector('foliate-view')?.lastLocation")
        assert page.locator("#pages figure").count() == 3
        assert "Ketika Uni Soviet" in page.locator("#title").text_content()
        assert page.locator("#problems").is_hidden()

        # an edit on the last page: the page comes into sight, in the PDF and in the e-book
        last = (folder / "id.txt").read_text("utf-8").strip().splitlines()[-1]
        replace(folder / "id.txt", last, f"{last} Kalimatbaru ditambahkan.")
        until(page, "document.querySelector('figure.edited')")
        edited = server.settled()["books"][0]["edit"]
        number = edited["pages"]["nato-1954.pdf"]
        assert number == 3
        assert edited["path"] == "source/nato-1954/id.txt"
        until(page, f"document.getElementById('page').textContent.startsWith('{number} of')")
        until(page, f"(({WHERE})('{edited['unit']}'))?.seen")
        assert "Kalimatbaru" in page.evaluate(WHERE, edited["unit"])["text"]
        until(page, f"!document.querySelector('#pages img').src.endsWith({before!r})")
        assert "Kalimatbaru" in pdf_text(tmp_path / "dist" / "nato-1954.pdf")
        assert page.locator("#book > *").count() == 1

        # a mistake: file and line are shown, and the pages from before stay
        config = folder / "book.toml"
        right = config.read_text("utf-8")
        config.write_text(right + "\n[print]\ncolumnz = 2\n", "utf-8")
        page.wait_for_selector("#problems:not([hidden])")
        line = right.count("\n") + 3
        assert f"source/nato-1954/book.toml:{line}" in page.locator("#problems code").all_text_contents()
        assert "columns" in page.locator("#problems .advice").first.text_content()
        assert "stale" in page.locator("#panes").get_attribute("class")
        assert page.locator("#pages figure img").count() > 0

        # the recovery
        config.write_text(right, "utf-8")
        page.wait_for_selector("#problems", state="hidden")
        until(page, "!document.getElementById('panes').classList.contains('stale')")
        assert page.locator("#status").text_content().startswith("up to date")


def pdf_text(path: Path) -> str:
    from pypdf import PdfReader

    return "".join(one.extract_text() for one in PdfReader(path).pages)


def test_a_stylesheet_and_a_new_book_are_taken_up(tmp_path: Path, browser: Any) -> None:
    with_engine(tmp_path)
    write(tmp_path / "source" / "one", {"ar.txt": "كلمة.\n\nجملة.\n", "id.txt": "Kata.\n\nKalimat.\n"})
    with previewed(tmp_path) as server, looking(browser, server) as page:
        before = drawn(page, 1)
        assert page.locator("#books button").first.inner_text().startswith("one")
        (tmp_path / "styles").mkdir()  # was not there when the preview began
        (tmp_path / "styles" / "book.css").write_text("p { color: #123456 }", "utf-8")
        until(page, f"!document.querySelector('#pages img').src.endsWith({before!r})")
        write(tmp_path / "source" / "two", {"ar.txt": "ثان.\n", "id.txt": "Dua.\n"})
        until(page, "document.querySelectorAll('#books button').length === 2")
        page.locator("#books button", has_text="two").click()
        until(page, "document.getElementById('pdf').href.endsWith('two.pdf')")
        drawn(page, 1)
        shutil.rmtree(tmp_path / "source" / "two")
        until(page, "document.querySelectorAll('#books button').length === 1")


def test_without_the_engine_the_e_book_is_shown_document_by_document(tmp_path: Path, browser: Any) -> None:
    first_book(tmp_path)
    (tmp_path / ".bookbuild").mkdir()
    (tmp_path / ".bookbuild" / "reader").write_text("in the way", "utf-8")  # so that nothing can be fetched
    with previewed(tmp_path) as server, looking(browser, server) as page:
        page.wait_for_selector("#book iframe")
        page.wait_for_selector("#engine:not([hidden])")
        assert "restart the preview" in page.locator("#engine").text_content()
        for _ in range(8):
            if "Pembentukan NATO" in page.frame_locator("#book iframe").locator("body").inner_text():
                break
            page.locator("#left").click()  # the book goes on to the left
            page.wait_for_timeout(300)
        else:
            raise AssertionError("the text was not reached")
        assert page.frame_locator("#book iframe").locator("h2").first.evaluate("e => getComputedStyle(e).fontFamily")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 700])
def test_the_page_is_accessible(tmp_path: Path, browser: Any, scheme: str, width: int) -> None:
    judge(AXE.is_file(), "the check of accessibility needs the npm packages of tests/judges")
    with_engine(tmp_path)
    first_book(tmp_path)
    write(tmp_path / "source" / "wrong", {"ar.txt": "واحد.\n\nاثنان.\n", "id.txt": "Satu.\n"})
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    with previewed(tmp_path) as server, looking(browser, server, **options) as page:
        drawn(page, 1)
        server.settled()
        for name in ("nato-1954", "wrong"):
            page.locator("#books button", has_text=name).click()
            until(page, f"document.title.startsWith('{name}')")
            page.evaluate(AXE.read_text("utf-8"))
            # what is in the book itself is judged where e-books are
            found = page.evaluate(
                "axe.run({ exclude: [['#book']] }).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
            )
            assert found == []


# ---------------------------------------------------------------- who gets what


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("preview")
    write(root / "source" / "book", {"ar.txt": "كلمة.\n", "id.txt": "Kata.\n"})
    engine = root / ".bookbuild" / "reader" / "node_modules" / "foliate-js"
    write(engine, {"view.js": "export default 1\n", "package.json": "{}"})
    with previewed(root) as found:
        found.settled()
        yield found


def test_it_is_there_for_this_machine_alone(server: Server) -> None:
    others = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in [*(others - {"127.0.0.1"}), "127.0.0.2"]:
        with socket.socket() as one:
            one.settimeout(2)
            assert one.connect_ex((str(address), server.port)) != 0, address


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": "attacker.example:{port}"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:1"},
        {"Host": ""},
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/state", "/events", "/outputs/book.epub"])
def test_other_sites_get_nothing(server: Server, path: str, headers: dict[str, str]) -> None:
    own = {name: value.format(port=server.port) for name, value in headers.items()}
    status, _, body = server.ask(path, **own)
    assert status == 403
    assert b"Kata" not in body


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_its_own_page_gets_what_it_asks_for(server: Server, host: str) -> None:
    status, headers, body = server.ask("/", Host=f"{host}:{server.port}", Origin=f"http://{host}:{server.port}")
    assert (status, b"preview.js" in body) == (200, True)
    assert "script-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert server.ask("/outputs/book.epub")[2] == (server.root / "dist" / "book.epub").read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/outputs/build-report.json",
        "/outputs/..%2fsource%2fbook%2far.txt",
        "/outputs/%2e%2e/source/book/ar.txt",
        "/outputs/../source/book/ar.txt",
        "/outputs//etc/passwd",
        "/outputs/%2fetc%2fpasswd",
        "/outputs/book.pdf%00",
        "/engine/../../../../source/book/ar.txt",
        "/engine/..%2f..%2f..%2f..%2fsource%2fbook%2far.txt",
        "/engine/%2fetc%2fpasswd",
        "/engine/package.json",
        "/engine/%00.js",
        "/engine/" + "a" * 300 + ".js",
        "/pages/book.pdf/{pdf}/" + "9" * 5000,
        "/inside/book.epub/{epub}/../../../etc/passwd",
        "/inside/book.epub/{epub}/%2fetc%2fpasswd",
        "/inside/book.pdf/{pdf}/x",
        "/inside/book.epub/0000/EPUB/c1.xhtml",
        "/pages/book.pdf/{pdf}/0",
        "/pages/book.pdf/{pdf}/2",
        "/pages/book.pdf/{pdf}/99999999999999999999999",
        "/pages/book.pdf/{pdf}/1?width=99999999999999999999",
        "/pages/book.pdf/{pdf}/1?width=-5",
        "/pages/book.pdf/{pdf}/1?width=%D9%A9%D9%A9%D9%A9",
        "/pages/book.pdf/{epub}/1",
        "/pages/book.epub/{epub}/1",
        "/nothing",
    ],
)
def test_nothing_but_outputs_is_given_out(server: Server, path: str) -> None:
    digests = {one["format"]: one["sha256"] for one in server.state()["books"][0]["outputs"]}
    status, _, body = server.ask(path.format(**digests).encode("utf-8").decode("latin-1"))
    assert status in {400, 404}, body
    assert b"root:" not in body
    assert "كلمة".encode() not in body


def test_pages_are_pictures_of_the_size_asked_for(server: Server) -> None:
    digest = next(one["sha256"] for one in server.state()["books"][0]["outputs"] if one["format"] == "pdf")
    status, headers, body = server.ask(f"/pages/book.pdf/{digest}/1?width=400")
    assert (status, headers["content-type"], body[:8]) == (200, "image/png", b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(body[16:20], "big") == pytest.approx(400, abs=1)


def test_nothing_can_be_sent(server: Server) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert server.ask("/state", method)[0] == 405


# ---------------------------------------------------------------- the program


def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {"ar.txt": "كلمة.\n", "id.txt": "Kata.\n"})
    with previewed(tmp_path) as server:
        server.settled()
        os.kill(server.process.pid, signal.SIGINT)
        assert server.process.wait(30) == 0
        assert server.process.stdout is not None
        assert "Traceback" not in server.process.stdout.read()


def test_ctrl_c_ends_a_build_and_puts_no_blame_on_the_book(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", samples.files(chapters=6))
    with previewed(tmp_path, "--jobs", "2") as server:
        for _ in range(600):
            if (tmp_path / ".bookbuild" / "cache").exists():  # the texts are read, pages are being made
                break
            time.sleep(0.05)
        os.kill(server.process.pid, signal.SIGINT)
        assert server.process.wait(30) == 0
        assert server.process.stdout is not None
        assert server.process.stdout.read() == ""
    report = tmp_path / "dist" / "build-report.json"
    assert not report.exists() or "failed" not in report.read_text("utf-8")


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {"ar.txt": "كلمة.\n", "id.txt": "Kata.\n"})
    from conftest import command

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = command("preview", "--root", str(tmp_path), "--port", str(port))
    assert run.status == 2
    assert f"port {port} is not available" in run.err
    assert "--port" in run.err


def test_a_folder_that_is_put_in_the_place_of_another_is_watched(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {"ar.txt": "كلمة.\n", "id.txt": "Kata.\n"})
    shutil.copytree(tmp_path / "source", tmp_path / "other")
    with previewed(tmp_path) as server:
        server.settled("built")
        (tmp_path / "source").rename(tmp_path / "away")
        (tmp_path / "other").rename(tmp_path / "source")
        time.sleep(3)
        before = server.settled()["books"][0]["outputs"]
        (tmp_path / "source" / "book" / "id.txt").write_text("Kata lain.\n", "utf-8")
        for _ in range(300):
            if server.state()["books"][0]["outputs"] != before:
                break
            time.sleep(0.1)
        assert server.settled()["books"][0]["outputs"] != before


def test_pages_of_another_file_are_not_given_out(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {"ar.txt": "كلمة.\n", "id.txt": "Kata.\n"})
    with previewed(tmp_path) as server:
        digest = next(o["sha256"] for o in server.settled("built")["books"][0]["outputs"] if o["format"] == "pdf")
        (tmp_path / "dist" / "book.pdf").write_bytes(b"junk")
        assert server.ask(f"/pages/book.pdf/{digest}")[0] == 404
        assert server.ask(f"/pages/book.pdf/{digest}/1")[0] == 404


def test_a_project_without_books_says_so_and_is_taken_up_later(tmp_path: Path) -> None:
    with previewed(tmp_path) as server:
        for _ in range(300):
            if server.state()["trouble"]:
                break
            time.sleep(0.1)
        assert server.state()["trouble"][0]["code"] == "P008"
        write(tmp_path / "source" / "book", {"ar.txt": "كلمة.\n", "id.txt": "Kata.\n"})
        for _ in range(300):
            if server.state()["books"]:
                break
            time.sleep(0.1)
        assert server.settled("built")["trouble"] == []


def test_the_engine_is_fetched_by_its_digest(tmp_path: Path) -> None:
    judge(shutil.which("npm") is not None, "fetching the reading engine needs npm")
    from bookbuild.preview import engine

    project = open_project(tmp_path)
    assert not engine.is_installed(project)
    assert engine.fetch(project) == ""
    assert engine.is_installed(project)


def test_what_to_do_without_npm_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bookbuild.preview import engine

    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert "bookbuild[preview]" in engine.fetch(open_project(tmp_path))


# ---------------------------------------------------------------- where an edit is


def test_the_place_of_an_edit(tmp_path: Path) -> None:
    write(
        tmp_path / "source" / "book",
        {
            "ar/1.txt": "واحد.\n\nاثنان.\n", "id/1.txt": "Satu.\n\nDua.\n",
            "ar/2.txt": "ثلاثة.\n\nأربعة.\n", "id/2.txt": "Tiga.\n\nEmpat.\n",
        },
    )  # fmt: skip
    project = open_project(tmp_path)
    texts = TextSnapshots(project)
    texts.remember(project.source)
    path = project.source / "book" / "id" / "2.txt"
    assert texts.find_edit([path]) is None
    replace(path, "Empat", "Empat belas")
    edit = texts.find_edit([path])
    assert edit == Edit("source/book/id/2.txt", 3, 5, ("Tiga.", "", "Empat belas."))
    assert texts.find_edit([path]) is None
    book = load_book(project, open_book(project, "book")).book
    assert find_position(book, edit) == BookPosition("u4", "id", 5, 1)
    assert find_position(book, Edit("source/book/book.toml", 1, 0)) is None
    starts = [
        {"page": 1, "starts": {}},
        {"page": 2, "starts": {"ar": ["u1-ar", 0], "id": ["u1-id", 0]}},
        {"page": 3, "starts": {"ar": ["u3-ar", 12], "id": ["u4-id", 0]}},
        {"page": 4, "starts": {"id": ["u4-id", 30]}},
    ]
    places = (("u1", "id", 0), ("u3", "ar", 11), ("u3", "ar", 12), ("u4", "id", 29), ("u4", "id", 30), ("u4", "ar", 99))
    assert [find_page(book, BookPosition(*place, 0), starts) for place in places] == [2, 2, 3, 3, 4, 3]
