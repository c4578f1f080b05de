"""WeasyPrint without what we put around it."""

from __future__ import annotations

from typing import Any

from bookbuild.document.fonts import Face, find_packaged_families, read_face
from bookbuild.document.stylesheets import BASE_URL
from bookbuild.pdf.engine import render
from bookbuild.pdf.engine.load import load_engine

LATIN = find_packaged_families()["Crimson Text"].face(400)
ARABIC = find_packaged_families()["Amiri"].face(400)
FACE = f'@font-face {{ font-family: x; src: url("{BASE_URL}x.ttf") }} html {{ font-family: x }}'


def document(html: str, css: str = "", face: Face = LATIN) -> Any:
    """Lay out a page with WeasyPrint alone; it crashes where there is no font at all."""
    weasyprint = load_engine()
    from weasyprint.text.fonts import FontConfiguration

    fetcher = render._build_fetcher({"x.ttf": read_face(face)})
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(string=FACE + css, url_fetcher=fetcher, font_config=fonts, base_url=BASE_URL)
    page = weasyprint.HTML(string=f"<title>x</title>{html}", url_fetcher=fetcher, base_url=BASE_URL)
    return page.render(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")
