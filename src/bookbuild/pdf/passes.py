"""A printed edition: Book and options in, laid out pages out, looked at and laid out again until they stand well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bookbuild.checks import coverage
from bookbuild.document import rows, templates
from bookbuild.document.document import Document
from bookbuild.document.editions import Arrangement
from bookbuild.document.fonts import measure_word, read_face
from bookbuild.document.stylesheets import write_face_rules
from bookbuild.document.templates import GENERATOR
from bookbuild.document.theme import Sheet
from bookbuild.languages import kashida
from bookbuild.model.book import Book, Kind, block_id
from bookbuild.model.inline import Extra, Inline, Text, Unbroken
from bookbuild.pdf import boxes, css, page_css
from bookbuild.pdf import lines as linework
from bookbuild.pdf.css import TypeSetting
from bookbuild.pdf.engine import render
from bookbuild.pdf.engine.folios import DIGITS
from bookbuild.pdf.engine.pages import PageEnds, PageInspector
from bookbuild.pdf.engine.render import Rendering
from bookbuild.pdf.job import WHOLE, LayoutState, PrintJob, Side
from bookbuild.pdf.lines import Line
from bookbuild.pdf.page_breaks import watch_pages

MOST_LAYOUTS = 4
"""Passes until the numbers of pages in a table of contents are right: they may change its length."""
LONG_TITLE = 20
"""Characters from which on a title may take two lines."""
LONG_CHAPTER = 20
"""Units a chapter, on average, from which on chapters begin pages where languages stand side by side."""
ENTRIES = 6
"""Headings from which on a printed edition has a table of contents, if it is left to us."""


@dataclass(frozen=True)
class LaidOutPages:
    """A laid out edition."""

    document: Document
    rendering: Rendering
    lines: tuple[Line, ...]
    outside: str
    """All text that belongs to no block."""
    torn: frozenset[str]
    """Units that could not be kept from being torn."""
    goes_on: bool = False
    """Whether a chapter goes on after these pages."""


def lay_out(job: PrintJob) -> LaidOutPages:
    """Lay an edition out that is one flow of pages."""
    shares = page_css.share_columns(job.options, [0.0] * len(job.book.languages))
    insets = _balance_titles(job) if "front" in job.parts else {}
    state = LayoutState(shares=shares, insets=insets, pages=dict(job.part.pages) if job.part else {})
    pages = _lay_out_once(job, state)
    for number in range(MOST_LAYOUTS if job.part is None else 0):
        better = _improve_state(job, state, pages, first=number == 0)
        if better == state:
            break
        renumbered = _renumber(job, better, pages) if replace(better, pages=state.pages) == state else None
        state = better
        pages = renumbered or _lay_out_once(job, state)
    extra = find_margin_notes(job, pages)
    if extra or job.options.align == "kashida":
        pages = _lay_out_once(job, state, extra)
    return pages


def _renumber(job: PrintJob, state: LayoutState, pages: LaidOutPages) -> LaidOutPages | None:
    """Lay out the pages with the table of contents again, whose numbers alone changed; None if more has to be."""
    texts = {row.id for section in pages.document.sections for row in section.rows}
    last = min((line.page for line in pages.lines if line.id.split("-", 1)[0] in texts), default=0)
    if not 0 < last < pages.rendering.pages:
        return None
    document = make_document(job, state)
    before = replace(pages.rendering.ends, stop=last)
    watch = watch_pages(job, document)
    filled = job.options.align != "kashida"
    rendering = render_parts(
        job, document, state, parts=job.parts, filled=filled, look=watch, before=before, total=pages.rendering.pages
    )
    if rendering.pages != last:
        return None
    return _read_pages(job, document, render.replace_pages(rendering, pages.rendering))


def _balance_titles(job: PrintJob) -> dict[str, float]:
    """Return the paddings of long titles, found on the title block alone: it is laid out in no time."""
    insets: dict[str, float] = {}
    titles = [] if job.book.metadata.title_in_text else list(job.book.metadata.title.values())
    if max(map(len, titles), default=0) < LONG_TITLE:
        return insets
    document = rows.outline_document(job.book, job.edition)
    for _ in range(len(titles)):
        state = LayoutState(insets=insets)
        balanced = boxes.balance_titles(render_parts(job, document, state, parts=frozenset({"front"})), insets)
        if balanced == insets:
            break
        insets = balanced
    return insets


def _improve_state(job: PrintJob, state: LayoutState, pages: LaidOutPages, *, first: bool) -> LayoutState:
    """Return the state that shows what the pages could only tell when they were made; the same if nothing changes."""
    document, lines = pages.document, pages.lines
    shares = state.shares
    if first and job.options.columns == "measured" and job.edition.arrangement is Arrangement.ROWS:
        shares = page_css.share_columns(job.options, _measure_areas(job, document, lines, state.shares))
    pages_of_headings = linework.find_heading_pages(document, lines) if has_contents(job, document) else state.pages
    return replace(state, shares=shares, pages=pages_of_headings)


def _measure_areas(job: PrintJob, document: Document, lines: Sequence[Line], shares: Sequence[float]) -> list[float]:
    """Return the area that each language's text takes, in any unit."""
    used = _find_settings(job, document.book)
    return [
        sum(line.id.endswith(f"-{language.tag}") for line in lines) * used[language.tag].leading * share
        for language, share in zip(document.languages, shares, strict=True)
    ]


def chapters_begin_pages(job: PrintJob, chapters: int) -> bool:
    """Return whether each chapter begins a page; if it is left to us, where chapters are long enough."""
    if job.part is not None:
        return True
    wanted = job.options.chapters
    if chapters < 2 or wanted == "run-on" or job.edition.arrangement is Arrangement.FACING:
        return False
    if wanted == "page" or job.edition.arrangement is not Arrangement.ROWS:
        return True
    return sum(1 for _ in job.book.units()) >= LONG_CHAPTER * chapters


def _find_settings(job: PrintJob, book: Book) -> Mapping[str, TypeSetting]:
    """Return how each language is set."""
    if job.part:
        return job.part.settings
    return css.find_settings(book, job.typefaces.stacks, job.edition, job.options, own_paper=job.own_paper, fit=job.fit)


def has_contents(job: PrintJob, document: Document) -> bool:
    """Return whether there is a table of contents."""
    if job.part is not None:
        return job.part.contents
    least = ENTRIES if job.options.contents == "auto" else 1
    return bool(job.options.contents) and len(document.list_entries(job.options.contents_depth)) >= least


def find_margin_notes(job: PrintJob, pages: LaidOutPages) -> dict[str, dict[int, Inline]]:
    """Return what stands at offsets of texts because of how they fell into lines: line numbers, kashidas."""
    notes: dict[str, dict[int, Inline]] = {}
    if job.edition.line_numbers:
        notes = linework.number_lines(pages.document, pages.lines, job.options.line_numbers)
    if job.options.align == "kashida":
        for identifier, marks in _find_kashidas(job, pages):
            notes[identifier] = {**marks, **notes.get(identifier, {})}
    return notes


def _find_kashidas(job: PrintJob, pages: LaidOutPages) -> Iterator[tuple[str, dict[int, Inline]]]:
    """Return the kashidas that fill lines, by block and offset; a paragraph's last line stays as it is."""
    used = _find_settings(job, pages.document.book)
    kinds = {block_id(u, lang): u.kind for u in pages.document.book.units() for lang in pages.document.languages}
    for identifier, tag, text, parts in linework.follow_blocks(pages.document, pages.lines):
        setting = used[tag]
        if not setting.how.kashida or kinds.get(identifier) is not Kind.PARAGRAPH:
            continue
        measure = partial(measure_word, setting.stack.families[0].face(400), size=setting.size)
        marks: dict[int, Inline] = {}
        for part in parts[:-1]:
            line = text[part.start : part.end].replace("\u00a0", " ")
            for at, units in kashida.fill_line(line, -part.line.overfull, measure).items():
                marks[part.start + at] = Text(kashida.INSERTED_TATWEEL * units)
        if marks:
            yield identifier, marks


def _lay_out_once(job: PrintJob, state: LayoutState, extra: Extra | None = None) -> LaidOutPages:
    document = make_document(job, state, extra)
    # lines are filled when all is known: until then they have their own lengths
    filled = extra is not None or job.options.align != "kashida"
    watch = watch_pages(job, document)
    return _read_pages(job, document, render_parts(job, document, state, parts=job.parts, filled=filled, look=watch))


def _read_pages(job: PrintJob, document: Document, rendering: Rendering) -> LaidOutPages:
    identifiers = frozenset(block.id for block in document.expected)
    lines = boxes.find_lines(rendering, identifiers)
    torn = boxes.find_torn_units(document, lines) if job.edition.arrangement is Arrangement.ROWS else frozenset()
    return LaidOutPages(document, rendering, lines, boxes.find_outside_text(rendering, identifiers), torn)


def make_document(job: PrintJob, state: LayoutState, extra: Extra | None = None) -> Document:
    """Return the document of an edition with what earlier passes found out."""
    added: dict[str, dict[int, Inline]] = {
        identifier: {at: Unbroken((Text(word),)) for at, word in words.items()}
        for identifier, words in state.whole.items()
    }
    for identifier, marks in (extra or {}).items():
        added[identifier] = {**marks, **added.get(identifier, {})}
    letters, at_foot = job.options.list_markers == "letters", job.options.notes == "page"
    build = partial(rows.build_document, job.book, job.edition, job.images, letters=letters, at_foot=at_foot)
    document = build(extra=added, near=job.part.near if job.part else None)
    if job.part is None or "text" in job.parts:
        return document
    # the title alone is shown; the other headings are there for the table of contents
    first = document.book.chapters[:1] if document.opening else ()
    opening = tuple(replace(chapter, units=chapter.units[:1]) for chapter in first)
    return replace(document, expected=coverage.expect_book(replace(document.book, chapters=opening)))


def render_parts(
    job: PrintJob,
    document: Document,
    state: LayoutState,
    *,
    parts: frozenset[str] = WHOLE,
    side: Side | None = None,
    filled: bool = True,
    look: PageInspector | None = None,
    before: PageEnds | None = None,
    total: int = 0,
) -> Rendering:
    """Render parts of a document.

    `side` says which pages they are where not all pages are one flow; lines that are not `filled` stay ragged;
    `look` is shown each page as it is made; `before` says where earlier pages ended, `total` how many they were.
    """
    theme, edition = job.theme, document.edition
    options = job.options if filled else job.options.model_copy(update={"align": "start"})
    used = _find_settings(job, document.book)
    page = page_css.plan_page(edition, options, len(document.languages), own_paper=job.own_paper, fit=job.fit)
    page_hand = hand = side.hand if side else ""
    if job.part and "furniture" not in parts:  # parts are laid out as if all of their pages were the book's first
        page_hand = "left" if document.book.direction == "rtl" else "right"
    generated = [
        css.write_rules(document.book, used, options),
        page_css.write_page_rules(page, document.book.direction, page_hand),
        page_css.write_furniture_rules(
            document.book.direction,
            len(document.languages),
            middle=edition.arrangement is Arrangement.ROWS,
            front="front" in parts or (job.part is not None and job.part.first == 1),
            mirrored=page.mirrored,
            hand=hand,
        ),
        css.write_colours(options),
    ]
    if not options.divide:
        generated.append(page_css.write_undivided_units())
    if side:
        generated.append(page_css.write_numbering(side.first, outlined=not side.prefix))
    if chapters_begin_pages(job, document.chapters):
        generated.append(page_css.write_chapter_breaks(contents=has_contents(job, document)))
    if job.part and "furniture" in parts:
        generated.append(page_css.continue_pages(job.part.first, document.book.direction))
    bare = (side is not None and "text" not in parts) or (job.part is not None and "furniture" not in parts)
    names = ("print.css", edition.style) if edition.style else ("print.css",)
    sheets = [
        Sheet("fonts", write_face_rules(job.typefaces.faces, "fonts/")),
        theme.read_sheet("design.css"),
        Sheet("languages", "\n".join(generated)),
        *map(theme.read_sheet, names),
        *([Sheet("bare", page_css.BARE)] if bare else []),
        *theme.read_additions(),
    ]
    assets = {f"fonts/{face.file_name}": read_face(face) for face in job.typefaces.faces}
    assets |= {picture.name: picture.data for picture in document.pictures}
    html = templates.render(
        theme,
        edition.template,
        document=document,
        options=options,
        generator=GENERATOR,
        modified=job.modified,
        kept=state.kept,
        forced=state.forced,
        insets=state.insets,
        widths=page_css.measure_columns(page, state.shares, page_css.find_gutter(document.book)),
        pages=state.pages,
        contents=has_contents(job, document),
        parts=parts,
        blanks=state.blanks,
        pads=state.pads,
        total=side.total if side else job.part.total if job.part else total,
        running=job.part is None or "furniture" in parts,
        ranges=job.part.ranges if job.part else (),
        all_digits=DIGITS,
        prefix=side.prefix if side else "",
        hand=hand,
        font_names=job.typefaces.names,
    )
    path = theme.layout_path(edition.template)
    return render.render(html, sheets, assets, path=path, inspector=look, before=before, is_xml=not job.has_own_layout)
