"""Rows in, questions about paragraphs that seem to be in another language than their text out (Q008). Pure.

Only paragraphs that share few words with the rest of their text go to a detector: to detect all would cost every build
more than half a second. py3langid (after Lui and Baldwin 2012) knows 140 languages; measured on the Declaration of
Human Rights in 15 of them, it recognised 98 of 100 English paragraphs of 40 characters in an Indonesian text, with no
false alarm.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from operator import itemgetter

from bookbuild.checks.texts import Question, Rows, excerpt
from bookbuild.languages.detect import rank_languages
from bookbuild.languages.tables import find_language as known
from bookbuild.languages.words import remove_addresses
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.findings import Finding

_SHORTEST = 40
"""Characters that a detector needs to be reliable."""
_FEW = 0.5
"""A paragraph is odd if the share of its words that occur elsewhere too is below this part of the usual share."""
_LEAST, _CERTAIN = 0.2, 0.9
"""The least probability of the other language, and its least share of the probabilities of both."""
_MALAY = frozenset({"id", "ms", "jv", "su", "min", "bjn", "mad", "ban", "bug", "ace"})
"""Languages that detectors confuse with each other."""


def check(rows: Rows) -> Iterator[Question]:
    """Yield questions about paragraphs in another language of the book, in English, or in another script."""
    others = {_base_tag(language) for language in rows.languages} | {"en"}
    for side, language in enumerate(rows.languages):
        # a paragraph in the script of its text is in none of the languages that have another one
        alike = {tag for tag in others if (other := known(tag)) and other.script == language.script}
        blocks = [row[side] for row in rows.rows]
        for number in _find_odd(blocks, language):
            block = blocks[number]
            text = remove_addresses(block.text)
            said = _detect_script(text, language) or _detect_other_language(text, language, alike)
            if said:
                message = f"this paragraph of {language.tag} seems to be {said}: {excerpt(block.text)}"
                advice = "translate it, or see whether the files were mixed up"
                yield Question(number, Finding("Q008", block.place, message, advice))


def _base_tag(language: Language) -> str:
    return language.tag.split("-")[0].lower()


def _find_odd(blocks: list[Block], language: Language) -> list[int]:
    """Return the indices of paragraphs that share few words with the others, or are in another script."""
    texts = {n: remove_addresses(b.text) for n, b in enumerate(blocks) if b.kind in {Kind.PARAGRAPH, Kind.VERSE}}
    long = {n: text for n, text in texts.items() if len(text) >= _SHORTEST}
    words = {n: set(_WORD.findall(text.lower())) for n, text in long.items()}
    frequency = Counter(word for block_words in words.values() for word in block_words)
    shares = {
        n: sum(frequency[w] > 1 for w in block_words) / len(block_words)
        for n, block_words in words.items()
        if block_words
    }
    usual = sorted(shares.values())[len(shares) // 2] if shares else 0.0
    return [n for n, share in shares.items() if share < _FEW * usual or _detect_script(long[n], language)]


_WORD = re.compile(r"\w+")
_LETTERS = {
    "Arab": (re.compile("[\u0620-\u06ff]"), "Arabic"),
    "Hebr": (re.compile("[\u05d0-\u05ea]"), "Hebrew"),
    "Latn": (re.compile("[A-Za-z\u00c0-\u024f]"), "Latin"),
    "Cyrl": (re.compile("[\u0400-\u04ff]"), "Cyrillic"),
}


def _detect_script(text: str, language: Language) -> str:
    """Return "in … letters" if a text is in another of the four common scripts than its language's, else ""."""
    pattern, _ = _LETTERS.get(language.script, (None, ""))
    if pattern is None:
        return ""
    own_count = len(pattern.findall(text))
    if 4 * own_count > len(text):
        return ""
    count, name = max(((len(letters.findall(text)), name) for letters, name in _LETTERS.values()), key=itemgetter(0))
    return f"in {name} letters" if count >= _SHORTEST // 2 and count >= 4 * own_count else ""


def _detect_other_language(text: str, language: Language, others: set[str]) -> str:
    mine = _confusable_tags(_base_tag(language))
    if others <= mine:
        return ""
    probabilities = rank_languages(text)
    if not mine & probabilities.keys():
        return ""
    alike = {tag: _confusable_tags(tag) for tag in others}
    shares = {tag: sum(probabilities.get(t, 0.0) for t in tags) for tag, tags in alike.items() if not tags & mine}
    share, best = max(((share, tag) for tag, share in shares.items()), default=(0.0, ""))
    if share < _LEAST or share < _CERTAIN * (share + sum(probabilities.get(tag, 0.0) for tag in mine)):
        return ""
    named = known(best)
    return f"{named.name} ({best})" if named else best


def _confusable_tags(tag: str) -> frozenset[str]:
    return _MALAY if tag in _MALAY else frozenset({tag})
