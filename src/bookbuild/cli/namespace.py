"""The tasks that every project has, for `invoke` and for the `bookbuild` command alike."""

from __future__ import annotations

import importlib
import pkgutil

from invoke.collection import Collection
from invoke.tasks import Task

from bookbuild.cli import commands
from bookbuild.cli.options import adapt_parser


def namespace() -> Collection:
    """Return the tasks of all modules of commands/ as a collection."""
    adapt_parser({"import": "files"})
    collection = Collection()
    for found in pkgutil.iter_modules(commands.__path__):
        module = importlib.import_module(f"{commands.__name__}.{found.name}")
        for value in vars(module).values():
            if isinstance(value, Task):
                collection.add_task(value)
    return collection
