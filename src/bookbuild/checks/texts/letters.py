"""Rows in, questions about characters that do not belong in a text out (Q010 to Q013). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bookbuild.checks.texts import Question, Rows, list_words
from bookbuild.languages.tables import find_letters
from bookbuild.model.book import Block, Language
from bookbuild.model.characters import alphabet
from bookbuild.model.findings import Finding

_LETTER = "\u0621-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3"
_MARK = "\u064b-\u065f\u0670"
_CONTROLS = re.compile(rf"[\u202a-\u202e\u2066-\u2069]|(?<=[{_LETTER}])\u200f(?=[{_LETTER}])")
"""Embeddings, overrides and isolates; marks of direction only inside words, where a non-joiner was meant."""
_FORMS = re.compile(r"[\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdef\ufe70-\ufefc\ufb20-\ufb29\ufb4f]")
"""Letters in a fixed shape (Unicode, Arabic and Hebrew Presentation Forms), without the signs from FDF0 on, and without
pointed Hebrew letters, which are the same as letters and points."""
_TATWEEL = re.compile(rf"(?<=[{_LETTER}{_MARK}])\u0640+(?=[{_LETTER}])")
"""Right between letters: elsewhere it shows how a letter joins, or bears a mark."""
_LIKE = {"ی": "ي", "ک": "ك", "ي": "ی", "ى": "ی", "ك": "ک"}
"""Letters that look alike, on keyboards of different languages."""


def check(rows: Rows) -> Iterator[Question]:
    """Yield questions about controls, presentation forms, tatweel and letters of another language's keyboard."""
    for side, language in enumerate(rows.languages):
        blocks = [row[side] for row in rows.rows]
        letters = alphabet("".join(block.text for block in blocks))
        odd = {c for c in letters if _CONTROLS.match(c) or _FORMS.match(c) or c in "\u0640\u200f" or c in _LIKE}
        if not odd:
            continue
        foreign = _find_foreign_letters(language, odd)
        for number, block in enumerate(blocks):
            yield from _check_block(number, block, language, foreign)


def _find_foreign_letters(language: Language, letters: set[str]) -> dict[str, str]:
    """Return the letters that are foreign to the language, each with the one that it uses instead."""
    own = find_letters(language)
    return {char: _LIKE[char] for char in letters & _LIKE.keys() if char not in own and _LIKE[char] in own}


def _check_block(number: int, block: Block, language: Language, foreign: dict[str, str]) -> Iterator[Question]:
    text = block.text
    if controls := _CONTROLS.findall(text):
        names = list_words([f"U+{ord(c):04X}" for c in sorted(set(controls))])
        message = f"{language.tag} has invisible controls of direction ({names})"
        advice = "delete them: directions are set from the language"
        if "\u200f" in controls:
            advice = "inside words write U+200C, the non-joiner"
        yield _make_question("Q010", number, block, message, advice)
    if forms := sorted(set(_FORMS.findall(text))):
        shown = list_words([f"{c} (U+{ord(c):04X})" for c in forms])
        plain = "".join(unicodedata.normalize("NFKC", c) for c in forms)
        message = f"{language.tag} has letters in a fixed shape, which do not join: {shown}"
        yield _make_question("Q011", number, block, message, f"write the letters themselves: {plain}")
    if match := _TATWEEL.search(text):
        word = text[: match.start()].split()[-1:] + text[match.start() :].split()[:1]
        message = f"{language.tag} has a stroke that lengthens a word (tatweel): {''.join(word)}"
        yield _make_question("Q012", number, block, message, "delete it: lines are filled when they are set")
    if letters := sorted({c for c in text if c in foreign}):
        shown = list_words([f"{c} (U+{ord(c):04X})" for c in letters])
        wanted = list_words([f"{foreign[c]} (U+{ord(foreign[c]):04X})" for c in letters])
        message = f"{language.tag} has letters of another language's keyboard: {shown}"
        yield _make_question("Q013", number, block, message, f"write {wanted}: search does not find these words")


def _make_question(code: str, number: int, block: Block, message: str, advice: str) -> Question:
    return Question(number, Finding(code, block.place, message, advice))
