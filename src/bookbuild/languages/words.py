"""What of a text can be found in its translation: numbers, addresses, names, words. Text in, tokens out. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'”’»)\]،؛]+|[\w.+-]+@[\w-]+\.[\w.]+")
_NUMBER = re.compile(r"\d+(?:[.,٫٬:/\u00a0 ]?\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’\u0640\u064b-\u065f\u0670][^\W\d_]+)*|[^\W\d_]")
_HAN = re.compile(r"[\u2e80-\u2fff\u3005\u3400-\u9fff\uf900-\ufaff]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_MARKS = re.compile(r"[\u0640\u064b-\u065f\u0670\u0591-\u05c7]")
"""Tatweel, Arabic vowel marks, Hebrew points: written or left out."""
_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك"}
)
"""Letters of Arabic that are written one for another."""
_BEFORE = re.compile(r"^(?:[وف]?(?:ال|بال|كال|لل)|و(?=...))(?=..)")
"""Particles that Arabic writes at the beginning of a word."""
_SOUNDS = str.maketrans(
    {
        **dict.fromkeys("aeiouyhw'`\"-", ""),
        **dict.fromkeys("bp", "b"),
        **dict.fromkeys("fv", "f"),
        **dict.fromkeys("td", "t"),
        **dict.fromkeys("szxj", "s"),
        **dict.fromkeys("kqgc", "k"),
    }
)
_STEM = 6
"""Letters of a word that tell it from others; what follows is mostly inflection."""


@lru_cache(maxsize=100_000)
def _skeleton(word: str) -> str:
    """Give the consonants of a word in any script, as far as scripts tell them apart: نيويورك and New York alike."""
    from anyascii import anyascii

    plain = anyascii(word).lower().translate(_SOUNDS)
    return re.sub(r"(.)\1+", r"\1", plain)


@lru_cache(maxsize=100_000)
def _latin(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def without_addresses(text: str) -> str:
    """Give a text with a space for each web and mail address."""
    if "://" not in text and "@" not in text and "www." not in text:  # as nearly all are
        return text
    return _ADDRESS.sub(" ", text)


def number_of(written: str) -> str:
    """Give the digits of a number, whatever digits and separators it is written with."""
    return "".join(str(unicodedata.decimal(c)) for c in written if c.isdecimal())


def numbers(text: str) -> list[str]:
    """Give the numbers of a text in ASCII digits, in order."""
    return [number_of(m[0]) for m in _NUMBER.finditer(without_addresses(text))]


def addresses(text: str) -> list[str]:
    """Give the web and mail addresses of a text, in order."""
    return [m[0].rstrip(".,;:!?؟،؛") for m in _ADDRESS.finditer(text)]


def words(text: str) -> list[str]:
    """Give a text's words, as far as they are told apart: folded, without particles, vowel marks and endings.

    Scripts without spaces give pairs of neighbouring characters.
    """
    found: list[str] = []
    for match in _WORD.finditer(without_addresses(text)):
        word = match[0]
        if _UNSPACED.search(word):
            for run in _UNSPACED.finditer(word):
                found += [run[0][n : n + 2] for n in range(max(1, len(run[0]) - 1))]
            continue
        folded = _MARKS.sub("", _latin(word)).translate(_LETTERS)
        folded = _BEFORE.sub("", folded)
        if len(folded) > 1:
            found.append(folded[:_STEM])
    return found


def anchors(text: str) -> Counter[str]:
    """Give what stands in a translation as it stands here: numbers, addresses, Han characters, the sound of names."""
    found: Counter[str] = Counter()
    found.update(f"n{n}" for n in numbers(text))
    found.update(f"u{a.lower()}" for a in addresses(text))
    bare = without_addresses(text)
    for match in _WORD.finditer(bare):
        word = match[0]
        if _UNSPACED.search(word):
            found.update(f"h{c}" for c in word if _HAN.match(c))
            katakana = re.findall(r"[\u30a1-\u30ff]{3,}", word)
            found.update(f"s{s}" for k in katakana if len(s := _skeleton(k)) > 1)
            continue
        folded = _MARKS.sub("", word)
        if len(folded) < 3:
            continue
        cased = folded.lower() != folded.upper()
        if (cased and folded.isascii() and len(folded) > 4) or (cased and len(folded) > 4):
            found[f"c{_latin(folded)[:5]}"] += 1
        if not cased or folded[0].isupper():
            for form in {folded, _BEFORE.sub("", folded)}:
                skeleton = _skeleton(form)
                if len(skeleton) > 2:
                    found[f"s{skeleton}"] += 1
    return found


def sounds(text: str) -> frozenset[str]:
    """Give the consonants of a text's words, in whatever script, with and without what is written before them."""
    return frozenset().union(*map(_sounds_of, _WORD.findall(without_addresses(text))))


@lru_cache(maxsize=100_000)
def _sounds_of(word: str) -> frozenset[str]:
    bare = _MARKS.sub("", word)
    return frozenset(found for form in {bare, _BEFORE.sub("", bare)} if len(found := _skeleton(form)) > 2)


def marks(text: str) -> Counter[str]:
    """Give the kinds of punctuation that a translation mostly keeps."""
    found: Counter[str] = Counter()
    for name, pattern in _PUNCTUATION.items():
        if count := len(pattern.findall(text)):
            found[f"p{name}"] = count
    return found


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
