"""One book, all its outputs: the way from BookSource to checked bytes. Nothing is written here."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bookbuild.book import recordings
from bookbuild.book.folder import BookSource, open_book
from bookbuild.book.images import Picture, pictures
from bookbuild.book.load import Loaded, load
from bookbuild.checks import coverage
from bookbuild.checks.coverage import Ledger
from bookbuild.document.editions import Arrangement, Edition, of_languages
from bookbuild.epub import edition as ebook
from bookbuild.exchange import exports
from bookbuild.model.errors import SourceError, UsageError, did_you_mean
from bookbuild.model.findings import Finding
from bookbuild.model.project import Project
from bookbuild.pdf import edition as printing
from bookbuild.pdf.imposition import editions
from bookbuild.pdf.page_starts import Page
from bookbuild.work.workers import Workshop


@dataclass(frozen=True, slots=True)
class Output:
    """A finished output, checked but not written."""

    name: str
    """File name in dist/."""
    edition: Edition
    data: bytes
    ledger: Ledger
    pages: int | None
    """Of a PDF."""
    faces: tuple[str, ...]
    """Font families in it."""
    makeup: Mapping[str, Any] = field(default_factory=dict)
    """Of a PDF: how its pages are filled."""
    starts: tuple[Page, ...] = ()
    """Of a PDF whose pages follow the text: where they begin."""
    needs_pages: str = ""
    """Of an e-book: the printed edition that it refers to, or would if that had been built."""


@dataclass(slots=True)
class Made:
    """A book's outputs and all that is to be said of them."""

    loaded: Loaded
    outputs: list[Output] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    """Stage to seconds of wall clock."""
    pages: dict[str, tuple[Page, ...]] = field(default_factory=dict)
    """Name of a printed edition to where its pages begin."""
    workshop: Workshop = field(default_factory=Workshop)

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings that were not told yet: sheets are made of another edition's pages."""
        told = set(self.findings)
        self.findings += [finding for finding in findings if finding not in told]

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time of a stage."""
        start = time.perf_counter()
        yield
        self.timings[stage] = self.timings.get(stage, 0.0) + time.perf_counter() - start


def make(
    project: Project,
    slug: str,
    wanted: Sequence[Edition],
    pages: Mapping[str, tuple[Page, ...]] | None = None,
    workshop: Workshop | None = None,
) -> Made:
    """Make editions of a book; `pages` are those of printed editions that stand in dist/ already.

    Work is done in `workshop`, in this process if there is none.

    Raises SourceError if its sources are wrong; what is wrong with an output is in Made.findings.
    """
    start = time.perf_counter()
    source = open_book(project, slug)
    loaded = load(project, source, workshop.cache if workshop else None)
    timings = {"read": time.perf_counter() - start}
    made = Made(
        loaded,
        findings=list(loaded.findings),
        timings=timings,
        pages=dict(pages or {}),
        workshop=workshop or Workshop(),
    )
    _check_editions(source)
    images = pictures(project, loaded.book)
    for edition in wanted:
        _MAKERS.get(edition.format, _make_exchange)(project, source, edition, images, made)
    return made


def _check_editions(source: BookSource) -> None:
    """Check what book.toml says of editions against the book's languages.

    Raises SourceError on a name that no edition has, too few or many shares of columns, unknown languages.
    """
    tags = [language.tag for language in source.languages]
    known = of_languages(tags)
    printed = {e.name for e in known if e.format == "pdf" and e.arrangement is not Arrangement.SHEETS}
    config, at = source.config, source.written.place
    tables = (
        ("editions", config.editions, {"reader", *printed}),
        ("ebooks", config.ebooks, {"reader", *(e.name for e in known if e.format == "epub")}),
    )
    findings = [
        Finding("C002", at(key, name), f"the key '{key}.{name}' is not known", did_you_mean(name, sorted(names)))
        for key, table, names in tables
        for name in table
        if name not in names
    ]
    for key, options in (("print", config.print), *((f"editions.{n}", t) for n, t in config.editions.items())):
        if isinstance(options.columns, tuple) and len(options.columns) != len(tags):
            message = f"{key}.columns has {len(options.columns)} shares for {len(tags)} languages"
            findings.append(
                Finding("C003", at(*key.split("."), "columns"), message, "write a number a language: [3, 2]")
            )
    for key, ebooks in (("ebook", config.ebook), *((f"ebooks.{n}", t) for n, t in config.ebooks.items())):
        chosen = ebooks.languages
        wrong = [tag for tag in chosen if tag not in tags or chosen.count(tag) > 1]
        if wrong or len(chosen) == 1:
            what = f"{wrong[0]!r}, which the book has not, or twice" if wrong else "one language alone"
            advice = f"name two or more of {', '.join(tags)}; for one alone there is the edition reader"
            findings.append(Finding("C003", at(*key.split("."), "languages"), f"{key}.languages names {what}", advice))
        if ebooks.pages not in {"none", *printed}:
            message = f"{key}.pages is {ebooks.pages!r}, which is no printed edition of this book"
            findings.append(
                Finding(
                    "C003",
                    at(*key.split("."), "pages"),
                    message,
                    did_you_mean(ebooks.pages, ["none", *sorted(printed)]),
                )
            )
    if findings:
        raise SourceError(findings)


def _paginating(source: BookSource) -> frozenset[str]:
    """Give the names of the printed editions that e-books refer to."""
    return frozenset({source.config.ebook.pages, *(table.pages for table in source.config.ebooks.values())})


def moment() -> dt.datetime | None:
    """Give SOURCE_DATE_EPOCH (reproducible-builds.org) as a time, or None.

    Raises UsageError if it is no number of seconds.
    """
    value = os.environ.get("SOURCE_DATE_EPOCH")
    if value is None:
        return None
    if not re.fullmatch(r"\d{1,11}", value):
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {value.encode('utf-8', 'replace').decode()!r}: write seconds since 1970, or unset it"
        )
    return dt.datetime.fromtimestamp(int(value), tz=dt.UTC)


def _written(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _make_pdf(
    project: Project, source: BookSource, edition: Edition, images: Mapping[str, Picture], made: Made
) -> None:
    name = edition.file_name(source.slug)
    at = moment()
    with made.timed("pdf layout"):
        maker = editions.make if edition.arrangement is Arrangement.SHEETS else printing.make
        modified = _written(at) if at else ""
        printed = maker(project, source, made.loaded.book, edition, images, modified, made.workshop)
    made.add(printed.findings)
    if edition.name in _paginating(source):
        made.pages[edition.name] = printed.starts
    starts = () if edition.arrangement is Arrangement.SHEETS else printed.starts
    made.outputs.append(
        Output(name, edition, printed.data, printed.ledger, printed.pages, printed.families, printed.makeup, starts)
    )


def _make_epub(
    project: Project, source: BookSource, edition: Edition, images: Mapping[str, Picture], made: Made
) -> None:
    wanted = ebook.options_of(source, edition).pages
    with made.timed("epub"):
        pages = made.pages.get(wanted, ())
        sounds = recordings.recordings(project, source, made.loaded.book)
        book = ebook.make(
            project, source, made.loaded.book, edition, images, moment(), sounds, pages, made.workshop.cache
        )
    name = edition.file_name(source.slug)
    ledger, findings = coverage.judge(book.document.expected, book.shown, name, book.outside, book.document.furniture)
    made.add((*book.findings, *findings))
    needs = "" if wanted == "none" else wanted
    made.outputs.append(Output(name, edition, book.data, ledger, None, book.families, needs_pages=needs))


def _make_exchange(
    project: Project, source: BookSource, edition: Edition, images: Mapping[str, Picture], made: Made
) -> None:
    name = edition.file_name(source.slug)
    with made.timed(edition.format):
        book = made.loaded.book
        module = exports.exporter(edition.format)
        data = module.write(book, images, project.relative(project.dist / name))
        ledger, findings = coverage.judge(coverage.expect_book(book), tuple(module.shown(data)), name)
    made.add(findings)
    made.outputs.append(Output(name, edition, data, ledger, None, ()))


_MAKERS = {"pdf": _make_pdf, "epub": _make_epub}
