"""Tasks of this project: those of every book project, and those for its developers."""

from __future__ import annotations

import sys

from invoke.context import Context
from invoke.tasks import task

from bookbuild.cli.namespace import namespace

_PYTHON = f'"{sys.executable}" -m'


@task(help={"only": "Run only tests whose names match this expression.", "processes": "How many at once."})
def test(c: Context, only: str = "", processes: str = "auto") -> None:
    """Check the code (ruff, mypy) and run all tests."""
    c.run(f"{_PYTHON} ruff check .")
    c.run(f"{_PYTHON} ruff format --check .")
    c.run(f"{_PYTHON} mypy")
    c.run("lint-imports")
    chosen = f' -k "{only}"' if only else ""
    c.run(f"{_PYTHON} pytest -n {processes}{chosen}")


@task(help={"runs": "How often each command is run; medians are shown."})
def bench(_: Context, runs: int = 7) -> None:
    """Measure builds against the engines alone, other typesetters and pandoc, for docs/performance.md."""
    from bench import alignment, ebooks, engine, first_book, preview

    first_book.main(runs)
    ebooks.main(runs)
    engine.main()
    preview.main()
    alignment.main()


@task
def lock(c: Context) -> None:
    """Lock the requirements anew, by version and hash (needs uv)."""
    options = "--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q"
    c.run(f"uv pip compile pyproject.toml --group setup {options} -o requirements.txt")
    c.run(
        f"uv pip compile pyproject.toml --group setup --group dev -c requirements.txt {options} -o requirements-dev.txt"
    )


@task(help={"out": "Where to write the pictures."})
def pictures(_: Context, out: str = "docs") -> None:
    """Draw the README's pictures from what is in dist/, and the schema of book.toml into docs/."""
    from bench.pictures import draw

    draw(out)


ns = namespace()
ns.add_task(test)
ns.add_task(bench)
ns.add_task(lock)  # type: ignore[arg-type]  # invoke types a task without parameters as any function
ns.add_task(pictures)
