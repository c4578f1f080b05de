"""A paragraph in, its sentences out, as offsets. The only place that knows where sentences end. Pure."""

from __future__ import annotations

import re

from bookbuild.model import Language

_TITLES = {
    "ar": ("د", "أ", "م", "هـ", "ص", "ج", "ط", "ت", "ق", "أ.د", "ق.م", "رقم", "تحقيق"),
    "id": (
        *(
            "dr",
            "drs",
            "dra",
            "prof",
            "ir",
            "h",
            "hj",
            "k.h",
            "kh",
            "r",
            "r.m",
            "r.a",
            "tn",
            "ny",
            "sdr",
            "sdri",
            "yth",
        ),
        *(
            "no",
            "hlm",
            "hal",
            "jl",
            "jln",
            "tgl",
            "bpk",
            "rp",
            "s",
            "a",
            "st",
            "kol",
            "letkol",
            "jend",
            "let",
            "m",
            "abd",
        ),
    ),
}
"""Abbreviations after which a sentence never ends, beside those that the segmenter knows: base language to words."""
_SENTENCE_END = re.compile(r"(?<=[؟!?…۔])[\"'”’»«“)\]]*\s+(?=[^\s\d)\]])")
_DEPTH = re.compile(r"[()\[\]«»“”]")


def sentences(text: str, language: Language) -> list[tuple[int, int]]:
    """Give start and end of each sentence in code points; together they hold the text, spaces going with the first.

    sentencex (Wikimedia) finds them; what it parts after an abbreviation that it does not know, or inside brackets
    and quotation marks that are still open, is joined again.
    """
    from sentencex import get_sentence_boundaries  # noqa: PLC0415 - only where sentences are wanted

    base = language.tag.split("-")[0].lower()
    found = [(b["start_index"], b["end_index"]) for b in get_sentence_boundaries(base, text)]
    titles = frozenset(_TITLES.get(base, ()))
    made: list[tuple[int, int]] = []
    for start, end in found:
        if made and (_abbreviated(text[slice(*made[-1])], titles) or not text[start:end].strip()):
            made[-1] = (made[-1][0], end)
        else:
            made.append((start, end))
    return made or [(0, len(text))]


def _abbreviated(sentence: str, titles: frozenset[str]) -> bool:
    last = sentence.rstrip()
    if not last.endswith("."):
        return False
    word = re.split(r"[\s(\[«“\"]", last[:-1])[-1]
    return word.lower() in titles or bool(re.fullmatch(r"[A-Z](\.[A-Z])*", word))
