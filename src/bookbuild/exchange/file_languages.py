"""Which language a file is in: what its name says, what it says of itself, what its words say. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bookbuild.languages import names, tables
from bookbuild.languages.detect import detect_language

_SAMPLE = 20_000
_ENOUGH = 200
"""Letters from which on words may contradict a name."""
_NEAR = 5
"""A language that is among so many of the likeliest is not contradicted: detectors mix up neighbours."""

_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?")
"""As tags are written: how-to is none."""


@dataclass(frozen=True, slots=True)
class Told:
    """The language of a file."""

    tag: str
    guessed: bool
    """Whether only its words said so."""


def language_of(stem: str, folder: str, said: str, text: str, asked: Sequence[str] = ()) -> Told:
    """Tell a file's language by its name without suffix, its folder's name, what it says of itself and its text.

    Where the user named languages, it is one of `asked`. Names may mislead: how-to is not in Tongan.
    """
    sample = text[:_SAMPLE]
    found = detect_language(sample)
    own = names.likely(said) if said else None
    for tag in (*_named(stem, found), *_named(folder, found), *([own] if own else [])):
        if (not asked or tag in asked) and _plausible(tag, sample, found):
            return Told(tag, guessed=False)
    bases = {tag.split("-", maxsplit=1)[0]: tag for tag in asked}
    best = max((tag for tag in found if not bases or tag in bases), key=lambda tag: found[tag], default="")
    return Told(bases.get(best, asked[0]) if asked else best, guessed=not asked)


def _named(stem: str, found: Mapping[str, float]) -> Iterator[str]:
    """Give the languages that a name may say: ar, nato.id, text-en-GB, indonesian."""
    whole = [stem, stem.rpartition(".")[2]]
    for part in (*whole, stem.rpartition("_")[2], stem.partition("-")[2], stem.rpartition("-")[2]):
        if part and tables.language(part) and (len(part) > 2 or part.islower()):
            if (part in whole and _TAG.fullmatch(part)) or part.split("-", maxsplit=1)[0] in found:
                yield part
        elif named := names.named(part):
            yield named


def _plausible(tag: str, sample: str, found: Mapping[str, float]) -> bool:
    base = tag.split("-", maxsplit=1)[0].lower()
    if base not in found or re.search(r"-[A-Za-z]{4}\b", tag) or sum(map(str.isalpha, sample)) < _ENOUGH:
        return True
    return base in sorted(found, key=lambda other: -found[other])[:_NEAR]
