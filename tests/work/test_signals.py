"""Signals: what ends a program, and what does not."""

from __future__ import annotations

import subprocess
import sys

import pytest

_START = "import os, signal\nfrom bookbuild.work.processes import Stopped, stop_on_signals\n"


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", _START + program], capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGHUP")
def test_a_signal_that_the_caller_ignores_stays_ignored() -> None:
    done = run("""
signal.signal(signal.SIGHUP, signal.SIG_IGN)
with stop_on_signals():
    os.kill(os.getpid(), signal.SIGHUP)
    print("goes on")
""")
    assert (done.returncode, done.stdout) == (0, "goes on\n")


def test_an_error_that_a_library_makes_of_a_signal_is_still_the_signal() -> None:
    done = run("""
class Name:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGTERM)

try:
    with stop_on_signals():
        class Owner:
            name = Name()
except Stopped as stopped:
    print(stopped.status)
""")
    assert (done.stdout, done.stderr) == ("143\n", "")


def test_a_signal_that_cannot_be_raised_prints_no_traceback() -> None:
    done = run("""
class Last:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

with stop_on_signals():
    Last()
    while True:
        pass
""")
    assert (done.returncode, done.stderr) == (143, "")
