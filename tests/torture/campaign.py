"""The campaign: build random books, hold them against independent readers, break files, send signals."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil
from lxml import etree

from bookbuild.checks.ink import check_ink
from bookbuild.checks.pdf import count_letters
from bookbuild.model.findings import Place
from torture import books

LIMIT = 240.0
"""Seconds after which a build hangs."""
PATIENCE = 10.0
"""Seconds after which a signal has not worked."""
_CALM = {"Q", "T", "O004", "O005", "F001", "C"}
"""Findings that a random book may have: about its texts, wide lines, missing signs."""
EDITIONS = ("handout", "stacked", "facing", "large-print", "study", "popup", "bilingual", "reader")


class Campaign:
    """Counts what was tried, and keeps the folder of what failed."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - cases
        self.seed = seed
        self.folder = folder
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        self.number = 0

    def run(self, seconds: float) -> None:
        """Try cases until the time is over, at least one of each kind."""
        cases: tuple[Callable[[], None], ...] = (self.build_book, self.build_book, self.break_files, self.stop_build)
        end = time.monotonic() + seconds
        number = 0
        while number < len(cases) or time.monotonic() < end:
            cases[number % len(cases)]()
            number += 1

    def _write(self, files: dict[str, str | bytes]) -> Path:
        self.number += 1
        root = self.folder / f"case-{self.number}"
        for name, content in files.items():
            path = root / "source" / "book" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    def _start(self, root: Path, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "bookbuild", "build", "--root", str(root), *options]
        environment = {**os.environ, "TMPDIR": str(self.folder / "tmp")}
        (self.folder / "tmp").mkdir(exist_ok=True)
        return subprocess.Popen(command, stdout=-1, stderr=-1, text=True, env=environment, start_new_session=True)

    def _fail(self, root: Path, what: str) -> None:
        self.failures.append(f"{root.name} (seed {self.seed}): {what}")

    def _end(self, root: Path, process: subprocess.Popen[str]) -> str:
        """Wait for a build; return what it said, and note hangs and tracebacks."""
        try:
            _, err = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            _, err = process.communicate()
            self._fail(root, "hangs")
        if "Traceback" in err or "not foreseen" in err:
            self._fail(root, f"traceback: {err[-300:]}")
        return err

    def build_book(self) -> None:
        """Build a random book and read its outputs."""
        files = books.make_book(self.dice)
        root = self._write(dict(files))
        editions = [o for name in self.dice.sample(EDITIONS, 2) for o in ("--edition", name)]
        err = self._end(root, self._start(root, *editions, "--jobs", str(self.dice.choice([1, 2]))))
        self.counts["books"] += 1
        file = root / "dist" / "build-report.json"
        if not file.exists():
            self._fail(root, f"no report: {err[-300:]}")
            return
        report = json.loads(file.read_text("utf-8"))["books"]["book"]
        codes = {finding["code"] for finding in report["findings"]}
        if wrong := {code for code in codes if not any(code.startswith(calm) for calm in _CALM)}:
            self._fail(root, f"{sorted(wrong)}: {err[-300:]}")
        if report["status"] != "built" and not codes & {"F001"}:
            self._fail(root, f"not built: {err[-300:]}")
        for output in report["outputs"]:
            path = root / "dist" / output["file"]
            self.counts["outputs"] += 1
            if not output["ledger"]["complete"]:
                self._fail(root, f"{path.name} is not complete")
            if path.suffix == ".pdf":
                self.counts["pages"] += output["pages"]
                for finding in check_ink(path.read_bytes(), Place(path.name)):
                    self._fail(root, str(finding))
            elif output["edition"] in {"bilingual", "popup"}:
                self._read_ebook(root, path, files)
        if not any(failure.startswith(f"{root.name} ") for failure in self.failures):
            shutil.rmtree(root)

    def _read_ebook(self, root: Path, path: Path, files: dict[str, str]) -> None:
        """Look for every letter of the texts in an e-book, as any reader of XHTML sees it."""
        with zipfile.ZipFile(path) as archive:
            pages = [archive.read(name) for name in archive.namelist() if name.endswith(".xhtml")]
        shown = count_letters("".join("".join(etree.fromstring(page).itertext()) for page in pages))
        for name, text in files.items():
            if name.endswith(".md"):
                plain = "".join(
                    part for part in text.split() if not part.startswith(("[^", "```")) and "](" not in part
                )
                # numbers of lists may be letters, or in other digits
                letters = count_letters("".join(filter(str.isalpha, plain)))
                lost = letters - shown
                self.counts["letters"] += letters.total()
                if lost.total():
                    self._fail(root, f"{path.name} lacks {lost.total()} letters of {name}: {list(lost)[:5]}")

    def break_files(self) -> None:
        """Damage a file of a book: there is an error with its place, or a book, and never a traceback."""
        files: dict[str, str | bytes] = dict(books.make_book(self.dice))
        files |= (
            {"book.css": ".t { color: #333 }", "handout.html": '{% extends "base.html" %}'}
            if self.dice.random() < 0.5
            else {}
        )
        name = self.dice.choice(sorted(files))
        content = files[name]
        data = bytearray(content if isinstance(content, bytes) else content.encode())
        for _ in range(self.dice.choice([1, 3, 30])):
            at = self.dice.randrange(len(data) + 1)
            data[at : at + self.dice.choice([0, 1, 9])] = self.dice.choice(
                [b"\xff", b"\0", b"\x1b", b"{", b"[[", b'"', b"<p>", b"\n\n", b"{% for"]
            )
        files[name] = bytes(data)
        root = self._write(files)
        process = self._start(root, "--format", self.dice.choice(["pdf", "epub", "pdf,epub"]))
        err = self._end(root, process)
        self.counts["broken files"] += 1
        if process.returncode not in {0, 1} or (process.returncode == 1 and "[" not in err):
            self._fail(root, f"status {process.returncode}: {err[-300:]}")
        if not any(failure.startswith(f"{root.name} ") for failure in self.failures):
            shutil.rmtree(root)

    def stop_build(self) -> None:
        """Stop a build by a signal at a random moment: it ends, with its processes, and leaves nothing half written."""
        root = self._write(dict(books.make_book(self.dice)))
        process = self._start(root, "--edition", "all", "--jobs", "2", "--no-cache")
        time.sleep(self.dice.random() * 8)
        number = self.dice.choice([signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
        family = [process.pid]
        with contextlib.suppress(psutil.NoSuchProcess):
            family += [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
        with_group = number == signal.SIGKILL or self.dice.random() < 0.5
        try:
            (os.killpg if with_group else os.kill)(process.pid, number)
            _, err = process.communicate(timeout=PATIENCE)
        except ProcessLookupError:
            _, err = process.communicate()
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            _, err = process.communicate()
            self._fail(root, f"does not end at {number.name}")
        self.counts["signals"] += 1
        left = sorted(path.name for path in (self.folder / "tmp").iterdir())
        if left and number != signal.SIGKILL:
            self._fail(root, f"{number.name} leaves {left}")
        for name in left:  # of a process that could not clean up
            shutil.rmtree(self.folder / "tmp" / name, ignore_errors=True)
        if "Traceback" in err:
            self._fail(root, f"traceback at {number.name}: {err[-2000:]}")
        _, alive = psutil.wait_procs([psutil.Process(pid) for pid in family if psutil.pid_exists(pid)], timeout=2)
        if [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]:
            self._fail(root, f"{len(alive)} processes are left at {number.name}")
        for path in (root / "dist").glob("*"):
            if path.suffix == ".pdf" and not path.name.startswith(".") and b"%%EOF" not in path.read_bytes()[-32:]:
                self._fail(root, f"{path.name} is torn")
            if path.suffix == ".epub" and not path.name.startswith(".") and not zipfile.is_zipfile(path):
                self._fail(root, f"{path.name} is torn")
        shutil.rmtree(root)

    def summarise(self) -> str:
        """Return one line of figures, and one per failure."""
        figures = ", ".join(f"{count} {what}" for what, count in self.counts.items())
        return "\n".join([f"seed {self.seed}: {figures}; {len(self.failures)} failures", *self.failures])


def torture(seconds: float, seed: int) -> Campaign:
    """Run a campaign; what fails stays in the folder that the summary's cases name."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:  # under nohup; builds would ignore it too
            signal.signal(number, signal.SIG_DFL)
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    campaign = Campaign(seed, folder)
    campaign.run(seconds)
    if campaign.failures:
        campaign.failures.append(f"the cases are in {folder}")
    else:
        shutil.rmtree(folder)
    return campaign
