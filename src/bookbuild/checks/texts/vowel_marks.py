"""Words that bear vowel marks in one place and none in another. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from bookbuild.checks.texts import Question, Rows, listed
from bookbuild.model.findings import Finding

_MARKS = re.compile(r"[\u064b-\u0650\u0652\u0670\u05b0-\u05bc]")
"""Vowels; the shadda, which is a consonant, is written or left out as one likes."""
_ALL = re.compile(r"[\u064b-\u0652\u0670\u05b0-\u05bc]")
_WORD = re.compile(r"[\u05d0-\u05ea\u05b0-\u05bc\u0621-\u0652\u0670-\u06d3]{3,}")
_VOCALISED = 0.5
"""Vowel marks a letter from which on a word is vocalised, not only told from another."""
_MANY = 3
"""Words from which on the text is vocalised in parts: fewer may be on purpose."""


@lru_cache(maxsize=100_000)
def _parted(word: str) -> tuple[int, str]:
    """Give the number of vowel marks of a word, and the word without any mark."""
    return len(_MARKS.findall(word)), _ALL.sub("", word)


def check(rows: Rows) -> Iterator[Question]:
    """Find words that are vocalised in one place and bare in another; one finding a text."""
    for side, language in rows.sides():
        if language.script not in {"Arab", "Hebr"}:
            continue
        texts = [row[side].text for row in rows.rows]
        if not any(map(_MARKS.search, texts)):
            continue
        where: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for number, text in enumerate(texts):
            for match in _WORD.finditer(text):
                marks, bare = _parted(match[0])
                if marks >= _VOCALISED * len(bare):
                    where[bare][0].append(number)
                elif not marks:
                    where[bare][1].append(number)
        mixed = [(bare, marked, plain) for bare, (marked, plain) in where.items() if marked and plain]
        if len(mixed) >= _MANY:
            first = min(plain[0] for _, _, plain in mixed)
            message = (
                f"{len(mixed)} words bear vowel marks in one place and none in another: {listed([m[0] for m in mixed])}"
            )
            advice = f"write the marks of {language.tag} everywhere, or where a word could be read otherwise only"
            yield Question(first, Finding("Q016", rows.rows[first][side].place, message, advice))
