"""Who gets what from the preview: its own page all that it needs, other sites nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from conftest import write
from previews import Server, previewed


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
    assert (status, b"start.js" in body) == (200, True)
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
