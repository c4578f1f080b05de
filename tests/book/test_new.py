"""`new`: a folder that builds as it is, by options and by answers."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import command


def test_options_make_a_book_that_builds(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("السطر الأول هنا.\nالسطر الثاني.\n", "utf-8")
    (tmp_path / "b.txt").write_text("Baris pertama di sini.\nBaris kedua.\n", "utf-8")
    given = f"{tmp_path / 'a.txt'},{tmp_path / 'b.txt'}"
    run = command("new", "--languages", "ar,id", "--title", 'كتاب|Buku "Baru"', "--texts", given, "--book", "baru", "--root", str(tmp_path))  # fmt: skip
    assert run.status == 0, run.err
    assert "bookbuild build --book baru" in run.out
    config = (tmp_path / "source" / "baru" / "book.toml").read_text("utf-8")
    assert tomllib.loads(config)["title"] == {"ar": "كتاب", "id": 'Buku "Baru"'}
    assert config.count("#") > 3
    built = command("build", "--root", str(tmp_path))
    assert built.status == 0, built.err
    assert built.err == ""
    again = command("new", "--languages", "ar,id", "--book", "baru", "--root", str(tmp_path))
    assert (again.status, "book 'baru' already exists" in again.err) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize("tags", ["ar,id", "he,en-GB", "jv-Arab,jv", "ja,de,fr"])
def test_a_book_without_texts_builds_too(tmp_path: Path, tags: str) -> None:
    run = command("new", "--languages", tags, "--book", "x", "--root", str(tmp_path))
    assert run.status == 0, run.err
    built = command("build", "--root", str(tmp_path))
    assert built.status == 0, built.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--languages", "ar"], "two languages or more"),
        (["--languages", "ar,ar"], "each named once"),
        (["--languages", "ar,klingonn"], "unknown language 'klingonn'"),
        (["--languages", "iw_IL,ind_ID"], "did you mean 'he-IL'?"),
        (["--languages", "ar,id", "--book", "../x"], "is not a folder name"),
        (["--languages", "ar,id", "--title", "a|b|c"], "3 titles for 2 languages"),
        (["--languages", "ar,id", "--texts", "a.txt"], "1 files for 2 languages"),
        (["--book", "x"], "which languages? Say --languages ar,id"),
        (["--languages", "ar,id"], "Say --book NAME"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, options: list[str], message: str) -> None:
    run = command("new", *options, "--root", str(tmp_path))
    assert run.status == 2
    assert message in run.err
    assert not (tmp_path / "source").exists()


def test_a_missing_typeface_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    (tmp_path / "th.txt").write_text("สวัสดีชาวโลก\nคำปรารภ\n", "utf-8")
    (tmp_path / "id.txt").write_text("Halo dunia.\nMukadimah\n", "utf-8")
    given = f"{tmp_path / 'th.txt'},{tmp_path / 'id.txt'}"
    assert command("new", "--languages", "th,id", "--texts", given, "--book", "x", "--root", str(tmp_path)).status == 0
    run = command("build", "--root", str(tmp_path))
    assert run.status == 1
    assert "-m pip install fontpkg-noto-sans-thai" in run.err
    assert run.err.count("[F001]") == 1  # not a line for each letter


@pytest.mark.slow
def test_it_asks_at_a_terminal(tmp_path: Path) -> None:
    try:
        leader, follower = pty.openpty()
    except OSError as error:
        pytest.skip(f"there are no terminals here ({error})")
    code = "import sys; sys.argv = ['bookbuild', *sys.argv[1:]]; from bookbuild.cli.program import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "new", "--root", str(tmp_path)],
        stdin=follower, stdout=follower, stderr=follower, close_fds=True,
    )  # fmt: skip
    os.close(follower)
    said = b""
    for answer in ("klingonn, id", "ar, id", "كتابي", "Buku Saya", "", "", ""):
        while not said.rstrip(b" ").endswith((b":",)) or said.endswith(b"\n"):
            said += os.read(leader, 4096)
        os.write(leader, f"{answer}\n".encode())
        said = b""
    assert process.wait(60) == 0
    os.close(leader)
    folders = [p.name for p in (tmp_path / "source").iterdir() if p.is_dir()]
    assert len(folders) == 1
    schema = json.loads((tmp_path / "source" / ".book.schema.json").read_text("utf-8"))
    assert "languages" in schema["properties"]
    first = (tmp_path / "source" / folders[0] / "book.toml").read_text("utf-8").split("\n")[0]
    assert first == "#:schema ../.book.schema.json"
    assert {p.name for p in (tmp_path / "source" / folders[0]).iterdir()} == {"book.toml", "ar.txt", "id.txt"}
    assert "Buku Saya" in (tmp_path / "source" / folders[0] / "id.txt").read_text("utf-8")
