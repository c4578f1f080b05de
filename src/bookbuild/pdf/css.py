"""What a printed edition asks of its stylesheet: page, sizes and leading of each language, as CSS. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from bookbuild.book.config.print import PrintTable
from bookbuild.document.editions import Arrangement, Edition
from bookbuild.document.fonts import Stack, measure_vertically, measure_x_height
from bookbuild.document.paper import Margins, Page, fit_margins, measure_page
from bookbuild.document.stylesheets import write_emphasis_rules
from bookbuild.languages.tables import Script, find_setting
from bookbuild.languages.words import is_annotated, is_vocalised
from bookbuild.model.book import Book, Language
from bookbuild.pdf.copyfit import Fit

RUNNING = 14.0
"""pt; the leading of running heads and page numbers."""
NAME_LINE = 18.0
"""pt; the leading of the labels for name and class."""
TIGHT = 0.82
"""The least leading, as a share of what a face's tallest and deepest letters take."""
_TIGHT_HEAD = 0.74
"""The same of running heads, whose lines are alone."""
HEAD, LABEL = 0.8, 0.9
"""Sizes of running heads and of the labels for name and class, as shares of a language's size."""
GUTTER, GAP = 10.0, 7.0
"""mm between the first two columns, which bears the numbers, and between others."""
_HALF = 0.75
"""Margins of half a sheet, as a share of a whole one's."""
_UNFITTED = Fit()
_OPPOSITE = {"left": "right", "right": "left"}
"""The other side."""


@dataclass(frozen=True, slots=True)
class TypeSetting:
    """How one language is set in one edition; pt."""

    size: float
    leading: float
    stack: Stack
    how: Script
    least: float

    def small(self, share: float) -> float:
        """Return a share of the size that is not below the edition's least."""
        return round(max(self.size * share, min(self.least, self.size)), 2)

    def first(self, size: float, leading: float) -> float:
        """Return the distance from the top of a line box to its base line, in pt (CSS 2.1, section 10.8.1)."""
        ascent, descent = measure_vertically(self.stack.families[0].face(400))
        return (leading - (ascent + descent) * size) / 2 + ascent * size


def plan_page(edition: Edition, options: PrintTable, languages: int, *, own_paper: bool, fit: Fit = _UNFITTED) -> Page:
    """Return the page of an edition; `own_paper` says that book.toml names a paper for this edition alone."""
    half = edition.half and not own_paper
    wide = edition.arrangement is Arrangement.ROWS and languages > 2
    landscape = options.orientation == "landscape" or (options.orientation == "auto" and wide)
    width, height = measure_page(options.paper, half=half, landscape=landscape)
    base = edition.margins
    if half or options.paper in {"A5", "B5"}:
        base = Margins(*(round(side * _HALF, 1) for side in (base.top, base.bottom, base.inner, base.outer)))
    margins = fit_margins(Margins(*(side - fit.margins for side in astuple(base))), options.binding)
    mirrored = options.duplex or edition.half
    return Page(width, height, margins, mirrored, options.bleed, options.crop_marks)


def find_settings(
    book: Book, stacks: Mapping[str, Stack], edition: Edition, fit: Fit = _UNFITTED
) -> dict[str, TypeSetting]:
    """Return how each language is set: the sizes of its script, scaled, and leading as its text and face need it."""
    hows = {lang.tag: find_setting(lang.script, stacks[lang.tag].families[0].name) for lang in book.languages}
    factor = max(edition.scale * fit.size, edition.least / min(how.size for how in hows.values()))
    for tag, how in hows.items():
        x = measure_x_height(stacks[tag].families[0].face(400)) if how.emphasis == "italic" else 0.0
        factor = max(factor, edition.x_height / (x * how.size) if x else 0.0)
    settings_by_tag = {}
    for side, language in enumerate(book.languages):
        how, stack = hows[language.tag], stacks[language.tag]
        text = "".join(unit.blocks[side].text for unit in book.units())
        leading = _choose_leading(how, text)
        ascent, descent = measure_vertically(stack.families[0].face(400))
        leading = max(leading * fit.leading, (ascent + descent) * how.size * TIGHT)
        size, leading = round(how.size * factor, 2), round(leading * factor, 2)
        settings_by_tag[language.tag] = TypeSetting(size, leading, stack, how, edition.least)
    return settings_by_tag


def _choose_leading(how: Script, text: str) -> float:
    """Return the leading that a text needs for the marks it bears, in pt."""
    if how.annotated and is_annotated(text):
        return how.annotated
    return how.vocalised if how.vocalised and is_vocalised(text) else how.leading


def write_rules(book: Book, settings: Mapping[str, TypeSetting], options: PrintTable) -> str:
    """Write what each language needs: family, size, leading, alignment, emphasis, and how far base lines are moved.

    Sizes are custom properties, which print.css scales; nothing is smaller than --least.
    """
    shares = {"row": 1.0, "head": HEAD, "label": LABEL}
    sizes = {share: {tag: s.small(share) for tag, s in settings.items()} for share in shares.values()}
    heights = [sum(measure_vertically(s.stack.families[0].face(400))) * sizes[HEAD][tag] for tag, s in settings.items()]
    running = round(max(RUNNING, *(size * 1.25 for size in sizes[HEAD].values()), max(heights) * _TIGHT_HEAD), 2)
    labels = round(max(NAME_LINE, *(size * 1.3 for size in sizes[LABEL].values())), 2)
    leadings = {"row": {tag: s.leading for tag, s in settings.items()}}
    leadings |= {name: dict.fromkeys(settings, leading) for name, leading in (("head", running), ("label", labels))}
    firsts = {
        name: {tag: s.first(sizes[share][tag], leadings[name][tag]) for tag, s in settings.items()}
        for name, share in shares.items()
    }
    first, last = settings[book.languages[0].tag], settings[book.languages[-1].tag]
    beside = first.first(first.size, first.leading) - last.first(last.size, first.leading)
    drop = max(firsts["row"].values()) - firsts["row"][book.languages[-1].tag]
    rules = [
        f":root {{ --gutter: {GUTTER}mm; --gap: {GAP}mm; --size-head: {HEAD}; --size-label: {LABEL} }}",
        f":root {{ --head-leading: {running}pt; --label-leading: {labels}pt }}",
        f"body .numbers {{ font-family: {last.stack.css}; font-size: {last.size}pt }}",
        f"body .numbers {{ line-height: {last.leading}pt; margin-top: {drop:.2f}pt }}",
        f"body:not(.rows) .numbers {{ line-height: {first.leading}pt; margin-top: 0; top: {beside:.2f}pt }}",
    ]
    for language in book.languages:
        rules += _write_language(language, settings[language.tag], options)
        drops = {name: max(tops.values()) - tops[language.tag] for name, tops in firsts.items()}
        drops["foot"] = firsts["head"][language.tag] - min(firsts["head"].values())
        properties = "; ".join(f"--{name}-drop: {drop:.2f}pt" for name, drop in drops.items())
        rules.append(f":lang({language.tag}) {{ {properties} }}")
        rules += _write_foreign_words(book, language, settings)
    return "\n".join(rules)


def _write_foreign_words(book: Book, language: Language, settings: Mapping[str, TypeSetting]) -> list[str]:
    """Set words of another script as the language of the book does that is written in it, where that is smaller.

    They are as large there as here then, and move no line: Arabic type has Latin letters that are larger. Nothing is
    made smaller in large print.
    """
    own = settings[language.tag]
    return [
        f":lang({language.tag}) > .run:lang(und-{other.script}) {{ font-family: {settings[other.tag].stack.css}, "
        f"{own.stack.css}; font-size: {settings[other.tag].size / own.size:.3f}em; line-height: 0 }}"
        for other in book.languages
        if other.script != language.script and settings[other.tag].size < own.size and not own.least
    ]


def _write_language(language: Language, setting: TypeSetting, options: PrintTable) -> list[str]:
    at, how = f":lang({language.tag})", setting.how
    justified = options.align == "justify" or (options.align == "kashida" and (how.kashida or how.hyphenate))
    least = min(setting.least, setting.size)
    # capitals and ascenders make a left-to-right title look larger
    title = "--size-title-rtl" if language.direction == "rtl" else "--size-title"
    return [
        f"{at} {{ font-family: {setting.stack.css}; hyphens: {'auto' if how.hyphenate else 'manual'} }}",
        f"{at} {{ font-variant-numeric: {how.numeric}; --align: {'justify' if justified else 'start'} }}",
        f"{at} {{ --size: {setting.size}pt; --leading: {setting.leading}pt; --title: var({title}) }}",
        f"{at} {{ --least: {least}pt; --least-leading: {least * setting.leading / setting.size:.2f}pt }}",
        *write_emphasis_rules(language, at, options.emphasis),
    ]


def write_page_rules(page: Page, direction: str, hand: str = "") -> str:
    """Write the page: size, margins, bleed and marks.

    `hand` is left or right where all pages are of one hand, as in a part of facing pages.
    """
    sides = page.margins
    written = [f"@page {{ size: {page.width}mm {page.height}mm; margin: {sides.top}mm 0 {sides.bottom}mm }}"]
    if page.bleed or page.marks:
        marks = "; marks: crop" if page.marks else ""
        written.append(f"@page {{ bleed: {max(page.bleed, 5.0 if page.marks else 0.0)}mm{marks} }}")
    if page.mirrored and not hand:
        # the spine is on the other side of every other page, whichever way they turn
        for side, inner in _OPPOSITE.items():
            written.append(f"@page :{side} {{ margin-{inner}: {sides.inner}mm; margin-{side}: {sides.outer}mm }}")
    else:
        outer = hand or ("left" if direction == "rtl" else "right")
        written.append(f"@page {{ margin-{_OPPOSITE[outer]}: {sides.inner}mm; margin-{outer}: {sides.outer}mm }}")
    return "\n".join(written)


def write_furniture_rules(
    direction: str, languages: int, *, front: bool = True, mirrored: bool = False, hand: str = ""
) -> str:
    """Put running heads and page numbers on their sides of the page; no head over a title.

    Two languages have a side each, the first one where it begins to be read. One language alone has the outer
    side, where pages are `mirrored`; all of them lie on one `hand` in a part of facing pages.
    """
    first = "right" if direction == "rtl" else "left"
    second = _OPPOSITE[first]
    written = [f".name-line .label-1 {{ float: {first} }}", f".name-line .label-2 {{ float: {second} }}"]
    for number, side in ((1, hand or first), (2, second)):
        written.append(f".run-{number} {{ position: running(run-{side}); text-align: {side} }}")
        written.append(f".folio-{number} {{ position: running(folio-{side}); text-align: {side} }}")
    if languages == 1 and mirrored and not hand:
        for one, other in _OPPOSITE.items():
            boxes = (
                f"@top-{one} {{ content: element(run-{first}); text-align: {one} }}",
                f"@top-{other} {{ content: none }}",
                f"@bottom-{one} {{ content: element(folio-{first}) }} @bottom-{other} {{ content: none }}",
            )
            written.append(f"@page :{one} {{ {' '.join(boxes)} }}")
        written.append(".run-1, .folio-1 { text-align: inherit }")
    if front:
        written.append("@page :first { @top-left { content: none } @top-right { content: none } }")
    return "\n".join(written)


def write_colours(options: PrintTable) -> str:
    """Write the colours: black and greys, or two inks that differ in grey too (Y' of 0.23 and 0.38)."""
    return ":root { --accent: #14396b; --accent-quiet: #9c4a1a }" if options.colour else ""


def write_numbering(first: int, *, outlined: bool) -> str:
    """Write page numbers that begin at `first` and leave out every other one; `outlined` keeps the outline."""
    outline = "" if outlined else " .unit { bookmark-level: none !important }"
    return f"@page {{ counter-increment: page 2 }} @page :first {{ counter-reset: page {first - 2} }}{outline}"


def write_undivided_units() -> str:
    """Keep units whole that a page has room for."""
    return ".unit { break-inside: avoid }"


def write_chapter_breaks(*, contents: bool) -> str:
    """Let chapters begin pages, and the first one too where a table of contents stands before it."""
    rules = ["tbody + tbody > .unit.first, .chapter + .chapter { break-before: page }"]
    if contents:
        rules.append(".contents + .pairs, .contents + .chapter { break-before: page }")
    return " ".join(rules)


def continue_pages(first: int, direction: str) -> str:
    """Let pages be counted from `first`, and lie on the side of the book where that one lies."""
    side = "right" if (first % 2 == 1) == (direction == "ltr") else "left"
    return f"html {{ break-before: {side} }} @page :first {{ counter-reset: page {first} }}"


def measure_columns(page: Page, shares: Sequence[float]) -> tuple[float, ...]:
    """Return the columns' widths in mm, from their shares of what the gutters leave; none where all are the same."""
    if len(set(shares)) == 1:
        return ()
    room = page.width - page.margins.inner - page.margins.outer - GUTTER - GAP * max(0, len(shares) - 2)
    return tuple(round(room * share / 100, 3) for share in shares)


BARE = "@page { @top-left { content: none } @top-right { content: none } @bottom-left { content: none } "
BARE += "@bottom-right { content: none } }"
"""Of title pages and closing pages: no head and no number."""


def share_columns(options: PrintTable, measured: Sequence[float]) -> tuple[float, ...]:
    """Return the columns' widths in per cent of what they share.

    `measured` are the areas that the texts take, empty before the first layout.
    """
    count = len(measured)
    if isinstance(options.columns, tuple) and len(options.columns) == count:
        total = sum(options.columns)
        return tuple(round(100 * share / total, 2) for share in options.columns)
    if options.columns == "measured" and any(measured):
        # a column must stay one: no narrower than two thirds of its even share
        even = 1 / count
        shares = [min(max(area / sum(measured), even * 0.7), even * 1.3) for area in measured]
        return tuple(round(100 * share / sum(shares), 2) for share in shares)
    return tuple(round(100 / count, 2) for _ in measured)
