"""Detect the language of a file by its name, by the language that it declares, and by its words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bookbuild.languages import names, tables
from bookbuild.languages.detect import rank_languages

_SAMPLE_SIZE = 20_000
_MIN_LETTERS = 200
"""Letters that a text needs before its words may contradict a name."""
_LIKELIEST = 5
"""A language among this many likeliest ones is not contradicted: detectors confuse related languages."""

_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?")
"""A tag in its usual case; how-to is none."""


@dataclass(frozen=True, slots=True)
class FileLanguage:
    """The language of a file."""

    tag: str
    guessed: bool
    """Whether only the words of the file support it."""


def detect_language(stem: str, folder: str, declared: str, text: str, allowed: Sequence[str] = ()) -> FileLanguage:
    """Return the language of a file.

    `stem` is its name without suffix, `folder` the name of its folder, `declared` the language that the file names.
    If `allowed` is not empty, the result is one of these tags. A name that the words contradict is ignored: how-to is
    not in Tongan (to).
    """
    sample = text[:_SAMPLE_SIZE]
    likelihoods = rank_languages(sample)
    declared_tag = names.correct_tag(declared) if declared else None
    for tag in (
        *_find_named_tags(stem, likelihoods),
        *_find_named_tags(folder, likelihoods),
        *([declared_tag] if declared_tag else []),
    ):
        if (not allowed or tag in allowed) and _is_plausible(tag, sample, likelihoods):
            return FileLanguage(tag, guessed=False)
    bases = {tag.split("-", maxsplit=1)[0]: tag for tag in allowed}
    best = max((tag for tag in likelihoods if not bases or tag in bases), key=lambda tag: likelihoods[tag], default="")
    return FileLanguage(bases.get(best, allowed[0]) if allowed else best, guessed=not allowed)


def _find_named_tags(stem: str, likelihoods: Mapping[str, float]) -> Iterator[str]:
    """Yield the languages that a name may contain: ar, nato.id, text-en-GB, indonesian."""
    whole = [stem, stem.rpartition(".")[2]]
    for part in (*whole, stem.rpartition("_")[2], stem.partition("-")[2], stem.rpartition("-")[2]):
        if part and tables.find_language(part) and (len(part) > 2 or part.islower()):
            if (part in whole and _TAG.fullmatch(part)) or part.split("-", maxsplit=1)[0] in likelihoods:
                yield part
        elif tag := names.find_tag_by_name(part):
            yield tag


def _is_plausible(tag: str, sample: str, likelihoods: Mapping[str, float]) -> bool:
    base = tag.split("-", maxsplit=1)[0].lower()
    if base not in likelihoods or re.search(r"-[A-Za-z]{4}\b", tag) or sum(map(str.isalpha, sample)) < _MIN_LETTERS:
        return True
    return base in sorted(likelihoods, key=lambda other: -likelihoods[other])[:_LIKELIEST]
