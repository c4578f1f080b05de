"""Rows in, questions about words with vowel marks in one place and none in another out (Q016). Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from bookbuild.checks.texts import Question, Rows, list_words
from bookbuild.model.findings import Finding

_MARKS = re.compile(r"[\u064b-\u0650\u0652\u0670\u05b0-\u05bc]")
"""Vowels; without the shadda, a consonant sign that writers add or omit freely."""
_ALL = re.compile(r"[\u064b-\u0652\u0670\u05b0-\u05bc]")
_WORD = re.compile(r"[\u05d0-\u05ea\u05b0-\u05bc\u0621-\u0652\u0670-\u06d3]{3,}")
_VOCALISED = 0.5
"""Vowel marks per letter of a vocalised word; fewer only distinguish it from another word."""
_MANY = 3
"""Words from which on a text counts as partly vocalised: fewer may be on purpose."""


@lru_cache(maxsize=100_000)
def _split_marks(word: str) -> tuple[int, str]:
    """Return the number of vowel marks in a word, and the word without any mark."""
    return len(_MARKS.findall(word)), _ALL.sub("", word)


def check(rows: Rows) -> Iterator[Question]:
    """Yield one question per text that has words vocalised in one place and bare in another."""
    for side, language in enumerate(rows.languages):
        if language.script not in {"Arab", "Hebr"}:
            continue
        texts = [row[side].text for row in rows.rows]
        if not any(map(_MARKS.search, texts)):
            continue
        where: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for number, text in enumerate(texts):
            for match in _WORD.finditer(text):
                marks, bare = _split_marks(match[0])
                if marks >= _VOCALISED * len(bare):
                    where[bare][0].append(number)
                elif not marks:
                    where[bare][1].append(number)
        mixed = [(bare, marked, plain) for bare, (marked, plain) in where.items() if marked and plain]
        if len(mixed) >= _MANY:
            first = min(plain[0] for _, _, plain in mixed)
            words = list_words([bare for bare, _, _ in mixed])
            message = f"{len(mixed)} words have vowel marks in one place and none in another: {words}"
            advice = f"write the marks of {language.tag} everywhere, or only where a word could be misread"
            yield Question(first, Finding("Q016", rows.rows[first][side].place, message, advice))
