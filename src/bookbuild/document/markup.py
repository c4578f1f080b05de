"""Inlines and blocks in, XHTML out: the only place that makes markup of a text. Pure.

The same strings go into the PDF and the EPUB, so that their texts cannot differ.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from markupsafe import Markup, escape

from bookbuild.document.direction import mark_directions
from bookbuild.document.last_line import hold_last_words
from bookbuild.document.marks import write_attributes, write_page_break, write_room, write_text, write_unit_mark
from bookbuild.document.tables import write_table
from bookbuild.languages.equations import draw_equation, write_mathml
from bookbuild.languages.tables import number, write_letter
from bookbuild.model.book import Block, Chapter, Container, Kind, Language, Note
from bookbuild.model.inline import (
    Caesura,
    CellEnd,
    Code,
    Emphasis,
    Equation,
    Image,
    Inline,
    LineBreak,
    LineMark,
    Link,
    NoteReference,
    PageBreak,
    ParagraphEnd,
    RowEnd,
    Run,
    Strong,
    Text,
    Unbroken,
    UnitMark,
    plain,
)
from bookbuild.model.inlines import begins_with_speaker, insert_at, is_aside, split_inlines

MANY_COLUMNS = 4
"""Columns of a table from which on each gets the same width, so that they stay on the page."""


@dataclass(frozen=True, slots=True)
class MarkupContext:
    """What the markup of one language's blocks in one chapter depends on."""

    chapter: Chapter
    language: Language
    digits: str
    """The numbering system of marks and markers."""
    images: Mapping[str, str]
    """Source path to the name in the outputs."""
    image_alt: Mapping[str, str]
    """Source path to the description, in all languages of the book."""
    image_widths: Mapping[str, float]
    """Source path to a width in em, of the pictures that have none of their own."""
    paged: bool = False
    """Whether it is for the engine that makes pages, which does not order characters over boxes itself."""
    letters: bool = False
    """Whether the items of numbered lists bear letters."""
    at_foot: bool = False
    """Whether notes are written where they are marked, for a layout that moves them to the foot of the page."""
    extra: Mapping[str, Mapping[int, Inline]] = field(default_factory=dict)
    """Of a block's id: what stands at offsets of its text besides, from an earlier layout."""


def write_inlines(content: tuple[Inline, ...], context: MarkupContext, notes: tuple[Note, ...] = ()) -> Markup:
    """Write inlines; text is escaped, so that markup typed in a text is shown as typed."""
    ordered = mark_directions(content, context.language.direction) if context.paged else content
    return _write_all(ordered, context, notes)


def write_line(text: str, language: Language) -> Markup:
    """Write a text of a language for pages, in runs."""
    return _write_runs(mark_directions((Text(text),), language.direction))


def _write_runs(inlines: tuple[Inline, ...]) -> Markup:
    return Markup("").join(
        _wrap_run(part, _write_runs(part.children)) if isinstance(part, Run) else escape(plain((part,)))
        for part in inlines
    )


def _wrap_run(run: Run, inner: Markup) -> Markup:
    lang = Markup(' lang="{}"').format(run.tag) if run.tag else Markup("")
    return Markup('<span class="run"{} dir="{}">{}</span>').format(lang, run.direction, inner)


def _write_all(content: tuple[Inline, ...], context: MarkupContext, notes: tuple[Note, ...]) -> Markup:
    return Markup("").join(_write_one(inline, context, notes) for inline in content)


def _write_one(inline: Inline, context: MarkupContext, notes: tuple[Note, ...]) -> Markup:
    match inline:
        case Text(text):
            return write_text(text, context.language)
        case Code(text):
            return Markup('<code dir="ltr">{}</code>').format(_write_code(text, context))
        case Equation():
            return _write_equation(inline, context)
        case Emphasis(children) | Strong(children):
            element = Markup("em") if isinstance(inline, Emphasis) else Markup("strong")
            return Markup("<{0}>{1}</{0}>").format(element, _write_all(children, context, notes))
        case Link(href, children):
            return Markup('<a href="{}">{}</a>').format(href, _write_all(children, context, notes))
        case Unbroken(children):
            return Markup('<span class="whole">{}</span>').format(_write_all(children, context, notes))
        case Run(_, _, children):
            return _wrap_run(inline, _write_all(children, context, notes))
        case LineBreak() | Caesura():
            return Markup("<br/>")
        case NoteReference(label):
            return _write_reference(next(note for note in notes if note.label == label), context)
        case Image():
            return _write_image(inline, context)
        case LineMark(written):
            return Markup('<span class="line-number" {}>{}</span>').format(write_attributes(context.language), written)
        case PageBreak():
            return write_page_break(inline)
        case UnitMark():
            return write_unit_mark(inline, context.language)
        case CellEnd() | RowEnd() | ParagraphEnd():  # write_block() has split them
            return Markup("")


def _write_code(text: str, context: MarkupContext) -> Markup:
    """Write code, which is left to right wherever it stands."""
    return _write_all(mark_directions((Text(text),), "ltr"), context, ()) if context.paged else escape(text)


def _write_equation(equation: Equation, context: MarkupContext) -> Markup:
    """Write an equation: a drawing on pages, MathML in e-books, its source as code where that cannot be had."""
    source, display = equation.source, equation.display
    if context.paged and (drawing := draw_equation(source, display=display)):
        address = "data:image/svg+xml;base64," + b64encode(drawing.svg.encode()).decode()
        style = f"width: {drawing.width}em; vertical-align: {-drawing.depth}em"
        written = Markup('<img class="equation" src="{}" alt="{}" style="{}"/>').format(address, source, style)
    elif not context.paged and (mathml := write_mathml(source, display=display)):
        return Markup(mathml)  # noqa: S704 - elements of MathML, made by us
    else:
        written = _write_one(Code(source), context, ())
    return Markup('<span class="displayed">{}</span>').format(written) if display else written


def _write_reference(note: Note, context: MarkupContext) -> Markup:
    mark, target = (f"{context.chapter.id}-{kind}{note.number}-{context.language.tag}" for kind in "rn")
    kind, digits = _write_epub_type("noteref", context), number(note.number, context.digits)
    template = Markup('<a class="noteref" id="{}" href="#{}" role="doc-noteref"{}>{}</a>')
    written = template.format(mark, target, kind, digits)
    return written + write_note(note, target, context) if context.at_foot else written


def _write_image(image: Image, context: MarkupContext) -> Markup:
    alt = context.image_alt.get(image.source, image.alt)
    width = context.image_widths.get(image.source)
    style = Markup(' style="width: {}em"').format(width) if width else Markup("")
    return Markup('<img src="{}" alt="{}"{}/>').format(context.images[image.source], alt, style)


def write_block(
    source: Block, identifier: str, context: MarkupContext, notes: tuple[Note, ...] = (), *, heading: str = "h2"
) -> Markup:
    """Write a block in its containers; the element with the id holds the block's text and nothing else."""
    opening = _write_opening(source.kind.value, identifier, context.language)
    content = source.content if context.paged else hold_last_words(source, context.language)
    content = insert_at(content, context.extra.get(identifier, {}))
    match source.kind:
        case Kind.HEADING:
            inner = write_inlines(content, context, notes)
            written = Markup("<{0} {1}>{2}</{0}>").format(Markup(heading), opening, inner)  # noqa: S704 - h1 to h6
        case Kind.FIGURE:
            caption = _write_caption(source, context, notes)
            written = Markup("<div {}>{}{}</div>").format(opening, write_inlines(content[:1], context), caption)
        case Kind.CODE:
            text = Markup("").join(
                write_page_break(i) if isinstance(i, PageBreak) else escape(plain((i,))) for i in content
            )
            if context.paged:  # a line is a paragraph of its own
                text = Markup("\n").join(_write_code(part, context) for part in plain(source.content).split("\n"))
            # code is left to right wherever it stands
            opening = _write_opening("code", identifier, replace(context.language, direction="ltr"))
            written = Markup("<pre {}>{}</pre>").format(opening, text)
        case Kind.BREAK:
            written = Markup("<hr {}/>").format(opening)
        case Kind.TABLE:
            rows = [split_inlines(row, CellEnd) for row in split_inlines(content, RowEnd)]
            many = max(map(len, rows)) > MANY_COLUMNS
            opening = _write_opening("table many" if many else "table", identifier, context.language)
            write = partial(write_inlines, context=context, notes=notes)
            written = Markup("<table {}>{}</table>").format(opening, write_table(rows, source.columns, write))
        case Kind.VERSE:
            written = Markup("<div {}>{}</div>").format(opening, _write_verse(content, context, notes))
        case _ if any(isinstance(i, ParagraphEnd) for i in content):
            parts = [write_inlines(part, context, notes) for part in split_inlines(content, ParagraphEnd)]
            inner = Markup("\n").join(Markup('<p class="part">{}</p>').format(part) for part in parts)
            written = Markup("<div {}>{}</div>").format(opening, inner)
        case _:
            kind = "speech" if begins_with_speaker(source.content) else "aside" if is_aside(source.content) else ""
            opening = _write_opening(f"paragraph {kind}".rstrip(), identifier, context.language)
            written = Markup("<p {}>{}</p>").format(opening, write_inlines(content, context, notes))
    for container in reversed(source.containers):
        written = _wrap_in_container(written, container, context)
    return written


def _write_opening(kind: str, identifier: str, language: Language) -> Markup:
    return Markup('class="t {}" id="{}" {}').format(kind, identifier, write_attributes(language))


def write_picture(source: Block, context: MarkupContext) -> Markup:
    """Write a figure's picture alone."""
    return Markup('<div class="picture">{}</div>').format(_write_all(source.content[:1], context, ()))


def write_caption(source: Block, identifier: str, context: MarkupContext, notes: tuple[Note, ...] = ()) -> Markup:
    """Write a figure's caption alone, as the element that holds the block's text."""
    opening = _write_opening(source.kind.value, identifier, context.language)
    return Markup("<div {}>{}</div>").format(opening, _write_caption(source, context, notes))


def _write_caption(source: Block, context: MarkupContext, notes: tuple[Note, ...]) -> Markup:
    if not source.text:
        return Markup("")
    inner = write_inlines(source.content[1:], context, notes)
    return Markup('<p class="caption" {}>{}</p>').format(write_attributes(context.language), inner)


def _write_verse(content: tuple[Inline, ...], context: MarkupContext, notes: tuple[Note, ...]) -> Markup:
    """Write verse: a paragraph a line; half-lines beside each other where there is room for them."""
    written = []
    for verse in split_inlines(content, LineBreak):
        halves = [write_inlines(half, context, notes) for half in split_inlines(verse, Caesura)]
        if len(halves) != 2:
            written += [Markup('<p class="verse-line">{}</p>').format(half) for half in halves]
        else:
            inner = Markup("\n").join(Markup('<p class="hemistich">{}</p>').format(half) for half in halves)
            written.append(Markup('<div class="bayt">{}</div>').format(inner))
    return Markup("\n").join(written)


def _wrap_in_container(inner: Markup, container: Container, context: MarkupContext) -> Markup:
    language = write_attributes(context.language)
    if container.kind == "quote":
        return Markup("<blockquote {}>{}</blockquote>").format(language, inner)
    marker, longest = "•", 1
    if container.kind == "ordered":
        numbers = (container.number, max(container.number, container.last))
        marker, widest = (f"{_write_ordinal(n, context)}{container.delimiter}" for n in numbers)
        longest = max(len(marker), len(widest))
    if context.paged:
        marker = f"\u00a0{marker}"  # the engine draws it after the text, to whose last word it must not stick
    shown = Markup('<span class="marker" {}>{}</span>').format(language, marker) if container.first else Markup("")
    return Markup('<div class="item{}" {}>{}{}</div>').format(write_room(longest), language, shown, inner)


def _write_ordinal(value: int, context: MarkupContext) -> str:
    """Write an item's number, or its letter where letters are asked for and there are enough of them."""
    return (context.letters and write_letter(value, context.language)) or number(value, context.digits)


def write_note(source: Note, identifier: str, context: MarkupContext) -> Markup:
    """Write a note's blocks, the first with its number, which leads back to the mark."""
    back = f"{context.chapter.id}-r{source.number}-{context.language.tag}"
    digits = number(source.number, context.digits)
    language = write_attributes(context.language)
    mark = Markup('<a class="back" href="#{}" role="doc-backlink" {}>{}</a>').format(back, language, digits)
    written = [write_block(b, f"{identifier}-{n}", context) for n, b in enumerate(source.blocks, 1)]
    return Markup('<div class="note{}" id="{}" {} role="doc-footnote"{}>{}{}</div>').format(
        write_room(len(digits)),
        identifier,
        language,
        _write_epub_type("footnote", context),
        mark,
        Markup("").join(written),
    )


def _write_epub_type(kind: str, context: MarkupContext) -> Markup:
    """Write what an element is in an e-book; pages do not declare the prefix."""
    return Markup("") if context.paged else Markup(' epub:type="{}"').format(kind)
