"""The last line of a paragraph in an e-book: which words must not be parted from it. A block in, its inlines out. Pure.

On pages, all lines of a paragraph are chosen together (pdf/line_fit.py).
"""

from __future__ import annotations

from bookbuild.languages.tables import find_script
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.inline import Inline, Text, Unbroken

SHORT_WORD, SHORT_WHOLE_WORD, LONGEST_TAIL = 9, 6, 14
"""Letters of a word that must not stand alone on a last line, the same where words are not divided; letters a word
of what is kept together there."""

SHORTEST_DIVIDED = 6
"""Letters of a word that may be divided; the same as in print.css."""


def hold_last_words(source: Block, language: Language) -> tuple[Inline, ...]:
    """Hold together what a last line must have at least: a whole word, and two where the last is short."""
    last = source.content[-1] if source.content else None
    if source.kind is not Kind.PARAGRAPH or not isinstance(last, Text):
        return source.content
    words = last.text.split(" ")
    divided = find_script(language.script).hyphenate
    count = 2 if len(words) > 4 and len(words[-1]) < (SHORT_WORD if divided else SHORT_WHOLE_WORD) else 1
    if count == 1 and not (divided and len(words[-1]) >= SHORTEST_DIVIDED):
        return source.content
    tail = " ".join(words[-count:])
    if len(words) <= count or len(tail) > 2 * LONGEST_TAIL or not all(words[-count:]):
        return source.content
    return (*source.content[:-1], Text(" ".join(words[:-count]) + " "), Unbroken((Text(tail),)))
