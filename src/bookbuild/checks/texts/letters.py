"""Rows in, questions about characters that do not belong in a text out (Q010 to Q013). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bookbuild.checks.texts import Question, Rows, list_words
from bookbuild.model.book import Block, Language
from bookbuild.model.characters import alphabet
from bookbuild.model.findings import Finding

_CONTROLS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_FORMS = re.compile(r"[\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdef\ufe70-\ufefc\ufb1d-\ufb4f]")
"""Letters in a fixed shape (Unicode, Arabic and Hebrew Presentation Forms), without the signs from FDF0 on."""
_TATWEEL = re.compile(r"(?<!ه)\u0640+")
"""Not in هـ, the abbreviation of the Hijri era."""
_PERSIAN = {"ی": "ي", "ک": "ك"}
_ARABIC = {"ي": "ی", "ك": "ک"}
_OF_PERSIAN = frozenset({"fa", "ur", "ps", "sd", "ckb", "ku", "ug", "pa", "ks"})
"""Languages that write yeh and kaf as Persian does (CLDR exemplar characters)."""


def check(rows: Rows) -> Iterator[Question]:
    """Yield questions about controls, presentation forms, tatweel and letters of another language's keyboard."""
    for side, language in rows.sides():
        blocks = [row[side] for row in rows.rows]
        letters = alphabet("".join(block.text for block in blocks))
        odd = {c for c in letters if _CONTROLS.match(c) or _FORMS.match(c) or c in "\u0640يیكک"}
        if not odd:
            continue
        foreign = _find_foreign_letters(language, odd)
        for number, block in enumerate(blocks):
            yield from _check_block(number, block, language, foreign)


def _find_foreign_letters(language: Language, letters: set[str]) -> dict[str, str]:
    """Return the letters that are foreign to the language, each with the one that it uses instead."""
    if language.script != "Arab":
        return {}
    base = language.tag.split("-")[0].lower()
    if base in _OF_PERSIAN:
        return _ARABIC if base != "ku" else {}
    if base == "ar":
        return _PERSIAN
    return _PERSIAN if letters & set(_ARABIC) else {}  # only a mixture is a mistake


def _check_block(number: int, block: Block, language: Language, foreign: dict[str, str]) -> Iterator[Question]:
    text = block.text
    if controls := _CONTROLS.findall(text):
        names = list_words([f"U+{ord(c):04X}" for c in sorted(set(controls))])
        message = f"{language.tag} has invisible controls of direction ({names})"
        yield _make_question("Q010", number, block, message, "delete them: directions are set from the language")
    if forms := sorted(set(_FORMS.findall(text))):
        shown = list_words([f"{c} (U+{ord(c):04X})" for c in forms])
        plain = "".join(unicodedata.normalize("NFKC", c) for c in forms)
        message = f"{language.tag} has letters in a fixed shape, which do not join: {shown}"
        yield _make_question("Q011", number, block, message, f"write the letters themselves: {plain}")
    if match := _TATWEEL.search(text):
        word = re.search(rf"\S*{re.escape(match[0])}\S*", text)
        message = f"{language.tag} has a stroke that lengthens a word (tatweel): {word[0] if word else match[0]}"
        yield _make_question("Q012", number, block, message, "delete it: lines are filled when they are set")
    if letters := sorted({c for c in text if c in foreign}):
        shown = list_words([f"{c} (U+{ord(c):04X})" for c in letters])
        wanted = list_words([f"{foreign[c]} (U+{ord(foreign[c]):04X})" for c in letters])
        message = f"{language.tag} has letters of another language's keyboard: {shown}"
        yield _make_question("Q013", number, block, message, f"write {wanted}: search does not find these words")


def _make_question(code: str, number: int, block: Block, message: str, advice: str) -> Question:
    return Question(number, Finding(code, block.place, message, advice))
