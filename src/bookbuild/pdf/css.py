"""What a printed edition asks of its stylesheet: sizes and leading of each language, as CSS. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bookbuild.book.config.print import PrintTable
from bookbuild.document.editions import Arrangement, Edition
from bookbuild.document.fonts import Stack, measure_vertically, measure_x_height
from bookbuild.document.paper import Page
from bookbuild.document.stylesheets import write_emphasis_rules
from bookbuild.languages.tables import Script, find_setting
from bookbuild.languages.words import is_annotated, is_vocalised
from bookbuild.model.book import Book, Language
from bookbuild.pdf.copyfit import Fit
from bookbuild.pdf.page_css import GAP, find_gutter, measure_room, plan_page

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
_COLUMN = 78.0
"""mm of the columns that sizes are made for."""
_SMALLEST = 0.86
"""Factor of sizes in columns that are much narrower, as on A5."""
NUMBER_RANGE = "number-range-"
"""What the names of strings begin with that stand for the numbers of a page; a numbering system follows."""
_UNFITTED = Fit()


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


def _fit_to_column(edition: Edition, page: Page, languages: int) -> float:
    """Return the factor of sizes where columns side by side are narrower than they are made for."""
    if edition.arrangement is not Arrangement.ROWS or languages < 2:
        return 1.0
    width = measure_room(page, languages) / languages
    return min(1.0, max(_SMALLEST, math.sqrt(width / _COLUMN)))


def find_settings(
    book: Book,
    stacks: Mapping[str, Stack],
    edition: Edition,
    options: PrintTable,
    *,
    own_paper: bool,
    fit: Fit = _UNFITTED,
) -> dict[str, TypeSetting]:
    """Return how each language is set: the sizes of its script, scaled, and leading as its text and face need it."""
    page = plan_page(edition, options, len(book.languages), own_paper=own_paper, fit=fit)
    scale = edition.scale * fit.size * options.text_size / 100 * _fit_to_column(edition, page, len(book.languages))
    hows = {lang.tag: find_setting(lang.script, stacks[lang.tag].families[0].name) for lang in book.languages}
    factor = max(scale, edition.least / min(how.size for how in hows.values()))
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
        size, leading = round(how.size * factor, 2), round(leading * factor * options.leading / 100, 2)
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
        f":root {{ --gutter: {find_gutter(book)}mm; --gap: {GAP}mm; --size-head: {HEAD}; --size-label: {LABEL} }}",
        f":root {{ --head-leading: {running}pt; --label-leading: {labels}pt }}",
        f"body .numbers, .contents .leader {{ font-family: {last.stack.css}; font-size: {last.size}pt }}",
        f"body .numbers {{ line-height: {last.leading}pt; margin-top: {drop:.2f}pt }}",
        f"body:not(.rows) .numbers {{ line-height: {first.leading}pt; margin-top: 0; top: {beside:.2f}pt }}",
    ]
    if options.notes == "page":
        rules.append("@page { @footnote { border-top: 0.3pt solid #999; padding-top: 5pt; margin-top: 10pt } }")
        rules.append("body > .colophon { border-top: 0 }")  # the rule is above it already
    if options.number_range and len(book.languages) < 3:  # of three, one has the middle of the head
        lowest = min(firsts["head"].values())
        drops_of_heads = {tag: first - lowest for tag, first in firsts["head"].items()}
        rules.append(_write_number_range(book, settings, running, drops_of_heads))
    for language in book.languages:
        rules += _write_language(language, settings[language.tag], options)
        drops = {name: max(tops.values()) - tops[language.tag] for name, tops in firsts.items()}
        drops["foot"] = firsts["head"][language.tag] - min(firsts["head"].values())
        properties = "; ".join(f"--{name}-drop: {drop:.2f}pt" for name, drop in drops.items())
        rules.append(f":lang({language.tag}) {{ {properties} }}")
        rules += _write_foreign_words(book, language, settings)
    return "\n".join(rules)


def _write_number_range(
    book: Book, settings: Mapping[str, TypeSetting], leading: float, drops: Mapping[str, float]
) -> str:
    """Put the range of a page's numbers into the middle of its head, on the base line, in every kind of digits."""
    by_digits = {book.digits.get(one.tag, "latn"): one.tag for one in reversed(book.languages)}
    tags = list(reversed(by_digits.values()))
    content = ' "\N{EM SPACE}" '.join(f"string({NUMBER_RANGE}{system})" for system in reversed(by_digits))
    direction = "rtl" if all(one.direction == "rtl" for one in book.languages) else "ltr"
    family = ", ".join(dict.fromkeys(settings[tag].stack.css for tag in tags))
    return (
        f"@page {{ @top-center {{ content: {content}; direction: {direction}; color: #555; white-space: nowrap; "
        f"vertical-align: bottom; font: {settings[tags[0]].small(HEAD)}pt/{leading}pt {family}; "
        f"padding-bottom: calc(6mm + {drops[tags[0]]:.2f}pt) }} }}"
    )


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


def write_colours(options: PrintTable) -> str:
    """Write the colours: black and greys, or two inks that differ in grey too (Y' of 0.23 and 0.38)."""
    return ":root { --accent: #14396b; --accent-quiet: #9c4a1a }" if options.colour else ""
