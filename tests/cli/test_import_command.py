"""`import` as a command: languages by names and words, texts that are there, wrong usage."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from conftest import HERE, command, write
from imports import LINES, TAGS, lone

from bookbuild.api import open_project
from bookbuild.cli.questions import ask_missing
from bookbuild.exchange.file_languages import FileLanguage, detect_language
from bookbuild.work import optional

pytest.importorskip("pypandoc", reason="the extra `import` is not installed")


def test_files_of_one_language_are_told_with_the_option_that_names_them(tmp_path: Path) -> None:
    words = "Kalimat ini ditulis dalam bahasa Indonesia, dan karena itu bukan bahasa Arab.\n" * 9
    write(tmp_path, {"id.txt": words, "ar.txt": words})
    run = command("import", str(tmp_path / "id.txt"), str(tmp_path / "ar.txt"), "--book", "b", "--root", str(tmp_path))
    assert run.status == 2
    assert "by their names and words all files are in id: add a file in another one, or name the languages" in run.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{a}", "--book", "x"], "all files are in ar"),
        (["{a}", "{b}"], "name the folder of the new book"),
        (["{a}", "{b}", "--book", "../x"], "cannot name a book's folder"),
        (["{a}", "{b}", "--book", "x", "--languages", "ar,arabic"], "names a language twice"),
        (["{a}", "{b}", "--book", "x", "--languages", "ar,ar"], "names a language twice"),
        (["{c}", "--book", "x"], "is of an unknown kind"),
        (
            ["letter.DOC", "--book", "x"],
            "letter.DOC is of an unknown kind: open it in Word or LibreOffice and save it as .docx",
        ),
        (["letter.pdf", "--book", "x"], "take the file that it was made from"),
        (["--book", "x"], "name the files to import"),
    ],
)
def test_wrong_usage_is_told(tmp_path: Path, arguments: list[str], message: str) -> None:
    write(tmp_path, {"ar.txt": "نص.\n", "id.txt": "Teks.\n", "c.doc": "x"})
    names = {"a": tmp_path / "ar.txt", "b": tmp_path / "id.txt", "c": tmp_path / "c.doc"}
    run = command("import", *(a.format(**names) for a in arguments), "--root", str(tmp_path))
    assert run.status == 2
    assert message in run.err
    assert not (tmp_path / "source").exists()


def test_messages_call_tasks_as_the_user_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKBUILD_COMMAND", "./invokew")
    write(tmp_path, {"ar.txt": "نص.\nآخر.\n", "id.txt": "Teks `invoke build` ini.\n"})
    run = command("import", *(str(tmp_path / f"{t}.txt") for t in TAGS), "--book", "b", "--root", str(tmp_path))
    assert "next: ./invokew align --book b" in run.out
    assert "BOOKBUILD_COMMAND=./invokew" in (HERE / "invokew").read_text("utf-8")


def test_texts_that_are_there_are_not_replaced(tmp_path: Path) -> None:
    write(tmp_path, {"ar.txt": "نص جديد.\n", "id.txt": "Teks baru.\n"})
    write(tmp_path / "source" / "book", {"ar.txt": "قديم.\n"})
    names = [str(tmp_path / "ar.txt"), str(tmp_path / "id.txt")]
    run = command("import", *names, "--book", "book", "--root", str(tmp_path))
    assert run.status == 1
    assert "[P011]" in run.err
    assert sorted(p.name for p in (tmp_path / "source" / "book").iterdir()) == ["ar.txt"]
    assert command("import", *names, "--book", "book", "--over", "--root", str(tmp_path)).status == 0
    assert (tmp_path / "source" / "book" / "ar.txt").read_text("utf-8") == "نص جديد.\n"


def test_a_text_takes_the_place_of_one_in_another_form(tmp_path: Path) -> None:
    write(tmp_path, {"ar.md": "# نص\n", "id.md": "# Teks\n"})
    folder = tmp_path / "source" / "book"
    write(folder, {"ar.txt": "قديم.\n", "id/1.md": "Lama.\n", "id/2.txt": "Lama.\n", "id.wav": b"", "book.toml": ""})
    arguments = ["import", *(str(tmp_path / f"{t}.md") for t in TAGS), "--book", "book", "--root", str(tmp_path)]
    run = command(*arguments)
    assert run.status == 1
    assert [line.split(":")[0] for line in run.lines] == [
        f"source/book/{name}" for name in ("ar.txt", "id/1.md", "id/2.txt")
    ]
    assert all("[P011]" in line for line in run.lines)
    assert not (folder / "ar.md").exists()
    assert command(*arguments, "--over").status == 0
    assert sorted(p.name for p in folder.iterdir()) == ["ar.md", "book.toml", "id.md", "id.wav"]


def test_a_missing_extra_is_named_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    run = lone(tmp_path, "ar.docx", b"PK")
    assert run.status == 1
    assert "needs the extra bookbuild[import]" in run.err
    assert "-m pip install pypandoc-binary" in run.err
    assert "[X001]" in run.err


def test_languages_are_found_out_and_told(tmp_path: Path) -> None:
    write(tmp_path, {"asli.txt": "\n".join(LINES["ar"]), "terjemahan.txt": "\n".join(LINES["id"])})
    run = command(
        "import",
        str(tmp_path / "asli.txt"),
        str(tmp_path / "terjemahan.txt"),
        "--book",
        "book",
        "--root",
        str(tmp_path),
    )
    assert run.status == 0, run.err
    assert "by its words, asli.txt is ar" in run.out
    assert {p.name for p in (tmp_path / "source" / "book").iterdir()} == {"ar.txt", "id.txt"}


LONG = {
    "en": "How to read a letter of somebody who is not there any more, and what to say to those who are. " * 5,
    "id": "Bagaimana membaca surat dari seseorang yang sudah tidak ada lagi, dan apa yang harus dikatakan. " * 5,
}


@pytest.mark.parametrize(
    ("stem", "folder", "said", "words", "tag", "guessed"),
    [
        ("how-to", "", "", "en", "en", True),
        ("how-to", "", "en-GB", "en", "en-GB", False),
        ("how-to-id", "", "", "id", "id", False),
        ("as_it_is", "", "", "id", "id", True),
        ("letter-en-GB", "", "", "en", "en-GB", False),
        ("letter.jv-Arab", "", "", "id", "jv-Arab", False),
        ("melayu", "", "", "id", "ms", False),
        ("1", "id", "", "id", "id", False),
        ("gnu-linux", "it", "", "en", "en", True),
        ("ban", "", "", "id", "ban", False),
    ],
)
def test_names_say_the_language_unless_words_say_another(
    stem: str, folder: str, said: str, words: str, tag: str, guessed: bool
) -> None:
    assert detect_language(stem, folder, said, LONG[words]) == FileLanguage(tag, guessed)


@pytest.mark.parametrize(("answer", "installs"), [("", True), ("y", True), ("n", False), (None, False)])
def test_missing_libraries_are_installed_where_somebody_agrees(
    answer: str | None, installs: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"ar.html": "<p>نص.</p>", "id.html": "<p>Teks.</p>"})
    installed: list[str] = []
    original = optional.importlib.import_module

    def load(name: str, *more: object) -> object:
        if name == "pypandoc" and not installed:
            raise ImportError(name)
        return original(name, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(optional.importlib, "import_module", load)
    monkeypatch.setattr(optional, "install_extra", installed.append)
    monkeypatch.setattr(sys, "stdin", Terminal("" if answer is None else f"{answer}\n", person=answer is not None))
    arguments = ("import", *(str(tmp_path / f"{t}.html") for t in TAGS), "--book", "b", "--root", str(tmp_path))
    run = command(*arguments)
    assert installed == (["import"] if installs else [])
    assert run.status == (0 if installs else 1)
    assert ("[X001]" in run.err) is not installs
    if not installs:
        assert command(*arguments, "--install").status == 0


class Terminal(io.StringIO):
    """What somebody types, or nobody."""

    def __init__(self, text: str, *, person: bool) -> None:
        super().__init__(text)
        self.person = person

    def isatty(self) -> bool:
        return self.person


def test_a_book_is_named_after_its_files_and_languages_may_have_their_names(tmp_path: Path) -> None:
    files = {"Kisah Laila Arab.txt": "نص عربي.\n", "Kisah Laila Inggris.txt": "An English text.\n"}
    write(tmp_path, files)
    paths = [str(tmp_path / name) for name in files]
    run = command("import", *paths, "--languages", "Arab, Inggris", "--root", str(tmp_path))
    assert run.status == 0, run.err
    assert "build --book kisah-laila" in run.out
    assert sorted(path.name for path in (tmp_path / "source" / "kisah-laila").iterdir() if path.suffix == ".txt") == [
        "ar.txt",
        "en.txt",
    ]


def test_new_asks_again_after_a_slip_and_keeps_the_answers_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {"id.txt": "Teks.\n", "surat.docx": "x"})
    (tmp_path / "source").mkdir()
    answers = ["Klingonn, id", "Arab, Indonesia", "رسالة", "Surat", str(tmp_path / "surat.docx"), "", "nothing.txt"]
    answers += [str(tmp_path / "id.txt"), "a/b", "surat"]
    monkeypatch.setattr("sys.stdin", Terminal("\n".join(answers) + "\n", person=True))
    slug, tags, titles, contents = ask_missing(open_project(tmp_path), "", "", "", "")
    assert (slug, tags, titles) == ("surat", ("ar", "id"), {"ar": "رسالة", "id": "Surat"})
    assert contents == {"ar": "", "id": "Teks.\n"}
    said = capsys.readouterr().out
    for wanted in ("unknown language 'Klingonn'", "is not plain text", "cannot be read", "is not a folder name"):
        assert said.count(wanted) == 1, wanted
