"""The same pairs for other programs: what each of them reads, and how it is called."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.books import read_pairs


def write_document(root: Path, out: Path) -> None:
    """Write the document that the handout's layout gives the renderer, with its stylesheets and typefaces."""
    from bookbuild.book.folder import open_book
    from bookbuild.book.load import load_book
    from bookbuild.document import rows, typefaces
    from bookbuild.document.editions import find_named_editions
    from bookbuild.document.theme import Theme
    from bookbuild.model.project import open_project
    from bookbuild.pdf import passes
    from bookbuild.pdf.engine import render
    from bookbuild.pdf.job import PrintJob

    class Caught(Exception):  # noqa: N818 - no error
        pass

    original = render.render

    def catch(html: str, sheets: Sequence[Any], assets: dict[str, bytes], **more: Any) -> Any:
        if f'id="{last}"' not in html:  # the title with its table of contents, which is laid out first
            return original(html, sheets, assets, **more)
        for name, data in assets.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(data)
        (out / "book.html").write_text(html, "utf-8")
        (out / "book.css").write_text("\n".join(sheet.css for sheet in sheets), "utf-8")
        raise Caught

    project = open_project(root)
    source = open_book(project, "book")
    book = load_book(project, source).book
    edition = next(one for one in find_named_editions("handout") if one.format == "pdf")
    faces = typefaces.choose_typefaces(project, rows.outline_document(book, edition), source.config, source.toml)
    options = source.config.print
    job = PrintJob(
        Theme(project, "book"), book, edition, options, own_paper=False, images={}, typefaces=faces, modified=""
    )
    *_, unit = book.units()
    last = f"{unit.id}-{book.languages[0].tag}"
    render.render = catch  # type: ignore[assignment]
    try:
        passes.lay_out(job)
    except Caught:
        pass
    finally:
        render.render = original


def write_table(book: Path, out: Path) -> None:
    """Write the same pairs as a table of two columns; typefaces are those that write_document() left there."""
    faces = re.findall(r"@font-face \{[^}]*\}", (out / "book.css").read_text("utf-8"))
    rules = "@page{size:A4;margin:22mm 20mm 24mm;@bottom-center{content:counter(page)}}"
    rules += "table{width:100%;table-layout:fixed;border-collapse:collapse} td{vertical-align:top;padding:0 4mm 6pt}"
    rules += ":lang(ar){font:13.3pt/21.8pt Amiri} :lang(id){font:11.6pt/15.6pt 'Crimson Text';hyphens:auto}"
    rules += "h1{font-size:1.1em} tbody+tbody{break-before:page}"
    rows = []
    for chapter in read_pairs(book):
        rows.append("<tbody>")
        for one, other in chapter:
            tag = "h1" if one.startswith("# ") else "p"
            cells = ((one, "ar", "rtl"), (other, "id", "ltr"))
            text = "".join(
                f'<td lang="{lang}" dir="{way}"><{tag}>{t.removeprefix("# ")}</{tag}></td>' for t, lang, way in cells
            )
            rows.append(f"<tr>{text}</tr>")
        rows.append("</tbody>")
    head = f'<!DOCTYPE html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>x</title><style>{rules}'
    (out / "simple.html").write_text(f"{head}{''.join(faces)}</style><table>{''.join(rows)}</table></html>", "utf-8")


def write_typst(book: Path, out: Path) -> None:
    """Write the same pairs for Typst."""
    quoted = str.maketrans({c: f"\\{c}" for c in "\\#$*_`<>@=[]~\"'/-+"})
    lines = [
        '#set page(paper: "a4", margin: (x: 20mm, top: 22mm, bottom: 24mm), numbering: "1")',
        '#let a(x) = text(font: "Amiri", size: 13.3pt, lang: "ar", dir: rtl, x)',
        '#let i(x) = text(font: "Crimson Text", size: 11.6pt, lang: "id", hyphenate: true, x)',
    ]  # fmt: skip
    for chapter in read_pairs(book):
        lines.append("#grid(columns: (1fr, 1fr), column-gutter: 8mm, row-gutter: 6pt,")
        for one, other in chapter:
            first, second = (t.removeprefix("# ").translate(quoted) for t in (one, other))
            lines.append(f"i[{second}], a[{first}],")
        lines.append(")\n#pagebreak(weak: true)")
    (out / "book.typ").write_text("\n".join(lines), "utf-8")


def write_latex(book: Path, out: Path) -> None:
    """Write the same pairs for XeLaTeX, with the package paracol."""
    quoted = {ord(c): f"\\{c}" for c in "#$%&_{}"} | {ord("\\"): r"\textbackslash{}", ord("~"): r"\textasciitilde{}"}
    quoted |= {ord("^"): r"\textasciicircum{}"}
    lines = [
        r"\documentclass{article}\usepackage[a4paper,hmargin=20mm,top=22mm,bottom=24mm]{geometry}",
        r"\usepackage{fontspec}\usepackage{paracol}\TeXXeTstate=1\setlength\columnsep{8mm}\parindent0pt\parskip6pt",
        rf"\newfontfamily\ar[Path=fonts/,Script=Arabic]{{{_face(out, 'Amiri')}}}",
        rf"\newfontfamily\id[Path=fonts/]{{{_face(out, 'Crimson')}}}\begin{{document}}",
        r"\newcommand\A[1]{{\ar\fontsize{13.3}{21.8}\selectfont\leavevmode\beginR #1\endR\par}}",
        r"\newcommand\I[1]{{\id\fontsize{11.6}{15.6}\selectfont #1\par}}",
    ]
    for chapter in read_pairs(book):
        lines.append(r"\begin{paracol}{2}")
        for one, other in chapter:
            first, second = (t.removeprefix("# ").translate(quoted) for t in (one, other))
            lines.append(rf"\I{{{second}}}\switchcolumn \A{{{first}}}\switchcolumn*")
        lines.append(r"\end{paracol}\clearpage")
    lines.append(r"\end{document}")
    (out / "book.tex").write_text("\n".join(lines), "utf-8")


def _face(out: Path, family: str) -> str:
    return next(path.name for path in sorted((out / "fonts").iterdir()) if path.name.startswith(family))


def interleave(book: Path, out: Path) -> None:
    """Write the same pairs as one Markdown file for pandoc's EPUB, each paragraph with its language and direction."""
    found: list[str] = []
    for chapter in read_pairs(book):
        for one, other in chapter:
            if one.startswith("# "):
                found.append(f"# [{one[2:]}]{{lang=ar dir=rtl}} [{other[2:]}]{{lang=id dir=ltr}}")
            else:
                found += [f"::: {{lang=ar dir=rtl}}\n{one}\n:::", f"::: {{lang=id dir=ltr}}\n{other}\n:::"]
    (out / "book.md").write_text("\n\n".join(found), "utf-8")


def commands(folder: Path) -> list[tuple[str, list[str]]]:
    """Return the programs that are installed here, and how each makes its PDF or EPUB."""
    plain = [sys.executable, "-m", "weasyprint"]
    found = [
        ("weasyprint, our document", [*plain, "--pdf-variant", "pdf/ua-1", "-s", "book.css", "book.html", "1.pdf"]),
        ("weasyprint, plain table", [*plain, "simple.html", "2.pdf"]),
    ]
    if importlib.util.find_spec("typst"):
        code = (
            "import sys, typst; "
            "typst.compile(sys.argv[1], output=sys.argv[2], font_paths=[sys.argv[3]], ignore_system_fonts=True)"
        )
        found.append(("Typst", [sys.executable, "-c", code, "book.typ", "3.pdf", str(folder / "fonts")]))
    if xelatex := shutil.which("xelatex"):
        found.append(("XeLaTeX, one pass", [xelatex, "-interaction=batchmode", "-halt-on-error", "book.tex"]))
    if pandoc := shutil.which("pandoc"):
        metadata = ["--metadata", "title=Buku", "--metadata", "lang=ar"]
        found.append(("pandoc, EPUB", [pandoc, "book.md", "-o", "4.epub", *metadata]))
    return found
