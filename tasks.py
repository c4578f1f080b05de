"""Tasks of this project: those of every book project, and those for its developers."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.namespace import namespace

_PYTHON = f'"{sys.executable}" -m'
_LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")  # a program only: no module can be run
_QUICK = "not judge and not slow"
_SELECTION = {
    "only": "Run only tests whose names match this expression.",
    "processes": "Number of tests to run at once (default: one per CPU).",
    "quick": "Leave out the tests that need outside programs (judges) or take long.",
}


def _select_tests(only: str, processes: str, quick: bool) -> str:
    """Return the options of pytest that select tests."""
    return f"-n {processes} --dist worksteal" + (f' -k "{only}"' if only else "") + (f' -m "{_QUICK}"' if quick else "")


@task
def lint(c: Context) -> None:
    """Check the code without running it: style, format, types, and which module imports which."""
    c.run(f"{_PYTHON} ruff check .")
    c.run(f"{_PYTHON} ruff format --check .")
    c.run(f"{_PYTHON} mypy")
    c.run(f'"{_LINT_IMPORTS}"')


@task(name="format")
def format_(c: Context) -> None:
    """Fix what ruff can fix by itself, and format the code."""
    c.run(f"{_PYTHON} ruff check --fix .", warn=True)  # it lists what it cannot fix
    c.run(f"{_PYTHON} ruff format .")


@task(help=_SELECTION)
def test(c: Context, only: str = "", processes: str = "auto", quick: bool = False) -> None:
    """Check the code as `lint` does, then run all tests, or the quick ones."""
    lint(c)
    c.run(f"{_PYTHON} pytest {_select_tests(only, processes, quick)}")


@task(help=_SELECTION)
def coverage(c: Context, only: str = "", processes: str = "auto", quick: bool = False) -> None:
    """Run tests and list the lines of the program that none of them reached."""
    c.run(f"{_PYTHON} coverage erase")
    c.run(f"{_PYTHON} coverage run -m pytest {_select_tests(only, processes, quick)}", warn=True)
    c.run(f"{_PYTHON} coverage combine --quiet")
    c.run(f"{_PYTHON} coverage report")


@task(help={"seconds": "How long cases are tried.", "seed": "What chooses the cases."})
def torture(_: Context, seconds: int = 120, seed: int = 1954) -> None:
    """Try random books, broken files and signals, and print how many of them failed."""
    from invoke.exceptions import Exit

    sys.path.insert(0, str(Path(__file__).parent / "tests"))
    campaign = import_module("torture.campaign").torture(seconds, seed)
    sys.stdout.write(campaign.summarise() + "\n")
    if campaign.failures:
        raise Exit(code=1)


@task(help={"runs": "Number of runs of each command; medians are shown."})
def bench(_: Context, runs: int = 7) -> None:
    """Measure builds against the engines alone, other typesetters and pandoc, and look at pages, for the docs."""
    from bench import alignment, engine, first_book, pages, preview

    first_book.main(runs)
    engine.main()
    preview.main()
    alignment.main()
    pages.main()


@task
def lock(c: Context) -> None:
    """Lock the requirements again, by version and hash (needs uv)."""
    options = "--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q"
    c.run(f"uv pip compile pyproject.toml --group setup {options} -o requirements.txt")
    c.run(
        f"uv pip compile pyproject.toml --group setup --group dev -c requirements.txt {options} -o requirements-dev.txt"
    )


@task(help={"out": "Where to write the pictures."})
def pictures(_: Context, out: str = "docs") -> None:
    """Draw the README's pictures from what is in dist/, and the schema of book.toml, into docs/."""
    from bench.pictures import draw

    draw(out)


@task
def messages(_: Context) -> None:
    """Write new messages of the pages into the catalogues, where they are translated."""
    from bench.messages import update_catalogues

    update_catalogues()


ns = namespace()
ns.add_task(lint)  # type: ignore[arg-type]  # invoke types a task without parameters as any function
ns.add_task(format_)
ns.add_task(test)
ns.add_task(coverage)
ns.add_task(torture)
ns.add_task(bench)
ns.add_task(lock)  # type: ignore[arg-type]
ns.add_task(pictures)
ns.add_task(messages)  # type: ignore[arg-type]
