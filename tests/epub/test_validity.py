"""What EPUBCheck and Ace by DAISY find in e-books: nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from conftest import HERE, judge
from reading_engines import JUDGES, MODULES, chromium, environment

from bookbuild.checks.epubcheck import find_epubcheck

pytestmark = pytest.mark.judge

MINOR = {"CSS-028", "OPF-097"}
"""Usages that EPUBCheck mentions: @font-face is used; nothing links to the typefaces' licences."""


def test_epubcheck_finds_nothing_in_any_ebook(
    first_ebooks: list[Path], rich_ebooks: list[Path], long_ebooks: list[Path], tmp_path: Path
) -> None:
    jar = find_epubcheck()
    judge(bool(shutil.which("java")) and jar is not None, "EPUBCheck needs Java and the package epubcheck")
    assert [len(books) for books in (first_ebooks, rich_ebooks, long_ebooks)] == [4, 5, 5]
    for n, books in enumerate((first_ebooks, rich_ebooks, long_ebooks)):
        folder = tmp_path / str(n)  # names of books recur
        folder.mkdir()
        driver = [str(HERE / "tests/judges/EpubCheck.java"), str(folder), *map(str, books)]
        subprocess.run(["java", "-XX:TieredStopAtLevel=1", "-cp", str(jar), *driver], capture_output=True, check=True)
        for path in books:
            messages = json.loads((folder / f"{path.name}.json").read_text("utf-8"))["messages"]
            assert [m["ID"] for m in messages if m["ID"] not in MINOR] == [], path.name


def ace(path: Path, folder: Path) -> list[str]:
    judge(
        chromium() is not None and (MODULES / "@daisy" / "ace").is_dir() and shutil.which("node") is not None,
        "Ace needs Node, Chromium and the npm packages of tests/judges",
    )
    env = {**environment(), "PUPPETEER_EXECUTABLE_PATH": str(chromium()), "ACE_TIMEOUT_INITIAL": "60000"}
    env["ACE_PUPPETEER_ARGS"] = "--no-sandbox"
    command = [
        "node",
        str(MODULES / ".bin" / "ace-puppeteer"),
        "--outdir",
        str(folder),
        "--force",
        "--silent",
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False, cwd=JUDGES)
    report = folder / "report.json"
    assert report.exists(), done.stdout + done.stderr
    data = json.loads(report.read_text("utf-8"))
    assert len(data["assertions"]) > 3  # the package and each document were looked at
    return [
        f"{one['earl:testSubject']['url']}: {each['earl:test']['dct:title']} ({each['earl:test']['earl:impact']})"
        for one in data["assertions"]
        for each in one["assertions"]
    ]


@pytest.mark.parametrize("edition", ["", "-popup", "-reader-ar", "-reader-id"])
def test_ace_finds_nothing_in_the_first_book(edition: str, first_ebooks: list[Path], tmp_path: Path) -> None:
    (path,) = [p for p in first_ebooks if p.name == f"nato-1954{edition}.epub"]
    assert ace(path, tmp_path) == []


@pytest.mark.parametrize("edition", ["", "-popup", "-reader-ar", "-reader-id", "-reader-en"])
def test_ace_finds_nothing_in_a_book_of_20_chapters_with_everything(
    edition: str, long_ebooks: list[Path], tmp_path: Path
) -> None:
    (path,) = [p for p in long_ebooks if p.name == f"book{edition}.epub"]
    assert ace(path, tmp_path) == []


def test_ace_finds_a_planted_fault(first_ebooks: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(first_ebooks[-1]) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("cover.xhtml"):
                data = re.sub(rb' alt="[^"]*"', b"", data)
            target.writestr(name, data)
    assert [found for found in ace(broken, tmp_path / "report") if "image-alt" in found or "alt" in found]
