"""Export a web page: a table, a row per unit, a column per language; pictures and typefaces inside, no script."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence

from lxml import etree
from markupsafe import Markup, escape

from bookbuild.checks.coverage import ShownText
from bookbuild.checks.epub import walk_text
from bookbuild.document import markup
from bookbuild.document.font_subsets import cut_down_face
from bookbuild.document.stylesheets import write_emphasis_rules
from bookbuild.document.typefaces import Typefaces
from bookbuild.exchange.exports import Pictures
from bookbuild.languages.tables import find_setting, number
from bookbuild.model.book import Book, Chapter, Kind, Language, Unit, block_id, note_id

DESCRIPTION = "one web page to send: side by side, or below each other on phones, with its typefaces inside"
SHOWS_FACES = True
"""Whether write() takes the typefaces of the book."""

_STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 serif; max-width: 72rem; margin: 0 auto; padding: 1rem; background: Canvas; color: CanvasText }
p, h1, h2, h3, h4, h5, h6, blockquote { margin: 0 }
h1, h2, h3, h4, h5, h6 { padding-top: .8em; line-height: 1.3 }
img { max-width: 100%; height: auto }
.switch { display: flex; flex-wrap: wrap; gap: .4rem; padding: .4rem 0 1rem; font-size: .95rem }
.switch label { padding: .3rem .8rem; border: 1px solid GrayText; border-radius: 1rem; cursor: pointer }
input[name="shown"] { position: absolute; opacity: 0 }
.pairs { width: 100%; border-collapse: collapse; table-layout: fixed }
.pairs > * > tr > * { vertical-align: top; padding: .4rem .8rem; text-align: start }
.pairs > tbody > tr > td { border-top: 1px solid color-mix(in srgb, CanvasText 15%, Canvas) }
.pairs > * > tr > .n { width: 2.5rem; padding-inline: 0; text-align: center; opacity: .7 }
.noteref { font-size: .75em; vertical-align: super; line-height: 0 }
.note { font-size: .9em; padding-top: .3em }
.note > .back { float: inline-start; padding-inline-end: .6em }
.item { position: relative; padding-inline-start: 1.8em }
.item > .marker { position: absolute; inset-inline-start: .2em }
.pairs > caption { padding: .6rem 0 1.2rem; font-size: 1.5rem; font-weight: bold; line-height: 1.4 }
.pairs > caption > span { display: block }
.t.table { border-collapse: collapse }
.t.table th, .t.table td { padding: .2rem .6rem; border-bottom: 1px solid GrayText; text-align: start }
.bayt { display: flex; gap: 2em; justify-content: space-between }
@media (max-width: 44rem) {
  .pairs, .pairs > tbody, .pairs > tbody > tr, .pairs > tbody > tr > td { display: block }
  .pairs > thead { display: none }
  .pairs > caption { display: block }
  .pairs > tbody > tr { padding: .5rem 0; border-top: 1px solid color-mix(in srgb, CanvasText 25%, Canvas) }
  .pairs > tbody > tr > td { border: 0; padding: .2rem 0 }
  .pairs > tbody > tr > .n { width: auto; text-align: start }
  .pairs > tbody > tr > .n:empty { display: none }
  .bayt { display: block }
}
@media print {
  .switch { display: none }
  .pairs > tbody > tr { break-inside: avoid }
}
"""


def write(book: Book, pictures: Pictures, path: str, faces: Typefaces) -> bytes:  # noqa: ARG001 - exporters share one signature
    """Return the whole book as one page without scripts, in UTF-8."""
    first = book.languages[0]
    title = " / ".join(dict.fromkeys(book.metadata.title.values()))
    heads = Markup("").join(
        Markup('<th scope="col" class="side" lang="{0}" dir="{1}">{2}</th>').format(
            language.tag, language.direction, language.name
        )
        for language in book.languages
    )
    sources = {
        source: f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"
        for source, picture in pictures.items()
    }
    style = "\n".join([_STYLE, *_write_faces(faces), *_write_languages(book, faces)])
    parts = [
        Markup(
            '<html xmlns="http://www.w3.org/1999/xhtml" lang="{0}" xml:lang="{0}" dir="{1}">'
            '<head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>'
            "<title>{2}</title><style>{3}</style></head><body>\n"
        ).format(first.tag, first.direction, title, Markup(style)),  # noqa: S704 - our own words, and names of typefaces
        _write_switch(book.languages),
        Markup('<table class="pairs">{1}<thead><tr><th class="n" scope="col">#</th>{0}</tr></thead>\n<tbody>\n').format(
            heads, _write_caption(book)
        ),
    ]
    for chapter in book.chapters:
        parts += [_render_row(book, chapter, unit, sources) for unit in chapter.units]
    parts.append(Markup("</tbody></table>\n</body></html>\n"))
    return (Markup("<!DOCTYPE html>\n") + Markup("").join(parts)).encode()


def _write_caption(book: Book) -> Markup:
    """Write the titles above the table, unless they stand in the text."""
    if book.metadata.title_in_text:
        return Markup("")
    titles = [(language, title) for language in book.languages if (title := book.metadata.title.get(language.tag))]
    inner = [
        Markup('<span lang="{}" dir="{}">{}</span>').format(language.tag, language.direction, title)
        for language, title in titles
    ]
    return Markup("<caption>{}</caption>").format(Markup("").join(inner)) if inner else Markup("")


def _write_faces(faces: Typefaces) -> Iterator[str]:
    """Write the faces, cut down to what the book shows."""
    for face in faces.faces:
        if characters := faces.characters.get(face.family):
            data = base64.b64encode(cut_down_face(face, characters, packed=True)).decode()
            yield (
                f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; font-style: {face.style}; '
                f'src: url("data:font/woff2;base64,{data}") format("woff2") }}'
            )


def _write_languages(book: Book, faces: Typefaces) -> Iterator[str]:
    """Write how each language is set, and what is hidden where one language is shown alone."""
    for n, language in enumerate(book.languages, 1):
        stack = faces.stacks[language.tag]
        how = find_setting(language.script, stack.families[0].name if stack.families else "")
        size, leading = how.ebook
        at = f":lang({language.tag})"
        yield f"{at} {{ font-family: {f'{stack.css}, ' if stack.families else ''}serif }}"
        yield f".t{at} {{ font-size: {size}em; line-height: {leading} }}"
        yield from write_emphasis_rules(language, at)
        yield f'#shown-{n}:checked ~ .pairs .side:not([lang="{language.tag}"]) {{ display: none }}'
        yield f'#shown-{n}:checked ~ .switch [for="shown-{n}"] {{ background: CanvasText; color: Canvas }}'
        yield f'#shown-{n}:focus-visible ~ .switch [for="shown-{n}"] {{ outline: 3px solid Highlight }}'
    yield '#shown-0:checked ~ .switch [for="shown-0"] { background: CanvasText; color: Canvas }'
    yield '#shown-0:focus-visible ~ .switch [for="shown-0"] { outline: 3px solid Highlight }'


def _write_switch(languages: Sequence[Language]) -> Markup:
    """Write what chooses the languages that are shown: all of them, or one."""
    if len(languages) < 2:
        return Markup("")
    names = [
        Markup('<span lang="{}" dir="{}">{}</span>').format(language.tag, language.direction, language.name)
        for language in languages
    ]
    labels = [Markup(" + ").join(names), *names]
    inputs = Markup("").join(
        Markup('<input type="radio" name="shown" id="shown-{0}"{1}/>').format(
            n, Markup(' checked="checked"') if n == 0 else ""
        )
        for n in range(len(labels))
    )
    shown = Markup("").join(
        Markup('<label for="shown-{}">{}</label>').format(n, label) for n, label in enumerate(labels)
    )
    return Markup('{}\n<div class="switch">{}</div>\n').format(inputs, shown)


def _render_row(book: Book, chapter: Chapter, unit: Unit, sources: dict[str, str]) -> Markup:
    digits = book.digits[book.languages[0].tag]
    number_text = escape(".".join(number(n, digits) for n in unit.numbers)) if unit.item < 2 else Markup("")
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
    return Markup('<td class="side" lang="{0}" dir="{1}">{2}</td>').format(language.tag, language.direction, inner)


def read_shown_texts(data: bytes) -> Iterator[ShownText]:
    """Yield the texts of the page by the ids of the book."""
    space = "{http://www.w3.org/1999/xhtml}"
    root = etree.fromstring(data.replace(b"<!DOCTYPE html>\n", b"", 1))
    for element in root.iter(f"{space}*"):
        if "t" in element.get("class", "").split():
            yield ShownText(element.get("id"), "".join(walk_text(element)))
