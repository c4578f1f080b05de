"""The preview as a program: how it ends, what it watches, and how it gets its reading engine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from pathlib import Path

import pytest
import samples
from conftest import judge, write
from previews import previewed

from bookbuild.model.project import open_project


@pytest.mark.slow
def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {"ar.txt": "كلمة.\n", "id.txt": "Kata.\n"})
    with previewed(tmp_path) as server:
        server.settled()
        with socket.create_connection(("127.0.0.1", server.port)) as page:  # an open page listens to events
            own = f"Host: 127.0.0.1:{server.port}\r\nCookie: bookbuild-{server.port}={server.token}"
            page.sendall(f"GET /events HTTP/1.1\r\n{own}\r\n\r\n".encode())
            assert b"200 OK" in page.recv(1000)
            os.kill(server.process.pid, signal.SIGINT)
            assert server.process.wait(30) == 0
        assert server.process.stdout is not None
        assert server.process.stdout.read() == ""


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_pages_of_another_file_are_not_given_out(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {"ar.txt": "كلمة.\n", "id.txt": "Kata.\n"})
    with previewed(tmp_path) as server:
        digest = next(o["sha256"] for o in server.settled("built")["books"][0]["outputs"] if o["format"] == "pdf")
        (tmp_path / "dist" / "book.pdf").write_bytes(b"junk")
        assert server.ask(f"/pages/book.pdf/{digest}")[0] == 404
        assert server.ask(f"/pages/book.pdf/{digest}/1")[0] == 404


@pytest.mark.slow
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


@pytest.mark.judge
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
