"""Tokens that can be matched in a translation: text in, numbers, addresses, names and words out. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from bookbuild.model.characters import alphabet

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'”’»)\]،؛\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+|[\w.+-]+@[\w-]+\.[\w.]+"
)
"""Chinese and Japanese go on without a space."""
_NUMBER = re.compile(r"\d+(?:[.,٫٬:/\u00a0 ]?\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’\u0640\u064b-\u065f\u0670][^\W\d_]+)*|[^\W\d_]")
_HAN = re.compile(r"[\u2e80-\u2fff\u3005\u3400-\u9fff\uf900-\ufaff]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_MARKS = re.compile(r"[\u0640\u064b-\u065f\u0670\u0591-\u05c7]")
"""Tatweel, Arabic vowel marks, Hebrew points: all optional in writing."""
_LETTER_VARIANTS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك"}
)
"""Arabic letters that are often written for one another."""
_PREFIX = re.compile(r"^(?:[وف]?(?:ال|بال|كال|لل)|و(?=...))(?=..)")
"""Particles that Arabic joins to the beginning of a word."""
_CONSONANTS = str.maketrans(
    {
        **dict.fromkeys("aeiouyhw'`\"-", ""),
        **dict.fromkeys("bp", "b"),
        **dict.fromkeys("fv", "f"),
        **dict.fromkeys("td", "t"),
        **dict.fromkeys("szxj", "s"),
        **dict.fromkeys("kqgc", "k"),
    }
)
_STEM_LENGTH = 6
"""Letters that identify a word; what follows is mostly inflection."""


@lru_cache(maxsize=100_000)
def _consonant_skeleton(word: str) -> str:
    """Return the consonants of a word in any script, in classes that scripts agree on: نيويورك equals New York."""
    from anyascii import anyascii

    plain = anyascii(word).lower().translate(_CONSONANTS)
    return re.sub(r"(.)\1+", r"\1", plain)


@lru_cache(maxsize=100_000)
def _fold_accents(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def remove_addresses(text: str) -> str:
    """Replace each web and mail address in a text with a space."""
    if "://" not in text and "@" not in text and "www." not in text:  # as in nearly all texts
        return text
    return _ADDRESS.sub(" ", text)


def normalise_number(written: str) -> str:
    """Return the ASCII digits of a number, without separators."""
    return "".join(str(unicodedata.decimal(c)) for c in written if c.isdecimal())


def numbers(text: str) -> list[str]:
    """Return the numbers of a text in ASCII digits, in order."""
    return [normalise_number(m[0]) for m in _NUMBER.finditer(remove_addresses(text))]


def addresses(text: str) -> list[str]:
    """Return the web and mail addresses of a text, in order."""
    return [m[0].rstrip(".,;:!?؟،؛") for m in _ADDRESS.finditer(text)]


def words(text: str) -> list[str]:
    """Return the stems of a text's words in order: folded, without particles, vowel marks and endings.

    In scripts without spaces, pairs of neighbouring characters.
    """
    tokens: list[str] = []
    for match in _WORD.finditer(remove_addresses(text)):
        word = match[0]
        if _UNSPACED.search(word):
            for run in _UNSPACED.finditer(word):
                tokens += [run[0][n : n + 2] for n in range(max(1, len(run[0]) - 1))]
            continue
        folded = _MARKS.sub("", _fold_accents(word)).translate(_LETTER_VARIANTS)
        folded = _PREFIX.sub("", folded)
        if len(folded) > 1:
            tokens.append(folded[:_STEM_LENGTH])
    return tokens


def count_anchors(text: str) -> Counter[str]:
    """Count tokens that a translation mostly shares: numbers, addresses, Han characters, cognates, sounds of names.

    Their first letter is the kind: n, u, h, c, s.
    """
    counts: Counter[str] = Counter()
    counts.update(f"n{n}" for n in numbers(text))
    counts.update(f"u{a.lower()}" for a in addresses(text))
    bare = remove_addresses(text)
    for match in _WORD.finditer(bare):
        word = match[0]
        if _UNSPACED.search(word):
            counts.update(f"h{c}" for c in word if _HAN.match(c))
            katakana = re.findall(r"[\u30a1-\u30ff]{3,}", word)
            counts.update(f"s{s}" for k in katakana if len(s := _consonant_skeleton(k)) > 1)
            continue
        folded = _MARKS.sub("", word)
        if len(folded) < 3:
            continue
        cased = folded.lower() != folded.upper()
        if cased and len(folded) > 4:
            counts[f"c{_fold_accents(folded)[:5]}"] += 1
        if not cased or folded[0].isupper():
            for form in {folded, _PREFIX.sub("", folded)}:
                skeleton = _consonant_skeleton(form)
                if len(skeleton) > 2:
                    counts[f"s{skeleton}"] += 1
    return counts


def consonant_skeletons(text: str) -> frozenset[str]:
    """Return the consonant skeletons of a text's words in any script, with and without Arabic particles."""
    return frozenset().union(*map(_word_skeletons, _WORD.findall(remove_addresses(text))))


@lru_cache(maxsize=100_000)
def _word_skeletons(word: str) -> frozenset[str]:
    bare = _MARKS.sub("", word)
    return frozenset(
        skeleton for form in {bare, _PREFIX.sub("", bare)} if len(skeleton := _consonant_skeleton(form)) > 2
    )


def count_punctuation(text: str) -> Counter[str]:
    """Count the kinds of punctuation that a translation mostly keeps; keys begin with p."""
    counts: Counter[str] = Counter()
    for name, pattern in _PUNCTUATION.items():
        if count := len(pattern.findall(text)):
            counts[f"p{name}"] = count
    return counts


_PUNCTUATION = {
    "question": re.compile(r"[?؟？;](?=\s|$)|[؟？?]"),
    "exclamation": re.compile(r"[!！]"),
    "colon": re.compile(r"[:：]"),
    "semicolon": re.compile(r"[;؛；]"),
    "bracket": re.compile(r"[(（\[]"),
    "quote": re.compile(r"[«“„\"「『]"),
    "dash": re.compile(r"[—–]"),
    "ellipsis": re.compile(r"…|\.\.\."),
}


ANNOTATED = 0.004
"""Signs a letter, at or above, from which on a text is set as one with signs beyond its vowel marks."""
_SIGNS = "\u06d6\u06d7\u06d8\u06d9\u06da\u06db\u06dc\u06df\u06e0\u06e2\u06e3\u06e4\u06e7\u06e8\u06ea\u06eb\u06ec\u06ed"
"""Marks of pauses and of reading, as copies of the Quran have them."""


def is_annotated(text: str) -> bool:
    """Return whether a text bears signs of pauses and of reading above its vowel marks."""
    signs = sum(map(text.count, _SIGNS))
    return signs > 0 and signs >= ANNOTATED * sum(map(str.isalpha, text))


VOCALISED = 0.4
"""Vowel marks a letter from which on a text is set as a vocalised one."""


def is_vocalised(text: str) -> bool:
    """Return whether a text bears its vowel marks, as poems, scripture and primers do."""
    kinds: dict[str, list[str]] = {}
    for char in alphabet(text):
        kinds.setdefault(unicodedata.category(char), []).append(char)
    marks = sum(map(text.count, kinds.get("Mn", [])))
    return marks > 0 and marks > VOCALISED * max(1, sum(map(text.count, kinds.get("Lo", []))))
