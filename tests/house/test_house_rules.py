"""The rules of the house: imports point one way, files stay small, what is said in the docs is so."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import tomllib
from pathlib import Path

import pytest
from conftest import HERE, command, python

from bookbuild.document.editions import find_editions
from bookbuild.languages import tables
from bookbuild.model.findings import CODES
from bookbuild.work.optional import EXTRAS

PACKAGE = HERE / "src" / "bookbuild"
MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted(path for path in (HERE / "tests").rglob("*.py") if "judges" not in path.parts)
PAGES = sorted([*HERE.glob("*.md"), *(HERE / "docs").rglob("*.md")])


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=lambda p: p.relative_to(HERE).as_posix())
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 300


def test_the_house_has_few_rooms_and_nothing_lies_in_the_corridor() -> None:
    rooms = [path.parent.name for path in PACKAGE.glob("*/__init__.py")]
    assert len(rooms) <= 14
    assert len([path for path in PACKAGE.glob("*.py") if not path.name.startswith("__")]) <= 3
    said = sum(path.read_text("utf-8").count("noqa") for path in [*MODULES, *TESTS])
    assert said <= 120


def test_every_finding_is_documented_and_used() -> None:
    documented = set(
        re.findall(r"^### ([A-Z]\d{3})", (HERE / "docs" / "reference" / "findings.md").read_text("utf-8"), re.MULTILINE)
    )
    assert documented == set(CODES)
    code = "\n".join(p.read_text("utf-8") for p in MODULES if p.name != "findings.py")
    assert {name for name in CODES if f'"{name}"' not in code} == set()
    tests = "\n".join(p.read_text("utf-8") for p in (HERE / "tests").glob("[!j]*/*.py"))  # not judges/, which is large
    assert {name for name in CODES if name not in tests} == set(), "a finding without a test"


def test_every_task_and_option_has_help_and_is_in_the_docs() -> None:
    # in a process of its own: invoke takes the helps out of the tasks when it parses a command line
    code = (
        "import json; from bookbuild.cli.namespace import namespace\n"
        "print(json.dumps({n: {a.name: a.help for a in t.get_arguments()} for n, t in namespace().tasks.items()}))"
    )
    tasks = json.loads(python("-c", code).stdout)
    assert set(tasks) == {"build", "check", "list", "preview", "new", "import", "align", "review", "fonts", "clean"}
    commands = (HERE / "docs" / "reference" / "commands.md").read_text("utf-8")
    for name, options in tasks.items():
        row = re.search(rf"^\| `{name}` \|(.*)$", commands, re.MULTILINE)
        assert row, name
        for option, help_text in options.items():
            assert help_text, f"{name} --{option} has no help"
            assert f"`--{option.replace('_', '-')}" in row[1], f"{name} --{option} is not in docs/reference/commands.md"


def test_the_list_of_tasks_in_the_docs_is_what_the_program_prints() -> None:
    listed = command("--list").out
    commands = (HERE / "docs" / "reference" / "commands.md").read_text("utf-8")
    for line in listed.strip().splitlines():
        assert line.strip() in commands, line


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(HERE).as_posix())
def test_every_link_in_the_docs_leads_somewhere_and_lines_are_short(page: Path) -> None:
    text = re.sub(r"^```.*?^```|`[^`\n]+`", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if "://" not in target:
            assert (page.parent / path).exists(), target
            assert not anchor or anchor in anchors(page.parent / path if path else page), target
    long = [line for line in page.read_text("utf-8").splitlines() if len(line) > 120 and line[0] != "|"]
    assert long == []


def test_every_file_of_the_code_that_the_architecture_names_is_there() -> None:
    for page in ("architecture.md", "why.md"):
        text = (HERE / "docs" / "explanation" / page).read_text("utf-8")
        for named in re.findall(r"`((?:[\w-]+/)+[\w.-]*)`", text):
            assert (HERE / named).exists() or (PACKAGE / named).exists(), named


@pytest.mark.parametrize("page", sorted((HERE / "docs" / "how-to").glob("add-*.md")), ids=lambda p: p.name)
def test_the_examples_for_developers_use_names_that_the_code_has(page: Path, tmp_path: Path) -> None:
    for number, example in enumerate(
        re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    ):
        path = tmp_path / f"example_{number}.py"
        path.write_text(example, "utf-8")
        runpy.run_path(str(path))


def test_every_language_of_the_tables_is_known_and_every_script_has_a_typeface() -> None:
    for table in ("strings", "typography"):
        for key in tables._load_table(table):
            if key != "default" and not key[0].isupper():
                assert tables.find_language(key), key
    english = tables._load_table("strings")["en"]
    for tag, words in tables._load_table("strings").items():
        assert set(words) - {"language"} == set(english), tag
        assert "{page}" in words["page"]
        assert "{pages}" in words["page"]
    assert "handout" in {one.name for one in find_editions()}


def test_no_requirement_names_an_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        text = (HERE / name).read_text("utf-8")
        assert "://" not in text, name
    locked = (HERE / "requirements.txt").read_text("utf-8")
    for line in locked.splitlines():
        assert line.startswith("    --hash=sha256:") or re.match(r"[a-z0-9-]+==\S+", line), line


def test_what_users_are_told_to_install_is_what_the_extras_are() -> None:
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
    for extra, packages in EXTRAS.items():
        wanted = project["project"]["optional-dependencies"][extra]
        assert tuple(re.split("[<>=]", package)[0] for package in wanted) == packages
    assert set(project["project"]["optional-dependencies"]["import"]) <= set(project["dependency-groups"]["dev"])


def test_the_wrapper_is_plain_shell() -> None:
    for shell in ("sh", "bash"):
        subprocess.run([shell, "-n", str(HERE / "invokew")], check=True)


def test_the_lock_file_of_the_engines_names_no_address() -> None:
    lock = (HERE / "tests" / "judges" / "package-lock.json").read_text("utf-8")
    assert "registry." not in lock
    assert "integrity" in lock
