"""Processes forked by a server that has imported what they need; they do not run the main program again."""

from __future__ import annotations

import multiprocessing.context
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import spawn
from typing import Any

_MAIN = ("init_main_from_name", "init_main_from_path")
_one_at_a_time = threading.Lock()


@contextmanager
def _without_main() -> Iterator[None]:
    """Keep new processes from importing the main program, which may be anybody's script."""
    original = spawn.get_preparation_data

    def prepare_without_main(name: str) -> dict[str, Any]:
        return {key: value for key, value in original(name).items() if key not in _MAIN}

    with _one_at_a_time:
        spawn.get_preparation_data = prepare_without_main
        try:
            yield
        finally:
            spawn.get_preparation_data = original


class _Process(multiprocessing.context.ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - multiprocessing's interface
        with _without_main():
            return multiprocessing.context.ForkServerProcess._Popen(process_obj)  # noqa: SLF001


class _Context(multiprocessing.context.ForkServerContext):
    Process = _Process


def make_context(preload: Sequence[str]) -> multiprocessing.context.BaseContext:
    """Return a multiprocessing context whose server imports these modules before it forks."""
    context = _Context()
    context.set_forkserver_preload(list(preload))
    return context
