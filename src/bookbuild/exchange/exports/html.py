"""Export a web page: a table with one row per unit and one column per language, pictures embedded, no script."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from lxml import etree
from markupsafe import Markup, escape

from bookbuild.checks.coverage import ShownText
from bookbuild.checks.epub import walk_text
from bookbuild.document import markup
from bookbuild.exchange.exports import Pictures
from bookbuild.languages.tables import number
from bookbuild.model.book import Book, Chapter, Kind, Language, Unit, block_id, note_id

DESCRIPTION = "one web page, languages side by side"

_STYLE = (
    "body{font:1rem/1.6 serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
    "table.pairs{width:100%;border-collapse:collapse;table-layout:fixed}"
    ".pairs>tbody>tr>td{vertical-align:top;padding:.4rem .8rem;border-top:1px solid #ddd}"
    ".pairs>*>tr>.n{width:3rem;color:#666;text-align:center}td p{margin:0}:lang(ar){font-size:1.2em}"
    "img{max-width:100%}.note{font-size:.9em}h1,h2,h3{margin:.3rem 0}"
)


def write(book: Book, pictures: Pictures, path: str) -> bytes:  # noqa: ARG001 - exporters share one signature
    """Return the whole book as one page, in UTF-8."""
    first = book.languages[0]
    title = " / ".join(dict.fromkeys(book.metadata.title.values()))
    heads = Markup("").join(
        Markup('<th scope="col" lang="{0}" dir="{1}">{2}</th>').format(language.tag, language.direction, language.name)
        for language in book.languages
    )
    sources = {
        source: f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"
        for source, picture in pictures.items()
    }
    parts = [
        Markup(
            '<html xmlns="http://www.w3.org/1999/xhtml" lang="{0}" xml:lang="{0}" dir="{1}">'
            '<head><meta charset="utf-8"/>'
            "<title>{2}</title><style>{3}</style></head><body>\n"
        ).format(first.tag, first.direction, title, Markup(_STYLE)),  # noqa: S704 - our own words
        Markup('<table class="pairs"><thead><tr><th class="n" scope="col">#</th>{0}</tr></thead>\n<tbody>\n').format(
            heads
        ),
    ]
    for chapter in book.chapters:
        parts += [_render_row(book, chapter, unit, sources) for unit in chapter.units]
    parts.append(Markup("</tbody></table>\n</body></html>\n"))
    return (Markup("<!DOCTYPE html>\n") + Markup("").join(parts)).encode()


def _render_row(book: Book, chapter: Chapter, unit: Unit, sources: dict[str, str]) -> Markup:
    digits = book.digits[book.languages[0].tag]
    number_text = escape(number(unit.number, digits)) if unit.number is not None else Markup("")
    cells = Markup("").join(_render_cell(book, chapter, unit, side, sources) for side in range(len(book.languages)))
    return Markup('<tr id="{0}"><td class="n">{1}</td>{2}</tr>\n').format(unit.id, number_text, cells)


def _render_cell(book: Book, chapter: Chapter, unit: Unit, side: int, sources: dict[str, str]) -> Markup:
    language: Language = book.languages[side]
    context = markup.MarkupContext(chapter, language, book.digits[language.tag], sources, {}, {})
    level = f"h{unit.blocks[0].level}" if unit.kind is Kind.HEADING else "p"
    notes = unit.notes[side]
    inner = markup.write_block(unit.blocks[side], block_id(unit, language), context, notes, heading=level)
    notes_html = Markup("").join(markup.write_note(note, note_id(chapter, language, note), context) for note in notes)
    inner = Markup(str(inner + notes_html).replace(' epub:type="noteref"', "").replace(' epub:type="footnote"', ""))  # noqa: S704 - escaped already
    return Markup('<td lang="{0}" dir="{1}">{2}</td>').format(language.tag, language.direction, inner)


def read_shown_texts(data: bytes) -> Iterator[ShownText]:
    """Yield the texts of the page by the ids of the book."""
    space = "{http://www.w3.org/1999/xhtml}"
    root = etree.fromstring(data.replace(b"<!DOCTYPE html>\n", b"", 1))
    for element in root.iter(f"{space}*"):
        if "t" in element.get("class", "").split():
            yield ShownText(element.get("id"), "".join(walk_text(element)))
