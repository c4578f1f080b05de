"""A printed edition: Book and options in, laid out pages out, looked at and laid out again until they stand well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bookbuild.checks import coverage
from bookbuild.document import rows, templates
from bookbuild.document.document import Document
from bookbuild.document.editions import Arrangement
from bookbuild.document.fonts import font_data, word_width
from bookbuild.document.stylesheets import face_rules
from bookbuild.document.templates import GENERATOR
from bookbuild.document.theme import Sheet
from bookbuild.languages import kashida
from bookbuild.model.book import Book, Kind, block_id
from bookbuild.model.inline import Inline, Text, Unbroken
from bookbuild.pdf import boxes, css
from bookbuild.pdf import lines as linework
from bookbuild.pdf.css import Setting
from bookbuild.pdf.engine import render
from bookbuild.pdf.engine.breaking import Look
from bookbuild.pdf.engine.render import Rendering
from bookbuild.pdf.job import WHOLE, Job, Side, State
from bookbuild.pdf.lines import Line
from bookbuild.pdf.page_breaks import Watch

MOST_LAYOUTS = 4
"""Passes until the numbers of pages in a table of contents are right: they may change its length."""
LONG_TITLE = 20
"""Characters from which on a title may take two lines."""
LONG_CHAPTER = 20
"""Units a chapter, on average, from which on chapters begin pages where languages stand side by side."""
ENTRIES = 6
"""Headings from which on a printed edition has a table of contents, if it is left to us."""


@dataclass(frozen=True)
class Pages:
    """A laid out edition."""

    document: Document
    rendering: Rendering
    lines: tuple[Line, ...]
    outside: str
    """All text that belongs to no block."""
    torn: frozenset[str]
    """Units that could not be kept from being torn."""


def lay_out(job: Job) -> Pages:
    """Lay an edition out that is one flow of pages."""
    shares = css.column_shares(job.options, [0.0] * len(job.book.languages))
    insets = _insets(job) if "front" in job.parts else {}
    state = State(shares=shares, insets=insets, pages=dict(job.part.pages) if job.part else {})
    pages = _pass(job, state)
    for number in range(MOST_LAYOUTS if job.part is None else 0):
        better = _better(job, state, pages, first=number == 0)
        if better == state:
            break
        state = better
        pages = _pass(job, state)
    extra = margin_notes(job, pages)
    if extra or job.options.align == "kashida":
        pages = _pass(job, state, extra)
    return pages


def _insets(job: Job) -> dict[str, float]:
    """Give the paddings of long titles, found on the title block alone: it is laid out in no time."""
    insets: dict[str, float] = {}
    titles = [] if job.book.metadata.title_in_text else list(job.book.metadata.title.values())
    if max(map(len, titles), default=0) < LONG_TITLE:
        return insets
    for _ in range(len(titles)):
        state = State(insets=insets)
        document = replace(make_document(job, state), sections=())  # without a table of contents
        found = boxes.balanced(rendered(job, document, state, parts=frozenset({"front"})), insets)
        if found == insets:
            break
        insets = found
    return insets


def _better(job: Job, state: State, pages: Pages, *, first: bool) -> State:
    """Give the state that shows what the pages could only tell when they were made; the same if nothing changes."""
    document, lines = pages.document, pages.lines
    shares = state.shares
    if first and job.options.columns == "measured" and job.edition.arrangement is Arrangement.ROWS:
        shares = css.column_shares(job.options, _areas(job, document, lines, state.shares))
    found = linework.heading_pages(document, lines) if has_contents(job, document) else state.pages
    return replace(state, shares=shares, pages=found)


def _areas(job: Job, document: Document, lines: Sequence[Line], shares: Sequence[float]) -> list[float]:
    """Give the area that each language's text takes, in any unit."""
    used = _settings(job, document.book)
    return [
        sum(line.id.endswith(f"-{language.tag}") for line in lines) * used[language.tag].leading * share
        for language, share in zip(document.languages, shares, strict=True)
    ]


def chapters_begin_pages(job: Job, chapters: int) -> bool:
    """Tell whether each chapter begins a page; if it is left to us, where chapters are long enough."""
    if job.part is not None:
        return job.part.begins
    wanted = job.options.chapters
    if chapters < 2 or wanted == "run-on" or job.edition.arrangement is Arrangement.FACING:
        return False
    if wanted == "page" or job.edition.arrangement is not Arrangement.ROWS:
        return True
    return sum(1 for _ in job.book.units()) >= LONG_CHAPTER * chapters


def _settings(job: Job, book: Book) -> Mapping[str, Setting]:
    """Give how each language is set."""
    return job.part.settings if job.part else css.settings(book, job.typefaces.stacks, job.edition)


def has_contents(job: Job, document: Document) -> bool:
    """Tell whether there is a table of contents."""
    if job.part is not None:
        return job.part.contents
    if job.options.contents == "auto":
        return len(document.entries) >= ENTRIES
    return job.options.contents and bool(document.entries)


def margin_notes(job: Job, pages: Pages) -> dict[str, dict[int, Inline]]:
    """Give what stands at offsets of texts because of how they fell into lines: line numbers, kashidas."""
    found: dict[str, dict[int, Inline]] = {}
    if job.edition.line_numbers:
        for identifier, marks in linework.line_numbers(pages.document, pages.lines, job.options.line_numbers).items():
            found.setdefault(identifier, {}).update(marks)
    if job.options.align == "kashida":
        for identifier, marks in _kashidas(job, pages):
            found[identifier] = {**marks, **found.get(identifier, {})}
    return found


def _kashidas(job: Job, pages: Pages) -> Iterator[tuple[str, dict[int, Inline]]]:
    """Give the kashidas that fill lines, by block and offset; a paragraph's last line stays as it is."""
    used = _settings(job, pages.document.book)
    kinds = {block_id(u, lang): u.kind for u in pages.document.book.units() for lang in pages.document.languages}
    for identifier, tag, text, parts in linework.by_block(pages.document, pages.lines):
        one = used[tag]
        if not one.how.kashida or kinds.get(identifier) is not Kind.PARAGRAPH:
            continue
        measure = partial(word_width, one.stack.families[0].face(400), size=one.size)
        marks: dict[int, Inline] = {}
        for part in parts[:-1]:
            line = text[part.start : part.end].replace("\u00a0", " ")
            for at, units in kashida.fill(line, -part.line.overfull, measure).items():
                marks[part.start + at] = Text(kashida.INSERTED * units)
        if marks:
            yield identifier, marks


def _pass(job: Job, state: State, extra: Mapping[str, Mapping[int, Inline]] | None = None) -> Pages:
    document = make_document(job, state, extra)
    # lines are filled when all is known: until then they have their own lengths
    filled = extra is not None or job.options.align != "kashida"
    watch = Watch(document, rows=job.edition.arrangement is Arrangement.ROWS)
    rendering = rendered(job, document, state, parts=job.parts, filled=filled, look=watch)
    identifiers = frozenset(block.id for block in document.expected)
    lines = boxes.lines(rendering, identifiers)
    torn = boxes.torn(document, lines) if job.edition.arrangement is Arrangement.ROWS else frozenset()
    return Pages(document, rendering, lines, boxes.outside(rendering, identifiers), torn)


def make_document(job: Job, state: State, extra: Mapping[str, Mapping[int, Inline]] | None = None) -> Document:
    """Give the document of an edition with what earlier passes found out."""
    added: dict[str, dict[int, Inline]] = {
        identifier: {at: Unbroken((Text(word),)) for at, word in words.items()}
        for identifier, words in state.whole.items()
    }
    for identifier, marks in (extra or {}).items():
        added[identifier] = {**marks, **added.get(identifier, {})}
    letters = job.options.list_markers == "letters"
    near = job.part.near if job.part else None
    made = rows.document(job.book, job.edition, job.images, letters=letters, extra=added, near=near)
    if job.part is None or "text" in job.parts:
        return made
    # the title alone is shown; the other headings are there for the table of contents
    first = made.book.chapters[:1] if made.opening else ()
    opening = tuple(replace(chapter, units=chapter.units[:1]) for chapter in first)
    return replace(made, expected=coverage.expect_book(replace(made.book, chapters=opening)))


def rendered(
    job: Job,
    document: Document,
    state: State,
    *,
    parts: frozenset[str] = WHOLE,
    side: Side | None = None,
    filled: bool = True,
    look: Look | None = None,
) -> Rendering:
    """Render parts of a document.

    `side` says which pages they are where not all pages are one flow; lines that are not `filled` stay ragged;
    `look` is shown each page as it is made.
    """
    theme, edition, options = job.theme, document.edition, job.options
    if not filled:
        options = options.model_copy(update={"align": "start"})
    used = _settings(job, document.book)
    made = css.page(edition, options, len(document.languages), own_paper=job.own_paper)
    generated = [
        css.rules(document.book, used, options),
        css.page_rules(made, document.book.direction, side.hand if side else ""),
        css.furniture_rules(
            document.book.direction,
            len(document.languages),
            front="front" in parts or (job.part is not None and job.part.first == 1),
            mirrored=made.mirrored,
            hand=side.hand if side else "",
        ),
        css.colours(options),
    ]
    if side:
        generated.append(css.numbering(side.first, outlined=not side.prefix))
    if chapters_begin_pages(job, document.chapters):
        generated.append(css.chapter_breaks(contents=has_contents(job, document)))
    if job.part and "furniture" in parts:
        generated.append(css.continued(job.part.first, document.book.direction))
    bare = (side is not None and "text" not in parts) or (job.part is not None and "furniture" not in parts)
    names = ("print.css", edition.style) if edition.style else ("print.css",)
    sheets = [
        Sheet("fonts", face_rules(job.typefaces.faces, "fonts/")),
        theme.read_sheet("design.css"),
        Sheet("languages", "\n".join(generated)),
        *map(theme.read_sheet, names),
        *([Sheet("bare", css.BARE)] if bare else []),
        *theme.read_additions(),
    ]
    assets = {f"fonts/{face.file_name}": font_data(face) for face in job.typefaces.faces}
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
        widths=css.column_widths(made, state.shares),
        pages=state.pages,
        contents=has_contents(job, document),
        parts=parts,
        blanks=state.blanks,
        pads=state.pads,
        total=side.total if side else job.part.total if job.part else 0,
        running=job.part is None or "furniture" in parts,
        count=job.part.count if job.part else 0,
        prefix=side.prefix if side else "",
        font_names=job.typefaces.names,
    )
    path = theme.layout_path(edition.template)
    return render.render(html, sheets, assets, path=path, look=look)
