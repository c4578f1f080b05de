"""Document in, PDF out, with what the layout really shows. The only place that imports weasyprint."""

from __future__ import annotations

import contextlib
import ctypes.util
import importlib
import io
import os
import shutil
import sys
import warnings
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from bookbuild.document.stylesheets import BASE_URL
from bookbuild.document.theme import Sheet
from bookbuild.model.errors import SourceError
from bookbuild.model.findings import Finding, Place
from bookbuild.pdf.engine import breaking, glyphs, tags
from bookbuild.pdf.engine.breaking import Look
from bookbuild.pdf.engine.divided_words import divided_words
from bookbuild.pdf.engine.log import listening

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

TAGGED = {"pdf_variant": "pdf/ua-1"}
"""What every printed edition is written with: tags for screen readers."""
UNTAGGED = {"full_fonts": True, "uncompressed_pdf": True}
"""What a page is written with that only becomes a picture: nothing is made small."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """Pages, laid out but not yet written."""

    document: Any
    """weasyprint.document.Document"""
    complaints: tuple[Finding, ...]
    """What the renderer logged."""
    options: Mapping[str, str | bool]
    """How it is to be written."""

    @property
    def pages(self) -> int:
        """The number of pages."""
        return len(self.document.pages)


def engine() -> Any:
    """Import the renderer, shut off from the machine's fonts.

    Raises SourceError where its system libraries are missing.
    """
    # fontconfig reads this when it is first used; the machine's fonts and settings would change the output
    os.environ["FONTCONFIG_FILE"] = str(files("bookbuild.pdf.engine") / "fonts.conf")
    os.environ.pop("FONTCONFIG_PATH", None)
    with warnings.catch_warnings():
        # WeasyPrint 70 (text/fonts.py) expects fonts in fontconfig; ours come by @font-face
        warnings.filterwarnings("ignore", message="No fonts configured in FontConfig")
        try:
            with _sonames_only():
                weasyprint = importlib.import_module("weasyprint")  # heavy, and only for PDF
        except OSError:
            # not every system has its libraries where the linker looks: once more, with all that WeasyPrint tries
            for name in [n for n in sys.modules if n.split(".")[0] == "weasyprint"]:
                del sys.modules[name]
        else:
            return weasyprint
        try:
            return importlib.import_module("weasyprint")
        except OSError as error:
            message = f"a system library of the renderer is missing ({str(error).splitlines()[0]})"
            advice = (
                "run ./invokew build, which installs it, or install Pango (Debian: libpango-1.0-0 libpangoft2-1.0-0)"
            )
            raise SourceError([Finding("R002", Place(""), message, advice)]) from None


@contextmanager
def _sonames_only() -> Iterator[None]:
    """Keep WeasyPrint from searching for libraries by names that Linux does not use.

    Before the name that fits (libpango-1.0.so.0) it tries others, and each of them makes ctypes call
    ldconfig and the compiler: 0.25 s of 0.6 s that the import takes (text/ffi.py of WeasyPrint 70).
    """
    original = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None  # noqa: ARG005 - as if nothing were found
    try:
        # what WeasyPrint prints before it gives up is told by our own finding
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        ctypes.util.find_library = original


_last: dict[tuple[Any, ...], tuple[Any, Any]] = {}
"""The faces that were loaded last: each pass over the same book, and its cover, would load them again."""


def _remove(folder: Path | None) -> None:
    """Remove WeasyPrint's copies of the faces.

    It would do so itself when the configuration is collected as garbage, which at the end of the
    program is too late: by then shutil is gone.
    """
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _loaded(faces: Sheet, assets: Mapping[str, bytes]) -> tuple[Any, Any]:
    """Give a font configuration with the faces of a stylesheet loaded, and the stylesheet."""
    # fonts.font_data keeps the bytes of a face, so that the same face is the same object
    key = (faces.css, *(id(data) for name, data in assets.items() if name.startswith("fonts/")))
    if key not in _last:
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        fonts = FontConfiguration()
        sheet = CSS(string=faces.css, base_url=BASE_URL, url_fetcher=_fetcher(assets), font_config=fonts)
        weakref.finalize(fonts, _remove, fonts._folder)  # noqa: SLF001 - no public way
        fonts._folder = None  # noqa: SLF001 - see _remove()
        _last.clear()
        _last[key] = (fonts, sheet)
    return _last[key]


def render(
    html: str,
    sheets: Sequence[Sheet],
    assets: Mapping[str, bytes],
    *,
    tagged: bool = True,
    path: str = "",
    look: Look | None = None,
) -> Rendering:
    """Lay out pages. The first sheet has the faces and nothing else; `path` names the layout in messages.

    `look` is shown each page as it is made and may wish for another end of it.

    `assets` are the only files that layouts and stylesheets can name.

    Raises SourceError where a stylesheet is broken or asks for something else.
    """
    weasyprint = engine()
    options = TAGGED if tagged else UNTAGGED
    fetcher = _fetcher(assets)
    complaints: list[Finding] = []
    faces, *others = sheets
    fonts, face_sheet = _loaded(faces, assets)
    styles = [face_sheet]
    styles += [_parsed(sheet, fetcher, fonts, complaints) for sheet in others]
    with listening(path, complaints), breaking.whole_lines(), breaking.turned(look):
        page = weasyprint.HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher, media_type="print")
        document = page.render(stylesheets=styles, font_config=fonts, **options)
    if refused := fetcher.refused:
        raise SourceError(
            Finding(
                "L002",
                _asked_by(url, sheets, path),
                f"a layout or stylesheet asks for {url!r}, which is not part of the book",
                "copy the file into the book's folder or take the rule out",
            )
            for url in dict.fromkeys(refused)
        )
    return Rendering(document, tuple(complaints), options)


_sheets: dict[tuple[str, str, int], tuple[Any, tuple[Finding, ...]]] = {}
"""Stylesheets that were read before, with what the renderer complained of: a book's parts all have the same ones."""
_MOST_SHEETS = 64


def _parsed(sheet: Sheet, fetcher: Any, fonts: Any, complaints: list[Finding]) -> Any:
    """Read a stylesheet."""
    import weasyprint

    key = (sheet.path, sheet.css, id(fonts))
    if key not in _sheets:
        told: list[Finding] = []
        with listening(sheet.path, told):
            made = weasyprint.CSS(string=sheet.css, base_url=BASE_URL, url_fetcher=fetcher, font_config=fonts)
        if fetcher.refused:  # it is asked for in each book anew, so that each is told
            complaints += told
            return made
        if len(_sheets) >= _MOST_SHEETS:
            _sheets.clear()
        _sheets[key] = (made, tuple(told))
    made, findings = _sheets[key]
    complaints += [finding for finding in findings if finding not in complaints]
    return made


def dealt(front: Rendering, sides: Sequence[Rendering], back: Rendering | None) -> Rendering:
    """Put renderings together: the front, pages of each side in turn, the back; a side that has ended stays out."""
    pages = list(front.document.pages)
    for turn in zip_longest(*(side.document.pages for side in sides)):
        pages += [page for page in turn if page is not None]
    if back is not None:
        pages += back.document.pages
    complaints = (front, *sides, *([back] if back else []))
    told = tuple(dict.fromkeys(finding for one in complaints for finding in one.complaints))
    return Rendering(front.document.copy(pages), told, front.options)


def _asked_by(url: str, sheets: Sequence[Sheet], layout: str) -> Place:
    """Find the stylesheet that names a file; a layout does if none."""
    for sheet in sheets:
        if url in sheet.css:
            return Place(sheet.path, sheet.css[: sheet.css.index(url)].count("\n") + 1)
    return Place(layout)


def write(
    rendering: Rendering, *, own_hyphens: bool = False, archive: str = "none", identifier: str = ""
) -> tuple[bytes, tuple[Finding, ...]]:
    """Write a PDF; gives its bytes and what the renderer logged.

    `own_hyphens` says that the text itself has the character U+2010; `archive` is a level of PDF/A or none;
    `identifier` is the edition's.
    """
    complaints: list[Finding] = []

    def finish(document: Any, pdf: Any) -> None:
        tags.page_direction(document, pdf)
        tags.scope_headers(pdf)
        if not own_hyphens:
            tags.soften_hyphens(pdf)

    tags.own_links(rendering.document)
    if identifier:
        tags.identified(rendering.document.metadata, identifier)
    with (
        listening("", complaints),
        tags.artifacts(rendering.document),
        tags.languages(),
        glyphs.readable(divided_words(rendering.document)),
    ):
        options = dict(rendering.options)
        if archive != "none" and "pdf_variant" in options:
            options |= {"pdf_variant": f"pdf/{archive}", "pdf_tags": True}
            tags.also_universal(rendering.document.metadata)
        data: bytes = rendering.document.write_pdf(finisher=finish, **options)
    return data, tuple(complaints)


def _fetcher(assets: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class BookFetcher(URLFetcher):  # type: ignore[misc]  # an untyped base
        """Serves the book's own files from memory and nothing else: no network, no file system."""

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
