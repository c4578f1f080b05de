"""What must not happen: half-written outputs, reading elsewhere, a build that another one breaks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import command, python, write

from bookbuild.document.templates import render
from bookbuild.document.theme import Theme
from bookbuild.model.errors import SourceError
from bookbuild.model.project import open_project

BOOK = {"ar.txt": "جملة أولى.\nجملة ثانية.\n", "id.txt": "Kalimat satu.\nKalimat dua.\n"}


def snapshot(folder: Path) -> dict[str, bytes]:
    found = (p for p in folder.iterdir() if p.suffix in {".pdf", ".epub"} and not p.name.startswith("."))
    return {p.name: p.read_bytes() for p in found}


@pytest.mark.slow
def test_a_killed_build_leaves_the_earlier_outputs_and_the_next_one_mends(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", BOOK)
    root = ("build", "--root", str(tmp_path))
    assert command(*root).status == 0
    before = snapshot(tmp_path / "dist")
    write(tmp_path / "source" / "book", {"ar.txt": BOOK["ar.txt"] * 2, "id.txt": BOOK["id.txt"] * 2})
    for delay in (0.05, 0.5, 1.0):
        process = subprocess.Popen([sys.executable, "-m", "bookbuild", *root], stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = snapshot(tmp_path / "dist")
        if now != before:  # it was done before the signal
            break
    assert set(now) == set(before)
    assert command(*root).status == 0
    after = snapshot(tmp_path / "dist")
    assert all(after[name] != before[name] for name in before)
    assert [p.name for p in (tmp_path / "dist").iterdir() if p.name.startswith(".writing")] == []


def test_outputs_appear_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "source" / "book", BOOK)
    write(tmp_path / "dist", {"book.pdf": b"earlier", "book.epub": b"earlier"})
    real = os.fsync
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr("os.fsync", full)
    done = command("build", "--root", str(tmp_path))
    assert done.status == 1
    assert "cannot be written (no space left on device)" in done.err
    assert snapshot(tmp_path / "dist") == {"book.pdf": b"earlier", "book.epub": b"earlier"}
    assert [p.name for p in (tmp_path / "dist").iterdir() if p.name.startswith(".writing")] == []


def test_an_interrupted_build_ends_with_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "source" / "book", BOOK)

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bookbuild.build.book.build_book", interrupt)
    done = command("build", "--root", str(tmp_path))
    assert (done.status, done.err.strip()) == (130, "stopped; outputs are as they were")


def test_a_fault_of_the_program_is_one_line_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "source" / "book", BOOK)

    def fault(*_: object, **__: object) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr("bookbuild.build.book.build_book", fault)
    done = command("build", "--root", str(tmp_path))
    assert done.status == 1
    assert done.lines[0] == "bookbuild failed in a way that was not foreseen (RuntimeError: nobody thought of this)"
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ document.__init__.__globals__ }}",
        "{{ self.__init__ }}",
        "{{ [].append(1) }}",
        "{% include '../../../../etc/passwd' %}",
        "{% import 'os' as os %}",
    ],
)
def test_a_layout_cannot_reach_the_machine(template: str, tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {"handout.html": template})
    with pytest.raises(SourceError) as caught:
        render(Theme(open_project(tmp_path), "book"), "handout.html", document=object())
    assert [f.code for f in caught.value.findings] == ["L001"]


def test_what_a_text_says_is_escaped_in_layouts(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", {"x.xhtml": "<p>{{ text }}</p>"})
    made = render(Theme(open_project(tmp_path), "book"), "x.xhtml", text="<script>&")
    assert made == "<p>&lt;script&gt;&amp;</p>"


@pytest.mark.slow
def test_the_machines_own_fonts_do_not_matter(tmp_path: Path) -> None:
    """A machine that has, or has not, fonts of its own gives the same bytes."""
    from bookbuild.document.fonts import find_packaged_families

    write(tmp_path / "source" / "book", BOOK)
    outputs = []
    for number, with_fonts in enumerate((False, True)):
        home = tmp_path / f"home{number}"
        home.mkdir()
        if with_fonts:
            fonts = home / ".fonts"
            fonts.mkdir()
            for face in find_packaged_families()["PT Serif"].faces:
                # the same family names as ours, with other shapes
                (fonts / face.path.name).write_bytes(face.path.read_bytes())
        conf = home / "fonts.conf"
        conf.write_text(f"<fontconfig><dir>{home / '.fonts'}</dir></fontconfig>")
        dist = tmp_path / f"dist{number}"
        done = python(
            "-m", "bookbuild", "build", "--root", str(tmp_path), "--dist", str(dist),
            HOME=str(home), FONTCONFIG_FILE=str(conf),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        outputs.append(snapshot(dist))
    assert outputs[0] == outputs[1]


@pytest.mark.slow
def test_two_builds_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", BOOK)
    arguments = [sys.executable, "-m", "bookbuild", "build", "--root", str(tmp_path)]
    both = [subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for process in both:
        _, err = process.communicate()
        assert process.returncode == 0, err
    assert command("check", "--root", str(tmp_path)).status == 0


def test_a_damaged_report_only_costs_a_build(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", BOOK)
    root = ("build", "--root", str(tmp_path), "--format", "epub")
    assert command(*root).status == 0
    for damage in (
        "",
        "[]",
        '{"version": 1, "books": {"book": 3}}',
        "{",
        '{"version": 1, "books": {"book": {"outputs": 1}}}',
    ):
        (tmp_path / "dist" / "build-report.json").write_text(damage)
        done = command(*root)
        assert (done.status, done.err) == (0, ""), damage
        assert "book.epub" in done.out


@pytest.mark.slow
def test_nothing_outside_the_project_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("rahasia")
    book = tmp_path / "project" / "source" / "book"
    write(book, BOOK)
    (book / "_link").symlink_to(secret)
    (book / "images").symlink_to(tmp_path)
    code = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
        "sys.argv = ['bookbuild', 'build', '--root', sys.argv[1]]\n"
        "from bookbuild.cli.program import main\n"
        "try: main()\n"
        "finally: print([path for path in opened if path.endswith('secret')])"
    )
    done = python("-c", code, str(tmp_path / "project"))
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_the_users_own_invoke_files_do_not_matter(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", BOOK)
    (tmp_path / ".invoke.yaml").write_text("a: [1\n")
    (tmp_path / ".bookbuild.yaml").write_text("a: [1\n")
    done = python("-m", "bookbuild", "build", "--root", str(tmp_path), "--format", "epub", HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr


def test_a_folder_in_the_place_of_an_output_stops_all_of_them(tmp_path: Path) -> None:
    write(tmp_path / "source" / "book", BOOK)
    write(tmp_path / "dist", {"book.pdf": b"earlier", "book.epub/x": b""})
    done = command("build", "--root", str(tmp_path))
    assert done.status == 1
    assert "[P009]" in done.lines[0]
    assert (tmp_path / "dist" / "book.pdf").read_bytes() == b"earlier"


@pytest.mark.parametrize("name", ["a\nb", "a\udcff", " "])
def test_a_folder_whose_name_cannot_be_printed_is_told(name: str, tmp_path: Path) -> None:
    write(tmp_path / "source" / name, BOOK)
    done = command("build", "--root", str(tmp_path))
    assert done.status == 1
    assert "[P010]" in done.lines[0]
    assert len(done.lines) == 2
