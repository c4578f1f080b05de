"""Processes and what they leave: signals that end them all in time, and their temporary folders."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

_PREFIX = "bookbuild-"
_PATIENCE = 1.0
"""Seconds for an orderly end; after them the processes are killed."""
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Stopped(KeyboardInterrupt):
    """A signal stopped the program."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Raise Stopped at the first signal, once; end the process and those it started if that is not enough.

    A signal that the caller ignores (nohup, shells for jobs in the background) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    stopped: list[Stopped] = []

    def stop(number: int, _: object) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        warnings.simplefilter("ignore")  # multiprocessing's, about helpers that the signal ended too
        sys.unraisablehook = lambda _: None  # where Python cannot raise it: in finalisers and callbacks
        stopped.append(Stopped(number))
        threading.Thread(target=_end_late, args=(128 + number,), daemon=True).start()
        raise stopped[0]

    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in heard}
    try:
        yield
    except Exception:
        if stopped:  # what was at work has made an error of its own of it
            raise stopped[0] from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_late(status: int) -> None:
    time.sleep(_PATIENCE)
    kill_children()
    os._exit(status)


def kill_children() -> None:
    """Kill all processes that this one started, and those that they started, and remove what they left."""
    import psutil

    children = psutil.Process().children(recursive=True)
    for process in children:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(children, _PATIENCE)
    remove_left_folders()


@cache
def make_process_folder() -> Path:
    """Make this process's temporary folder, which is removed at its end, or by others if it is killed."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def remove_left_folders() -> None:
    """Remove the temporary folders of processes that are no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        if not is_alive(folder.name.removeprefix(_PREFIX).split("-")[0]):
            shutil.rmtree(folder, ignore_errors=True)


def is_alive(process: str) -> bool:
    """Return whether there is a process of that number; what is no number is none."""
    import psutil

    return process.isdecimal() and len(process) < 12 and psutil.pid_exists(int(process))
