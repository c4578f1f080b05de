"""One book, all its outputs: the way from BookSource to checked bytes. Nothing is written here."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bookbuild import cover, design, ebook_fonts, imposed, layout, printing, templates, typefaces
from bookbuild.checks import coverage
from bookbuild.checks import epub as epub_check
from bookbuild.checks.coverage import Ledger
from bookbuild.document import Document
from bookbuild.editions import Arrangement, Edition, editions, of_languages
from bookbuild.errors import SourceError, UsageError, did_you_mean
from bookbuild.findings import Finding, Place
from bookbuild.fonts import font_data
from bookbuild.images import Picture, pictures
from bookbuild.load import Loaded, load
from bookbuild.paged import GENERATOR
from bookbuild.project import BookSource, Project, open_book
from bookbuild.typefaces import Typefaces
from bookbuild.writers import epub

_PAST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Output:
    """A finished output, checked but not written."""

    name: str
    """File name in dist/."""
    edition: str
    format: str
    data: bytes
    ledger: Ledger
    pages: int | None
    """Of a PDF."""
    faces: tuple[str, ...]
    """Font families in it."""
    makeup: Mapping[str, Any] = field(default_factory=dict)
    """Of a PDF: how its pages are filled."""


@dataclass(slots=True)
class Made:
    """A book's outputs and all that is to be said of them."""

    loaded: Loaded
    outputs: list[Output] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    """Stage to seconds of wall clock."""

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time of a stage."""
        start = time.perf_counter()
        yield
        self.timings[stage] = self.timings.get(stage, 0.0) + time.perf_counter() - start


def make(project: Project, slug: str, wanted: Sequence[Edition]) -> Made:
    """Make editions of a book.

    Raises SourceError if its sources are wrong; what is wrong with an output is in Made.findings.
    """
    start = time.perf_counter()
    source = open_book(project, slug)
    loaded = load(project, source)
    made = Made(loaded, findings=list(loaded.findings), timings={"read": time.perf_counter() - start})
    _check_editions(source)
    images = pictures(project, loaded.book)
    for edition in wanted:
        _MAKERS[edition.format](project, source, edition, images, made)
    return made


def _check_editions(source: BookSource) -> None:
    """Check the names of the tables [editions.NAME], and the shares of columns.

    Raises SourceError on a name that no printed edition of the book has, and on too few or many shares.
    """
    tags = [language.tag for language in source.languages]
    known = {
        one.name
        for one in (*editions().values(), *of_languages(tags).values())
        if one.format == "pdf" and one.arrangement is not Arrangement.SHEETS
    }
    findings = [
        Finding(
            "C002",
            Place(source.config_path),
            f"the key 'editions.{name}' is not known",
            did_you_mean(name, sorted(known)),
        )
        for name in source.config.editions
        if name not in known
    ]
    for key, table in (
        ("print", source.config.print),
        *((f"editions.{n}", t) for n, t in source.config.editions.items()),
    ):
        if isinstance(table.columns, tuple) and len(table.columns) != len(tags):
            message = f"{key}.columns has {len(table.columns)} shares for {len(tags)} languages"
            findings.append(Finding("C003", Place(source.config_path), message, "write a number a language: [3, 2]"))
    if findings:
        raise SourceError(findings)


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


def _modified(document: Document) -> dt.datetime:
    """Give the last change that EPUB demands: SOURCE_DATE_EPOCH, else the book's date, else a fixed day."""
    at = moment()
    if at is not None:
        return at
    parts = [int(p) for p in document.book.metadata.date.split("-") if p]
    if not parts:
        return _PAST
    try:
        year, month, day = (*parts, 1, 1)[:3]
        return dt.datetime(year, month, day, tzinfo=dt.UTC)
    except ValueError:
        return _PAST


def _assets(document: Document, chosen: Typefaces) -> dict[str, bytes]:
    files = {f"fonts/{face.file_name}": font_data(face) for face in chosen.faces}
    return files | {picture.name: picture.data for picture in document.pictures}


def _make_pdf(
    project: Project, source: BookSource, edition: Edition, images: Mapping[str, Picture], made: Made
) -> None:
    name = edition.file_name(source.slug)
    at = moment()
    with made.timed("pdf layout"):
        if edition.arrangement is Arrangement.SHEETS:
            printed = imposed.make(project, source, made.loaded.book, edition, images, _written(at) if at else "")
        else:
            printed = printing.make(project, source, made.loaded.book, edition, images, _written(at) if at else "")
    ledger, findings = coverage.judge(
        printed.document.expected, printed.shown, name, printed.outside, printed.document.furniture
    )
    made.findings += [*printed.complaints, *findings, *printing.findings(printed, name)]
    output = Output(name, edition.name, "pdf", printed.data, ledger, printed.pages, printed.families, printed.makeup)
    made.outputs.append(output)


def _make_epub(
    project: Project, source: BookSource, edition: Edition, images: Mapping[str, Picture], made: Made
) -> None:
    slug = source.slug
    letters = source.config.print.list_markers == "letters"
    document = layout.document(made.loaded.book, edition, images, letters=letters)
    chosen = typefaces.choose(project, document, source.config, source.config_path)
    name = document.edition.file_name(slug)
    with made.timed("cover"):
        picture, complaints = cover.draw(project, document, chosen, _assets(document, chosen))
    made.findings += complaints
    with made.timed("epub"):
        parts = list(_parts(project, source, document, chosen, picture))
        data = epub.write(document, parts, _modified(document), GENERATOR)
    with made.timed("epub check"):
        identifiers = frozenset(block.id for block in document.expected)
        shown = epub_check.shown(data, identifiers, name)
        ledger, findings = coverage.judge(
            document.expected, shown, name, epub_check.outside(data, identifiers), document.furniture
        )
    made.findings += findings
    families = tuple(sorted({face.family for face in chosen.faces}))
    made.outputs.append(Output(name, document.edition.name, "epub", data, ledger, None, families))


def _parts(
    project: Project, source: BookSource, document: Document, chosen: Typefaces, picture: bytes
) -> Iterator[epub.Part]:
    entries = epub.contents(document)
    common: dict[str, Any] = {"document": document, "font_names": chosen.names, "contents": entries}

    def page(template: str, name: str, *properties: str, spine: bool = True, **more: Any) -> epub.Part:  # noqa: ANN401 - as templates.render
        text = templates.render(project, source.slug, template, **common, **more)
        media_type = "application/x-dtbncx+xml" if name.endswith(".ncx") else "application/xhtml+xml"
        path = templates.layout_path(project, source.slug, template)
        return epub.Part(name, media_type, _well_formed(text, path), properties, spine)

    yield page("cover.xhtml", "cover.xhtml")
    yield page("title.xhtml", "title.xhtml")
    yield page("nav.xhtml", "nav.xhtml", "nav")
    for section, entry in zip(document.sections, entries, strict=True):
        yield page(document.edition.template, f"{section.id}.xhtml", section=section, title=entry.label)
    if source.config.print.colophon:
        yield page("about.xhtml", "about.xhtml")
    depth = epub.depth(entries)
    yield page("toc.ncx", "toc.ncx", spine=False, identifier=epub.identifier(document.book), depth=depth)
    yield epub.Part("book.css", "text/css", _ebook_css(project, source, document, chosen).encode())
    yield epub.Part("cover.png", "image/png", picture, ("cover-image",))
    for image in document.pictures:
        yield epub.Part(image.name, image.media_type, image.data)
    for face in chosen.faces:
        subset = ebook_fonts.subset(face, chosen.characters[face.family])
        kind = "font/otf" if face.file_name.endswith(".otf") else "font/ttf"
        yield epub.Part(f"fonts/{face.file_name}", kind, subset)
    for file, text in ebook_fonts.licences(chosen.faces).items():
        yield epub.Part(file, "text/plain", text)


def _ebook_css(project: Project, source: BookSource, document: Document, chosen: Typefaces) -> str:
    own = design.sheets(project, source.slug, ("design.css", "ebook.css"))
    defined = design.properties("\n".join(sheet.css for sheet in own))
    findings = [finding for sheet in own for finding in design.ebook_findings(sheet.path, sheet.css, defined)]
    if findings:
        raise SourceError(findings)
    shared, added = [design.closed(s.css) for s in own[:2]], [design.closed(s.css) for s in own[2:]]
    languages = design.ebook_rules(document.book, chosen.stacks)
    return design.without_properties("\n".join([design.face_rules(chosen.faces, "fonts/"), *shared, languages, *added]))


def _well_formed(text: str, path: str) -> bytes:
    """Check a document of the e-book; readers refuse a whole chapter for one wrong sign."""
    from lxml import etree  # noqa: PLC0415 - only for e-books

    data = text.strip().encode()
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        message = f"the layout does not give well-formed XHTML ({error.msg})"
        raise SourceError([Finding("L001", Place(path), message, "close every element")]) from None
    for element in root.iter():
        source = element.get("src") or (element.get("href") if str(element.tag).endswith("}link") else None) or ""
        if str(element.tag).endswith("}script") or re.match(r"[a-zA-Z][\w+.-]*:|//", source):
            message = f"the layout brings a script or a file from elsewhere into the e-book ({source or 'script'})"
            raise SourceError([Finding("L001", Place(path), message, "take it out: an e-book has its own files only")])
    return data


_MAKERS = {"pdf": _make_pdf, "epub": _make_epub}
