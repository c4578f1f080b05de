"""Rendering: takes HTML and stylesheets, returns laid out pages and PDFs."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from urllib.parse import unquote

from bookbuild.document.stylesheets import BASE_URL
from bookbuild.document.theme import Sheet
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding
from bookbuild.pdf.engine import breaking, glyphs, tags
from bookbuild.pdf.engine.breaking import LineBreaks
from bookbuild.pdf.engine.culprits import Draft, find_request, name_culprits
from bookbuild.pdf.engine.divided_words import find_divided_words
from bookbuild.pdf.engine.folios import FolioSample
from bookbuild.pdf.engine.internals import (
    Document,
    Fetcher,
    FontConfiguration,
    PdfFile,
    Stylesheet,
    use_folder,
)
from bookbuild.pdf.engine.load import load_engine
from bookbuild.pdf.engine.log import collect_warnings
from bookbuild.pdf.engine.number_ranges import write_number_ranges
from bookbuild.pdf.engine.pages import PageEnds, PageInspector, remake_pages
from bookbuild.pdf.engine.paragraphs import fit_paragraphs
from bookbuild.pdf.engine.parsing import parse_as_xml
from bookbuild.pdf.engine.styles import share_styles
from bookbuild.work.processes import make_process_folder

TAGGED = {"pdf_variant": "pdf/ua-1"}
"""WeasyPrint's options for printed editions: tags for screen readers."""
UNTAGGED = {"uncompressed_pdf": True}
"""WeasyPrint's options for a page that only becomes a picture."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """Pages, laid out but not yet written."""

    document: Document
    complaints: tuple[Finding, ...]
    """What the renderer logged."""
    options: Mapping[str, str | bool]
    """WeasyPrint's options for writing it."""
    drafts: tuple[Draft, ...]
    """What it was made from."""
    ends: PageEnds = field(default_factory=PageEnds)

    @property
    def pages(self) -> int:
        """The number of pages."""
        return len(self.document.pages)


class _StyleCache:
    """The faces that were loaded last, and the stylesheets that were read with them.

    It outlives a rendering: each pass over a book, its parts and its cover would load the same ones again.
    """

    _MAX_SHEETS = 64

    def __init__(self) -> None:
        self.key: tuple[object, ...] = ()
        self.fonts: FontConfiguration = None
        self.faces: Stylesheet = None
        self.sheets: dict[tuple[str, str], tuple[Stylesheet, tuple[Finding, ...]]] = {}
        """By path and text, with what the renderer logged."""

    def load_faces(self, faces: Sheet, assets: Mapping[str, bytes]) -> None:
        """Load the faces of a stylesheet, unless they are loaded."""
        # fonts.font_data keeps the bytes of a face, so that the same face is the same object
        key = (faces.css, *(id(data) for name, data in assets.items() if name.startswith("fonts/")))
        if key == self.key:
            return
        from weasyprint.text import fonts as weasyprint_fonts

        fonts = weasyprint_fonts.FontConfiguration()
        folder = Path(tempfile.mkdtemp(dir=make_process_folder()))
        use_folder(fonts, folder)
        weakref.finalize(fonts, shutil.rmtree, folder, ignore_errors=True)
        self.faces = _read_css(faces, _build_fetcher(assets), fonts)
        self.key, self.fonts = key, fonts
        self.sheets.clear()

    def parse(self, sheet: Sheet, fetcher: Fetcher, complaints: list[Finding]) -> Stylesheet:
        """Return a stylesheet, parsed; add what the renderer logs to `complaints`."""
        key = (sheet.path, sheet.css)
        if key not in self.sheets:
            findings: list[Finding] = []
            with collect_warnings(sheet.path, findings):
                stylesheet = _read_css(sheet, fetcher, self.fonts)
            if fetcher.refused:  # not cached, so that it is reported for each book
                complaints += findings
                return stylesheet
            if len(self.sheets) >= self._MAX_SHEETS:
                self.sheets.clear()
            self.sheets[key] = (stylesheet, tuple(findings))
        stylesheet, cached = self.sheets[key]
        complaints += [finding for finding in cached if finding not in complaints]
        return stylesheet


_styles = _StyleCache()


def _read_css(sheet: Sheet, fetcher: Fetcher, fonts: FontConfiguration) -> Stylesheet:
    from weasyprint import CSS

    return CSS(string=sheet.css, base_url=BASE_URL, url_fetcher=fetcher, font_config=fonts)


def render(
    html: str,
    sheets: Sequence[Sheet],
    assets: Mapping[str, bytes],
    *,
    tagged: bool = True,
    path: str = "",
    inspector: PageInspector | None = None,
    before: PageEnds | None = None,
    is_xml: bool = False,
) -> Rendering:
    """Lay out pages. The first sheet has the faces and nothing else; `path` names the layout in messages.

    `inspector` is shown each page once it is laid out and may request another end of it. `assets` are the only files
    that layouts and stylesheets can name; `is_xml` says that the document may be parsed as XML, and `before` where the
    pages of a rendering before ended.

    Raises SourceError where the renderer fails, or a layout or stylesheet asks for another file.
    """
    draft = Draft(html, sheets, assets, is_xml)
    with name_culprits([draft], _lay_out):
        return _lay_out(draft, tagged=tagged, path=path, inspector=inspector, before=before)


def _lay_out(
    draft: Draft,
    *,
    tagged: bool = True,
    path: str = "",
    inspector: PageInspector | None = None,
    before: PageEnds | None = None,
) -> Rendering:
    weasyprint = load_engine()
    options = TAGGED if tagged else UNTAGGED
    fetcher = _build_fetcher(draft.assets)
    complaints: list[Finding] = []
    faces, *others = draft.sheets
    _styles.load_faces(faces, draft.assets)
    stylesheets = [_styles.faces, *(_styles.parse(sheet, fetcher, complaints) for sheet in others)]
    breaks, ends = LineBreaks(), PageEnds()
    with (
        collect_warnings(path, complaints),
        breaking.fix_lines(breaks),
        fit_paragraphs(breaks),
        remake_pages(breaks, inspector, ends, before),
        share_styles(),
        write_number_ranges(),
        parse_as_xml() if draft.is_xml else contextlib.nullcontext(),
    ):
        page = weasyprint.HTML(string=draft.html, base_url=BASE_URL, url_fetcher=fetcher, media_type="print")
        document = page.render(stylesheets=stylesheets, font_config=_styles.fonts, **options)
    if refused := fetcher.refused:
        raise SourceError(
            Finding(
                "L002",
                find_request(url, draft.sheets, path),
                f"a layout or stylesheet asks for {url!r}, which is not part of the book",
                "copy the file into the book's folder or remove the rule",
            )
            for url in dict.fromkeys(refused)
        )
    return Rendering(document, tuple(complaints), options, (draft,), ends)


def replace_pages(first: Rendering, others: Rendering) -> Rendering:
    """Put the pages of a rendering in the place of the first ones of another one of the same document."""
    pages = [*first.document.pages, *others.document.pages[first.pages :]]
    return Rendering(
        first.document.copy(pages),
        tuple(dict.fromkeys((*first.complaints, *others.complaints))),
        first.options,
        (*first.drafts, *others.drafts),
        others.ends,
    )


def interleave(front: Rendering, sides: Sequence[Rendering], back: Rendering | None) -> Rendering:
    """Combine renderings: the front, pages of each side in turn, the back; a side that has ended is skipped."""
    turns = zip_longest(*(side.document.pages for side in sides))
    dealt = [page for turn in turns for page in turn if page is not None]
    pages = [*front.document.pages, *dealt, *(back.document.pages if back else ())]
    renderings = (front, *sides, *([back] if back else []))
    findings = tuple(dict.fromkeys(finding for rendering in renderings for finding in rendering.complaints))
    drafts = tuple(draft for rendering in renderings for draft in rendering.drafts)
    return Rendering(front.document.copy(pages), findings, front.options, drafts)


def write_pdf(
    rendering: Rendering,
    *,
    has_hyphens: bool = False,
    archive: str = "none",
    identifier: str = "",
    prefix: str = "",
    collect: glyphs.FontCollector | None = None,
    folios: FolioSample | None = None,
) -> tuple[bytes, tuple[Finding, ...]]:
    """Write a PDF; return its bytes and what the renderer logged.

    `has_hyphens` says that the text itself has the character U+2010; `archive` is a level of PDF/A or "none";
    `identifier` is the edition's; `prefix` goes before the identifiers of header cells. Fonts that `collect` takes
    care of are not subset; the page numbers of a sample, `folios`, are drawn as marks.

    Raises SourceError where the renderer fails.
    """
    complaints: list[Finding] = []

    def finish(document: Document, pdf: PdfFile) -> None:
        tags.write_page_direction(document, pdf)
        tags.scope_headers(pdf)
        tags.prefix_header_ids(pdf, prefix)
        if not has_hyphens:
            tags.soften_hyphens(pdf)

    tags.remove_inner_links(rendering.document)
    if identifier:
        tags.write_identifier(rendering.document.metadata, identifier)
    with (
        name_culprits(rendering.drafts, lambda draft: write_pdf(replace(_lay_out(draft), drafts=()))),
        collect_warnings("", complaints),
        tags.mark_artifacts(rendering.document),
        tags.tag_languages(),
        glyphs.draw_clusters(find_divided_words(rendering.document), collect, folios),
    ):
        options = dict(rendering.options)
        if archive != "none" and "pdf_variant" in options:
            options |= {"pdf_variant": f"pdf/{archive}", "pdf_tags": True}
            tags.declare_pdf_ua(rendering.document.metadata)
        data: bytes = rendering.document.write_pdf(finisher=finish, **options)
    return data, tuple(complaints)


def _build_fetcher(assets: Mapping[str, bytes]) -> Fetcher:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class BookFetcher(URLFetcher):  # type: ignore[misc]  # an untyped base
        """Serves the book's files from memory and nothing else: no network, no file system."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=("http", "data"))
            self.refused: list[str] = []

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            name = unquote(url.removeprefix(BASE_URL))
            if url.startswith(BASE_URL) and name in assets:
                return URLFetcherResponse(url, assets[name])
            if url.startswith("data:"):
                response: URLFetcherResponse = super().fetch(url, headers)
                return response
            self.refused.append(name)
            raise ValueError(f"{name} is not part of the book")

    return BookFetcher()
