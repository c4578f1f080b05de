"""Paragraphs that seem to be in another language than their text: what was left untranslated. Pure.

A detector looks at those that share few words with the rest of their text: to look at all would cost every build more
than half a second. py3langid (after Lui and Baldwin 2012) knows 140 languages; measured on the Declaration of Human
Rights in 15 of them it told 98 of 100 English paragraphs of 40 characters in an Indonesian text, with no false alarm.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bookbuild.checks.texts import Question, Rows, excerpt
from bookbuild.languages.detect import rank_languages
from bookbuild.languages.tables import find_language as known
from bookbuild.languages.words import remove_addresses
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.findings import Finding

_SHORTEST = 40
"""Characters from which on a detector can be trusted."""
_FEW = 0.5
"""Share of a paragraph's words that stand elsewhere in the text too, beside the usual share, below which it is odd."""
_LEAST, _CERTAIN = 0.2, 0.9
"""Of the other language: its probability, and its share of that of both."""
_MALAY = frozenset({"id", "ms", "jv", "su", "min", "bjn", "mad", "ban", "bug", "ace"})
"""Languages that detectors take for each other."""


def check(rows: Rows) -> Iterator[Question]:
    """Find paragraphs in another language of the book, or in English; of another script, in any."""
    others = {_base(language) for language in rows.languages} | {"en"}
    for side, language in rows.sides():
        blocks = [row[side] for row in rows.rows]
        for number in _odd(blocks, language):
            block = blocks[number]
            text = remove_addresses(block.text)
            other = _script(text, language) or _detected(text, language, others)
            if other:
                message = f"this paragraph of {language.tag} seems to be {other}: {excerpt(block.text)}"
                advice = "translate it, or see whether the files were mixed up"
                yield Question(number, Finding("Q008", block.place, message, advice))


def _base(language: Language) -> str:
    return language.tag.split("-")[0].lower()


def _odd(blocks: list[Block], language: Language) -> list[int]:
    """Give the paragraphs that share few words with the others, or that are of another script."""
    texts = {n: remove_addresses(b.text) for n, b in enumerate(blocks) if b.kind in {Kind.PARAGRAPH, Kind.VERSE}}
    long = {n: text for n, text in texts.items() if len(text) >= _SHORTEST}
    own = {n: set(_WORD.findall(text.lower())) for n, text in long.items()}
    frequency = Counter(word for found in own.values() for word in found)
    shares = {n: sum(frequency[w] > 1 for w in found) / len(found) for n, found in own.items() if found}
    usual = sorted(shares.values())[len(shares) // 2] if shares else 0.0
    return [n for n, share in shares.items() if share < _FEW * usual or _script(long[n], language)]


_WORD = re.compile(r"\w+")
_LETTERS = {
    "Arab": re.compile("[\u0620-\u06ff]"),
    "Hebr": re.compile("[\u05d0-\u05ea]"),
    "Latn": re.compile("[A-Za-z\u00c0-\u024f]"),
    "Cyrl": re.compile("[\u0400-\u04ff]"),
}


def _script(text: str, language: Language) -> str:
    """Tell that a text is in another script than its language's, of those that books mostly have."""
    pattern = _LETTERS.get(language.script)
    if pattern is None:
        return ""
    own = len(pattern.findall(text))
    if 4 * own > len(text):
        return ""
    counts = {name: len(found.findall(text)) for name, found in _LETTERS.items()}
    top = max(counts, key=lambda name: counts[name])
    if counts[top] < _SHORTEST // 2 or counts[top] < 4 * own:
        return ""
    return {"Arab": "in Arabic letters", "Hebr": "in Hebrew letters", "Cyrl": "in Cyrillic letters"}.get(
        top, "in Latin letters"
    )


def _detected(text: str, language: Language, others: set[str]) -> str:
    found = rank_languages(text)
    mine = _group(_base(language))
    if not mine & found.keys():
        return ""
    own = sum(found.get(tag, 0.0) for tag in mine)
    best = max(
        ((sum(found.get(t, 0.0) for t in _group(tag)), tag) for tag in others if not _group(tag) & mine),
        default=(0.0, ""),
    )
    if best[0] < _LEAST or best[0] < _CERTAIN * (best[0] + own):
        return ""
    named = known(best[1])
    return f"{named.name} ({best[1]})" if named else best[1]


def _group(tag: str) -> frozenset[str]:
    return _MALAY if tag in _MALAY else frozenset({tag})
