"""What tasks print, and the exit status that errors end with."""

from __future__ import annotations

import functools
import json
import os
import re
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TextIO

from invoke.exceptions import Exit

from bookbuild.model.errors import BookbuildError, SourceError, describe_os_error
from bookbuild.model.findings import Finding, Place, escape_unprintable
from bookbuild.work.processes import Stopped, kill_children, stop_on_signals

if TYPE_CHECKING:
    from bookbuild.book.pairs.proposal import Proposal
    from bookbuild.build.request import Outcome
    from bookbuild.exchange.import_book import ImportResult

P = ParamSpec("P")


def handle_errors(task: Callable[P, None]) -> Callable[P, None]:
    """Turn expected errors into their lines and exit status: a user never sees a traceback."""

    @functools.wraps(task)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with stop_on_signals():
                task(*args, **kwargs)
        except BookbuildError as error:
            fail(error)
        except Exit:
            raise
        except BrokenPipeError:
            # whoever read our output has gone: nothing is left to be said, and Python must not try at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise Exit(code=1) from None
        except OSError as error:
            reason = describe_os_error(error)
            place = Place(escape_unprintable(str(error.filename or "")))
            message = f"cannot be read or written ({reason})"
            fail(SourceError([Finding("P007", place, message, "check the rights of the file or folder")]))
        except KeyboardInterrupt as stopped:
            if isinstance(stopped, Stopped):  # by a signal, to this process
                kill_children()
            say("stopped; outputs are as they were", sys.stderr)
            raise Exit(code=getattr(stopped, "status", 130)) from None
        except Exception as error:
            if os.environ.get("BOOKBUILD_DEBUG"):
                raise
            say(f"bookbuild failed in a way that was not foreseen ({type(error).__name__}: {error})", sys.stderr)
            say("please report it with what BOOKBUILD_DEBUG=1 makes the same command print", sys.stderr)
            raise Exit(code=1) from None

    return run


def fail(error: BookbuildError) -> NoReturn:
    """Print an error, one line per problem, and end."""
    if isinstance(error, SourceError):
        show_findings(error.findings)
    else:
        say(escape_unprintable(str(error)), sys.stderr)
    raise Exit(code=error.exit_status)


_CALLED = re.compile(r"(?<=`)invoke (?=[a-z]+)|(?<=(?:next|then): )invoke (?=[a-z]+)")


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line; what the terminal's encoding lacks is escaped, and tasks are named as the user called this one."""
    out = stream or sys.stdout
    text = _CALLED.sub(f"{os.environ.get('BOOKBUILD_COMMAND', 'invoke')} ", text)
    encoding = out.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=out)


def show_findings(findings: Iterable[Finding]) -> None:
    """Print findings, one per line, warnings marked as such."""
    for finding in findings:
        label = "warning: " if finding.severity == "warning" else ""
        say(f"{label}{finding}", sys.stderr)


def show_event(outcome: Outcome) -> None:
    """Print what became of a book as a JSON object on one line, in ASCII."""
    findings = [{"code": f.code, "severity": f.severity.value, "text": str(f)} for f in outcome.findings]
    files = [output["file"] for output in outcome.outputs]
    event = {"event": "book", "book": outcome.slug, "status": outcome.status, "files": files, "findings": findings}
    print(json.dumps(event), flush=True)


def show_outcome(outcome: Outcome, dist: Path, *, quiet: bool = False) -> None:
    """Print what became of a book; with `quiet`, only what is wrong."""
    few, left = _select_few(outcome.findings)
    show_findings(few)
    for code, count in left.items():
        where = _show_path(dist / "build-report.json")
        say(f"warning: {count} more like these; all stand in {where} [{code}]", sys.stderr)
    if quiet and outcome.status != "failed":
        return
    if outcome.status == "fresh":
        say(f"{escape_unprintable(outcome.slug)}: nothing changed")
    elif outcome.status == "failed" and not outcome.failed:
        say(f"{escape_unprintable(outcome.slug)}: not built; earlier outputs are as they were", sys.stderr)
    else:
        if outcome.paired_by:
            say(f"{escape_unprintable(outcome.slug)}: paragraphs paired by {outcome.paired_by}")
        for output in outcome.outputs:
            say(f"{_show_path(dist / output['file'])}  {_describe_output(output)}")
        for name in outcome.failed:
            say(f"{_show_path(dist / name)}: not built; an earlier one is as it was", sys.stderr)


_AT_MOST = 5
"""Lines about texts of one kind: more would hide all else."""


def _select_few(findings: Iterable[Finding]) -> tuple[list[Finding], dict[str, int]]:
    """Return the findings to print, and how many more there are of each kind."""
    counts: Counter[str] = Counter()
    shown = []
    for finding in findings:
        counts[finding.code] += 1
        if not finding.code.startswith("Q") or counts[finding.code] <= _AT_MOST:
            shown.append(finding)
    return shown, {c: n - _AT_MOST for c, n in counts.items() if c.startswith("Q") and n > _AT_MOST}


def show_imported(imported: ImportResult, book: str) -> None:
    """Print what an import wrote, what it guessed and lost, and what comes next."""
    counts = ", ".join(f"{count} paragraphs and headings in {tag}" for tag, count in imported.book.paragraphs.items())
    say(f"{imported.folder}: {counts}")
    for line in imported.book.guessed:
        say(f"by its words, {line}; if that is wrong, say --languages")
    for remark in imported.book.remarks:
        say(remark)
    for loss in imported.book.files.losses:
        say(f"warning: not taken over: {escape_unprintable(loss)}", sys.stderr)
    if imported.book.even:
        say(f"next: invoke build --book {shlex.quote(book)}")
    else:
        say(f"the languages do not match paragraph by paragraph; next: invoke align --book {shlex.quote(book)}")


def show_pairs(path: str, proposal: Proposal) -> None:
    """Print what a table of pairs holds, and what is to be done with it."""
    rows, even = len(proposal.entries), sum(1 for one in proposal.entries if set(one.shape.split("–")) == {"1"})
    kept = f", {proposal.kept_rows} as they were" if proposal.kept_rows else ""
    say(f"{path}: {rows} rows{kept}, {even} of them one to one, {proposal.questions} to look at")
    if proposal.questions:
        say("open it in a spreadsheet program, or run `invoke review`; the next build pairs by it")


def _describe_output(output: dict[str, Any]) -> str:
    ledger = output["ledger"]["languages"].values()
    shown, there = {t["shown_blocks"] for t in ledger}, {t["blocks"] for t in ledger}
    if len(shown) == len(there) == 1:
        blocks = f"{shown.pop()} of {there.pop()} paragraphs and headings"
    else:  # notes need no partner
        blocks = f"{sum(t['shown_blocks'] for t in ledger)} of {sum(t['blocks'] for t in ledger)} texts"
    pages = f"{output['pages']} page{'s' if output['pages'] != 1 else ''}, " if output["pages"] else ""
    languages = f"{len(ledger)} language{'s' if len(ledger) != 1 else ''}"
    return f"({pages}{output['bytes'] / 1024:.0f} KiB, {blocks} in {languages})"


def _show_path(path: Path) -> str:
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return escape_unprintable(path.as_posix())


def show_json(data: Any) -> None:
    """Print JSON for other programs, in ASCII."""
    print(json.dumps(data, indent=1))
