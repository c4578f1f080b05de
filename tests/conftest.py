"""Shared helpers: projects of a few files in a temporary folder, built as a user would."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from bookbuild.build.project import build
from bookbuild.build.request import BuildRequest
from bookbuild.cli import program
from bookbuild.model.findings import Finding
from bookbuild.model.project import Project, open_project

HELPERS = Path(__file__).with_name("helpers")
pytest.register_assert_rewrite(*(path.stem for path in HELPERS.glob("*.py")))
pytest_plugins = ("ebooks", "previews", "printed")  # the helpers that define fixtures

# no test asserts a time, and a first example may load tables
settings.register_profile("bookbuild", deadline=None)
settings.load_profile("bookbuild")
# messages call tasks as the user did, who may have typed ./invokew test
os.environ["BOOKBUILD_COMMAND"] = "bookbuild"
os.environ.pop("BOOKBUILD_CALLER", None)

HERE = Path(__file__).parents[1]
NATO = HERE / "source" / "nato-1954"


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


def command(*arguments: str) -> Run:
    """Run the `bookbuild` command in this process, with its exit status and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    argv, sys.argv = sys.argv, ["bookbuild", *arguments]
    status = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            program.main()
    except SystemExit as done:
        status = int(done.code or 0)
    finally:
        sys.argv = argv
    return Run(status, out.getvalue(), err.getvalue())


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Project]:
    """Make a project with one book, `book`, of the given files."""

    def make(files: Mapping[str, str | bytes], slug: str = "book") -> Project:
        write(tmp_path / "source" / slug, files)
        return open_project(tmp_path)

    return make


@dataclass(frozen=True)
class Built:
    """A built book."""

    project: Project
    slug: str

    def copied(self, root: Path) -> Built:
        """Copy the whole project, for a test that builds in it."""
        shutil.copytree(self.project.root, root)
        return Built(open_project(root), self.slug)

    @property
    def pdf(self) -> Path:
        return self.project.dist / f"{self.slug}.pdf"

    @property
    def epub(self) -> Path:
        return self.project.dist / f"{self.slug}.epub"

    @property
    def report(self) -> dict:
        import json

        return json.loads((self.project.dist / "build-report.json").read_text("utf-8"))["books"][self.slug]

    def document(self, name: str) -> str:
        with zipfile.ZipFile(self.epub) as archive:
            return archive.read(f"EPUB/{name}").decode()

    @property
    def documents(self) -> dict[str, str]:
        with zipfile.ZipFile(self.epub) as archive:
            return {n: archive.read(n).decode() for n in archive.namelist() if n.endswith(".xhtml")}


def about_outputs(findings: Iterable[Finding]) -> list[Finding]:
    """Leave out what is said of the texts: those of tests are no translations of each other."""
    return [f for f in findings if not f.code.startswith("Q")]


@pytest.fixture
def built(project: Callable[..., Project]) -> Callable[..., Built]:
    """Build a book of the given files and say that nothing was wrong with it."""

    def make(
        files: Mapping[str, str | bytes], *, formats: tuple[str, ...] = (), warnings: tuple[str, ...] = ()
    ) -> Built:
        made = project(files)
        result = build(made, BuildRequest(formats=formats))
        findings = about_outputs(f for outcome in result.outcomes for f in outcome.findings)
        assert [f.code for f in findings] == list(warnings), [str(f) for f in findings]
        return Built(made, "book")

    return make


def build_once(tmp_path_factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """Build something into a folder of this name, once a run; gives the folder, which tests only read.

    The worker processes of pytest-xdist share the folder: the first one that needs it builds, the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, complete = base / "shared" / name, base / "shared" / f"{name}.complete"
    folder.parent.mkdir(exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not complete.exists():
            if folder.exists():  # a process failed or died while it was building
                shutil.rmtree(folder)
            folder.mkdir()
            build(folder)
            complete.touch()
    return folder


@pytest.fixture(scope="session")
def first_book(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the real first book."""

    def make(folder: Path) -> None:
        shutil.copytree(NATO, folder / "source" / "nato-1954")
        result = build(open_project(folder), BuildRequest())
        assert [o.status for o in result.outcomes] == ["built"]
        assert [o.findings for o in result.outcomes] == [()]

    return Built(open_project(build_once(tmp_path_factory, "first-book", make)), "nato-1954")


def python(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own."""
    env = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=env, check=False
    )


_running: list[pytest.Item] = []


def pytest_runtest_setup(item: pytest.Item) -> None:
    _running[:] = [item]


def judge(available: bool, reason: str) -> None:
    """Skip a test whose judge is missing; where the judges are required, fail."""
    assert _running[0].get_closest_marker("judge"), "a test that asks for a judge needs the marker `judge`"
    if not available:
        if os.environ.get("BOOKBUILD_JUDGES") == "required":
            pytest.fail(f"{reason}, and BOOKBUILD_JUDGES=required")
        pytest.skip(reason)
